"""Patches applied to a tree's files in memory.

Enters: patches in order, what reads a file of the tree. Leaves: `Outcome`. Must hold: a hunk lands where patch(1) puts
it, with as many context lines left out; what is refused of one file changes nothing of what is told of others.

Source: GNU patch 2.7.6, patch.c (main). The renames of one patch are of the tree before it, as git's apply.c has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from analyzer.model.patching import (
    ChangeKind,
    FilePatch,
    Landed,
    LineSign,
    Outcome,
    Patch,
    PatchHunk,
    PatchLine,
    Rejected,
)
from analyzer.model.series import Series
from analyzer.series.place import changed, locate, near, split

FUZZ = 2
"""Context lines that may be left out, as patch(1) has it."""

Read = Callable[[str], str | None]
"""The text of a file of the tree; None where there is none."""


def apply(patches: Iterable[Patch], read: Read, fuzz: int = FUZZ) -> Outcome:
    """What `patches` make of the tree that `read` reads, each upon those before it; a hunk lands with at most `fuzz`
    context lines left out."""
    run = _Run(read, fuzz)
    for patch in patches:
        run.take(patch)
    passed = tuple(dict.fromkeys(run.passed))
    return Outcome(texts=run.texts, landed=tuple(run.landed), rejected=tuple(run.rejected), passed=passed)


def reverse(patches: Sequence[Patch]) -> tuple[Patch, ...]:
    """The patches that take back what `patches` did."""
    return tuple(replace(one, files=tuple(_reversed(file) for file in reversed(one.files))) for one in patches[::-1])


def reversed_series(one: Series) -> Series:
    """A series that takes back what `one` does."""
    return replace(one, patches=reverse(one.patches))


class _Run:
    """Patches under way: `texts` are the files as they are by now."""

    def __init__(self, read: Read, fuzz: int) -> None:
        self._read = read
        self._fuzz = fuzz
        self.texts: dict[str, str | None] = {}
        self.landed: list[Landed] = []
        self.rejected: list[Rejected] = []
        self.passed: list[str] = []

    def take(self, patch: Patch) -> None:
        """Apply one patch. A name that it gives to another file stands, where it is renamed, for the file that had it
        before."""
        before = dict(self.texts)
        given: set[str] = set()
        for file in patch.files:
            old = file.old_path or file.path
            moved = file.old_path is not None
            text = self._text(old, before if moved and old in given else self.texts)
            if file.binary:
                self._pass(file)
            elif (made := self._made(patch, file, text)) is not None:
                if file.kind == "renamed" and old not in given:
                    self.texts[old] = None
                self.texts[file.path] = None if file.kind == "removed" else made
                given |= {file.path} if moved or file.kind == "added" else set()

    def _text(self, path: str, texts: dict[str, str | None]) -> str | None:
        return texts[path] if path in texts else self._read(path)

    def _pass(self, file: FilePatch) -> None:
        """What a binary file holds is nobody's matter here, only whether it is there."""
        self.passed.append(file.path)
        if file.kind == "removed":
            self.texts[file.path] = None

    def _made(self, patch: Patch, file: FilePatch, text: str | None) -> str | None:
        """The text that `file` makes; None where it was refused as a whole."""
        if file.kind == "added" and text:
            self._refuse(patch, file, "the tree has this file already")
            return None
        begins = bool(file.hunks) and all(line.sign == "+" for line in file.hunks[0].lines)
        if text is None and not (file.kind == "added" or (file.kind == "changed" and begins)):
            self._refuse(patch, file, f"the tree has no {file.old_path or file.path}")
            return None
        made, refused = self._through(patch, file.hunks, split(text or ""))
        if file.kind == "removed" and file.hunks and made and not refused:
            more = f"{len(made)} more line{'s' * (len(made) != 1)}"
            self._refuse(patch, file, f"is to be removed, but the tree's has {more}")
            return None
        return "".join(made)

    def _through(self, patch: Patch, hunks: Sequence[PatchHunk], lines: Sequence[str]) -> tuple[list[str], bool]:
        """The lines after `hunks`, and whether any of these was rejected."""
        made: list[str] = []
        frozen = shift = 0
        refused = False
        for hunk in hunks:
            place = locate(hunk, lines, frozen=frozen, shift=shift, fuzz=self._fuzz)
            if place is None:
                refused = True
                reason = near(hunk, lines, shift)
                self.rejected.append(Rejected(name=patch.name, path=hunk.path, at=hunk.at, reason=reason))
                continue
            shift += place.offset
            if place.fuzz or shift:
                line = place.first + 1 + len(made) - frozen
                where = Landed(name=patch.name, path=hunk.path, at=hunk.at, line=line, offset=shift, fuzz=place.fuzz)
                self.landed.append(where)
            more, frozen = changed(hunk, lines, place, frozen)
            _join(made, more)
        _join(made, lines[frozen:])
        return made, refused

    def _refuse(self, patch: Patch, file: FilePatch, reason: str) -> None:
        """Refuse a file as a whole: a line for each of its hunks would say the same."""
        at = file.hunks[0].at if file.hunks else file.line
        self.rejected.append(Rejected(name=patch.name, path=file.path, at=at, reason=reason))


def _join(made: list[str], more: Sequence[str]) -> None:
    """Append lines; what is followed by another has an end."""
    for line in more:
        if made and not made[-1].endswith("\n"):
            made[-1] += "\n"
        made.append(line)


_KINDS: dict[ChangeKind, ChangeKind] = {"added": "removed", "removed": "added", "copied": "removed"}
_SIGNS: dict[LineSign, LineSign] = {"+": "-", "-": "+", " ": " "}


def _reversed(file: FilePatch) -> FilePatch:
    kind = _KINDS.get(file.kind, file.kind)
    if file.kind == "copied":
        # What it was copied from stays.
        return replace(file, kind=kind, old_path=None, hunks=())
    path = file.old_path or file.path
    old = file.path if file.old_path is not None else None
    return replace(file, path=path, old_path=old, kind=kind, hunks=tuple(_turned(hunk, kind) for hunk in file.hunks))


def _turned(hunk: PatchHunk, kind: ChangeKind) -> PatchHunk:
    """A hunk the other way round; of a run of changes, what is taken out comes first."""
    turned = [replace(line, sign=_SIGNS[line.sign], old=line.new, new=line.old) for line in hunk.lines]
    lines: list[PatchLine] = []
    run: list[PatchLine] = []
    for line in turned:
        if line.sign == " ":
            lines += [*sorted(run, key=lambda one: one.sign == "+"), line]
            run = []
        else:
            run.append(line)
    lines += sorted(run, key=lambda one: one.sign == "+")
    return replace(
        hunk,
        path=hunk.old_path,
        old_path=hunk.path,
        kind=kind,
        lines=tuple(lines),
        old_first=hunk.new_first,
        new_first=hunk.old_first,
    )
