"""Several patches as one: what they change in the end, file by file.

Enters: the files of the patches, in the order in which they apply. Leaves: one `FileChange` per file. Must hold:
`ranges` are lines of the file as the last patch leaves it; insertions and deletions are the patches' sum (a line that
two patches touch counts twice, as reviewers see it).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from analyzer.model.expr import Location
from analyzer.model.patching import Block, ChangeKind, FilePatch, Patch
from analyzer.model.series import FileChange, LineRange


def merged(patches: Iterable[Patch]) -> tuple[FileChange, ...]:
    """One change per file, in the order in which the files first appear; a renamed file goes on under its new name."""
    files: dict[str, FileChange] = {}
    inputs: dict[str, int] = {}
    for name, patch in ((one.name, file) for one in patches for file in one.files):
        inputs.setdefault(name, len(inputs))
        before = files.pop(patch.old_path, None) if patch.kind == "renamed" and patch.old_path else None
        before = before or files.get(patch.path)
        change = _first(patch, name) if before is None else _further(before, patch)
        if change.path != patch.path:
            del files[patch.path]
            # The old name may have been taken anew meanwhile; then the removal stays under the later name.
            change = replace(change, path=patch.path) if change.path in files else change
        files[change.path] = change
    return tuple(sorted(files.values(), key=lambda one: (inputs[one.location.path], one.location.line)))


def _first(patch: FilePatch, name: str) -> FileChange:
    insertions, deletions = _sums(patch)
    return FileChange(
        path=patch.path,
        location=Location(path=name, line=patch.line),
        kind=patch.kind,
        insertions=None if patch.binary else insertions,
        deletions=None if patch.binary else deletions,
        changes=None if patch.binary else insertions + deletions,
        old_path=patch.old_path,
        binary=patch.binary,
        ranges=() if patch.kind == "removed" else carried((), patch.blocks),
    )


def _further(before: FileChange, patch: FilePatch) -> FileChange:
    """`before`, then `patch` on top of it."""
    binary = before.binary or patch.binary
    insertions, deletions = _sums(patch)
    insertions += before.insertions or 0
    deletions += before.deletions or 0
    path, kind, old_path = _net(before, patch)
    return replace(
        before,
        path=path,
        kind=kind,
        insertions=None if binary else insertions,
        deletions=None if binary else deletions,
        changes=None if binary else insertions + deletions,
        old_path=old_path,
        binary=binary,
        ranges=() if patch.kind == "removed" else carried(before.ranges or (), patch.blocks),
    )


def _net(before: FileChange, patch: FilePatch) -> tuple[str, ChangeKind, str | None]:
    """Path, kind and old path after both: what is renamed and then removed, for one, is removed under its old name."""
    match before.kind, patch.kind:
        case "renamed", "removed":
            return before.old_path or patch.path, "removed", None
        case _, "removed":
            return patch.path, "removed", None
        case "removed", "added":
            return patch.path, "changed", None
        case "removed", "renamed" | "copied":
            return patch.path, patch.kind, patch.old_path
        case "changed" | "renamed", "renamed":
            origin = before.old_path or patch.old_path
            return (patch.path, "changed", None) if origin == patch.path else (patch.path, "renamed", origin)
        case _:
            return patch.path, before.kind, before.old_path


def _sums(patch: FilePatch) -> tuple[int, int]:
    return sum(b.new_count for b in patch.blocks), sum(b.old_count for b in patch.blocks)


def carried(ranges: Sequence[LineRange], blocks: Sequence[Block]) -> tuple[LineRange, ...]:
    """The changed lines after a further patch: `ranges` at their new places, and the lines of `blocks`.

    They leave in order, and joined where they touch.
    """
    moved = [(_start(r.first, blocks), _end(r.first + r.count, blocks)) for r in ranges]
    spans = sorted([*((a, max(a, b)) for a, b in moved), *((b.new_first, b.new_first + b.new_count) for b in blocks)])
    joined: list[tuple[int, int]] = []
    for first, stop in spans:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        else:
            joined.append((first, stop))
    return tuple(LineRange(first=first, count=stop - first) for first, stop in joined)


def _start(line: int, blocks: Sequence[Block]) -> int:
    """Where old line `line` is now; if it was replaced, where its replacement begins.

    Lines inserted just before it stay before.
    """
    before = bisect_right(blocks, line, key=_old_first)
    if not before:
        return line
    block = blocks[before - 1]
    return block.new_first if line < block.old_first + block.old_count else line + _shift(block)


def _end(line: int, blocks: Sequence[Block]) -> int:
    """Where a range that ended before old line `line` ends now; behind its last line's replacement, if there is one."""
    before = bisect_left(blocks, line, key=_old_first)
    if not before:
        return line
    block = blocks[before - 1]
    return block.new_first + block.new_count if line < block.old_first + block.old_count else line + _shift(block)


def _old_first(block: Block) -> int:
    return block.old_first


def _shift(block: Block) -> int:
    """By how much the lines behind a block move; it holds what the blocks before it did."""
    return block.new_first + block.new_count - block.old_first - block.old_count
