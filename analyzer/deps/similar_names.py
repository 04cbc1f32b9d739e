"""Names that another name may have meant.

Enters: the names of a tree's symbols, and one that is not among them. Leaves: the one that is near, or nothing. Must
hold: what is called near has the same letters, or the same words but for one, and that one is added, left out, or
nearly the same; a name that merely looks alike is none. Every command that meets an unknown name asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

_SHARED = 3
"""Words that a name with one more or one less has in common at least."""
_CONTAINED = 4
"""Letters of a word that another one may hold as it stands (TABLE, EXTABLE)."""
_SHORT = 2
"""Letters of a word that may lack its last one (OP, OPS)."""

Words = tuple[str, ...]


class SimilarNames:
    """The names of one tree, by their words."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {tuple(name.split("_")): name for name in names}
        self._sorted = {tuple(sorted(words)): name for words, name in self._names.items()}
        self._joined = {name.replace("_", "").upper(): name for name in self._names.values()}
        self._without: dict[tuple[int, Words], list[Words]] = {}
        for words in self._names:
            for place in range(len(words)):
                self._without.setdefault((place, _left(words, place)), []).append(words)

    def to(self, name: str) -> str:
        """The one name near `name`, "" where there is none, or more than one of a kind."""
        words = tuple(name.upper().split("_"))
        if found := self._sorted.get(tuple(sorted(words))):
            return found
        if found := self._joined.get("".join(words)):
            return found
        for kind in (self._respelled(words), self._shorter(words), self._longer(words)):
            found_here = dict.fromkeys(kind)
            if found_here:
                return self._names[next(iter(found_here))] if len(found_here) == 1 else ""
        return ""

    def _respelled(self, words: Words) -> Iterator[Words]:
        for place, word in enumerate(words):
            for other in self._without.get((place, _left(words, place)), ()):
                if _is_near(word, other[place]):
                    yield other

    def _shorter(self, words: Words) -> Iterator[Words]:
        for place in range(len(words)):
            if len(words) > _SHARED and (left := _left(words, place)) in self._names:
                yield left

    def _longer(self, words: Words) -> Iterator[Words]:
        if len(words) >= _SHARED:
            for place in range(len(words) + 1):
                yield from self._without.get((place, words), ())


def hint(name: str, known: Iterable[str]) -> str:
    """A hint that names what `name` may have meant: `did you mean X?`, or `""` where nothing is near."""
    near = _of(frozenset(known)).to(name)
    return f"did you mean {near}?" if near else ""


@lru_cache(maxsize=2)
def _of(names: frozenset[str]) -> SimilarNames:
    return SimilarNames(sorted(names))


def _left(words: Words, place: int) -> Words:
    return words[:place] + words[place + 1 :]


def _is_near(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    if not short or short.isdigit() or long.isdigit():
        return False
    if len(short) >= _CONTAINED and short in long:
        return True
    # One letter more, less, other, or two in each other's place; of short words only their end, or the order.
    if len(long) - len(short) > 1:
        return False
    if len(long) < _CONTAINED:
        return (len(short) >= _SHORT and long.startswith(short)) or (
            len(long) >= _SHORT and sorted(short) == sorted(long) and not any(map(str.isdigit, long))
        )
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest, longer = short[at:], long[at:]
    swapped = longer[:2] == rest[:2][::-1] and longer[2:] == rest[2:]
    return longer[1:] == (rest[1:] if len(short) == len(long) else rest) or swapped
