"""The fewest symbols that change where answers are turned to n so that a symbol goes: an optimum, and so a proof.

Enters: a Program, a flat ConfigSource, the symbol, the answers that may be turned to n. Leaves: how many other symbols
change at least. Must hold: no set of these answers does it with fewer; a number, a text or a choice's pick that may
come out otherwise is left free, so that a set may need more.

MaxSAT, over one bit per answer: what is sure whatever is turned off (`three_valued.py`) is written down as it is, the
gates in doubt become clauses, and every symbol is wished to stay. RC2 of python-sat solves it: it raises a lower bound
core by core, so it may stop as soon as the bound is enough. A. Ignatiev, A. Morgado, J. Marques-Silva, "RC2: an
Efficient MaxSAT Solver", JSAT 11 (2019).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF

from analyzer.configs.program import Program, TextStep
from analyzer.configs.three_valued import Doubt, Surely
from analyzer.model.config import ConfigSource
from analyzer.model.kconfig import KconfigModel

_TRUE = 1
_CORES = 2000
"""Cores after which the bound is told as it is."""


class Fewest:
    """The question, for one source."""

    def __init__(self, model: KconfigModel, program: Program, source: ConfigSource) -> None:
        self._program = program
        self._doubt = Doubt(model, program, source)

    def changes(self, name: str, users: Iterable[str], values: Mapping[str, str], enough: int) -> float:
        """How many others than `name` change at least where it is n and any of `users` are answered n besides; inf
        where it never is n. `values` are those of the source. What is `enough` or more may be less than the optimum.
        """
        answered = {name: 1} if name in self._program.inputs else {}
        users = [user for user in users if user != name]
        sure = self._doubt.run(1, answered, dict.fromkeys(users, 1))
        fixed = sum(other != name for other, _ in sure.differing(values))
        if fixed >= enough:
            return fixed
        return fixed + _optimum(_Clauses(self._program, sure, users), name, values, enough - fixed)


class _Clauses:
    """The gates that are in doubt; `literals` gives that of each slot."""

    def __init__(self, program: Program, sure: Surely, users: Iterable[str]) -> None:
        self.program, self.sure = program, sure
        self.top = _TRUE
        self.hard: list[list[int]] = [[_TRUE]]
        self.literals: list[int] = []
        turned: dict[int, int] = {}
        for user in users:
            given, off = program.inputs[user], self.variable()
            turned |= {given.hi: -off, given.lo: -off, given.assigned: off}
        for slot in range(program.circuit.inputs + 2):
            self._put(turned.get(slot, 0))
        self._gates()

    def variable(self) -> int:
        """A new one."""
        self.top += 1
        return self.top

    def _known(self, slot: int) -> int:
        """The literal of a slot that is sure; 0: it is in doubt."""
        return _TRUE if self.sure.must.gates[slot] & 1 else 0 if self.sure.may[slot] & 1 else -_TRUE

    def _put(self, literal: int) -> None:
        self.literals.append(self._known(len(self.literals)) or literal or self.variable())

    def _gates(self) -> None:
        literals = self.literals
        for kind, left, right in self.program.circuit.walk():
            if kind == "and":
                self._gate(literals[left], literals[right], 1)
            elif kind == "or":
                self._gate(-literals[left], -literals[right], -1)
            elif kind == "not":
                literals.append(-literals[left])
            else:
                for _ in range(right):
                    self._put(0)

    def _gate(self, a: int, b: int, sign: int) -> None:
        """`a` and `b`; with -1 as sign what they are not."""
        known = self._known(len(self.literals))
        if known:
            self.literals.append(known)
        elif _TRUE in (a, b):
            self.literals.append(sign * (b if a == _TRUE else a))
        else:
            both = sign * self.variable()
            self.hard += ([-sign * both, a], [-sign * both, b], [sign * both, -a, -b])
            self.literals.append(both)

    def stays(self, values: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        """The symbols in doubt, each with a literal that can hold only while the value is as it was."""
        for name, planes in self.program.values.items():
            value = values[name]
            same = dict.fromkeys(
                self.literals[slot] * (1 if on else -1)
                for slot, on in zip(planes, (value == "y", value != "n"), strict=True)
            )
            same.pop(_TRUE, None)
            if same and -_TRUE not in same:
                yield name, self._all(list(same))
        for name, number in self.program.texts.items():
            step = self.program.steps[number]
            # Where nobody may set it and no default counts it is empty, or what a range makes of that; what else may
            # change it is left open.
            if isinstance(step, TextStep) and self.sure.doubtful[number] & 1 and values[name] != step.empty:
                given = (*(one.condition for one in step.defaults), *(one.condition for one in step.ranges))
                some = [self.literals[slot] for slot in (step.visible, *given)]
                if _TRUE not in some:
                    kept = self.variable()
                    self.hard.append([-kept, *some])
                    yield name, kept

    def _all(self, same: list[int]) -> int:
        if len(same) == 1:
            return same[0]
        kept = self.variable()
        self.hard += [[-kept, literal] for literal in same]
        return kept


def _optimum(clauses: _Clauses, name: str, values: Mapping[str, str], enough: int) -> float:
    formula = WCNF()
    for other, literal in clauses.stays(values):
        if other != name:
            formula.append([literal], weight=1)
    for clause in (*clauses.hard, [-clauses.literals[clauses.program.values[name][1]]]):
        formula.append(clause)
    with _Bounded(formula, solver="g4", adapt=True, trim=5) as found:
        found.enough = enough
        return inf if found.compute() is None and not found.interrupted else float(found.cost)


class _Bounded(RC2):  # type: ignore[misc]
    """Stops once the bound is `enough`, or after many cores."""

    enough = 0
    cores = 0

    def process_core(self) -> None:
        super().process_core()
        self.cores += 1
        self.interrupted = self.cost >= self.enough or self.cores >= _CORES
