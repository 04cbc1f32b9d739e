"""Where a hunk belongs in a file.

Enters: a hunk, the lines of a file with their ends, what hunks before it have done. Leaves: a `Place`, or in words what
the file has where the hunk should be. Must hold: the order in which places are tried is patch(1)'s, so that of several
that fit the same one is taken.

Source: GNU patch 2.7.6, patch.c (locate_hunk, patch_match, apply_hunk).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from analyzer.model.patching import PatchHunk

_SHOWN = 60
"""Characters of a line that is cited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The line (from 0) where a hunk begins, how far that is from where it was looked for first, and how many context
    lines were left out."""

    first: int
    offset: int
    fuzz: int


def split(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def locate(hunk: PatchHunk, lines: Sequence[str], *, frozen: int, shift: int, fuzz: int) -> Place | None:
    """Where a hunk goes into `lines`, of which the first `frozen` are done; `shift` is by how much those before it
    stood elsewhere than they said. None: nowhere, with at most `fuzz` context lines left out."""
    wanted = [line.whole for line in hunk.lines if line.sign != "+"]
    if not wanted:
        return Place(first=hunk.old_first + shift - 1, offset=0, fuzz=0)
    before = _context(hunk.lines)
    behind = _context(hunk.lines[::-1])
    search = _Search(wanted, lines, hunk.old_first, shift, frozen, before, behind)
    for left_out in range(min(fuzz, max(before, behind)) + 1):
        if (offset := search.offset(left_out)) is not None:
            return Place(first=search.guess + offset - 1, offset=offset, fuzz=left_out)
    return None


def _context(lines: Sequence[object]) -> int:
    return sum(1 for _ in takewhile(lambda line: getattr(line, "sign", "") == " ", lines))


class _Search:
    """Places counted from 1, as patch(1) does."""

    def __init__(
        self, wanted: Sequence[str], lines: Sequence[str], first: int, shift: int, frozen: int, before: int, behind: int
    ) -> None:
        self._wanted = wanted
        self._lines = lines
        self._first = first
        self._frozen = frozen
        self._before = before
        self._behind = behind
        self.guess = first + shift

    def offset(self, fuzz: int) -> int | None:
        """How far from the guess it fits, with `fuzz` context lines left out at the longer end, and at the other as
        many as make both alike."""
        context = max(self._before, self._behind)
        head, tail = fuzz + self._before - context, fuzz + self._behind - context
        size, count = len(self._lines), len(self._wanted)
        # Of context that is shorter at one end, the file is there to begin or end.
        if head < 0 and self._first <= 1:
            whole = tail >= 0 or (count == size and self._before >= self._frozen)
            fits = whole and self._frozen <= self._before and self._fits(1, 0, max(tail, 0))
            return 1 - self.guess if fits else None
        head = max(head, 0)
        if tail < 0:
            last = size - count + 1
            return last - self.guess if last > self._frozen and self._fits(last, head, 0) else None
        most = size - (count - tail) + 1
        least = max(self._frozen + 1, 1)
        return next(
            (at - self.guess for at in _outwards(self.guess, least, most) if self._fits(at, head, tail)),
            None,
        )

    def _fits(self, first: int, head: int, tail: int) -> bool:
        stop = len(self._wanted) - tail
        begin = first - 1
        if begin < 0 or begin + stop > len(self._lines):
            return False
        return self._lines[begin + head : begin + stop] == self._wanted[head:stop]


def _outwards(guess: int, least: int, most: int) -> Iterator[int]:
    """From `guess` to both sides; of two as far away the later one comes first."""
    # A hunk may name a line far beyond the file.
    nearest = max(least - guess, guess - most, 0)
    for offset in range(nearest, max(most - guess, guess - least) + 1):
        if least <= guess + offset <= most:
            yield guess + offset
        if offset and least <= guess - offset <= most:
            yield guess - offset


def changed(hunk: PatchHunk, lines: Sequence[str], place: Place, frozen: int) -> tuple[list[str], int]:
    """The lines from `frozen` to the hunk's last change as it leaves them, and how many of the file's are done then.
    What is kept is kept as the file has it."""
    made: list[str] = []
    at = place.first
    for line in hunk.lines:
        if line.sign == " ":
            at += 1
            continue
        made += lines[frozen:at]
        frozen = max(frozen, at)
        if line.sign == "+":
            made.append(line.whole)
        else:
            at += 1
            frozen = at
    return made, frozen


def near(hunk: PatchHunk, lines: Sequence[str], shift: int) -> str:
    """What the file has where a hunk that fits nowhere should be: the first line that is another one, at the place
    where most of its lines are (of several, the nearest to where it says)."""
    wanted = [line for line in hunk.lines if line.sign != "+"]
    where: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        where.setdefault(line.strip(), []).append(number)
    votes: Counter[int] = Counter()
    for number, one in enumerate(wanted):
        if one.text.strip():
            votes.update(at - number for at in where.get(one.text.strip(), ()))
    if not votes:
        return "does not fit: none of the lines that it expects is there"
    guess = hunk.old_first + shift - 1
    begin = min(votes, key=lambda at: (-votes[at], abs(at - guess)))
    for number, one in enumerate(wanted):
        at = begin + number
        there = lines[at] if 0 <= at < len(lines) else None
        if there != one.whole:
            told = "the end of the file" if there is None else _cited(there)
            return f"does not fit: line {at + 1} of the tree is {told}, not {_cited(one.text)}"
    return "does not fit: its lines are there, but before those of another hunk"


def _cited(line: str) -> str:
    text = line.strip()
    return f"{text[:_SHOWN]!r}" + ("…" if len(text) > _SHOWN else "") if text else "empty"
