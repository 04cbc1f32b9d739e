"""Removes lines while what is left is good.

Enters: lines that are good together, what each weighs and how likely it is needed, a resolver. Leaves: sets of lines to
be judged, one after another; then a set of which no line can go. Must hold: no config is asked about twice, nor one
that cannot hold what is to be kept; that what is bad stays bad with less is only ever a guess, by which tests are
chosen, and what `proofs` calls proved was judged; it ends, whatever is answered.

Groups first: of all groups that one on which the most weight is expected to go, its weight times the chance that none
of it is needed (probabilistic delta debugging: Wang et al., FSE 2021). A group is closed: what does not come true
without a line goes with it. Where a group cannot go, each of its lines is needed more likely by Bayes' rule, and the
next ones are smaller. In the end each line is tried alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy

from analyzer.model.shrink import Asked, Judged, Left, Proof, ProofKind, Step

Resolve = Callable[[Sequence[Asked]], Sequence[Left | None]]
"""What sets of lines resolve to, in one pass; None for one in which what is to be kept does not hold."""

_SURE = 1.0 - 1e-9


class Search:
    """A search that asks (`following`) and is told (`tell`). `weights` are bytes, less than none for a line that saves
    some; `chances` how likely a line is needed."""

    def __init__(
        self, lines: Asked, weights: Mapping[str, float], chances: Mapping[str, float], resolve: Resolve
    ) -> None:
        """The first set to be judged is `lines` itself."""
        self._resolve = resolve
        self._known: dict[Asked, Left | None] = {}
        self._judged: dict[str, Judged] = {}
        self._weights = {name: max(weights.get(name, 0.0), 0.0) for name in lines}
        mean = sum(self._weights.values()) / max(len(lines), 1) or 1.0
        # A line without weight takes as many tests as another one.
        self._weights = {name: weight + mean for name, weight in self._weights.items()}
        self._chances = {name: min(max(chances.get(name, 0.1), 1e-6), 0.99) for name in lines}
        self._saving = frozenset(name for name in lines if weights.get(name, 0.0) < 0)
        self._asked: Asked | None = None
        self._each: tuple[Asked, dict[str, Left | None]] | None = None
        self.best = lines
        self.steps: list[Step] = []
        self._start = self._true(lines).key

    @property
    def key(self) -> str:
        """Of the best set."""
        return self._true(self.best).key

    @property
    def size(self) -> int | None:
        """What the best set weighs; None before it was judged."""
        found = self._judged.get(self.key)
        return found.size if found is not None and found.good else None

    def following(self) -> Asked | None:
        """The next set to be judged; None once no line can go."""
        if self._start not in self._judged:
            self._asked = self.best
            return self.best
        if not self._judged[self._start].good:
            return None
        self._drop_void()
        for wanted in (self._group(), self._single()):
            if wanted is not None:
                self._asked = wanted
                return wanted
        return None

    def tell(self, judged: Judged) -> None:
        """What came of the set that `following` gave."""
        assert self._asked is not None
        asked, self._asked = self._asked, None
        left = self._true(asked)
        smaller = judged.size is None or self.size is None or judged.size <= self.size
        taken = judged.good and smaller
        self._judged[left.key] = judged
        gone = self._gone(left)
        away = tuple(sorted(gone))
        self.steps.append(Step(away=away, left=len(left.lines), key=left.key, judged=judged, taken=taken))
        if taken:
            # A line that does not come true may still say what a choice picks.
            self.best = left.lines if self._true(left.lines).key == left.key else asked
            return
        # At least one of them is needed.
        none = self._odds(gone)
        for name in gone:
            self._chances[name] = min(self._chances[name] / max(1.0 - none, 1e-9), 1.0)
        if len(alone := self.best - asked) == 1:
            self._chances[next(iter(alone))] = 1.0

    def ahead(self, count: int) -> list[Asked]:
        """The sets that `following` gives next, as long as none of them is good; at most so many."""
        other = copy(self)
        other._judged, other._chances, other.steps = dict(self._judged), dict(self._chances), []
        found: list[Asked] = []
        while len(found) < count and (asked := other.following()) is not None:
            found.append(asked)
            other.tell(Judged(good=False))
        return found

    def proofs(self) -> dict[str, Proof]:
        """Why each line of the best set is there."""
        singles = self._without_each()
        found: dict[str, Proof] = {}
        earlier = {step.away: step for step in self.steps if not step.taken and not step.judged.good}
        for name, left in singles.items():
            if left is None:
                found[name] = Proof(kind="keep")
                continue
            away = tuple(sorted(self._gone(left)))
            without = tuple(one for one in away if one != name)
            judged = self._judged.get(left.key)
            if judged is not None and left.key != self.key:
                gain = None if judged.size is None or self.size is None else self.size - judged.size
                kind: ProofKind = "size" if judged.good else "test"
                found[name] = Proof(kind=kind, reason=judged.reason, without=without, gain=gain)
            elif away in earlier:
                found[name] = Proof(kind="earlier", reason=earlier[away].judged.reason, without=without)
            else:
                found[name] = Proof(kind="untried", without=without)
        sure = {name for name, proof in found.items() if proof.kind != "untried"}
        for name, proof in found.items():
            if proof.kind == "untried" and sure.intersection(proof.without):
                found[name] = Proof(kind="lines", without=proof.without)
        return found

    def _true(self, lines: Asked) -> Left:
        found = self._left([lines])[0]
        assert found is not None
        return found

    def _gone(self, left: Left) -> Asked:
        """What came true and does not any more."""
        return self._true(self.best).lines - left.lines

    def _left(self, sets: Sequence[Asked]) -> list[Left | None]:
        fresh = [one for one in dict.fromkeys(sets) if one not in self._known]
        if fresh:
            self._known.update(zip(fresh, self._resolve(fresh), strict=True))
        return [self._known[one] for one in sets]

    def _without_each(self) -> dict[str, Left | None]:
        if self._each is None or self._each[0] != self.best:
            names = sorted(self.best)
            found = dict(zip(names, self._left([self.best - {name} for name in names]), strict=True))
            self._each = self.best, found
        return self._each[1]

    def _drop_void(self) -> None:
        """Lines without which the config is the same go without a test."""
        key = self.key
        while void := [name for name, left in self._without_each().items() if left is not None and left.key == key]:
            together = self.best.difference(void)
            left = self._left([together])[0]
            if left is None or left.key != key:
                # Of some that stand in for each other one has to stay.
                together = self.best - {void[0]}
            self.best = together

    def _group(self) -> Asked | None:
        """The group on which the most is expected; None where that is a line alone."""
        closed = self._closed()
        order = sorted(closed, key=lambda name: (-self._odds(closed[name]), -self._weight(closed[name]), name))
        group: set[str] = set()
        odds, weight, best, end = 1.0, 0.0, 0.0, 0
        for place, name in enumerate(order, start=1):
            for one in closed[name] - group:
                odds *= 1.0 - self._chances[one]
                weight += self._weights[one]
            group |= closed[name]
            if odds * weight > best:
                best, end = odds * weight, place
        while end > 1:
            wanted = self.best.difference(*(closed[name] for name in order[:end]))
            if self._may_ask(wanted):
                return wanted
            # What goes with the group is more than what goes with each of it.
            end -= max(end // 8, 1)
        return None

    def _single(self) -> Asked | None:
        """A line alone that nobody has judged: first that which is most likely not needed, last those that can only be
        proved to be needed."""
        open_ = self._closed()
        singles = self._without_each()
        rest = [name for name, left in singles.items() if left is not None and left.key not in self._judged]

        def order(name: str) -> tuple[float, float, str]:
            left = singles[name]
            assert left is not None
            gone = self._gone(left)
            return (-self._odds(gone) if name in open_ else 1.0, -self._weight(gone), name)

        return self.best - {min(rest, key=order)} if rest else None

    def _closed(self) -> dict[str, Asked]:
        """What goes with each line that may go, as far as is known."""
        found: dict[str, Asked] = {}
        for name, left in self._without_each().items():
            if left is None or left.key in self._judged:
                continue
            gone = self._gone(left)
            if not gone & self._saving and self._odds(gone) > 1.0 - _SURE:
                found[name] = gone
        return found

    def _may_ask(self, wanted: Asked) -> bool:
        left = self._left([wanted])[0]
        if left is None or left.key in self._judged:
            return False
        gone = self._gone(left)
        return not gone & self._saving and self._odds(gone) > 1.0 - _SURE

    def _odds(self, gone: Asked) -> float:
        odds = 1.0
        for name in gone:
            odds *= 1.0 - self._chances[name]
        return odds

    def _weight(self, gone: Asked) -> float:
        return sum(self._weights[name] for name in gone)
