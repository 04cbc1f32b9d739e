"""Unified diffs within lines of text.

Enters: lines with their numbers. Leaves: where diffs are among them, and what each changes, file by file. Must hold:
prose around a diff (a mail, a log, a signature) never reaches the diff parser; a damaged diff is an error with the
line, never a shorter list.

The library reads file headers and hunks. What git writes above them is read here, because the library splits
`diff --git` lines wrongly when a name holds ` b/`, and because files without hunks (renames, modes, binaries) have
nothing else. Source: git's apply.c (git_header_name, gitdiff_*).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk, PatchedFile, PatchSet

from analyzer.errors import SourceError
from analyzer.model.patching import Block, ChangeKind, FilePatch, PatchHunk, PatchLine
from analyzer.series.names import unquoted

_GIT = "diff --git "
_COMBINED = ("diff --cc ", "diff --combined ")
_EXTENDED = re.compile(
    r"(?:index|(?:old|new|deleted file|new file) mode|(?:dis)?similarity index|(?:rename|copy) (?:from|to)"
    r"|GIT binary|Binary files|---) "
)
_AROUND = re.compile(rf"{_EXTENDED.pattern}|diff (?:--git|-)|Index: |======|Only in |literal |delta |[-+ \\]|@@ |$")
_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@")
_BASE85 = re.compile(r"[A-Za-z][0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{5,}")
_PREFIX = re.compile(r"^[abciow12]/")
_KINDS: dict[str, ChangeKind] = {
    "rename to ": "renamed",
    "copy to ": "copied",
    "new file mode ": "added",
    "deleted file mode ": "removed",
}
_NULL = "/dev/null"
_FRACTION = re.compile(r"\.\d+")
_BINARY = "Binary files "
_DIFFER = " differ"


def find(lines: Sequence[str], numbers: Sequence[int], name: str) -> Iterator[tuple[int, int]]:
    """Where diffs are: the first index and the index behind the last line of each.

    Raises SourceError for a combined diff, which has more than one old side, and for a hunk that stands outside of any
    file, as git apply does: what tore it off may have torn off more.
    """
    index = 0
    while index < len(lines):
        if not _starts(lines, index, numbers, name):
            if _HUNK.match(lines[index]):
                raise SourceError("damaged diff: a hunk without a file header", path=name, lineno=numbers[index])
            index += 1
            continue
        first = index
        binary = False
        while index < len(lines):
            line = lines[index]
            binary = line == "GIT binary patch" or (binary and not line.startswith(_GIT))
            if not _AROUND.match(line) and not (binary and _BASE85.fullmatch(line)):
                break
            index += 1
        yield first, index


def read(lines: Sequence[str], numbers: Sequence[int], name: str) -> Iterator[FilePatch]:
    """The files of one diff as found by `find`, in order. Raises SourceError for a damaged one."""
    starts = [i for i, line in enumerate(lines) if line.startswith(_GIT)]
    for first, stop in zip([0, *starts], [*starts, len(lines)], strict=True):
        if first == stop:
            continue
        section = lines[first:stop]
        if section[0].startswith(_GIT):
            yield from _git_files(section, numbers[first:stop], name)
        else:
            yield from _files(section, numbers[first:stop], name)


def _starts(lines: Sequence[str], index: int, numbers: Sequence[int], name: str) -> bool:
    line = lines[index]
    following = lines[index + 1] if index + 1 < len(lines) else ""
    if line.startswith(_COMBINED) and _EXTENDED.match(following):
        hint = "give the diff against one parent"
        raise SourceError("a combined diff of a merge", path=name, lineno=numbers[index], hint=hint)
    if line.startswith(_GIT):
        return bool(_EXTENDED.match(following))
    if _is_binary(line):
        return True
    third = lines[index + 2] if index + 2 < len(lines) else ""
    return line.startswith("--- ") and following.startswith("+++ ") and third.startswith("@@ -")


def _files(lines: Sequence[str], numbers: Sequence[int], name: str) -> list[FilePatch]:
    """Files by their `---` and `+++` headers and hunks, and binary files by the line that names them."""
    at = 0

    def fed() -> Iterator[str]:
        nonlocal at
        for at, line in enumerate(lines):  # noqa: B007 - the position is what an error reports
            # The library takes time quadratic in the length of such a line, and can't tell the names apart.
            yield "binary\n" if line.startswith(_BINARY) else line + "\n"

    try:
        files = PatchSet(fed())
    except UnidiffParseError as error:
        said = str(error).split("\n", 1)[0].lower()
        fault = said if said.startswith("hunk is ") else "not a line of a diff"
        hint = "was it cut or wrapped on its way?"
        raise SourceError(f"damaged diff: {fault}", path=name, lineno=numbers[at], hint=hint) from None
    except ValueError:
        # More digits than Python makes a number of.
        raise SourceError("damaged diff: a number without end", path=name, lineno=numbers[at]) from None
    found = [_by_hunks(file, numbers, name) for file in files]
    binaries = [
        FilePatch(path=_binary_path(line), line=number, binary=True)
        for line, number in zip(lines, numbers, strict=True)
        if _is_binary(line)
    ]
    return sorted([*found, *binaries], key=lambda patch: patch.line)


def _by_hunks(file: PatchedFile, numbers: Sequence[int], name: str) -> FilePatch:
    number = numbers[(file.diff_line_no or 1) - 1]
    if not file:
        raise SourceError("damaged diff: a file header without a hunk", path=name, lineno=number)
    kind: ChangeKind = "changed"
    if _is_nothing(file.source_file, file.source_timestamp):
        kind = "added"
    elif _is_nothing(file.target_file, file.target_timestamp):
        kind = "removed"
    path = _path(file.source_file, file.target_file)
    return FilePatch(
        path=path,
        line=number,
        kind=kind,
        blocks=tuple(block for hunk in file for block in _hunk_blocks(hunk)),
        hunks=tuple(_hunk(hunk, path, kind, numbers) for hunk in file),
    )


def _is_nothing(file: str, timestamp: str | None) -> bool:
    """Whether a side is no file: what diff -N compares with is as old as time. One that is merely empty is a file."""
    if file == _NULL:
        return True
    with suppress(ValueError):
        written = _FRACTION.sub("", timestamp or "")
        return datetime.strptime(written, "%Y-%m-%d %H:%M:%S %z").timestamp() == 0
    return False


def _hunk(hunk: Hunk, path: str, kind: ChangeKind, numbers: Sequence[int]) -> PatchHunk:
    lines: list[PatchLine] = []
    for line in hunk:
        if not (line.is_added or line.is_removed or line.is_context):
            # The mark of a file that ends without a newline stands behind its last line.
            lines[-1:] = [replace(one, ended=False) for one in lines[-1:]]
            continue
        lines.append(
            PatchLine(
                sign="+" if line.is_added else "-" if line.is_removed else " ",
                text=line.value.removesuffix("\n"),
                at=numbers[(line.diff_line_no or 1) - 1],
                old=line.source_line_no or 0,
                new=line.target_line_no or 0,
            )
        )
    return PatchHunk(
        path=path,
        old_path=path,
        kind=kind,
        section=hunk.section_header,
        lines=tuple(lines),
        old_first=_first(hunk.source_start, hunk.source_length),
        new_first=_first(hunk.target_start, hunk.target_length),
    )


def _first(start: int, length: int) -> int:
    """An empty side is written as the line before it."""
    return start + (length == 0)


def _is_binary(line: str) -> bool:
    return line.startswith(_BINARY) and line.endswith(_DIFFER)


def _binary_path(line: str) -> str:
    old, _, new = line.removeprefix(_BINARY).removesuffix(_DIFFER).partition(" and ")
    return _path(old, new)


def _git_files(lines: Sequence[str], numbers: Sequence[int], name: str) -> Iterator[FilePatch]:
    """The file of a `diff --git` header, then files with plain headers that follow its hunks."""
    head = next((i for i, line in enumerate(lines) if line.startswith(("--- ", "@@ "))), len(lines))
    extended = [line for line in lines[1:head] if _EXTENDED.match(line)]

    def told(key: str) -> str | None:
        return next((line.removeprefix(key) for line in extended if line.startswith(key)), None)

    binary = told("GIT binary ") is not None or told(_BINARY) is not None
    files = _files(lines[head:], numbers[head:], name)
    # What follows the line that calls a file binary belongs to other files.
    own, further = (None, files) if binary or not files else (files[0], files[1:])
    kind: ChangeKind = next((_KINDS[key] for key in _KINDS if told(key) is not None), "changed")
    if own is None and not binary and kind == "changed" and told("old mode ") is None:
        raise SourceError("damaged diff: a file header without a hunk", path=name, lineno=numbers[0])
    new = told("rename to ") or told("copy to ")
    old = told("rename from ") or told("copy from ")
    path = unquoted(new) if new else own.path if own else _header_path(lines[0], numbers[0], name)
    before = unquoted(old) if old else path
    yield FilePatch(
        path=path,
        line=numbers[0],
        kind=kind,
        old_path=unquoted(old) if old else None,
        binary=binary,
        blocks=own.blocks if own else (),
        hunks=tuple(replace(hunk, path=path, old_path=before, kind=kind) for hunk in own.hunks) if own else (),
    )
    yield from further


def _header_path(header: str, number: int, name: str) -> str:
    """The path of a `diff --git` line: both names are the same but for their prefix, so it is split in the middle."""
    names = header.removeprefix(_GIT).strip()
    middle = len(names) // 2
    left, right = unquoted(names[:middle]), unquoted(names[middle + 1 :])
    if names[middle : middle + 1] != " " or left.partition("/")[2] != right.partition("/")[2]:
        raise SourceError("damaged diff: two different names without a rename", path=name, lineno=number)
    return _path(left, right)


def _path(source: str, target: str) -> str:
    """The path within the tree: both names without their first folder where only that differs, as with patch -p1."""
    old, new = unquoted(source), unquoted(target)
    if old == new:
        return new
    if _NULL in {old, new}:
        return _PREFIX.sub("", old if new == _NULL else new, count=1)
    (_, _, old_tail), (_, _, new_tail) = old.partition("/"), new.partition("/")
    return new_tail if old_tail == new_tail and new_tail else _PREFIX.sub("", new, count=1)


def _hunk_blocks(hunk: Hunk) -> Iterator[Block]:
    old = _first(hunk.source_start, hunk.source_length)
    new = _first(hunk.target_start, hunk.target_length)
    removed = added = 0
    for line in hunk:
        if line.is_removed:
            removed += 1
        elif line.is_added:
            added += 1
        elif line.is_context:
            if removed or added:
                yield Block(old_first=old, old_count=removed, new_first=new, new_count=added)
            old, new = old + removed + 1, new + added + 1
            removed = added = 0
    if removed or added:
        yield Block(old_first=old, old_count=removed, new_first=new, new_count=added)
