"""One config of which some answers are left open: what is the same whichever of them are n.

Enters: a Program, a flat ConfigSource, and what is answered n, or may be n or as it is, in which lanes. Leaves:
`Surely`: what each plane may and must be, and the lanes in which a symbol surely has another value than given. Must
hold: what is sure is so in every config that the open answers allow; what is not may be sure nevertheless.

Every plane is two: what may be 1 and what must be (Kleene's logic). A number, a text or a choice is in doubt where
anything that it reads is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import and_, or_

from analyzer.configs.answers import Answers, accept, prepare
from analyzer.configs.program import Program
from analyzer.configs.run import Planes
from analyzer.configs.steps import Runner
from analyzer.model.config import ConfigSource
from analyzer.model.kconfig import KconfigModel, OutOfRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Surely:
    """What holds for sure in each lane: `must` and `may` are planes by slot, `doubtful` the lanes of each step."""

    program: Program
    ones: int
    must: Planes
    may: Sequence[int]
    doubtful: Sequence[int]

    def differing(self, values: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        """The names that surely have another value than in `values` in some lanes, and these lanes."""
        must, may, ones = self.must.gates, self.may, self.ones
        for name, (hi, lo) in self.program.values.items():
            value = values[name]
            other = must[lo] if value == "n" else ones & ~may[hi] if value == "y" else ones & ~may[lo] | must[hi]
            if other:
                yield name, other
        for name, step in self.program.texts.items():
            other = ones & ~self.must.lanes(name, values[name]) & ~self.doubtful[step]
            if other:
                yield name, other


class Doubt:
    """Runs one source with answers left open."""

    def __init__(self, model: KconfigModel, program: Program, source: ConfigSource) -> None:
        self._program = program
        self._base = prepare(program, model, [(source, accept(model, source.assignments))])
        self._drops = model.dialect.out_of_range is OutOfRange.DROPPED

    def run(self, count: int, off: Mapping[str, int], open_: Mapping[str, int]) -> Surely:
        """`count` lanes: the symbols of `off` are answered n in the lanes given there, those of `open_` are n or as
        they are. None of them is a member of a choice."""
        ones = (1 << count) - 1
        may = [0, ones, *(ones if plane else 0 for plane in self._base.planes)]
        must = [*may]
        for name, lanes in open_.items():
            given = self._program.inputs[name]
            may[given.assigned] |= lanes
            for slot in {given.lo, given.hi}:
                must[slot] &= ~lanes
        for name, lanes in off.items():
            given = self._program.inputs[name]
            for values in (may, must):
                values[given.assigned] |= lanes
                for slot in {given.lo, given.hi}:
                    values[slot] &= ~lanes
        return self._evaluated(may, must, ones)

    def _evaluated(self, may: list[int], must: list[int], ones: int) -> Surely:
        steps = self._program.steps
        answers = Answers(
            planes=(),
            ones=ones,
            texts={name: tuple((text, ones) for text, _ in found) for name, found in self._base.texts.items()},
            orders={key: tuple((order, ones) for order, _ in found) for key, found in self._base.orders.items()},
            checked=ones if self._base.checked else 0,
        )
        runner = Runner(self._program, answers, answers.checked if self._drops else 0)
        doubtful = [0] * len(steps)
        for level in self._program.circuit.levels:
            for operation, (left, right) in ((and_, level.ands), (or_, level.ors)):
                for values in (may, must):
                    values.extend([operation(values[a], values[b]) for a, b in zip(left, right, strict=True)])
            lower = [ones ^ may[slot] for slot in level.nots]
            may.extend([ones ^ must[slot] for slot in level.nots])
            must.extend(lower)
            for number, _ in level.steps:
                doubt = 0
                for slot in steps[number].reads:
                    doubt |= may[slot] ^ must[slot]
                for earlier in steps[number].after:
                    doubt |= doubtful[earlier]
                doubtful[number] = doubt
                found = runner.step(number, must)
                may.extend([plane | doubt for plane in found])
                must.extend([plane & ~doubt for plane in found])
        planes = Planes(program=self._program, ones=ones, gates=must, texts=tuple(runner.texts))
        return Surely(program=self._program, ones=ones, must=planes, may=may, doubtful=doubtful)
