"""The file of a search: the lines that are left, each with why it is there.

Enters: a `Shrunk`, or the text of a file. Leaves: that text, or what it says. Must hold: make takes it as it stands
(KCONFIG_ALLCONFIG), so all that we say stands in comments; it is replaced as a whole; `parse(render(found))` says what
`found` says; a line that says something else is an error with its number.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from analyzer import documents
from analyzer.errors import InputError, SourceError, ToolchainError
from analyzer.model.shrink import Drop, KeptLine, Proof, ProofKind, Shrunk, ShrunkFile

_HEAD = "# kweigh shrink: "
_KINDS: dict[ProofKind, str] = {
    "test": "without it alone the test fails",
    "size": "without it alone the kernel is no smaller",
    "keep": "without it what is to be kept does not hold",
    "earlier": "without it the test failed, when there were more lines",
    "lines": "without it needed lines do not hold",
    "untried": "nobody has tried it yet",
}
_BY_WORDS = {words: kind for kind, words in _KINDS.items()}
_FIELDS = ("from", "tree", "arch", "compiler", "test", "keep", "size", "first", "tests", "stands")
_DROP = re.compile(r"# dropped(?: \((-?[\d,]+) bytes\))?: ([\w ]+)")
_LINE = re.compile(r"CONFIG_(\w+)=.*")
_WHY = re.compile(r"# ([^;]+?)(?:; it weighs (-?[\d,]+) bytes)?(?:; with it go ([\w ]+))?(?:; it said: (.*))?")


def render(found: Shrunk) -> Iterator[str]:
    """The lines of the text, without their ends."""
    yield f"{_HEAD}the least that was found to do its job; make KCONFIG_ALLCONFIG=FILE allnoconfig takes it"
    told = (
        *(found.config, found.tree, found.arch, found.compiler, found.test),
        *("; ".join(found.keep), _bytes(found.size), _bytes(found.first), str(len(found.steps))),
        "done" if found.done else "not done",
    )
    for name, value in zip(_FIELDS, told, strict=True):
        yield f"# {name}: {_flat(value)}".rstrip()
    for one in found.lines:
        yield ""
        yield f"# {''.join(_why(one.proof))}"
        yield one.text
    if found.drops:
        yield ""
    for drop in found.drops:
        gain = f" ({drop.gain:,} bytes)" if drop.gain is not None else ""
        yield f"# dropped{gain}: {' '.join(drop.lines)}"


def write(path: Path, found: Shrunk) -> None:
    """Write the file, as a whole or not at all. Raises ToolchainError where it cannot be written."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="utf-8", errors="surrogateescape") as file:
            file.writelines(f"{line}\n" for line in render(found))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise ToolchainError(f"cannot write {path}: {error.strerror or error}") from error


def read(path: Path) -> ShrunkFile:
    """What the file at a path says. Raises as `parse`, and InputError where there is none."""
    try:
        return parse(documents.read_text(path), str(path))
    except FileNotFoundError:
        raise InputError(f"no file {path}", hint="kweigh shrink CONFIG writes one") from None


def parse(text: str, path: str) -> ShrunkFile:
    """What a file says. Raises SourceError at the first line that says something else."""
    rows = text.splitlines()
    if not rows or not rows[0].startswith(_HEAD):
        raise SourceError("is no file of kweigh shrink", path=path, lineno=1, hint=f"its first line begins {_HEAD}…")
    fields: dict[str, str] = {}
    lines: list[KeptLine] = []
    drops: list[Drop] = []
    proof: Proof | None = None
    for number, row in enumerate(rows[1:], start=2):
        if len(fields) < len(_FIELDS):
            name = _FIELDS[len(fields)]
            if not row.startswith(f"# {name}:"):
                raise SourceError(f"here should stand # {name}:", path=path, lineno=number)
            fields[name] = row.removeprefix(f"# {name}:").strip()
        elif (drop := _DROP.fullmatch(row)) is not None:
            drops.append(Drop(lines=(*drop[2].split(),), gain=_number(drop[1])))
        elif proof is None and (why := _WHY.fullmatch(row)) is not None and why[1] in _BY_WORDS:
            proof = Proof(
                kind=_BY_WORDS[why[1]], reason=why[4] or "", without=(*(why[3] or "").split(),), gain=_number(why[2])
            )
        elif proof is not None and (line := _LINE.fullmatch(row)) is not None:
            lines.append(KeptLine(name=line[1], text=row, proof=proof))
            proof = None
        elif row:
            raise SourceError("is no line of a file of kweigh shrink", path=path, lineno=number)
    if len(fields) < len(_FIELDS) or proof is not None:
        raise SourceError("ends too soon", path=path, lineno=len(rows))
    numbers = {name: _number(fields[name].removesuffix(" bytes")) for name in ("size", "first", "tests")}
    return ShrunkFile(
        config=fields["from"],
        tree=fields["tree"],
        arch=fields["arch"],
        compiler=fields["compiler"],
        test=fields["test"],
        keep=tuple(filter(None, fields["keep"].split("; "))),
        first=numbers["first"],
        size=numbers["size"],
        tests=numbers["tests"] or 0,
        done=fields["stands"] == "done",
        lines=tuple(lines),
        drops=tuple(drops),
    )


def _why(proof: Proof) -> Iterator[str]:
    yield _KINDS[proof.kind]
    if proof.gain is not None:
        yield f"; it weighs {proof.gain:,} bytes"
    if proof.without:
        yield f"; with it go {' '.join(proof.without)}"
    if proof.reason:
        yield f"; it said: {_flat(proof.reason)}"


def _flat(text: str) -> str:
    """A text in one line, whatever it was."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _bytes(size: int | None) -> str:
    return "" if size is None else f"{size:,} bytes"


def _number(text: str | None) -> int | None:
    digits = (text or "").replace(",", "")
    return int(digits) if re.fullmatch(r"-?[0-9]+", digits) else None
