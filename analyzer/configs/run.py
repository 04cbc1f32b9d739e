"""Running a Program: all lanes of all symbols in one pass.

Enters: a Program, Answers. Leaves: `Planes`. Must hold: lanes never touch each other, and every lane of a text symbol
has exactly one text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from analyzer.configs.answers import Answers
from analyzer.configs.program import Program
from analyzer.configs.steps import Gates, Runner, Texts
from analyzer.configs.wide import Wide
from analyzer.model.expr import Tristate


@dataclass(frozen=True, slots=True, kw_only=True)
class Planes:
    """The result of a run: the planes of all gates by slot, and the texts by step. `ones` has a bit for every lane.
    Where the program is of some symbols only, `rest` gives the same run of all; what is asked of one lane asks there
    for what is not here."""

    program: Program
    ones: int
    gates: Gates
    texts: Sequence[Texts]
    rest: Callable[[], Planes] | None = None

    def value(self, name: str, lane: int) -> str:
        """The value of a symbol in one lane, as text."""
        tri = self.program.values.get(name)
        if tri is not None:
            gates = self.gates
            return "nmy"[(gates[tri[0]] >> lane & 1) + (gates[tri[1]] >> lane & 1)]
        step = self.program.texts.get(name)
        if step is None and self.rest is not None:
            return self.rest().value(name, lane)
        # A symbol without a type stands for its own name (sym_calc_value()).
        return name if step is None else next(text for text, mask in self.texts[step] if mask >> lane & 1)

    def lanes(self, name: str, value: str) -> int:
        """The lanes in which a symbol has a value, as text."""
        tri = self.program.values.get(name)
        if tri is not None:
            hi, lo = self.gates[tri[0]], self.gates[tri[1]]
            return hi if value == "y" else lo & ~hi if value == "m" else self.ones & ~lo if value == "n" else 0
        step = self.program.texts.get(name)
        if step is None:
            return self.ones if value == name else 0
        return next((mask for text, mask in self.texts[step] if text == value), 0)

    def differing(self, values: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        """The names whose value is another than in `values` in some lanes, and these lanes."""
        gates, ones = self.gates, self.ones
        known = dict(values.items())
        for name, (hi, lo) in self.program.values.items():
            value = known[name]
            differ = gates[lo] if value == "n" else ones ^ gates[hi] if value == "y" else ones & ~gates[lo] | gates[hi]
            if differ:
                yield name, differ
        for name in self.program.texts:
            differ = ones & ~self.lanes(name, known[name])
            if differ:
                yield name, differ

    def shown(self, name: str, lane: int) -> Tristate:
        """How far a symbol's prompt shows in one lane."""
        return self.tristate(self.program.visible[name], lane)

    def values(self, names: Collection[str], lane: int) -> Mapping[str, str]:
        """The values of all `names` in one lane, as text, each read when asked."""
        return _Values(self, names, lane)

    def names(self, slots: Mapping[str, int]) -> NamesByLane:
        """The names whose plane has a lane's bit, for every lane."""
        return NamesByLane(self, slots)

    def tristate(self, tri: tuple[int, int], lane: int) -> Tristate:
        """The value of a pair of planes in one lane."""
        return Tristate((self.gates[tri[0]] >> lane & 1) + (self.gates[tri[1]] >> lane & 1))


class _Values(Mapping[str, str]):
    """The values of some symbols in one lane, each read when asked; `items` reads all at once, which costs half."""

    def __init__(self, planes: Planes, names: Collection[str], lane: int) -> None:
        self._planes = planes
        self._names = names
        self._lane = lane

    def __getitem__(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(name)
        return self._planes.value(name, self._lane)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def items(self) -> ItemsView[str, str]:
        """As of any mapping."""
        if self._planes.rest is not None:
            return self._planes.rest().values(self._names, self._lane).items()
        gates, tris, bit = self._planes.gates, self._planes.program.values, 1 << self._lane
        found = {}
        for name in self._names:
            tri = tris.get(name)
            if tri is None:
                found[name] = self._planes.value(name, self._lane)
            else:
                found[name] = "n" if not gates[tri[1]] & bit else "y" if gates[tri[0]] & bit else "m"
        return found.items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class NamesByLane:
    """For each lane, the names whose plane has its bit; what all lanes share is looked at once."""

    def __init__(self, planes: Planes, slots: Mapping[str, int]) -> None:
        found = [(name, planes.gates[slot]) for name, slot in slots.items()]
        self._always = frozenset(name for name, plane in found if plane == planes.ones)
        some = [(name, plane) for name, plane in found if plane and plane != planes.ones]
        self._sometimes = [name for name, _ in some]
        self._planes = [plane for _, plane in some]

    def __getitem__(self, lane: int) -> frozenset[str]:
        return self._always.union(compress(self._sometimes, map((1 << lane).__and__, self._planes)))


def run(program: Program, answers: Answers, *, drops_out_of_range: bool, wide: Wide | None = None) -> Planes:
    """Evaluate `program` for all lanes of `answers`; `drops_out_of_range` is the dialect's rule for numbers read.

    With `wide` (see `widened`) only the values are computed, faster for thousands of lanes.
    """
    runner = Runner(program, answers, answers.checked if drops_out_of_range else 0)
    circuit = program.circuit if wide is None else wide
    gates = circuit.run(answers.planes, answers.ones, runner.step)
    return Planes(program=program, ones=answers.ones, gates=gates, texts=tuple(runner.texts))
