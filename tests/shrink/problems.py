"""Problems without kernels: lines that need others, and what is good.

Enters: for each line the lines that it needs, the lines that have to stay. Leaves: a resolver and a judge, both of
which count what they are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from analyzer.model.shrink import Asked, Judged, Left
from analyzer.shrink.search import Search


class Problem:
    """`needs` are of each line those that it needs to come true, `good` says what is good, `weights` the bytes."""

    def __init__(
        self,
        needs: Mapping[str, Sequence[str]],
        good: Callable[[Asked], bool],
        weights: Mapping[str, int] | None = None,
        keep: Asked = frozenset(),
    ) -> None:
        self._needs = needs
        self._good = good
        self._keep = keep
        self._weights = weights or {}
        self.asked: list[Asked] = []

    def true(self, lines: Asked) -> Asked:
        """The lines that come true."""
        found = lines
        while void := [name for name in found if not found.issuperset(self._needs.get(name, ()))]:
            found = found.difference(void)
        return found

    def size(self, true: Asked) -> int:
        """What lines that come true weigh."""
        return 1000 + sum(self._weights.get(name, 1) for name in true)

    def resolve(self, sets: Sequence[Asked]) -> list[Left | None]:
        """As the search asks it."""
        found = [self.true(one) for one in sets]
        return [Left(key=" ".join(sorted(one)), lines=one) if one >= self._keep else None for one in found]

    def judge(self, lines: Asked) -> Judged:
        """As a build and a boot would."""
        found = self.true(lines)
        assert found not in self.asked, "asked twice"
        self.asked.append(found)
        return Judged(good=self._good(found), size=self.size(found), reason="" if self._good(found) else "it fails")

    def search(
        self, weights: Mapping[str, float] | None = None, chances: Mapping[str, float] | None = None, most: int = 1000
    ) -> Search:
        """A search, run to its end or for so many tests."""
        search = Search(frozenset(self._needs), weights or {}, chances or {}, self.resolve)
        for _ in range(most):
            if (wanted := search.following()) is None:
                break
            search.tell(self.judge(wanted))
        return search
