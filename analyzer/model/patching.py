"""Patches as values, and what becomes of files to which they are applied.

Enters: nothing. Leaves: `Patch` with its `FilePatch`es and hunks; `Outcome`. Must hold: a line of a hunk knows where it
stands in the input; a text that is None is a file that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal["changed", "added", "removed", "renamed", "copied"]
LineSign = Literal[" ", "+", "-"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchLine:
    """A line of a hunk: kept, added or taken out, where it stands in the input, and its numbers in the file before and
    after (0: it is not there). `ended` is False for a last line without a newline."""

    sign: LineSign
    text: str
    at: int
    old: int
    new: int
    ended: bool = True

    @property
    def whole(self) -> str:
        """The line with its end."""
        return f"{self.text}\n" if self.ended else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchHunk:
    """A hunk of a patch to the file `path` (`old_path` before it): `section` stands behind the second @@, `kind` is
    what becomes of the file as a whole. `old_first` and `new_first` are where it begins before and after (from 1)."""

    path: str
    old_path: str
    kind: ChangeKind
    section: str
    lines: tuple[PatchLine, ...]
    old_first: int = 1
    new_first: int = 1

    @property
    def at(self) -> int:
        """Where its own first line stands in the input, the one with the numbers."""
        return min((line.at for line in self.lines), default=1) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One run of changed lines: `old_count` lines from `old_first` became `new_count` lines from `new_first` (from 1).

    With a count of 0, the first is the line before which the lines of the other side stand.
    """

    old_first: int
    old_count: int
    new_first: int
    new_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """What one patch does to one file; `line` is where its header stands. `old_path` is set for renames and copies."""

    path: str
    line: int
    kind: ChangeKind = "changed"
    old_path: str | None = None
    binary: bool = False
    blocks: tuple[Block, ...] = ()
    hunks: tuple[PatchHunk, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One patch of a series: `title` as its mail or its first line has it, `name` the input that it stands in."""

    title: str
    name: str
    files: tuple[FilePatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A hunk of `path` (line `at` of the input `name`) that stands elsewhere than it says, or not quite: it begins in
    line `line` of the file, `offset` lines from where it was expected, with so many context lines left out (`fuzz`)."""

    name: str
    path: str
    at: int
    line: int
    offset: int
    fuzz: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A hunk of `path` (line `at` of the input `name`) that fits nowhere, with the `reason` in one line: what the tree
    has there."""

    name: str
    path: str
    at: int
    reason: str

    def line(self) -> str:
        """As compilers write it."""
        return f"{self.name}:{self.at}: {self.path}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What patches make of a tree: `texts` of the files that they touch (None: gone), hunks that `landed` elsewhere,
    what was `rejected`, and binary files that were `passed` over."""

    texts: Mapping[str, str | None]
    landed: tuple[Landed, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """A file before and after; None where it is not there."""

    path: str
    before: str | None
    after: str | None
