"""What one tree says of a symbol, and how it speaks against the symbol of another tree.

Enters: the `Trace` of a symbol in each tree. Leaves: whether their names or prompts rule each other out. Must hold:
nothing is counted here, only told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from analyzer.deps.similarity import words
from analyzer.model.upgrade import Trace

_DENIALS = frozenset({"no", "without", "disable", "disabled", "skip", "ignore"})


_TESTS = frozenset({"test", "tests", "selftest", "selftests", "kunit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one tree tells: its symbols, and for each object the symbols that makefile lines ask, the innermost last."""

    symbols: Mapping[str, Trace]
    needs: Mapping[str, tuple[str, ...]]


Moves = Mapping[str, Sequence[tuple[str, float]]]
"""For objects of the old tree whose source is gone: objects of the new one whose source has its lines, and how many."""


def indexed(symbols: Mapping[str, Trace], keys: Callable[[Trace], Iterable[str]]) -> Mapping[str, Sequence[str]]:
    """The names of the symbols that have each key."""
    found: dict[str, list[str]] = {}
    for name, one in symbols.items():
        for key in keys(one):
            found.setdefault(key, []).append(name)
    return found


def denies(one: Trace) -> bool:
    """Whether y means that something is not there."""
    return bool(_DENIALS & {*words(one.name), *words(one.prompt)[:1]})


def is_test(one: Trace) -> bool:
    """Whether it is the option of a test."""
    return bool(_TESTS & {*words(one.name)})


def has_other_word(old: str, new: str) -> bool:
    """Whether each name has a word that the other lacks."""
    one, other = {*words(old)}, {*words(new)}
    return bool(one - other and other - one)


def has_other_figures(old: Trace, new: Trace, *, whole: bool) -> bool:
    """Whether each name has a word with digits that the other lacks, which tells one device from another; unless
    `whole`, one that begins so will do."""
    one, other = ({word for word in words(name) if any(map(str.isdigit, word))} for name in (old.name, new.name))

    def lacks(word: str, among: set[str]) -> bool:
        if whole:
            return word not in among
        return not any(word.startswith(known) or known.startswith(word) for known in among)

    return any(lacks(word, other) for word in one) and any(lacks(word, one) for word in other)


def some(names: Iterable[str]) -> str:
    """The first three of many names, and how many there are."""
    found = sorted(names)
    return ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
