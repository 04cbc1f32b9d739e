"""How much two texts have in common.

Enters: all texts that are compared, as words. Leaves: a share for two of them. Must hold: a word counts the more the
fewer texts have it; a text is wholly like itself, and an empty one like none.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Set

_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a name or a sentence, each once, in their order."""
    return tuple(dict.fromkeys(_WORD.findall(text.casefold().replace("_", " "))))


class Texts:
    """All texts of one kind."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        counts: Counter[str] = Counter()
        many = 0
        for text in texts:
            counts.update(text)
            many += 1
        self._weights = {word: math.log((many + 1) / count) for word, count in counts.items()}
        self._most = math.log(many + 1)

    def alike(self, a: Iterable[str], b: Iterable[str]) -> float:
        """From 0 to 1: what the shared words weigh of what all words of both weigh."""
        one, other = frozenset(a), frozenset(b)
        return self._weigh(one & other) / (self._weigh(one | other) or 1.0)

    def _weigh(self, some: Set[str]) -> float:
        return math.fsum(self._weights.get(word, self._most) for word in some)
