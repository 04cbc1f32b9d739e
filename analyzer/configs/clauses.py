"""A Program as clauses: which planes can be 1 together, in any config.

Enters: a Program. Leaves: `Clauses`, for a SAT solver, and `Clauses.source`, a solver's assignment as a ConfigSource.
Must hold: whatever a user can set satisfies the clauses (Tseitin's encoding of every gate), so what no assignment
satisfies no config has. The other way round it may be that a comparison of numbers or texts, whose plane is left free,
comes out otherwise: a witness counts once it was resolved. With `guarded`, what a symbol's lines say holds only where
the symbol's guard is assumed, so that a solver's core names the symbols that a proof stands on.

A user may answer any symbol or leave it unanswered. Of a choice the clauses know those answers alone in which one
visible member is asked for and no other; every outcome can be asked for so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from analyzer.configs.program import ChoiceInput, CompareStep, OrderStep, Program, SymbolInput
from analyzer.model.config import Assignment, ConfigSource
from analyzer.model.expr import Location

TRUE_LITERAL = 1


class Clauses:
    """`literals` gives the literal of each slot (1 is true), `clauses` what must hold, `guards` the symbols by the
    variable that stands for their lines."""

    def __init__(self, program: Program, *, guarded: bool = False) -> None:
        self.program = program
        self._valued: dict[int, str] = {}
        if guarded:
            self._valued = {slot: name for name, tri in program.values.items() for slot in tri if slot > 1}
        self._guard_of: dict[str, int] = {}
        self.top = TRUE_LITERAL
        self.clauses: list[list[int]] = [[TRUE_LITERAL]]
        self.literals: list[int] = [-TRUE_LITERAL, TRUE_LITERAL]
        self.guards: dict[int, str] = {}
        self._outputs: dict[int, list[int]] = {}
        self._first: dict[int, int] = {}
        self._gates()
        for given in program.inputs.values():
            if given.hi != given.lo:
                self.clauses.append([-self.literals[given.hi], self.literals[given.lo]])
        for choice in program.choice_inputs.values():
            self._legacy(choice)
        for number, step in enumerate(program.steps):
            if isinstance(step, OrderStep):
                self._picked(step, self._outputs[number])

    def variable(self) -> int:
        """A new one."""
        self.top += 1
        return self.top

    def _gates(self) -> None:
        circuit, literals, clauses = self.program.circuit, self.literals, self.clauses
        for _ in range(circuit.inputs):
            self._put(self.variable())
        for kind, left, right in circuit.walk():
            if kind == "step":
                self._outputs[left] = [self.variable() for _ in range(right)]
                self._first[left] = len(literals)
                for output in self._outputs[left]:
                    self._put(output)
            elif kind == "not":
                self._put(-literals[left])
            else:
                # An or is what is not both of what they are not.
                sign = 1 if kind == "and" else -1
                a, b, both = sign * literals[left], sign * literals[right], sign * self.variable()
                clauses += ([-both, a], [-both, b], [both, -a, -b])
                self._put(sign * both)

    def _put(self, literal: int) -> None:
        """The literal of the next slot; that of a guarded symbol's value is another, equal to it under the guard."""
        name = self._valued.get(len(self.literals))
        if name is not None:
            guard = self._guard_of.get(name)
            if guard is None:
                guard = self._guard_of[name] = self.variable()
                self.guards[guard] = name
            value = self.variable()
            self.clauses += ([-guard, -value, literal], [-guard, value, -literal])
            literal = value
        self.literals.append(literal)

    def _legacy(self, choice: ChoiceInput) -> None:
        """conf_read_simple() up to 6.10: the member that was set to y is the pick, and the choice is as high as any."""
        inputs, literals = self.program.inputs, self.literals
        picks = {name: literals[slot] for name, slot in choice.picks.items()}
        for name, pick in picks.items():
            given = inputs.get(name)
            asked = [] if given is None else [[-pick, literals[given.assigned]], [-pick, literals[given.hi]]]
            self.clauses += asked or [[-pick]]
            self.clauses.append([-pick, literals[choice.hi]])
        self.clauses += ([-one, -other] for one, other in combinations(picks.values(), 2))
        self.clauses.append([-literals[choice.hi], *picks.values()])
        for name in picks.keys() & inputs.keys():
            self.clauses.append([-literals[inputs[name].assigned], -literals[inputs[name].hi], *picks.values()])
        if choice.lo != choice.hi:
            some = [self._answered(inputs[name], literals[choice.lo]) for name in picks if name in inputs]
            self.clauses.append([-literals[choice.lo], *some])

    def _answered(self, given: SymbolInput, choice: int) -> int:
        """Whether a member was answered m or y, which makes the choice at least m."""
        answered = self.variable()
        assigned, lo = self.literals[given.assigned], self.literals[given.lo]
        self.clauses += ([-answered, assigned], [-answered, lo], [answered, -assigned, -lo], [-answered, choice])
        return answered

    def _picked(self, step: OrderStep, outputs: list[int]) -> None:
        """sym_calc_choice() from 6.11 on, where one visible member is asked for and no other."""
        for output, visible, chosen in zip(outputs, step.visible, step.chosen, strict=True):
            seen, asked = self.literals[visible], self.literals[chosen]
            self.clauses += ([-output, seen], [-output, asked], [-seen, *outputs], [-seen, -asked, output])
        self.clauses += ([-one, -other] for one, other in combinations(outputs, 2))

    def comparisons(self) -> Iterator[tuple[int, int]]:
        """The numbers of the steps whose plane is left free, and its slot."""
        for number, slot in self._first.items():
            if isinstance(self.program.steps[number], CompareStep):
                yield number, slot

    def source(self, assignment: Iterable[int], name: str) -> ConfigSource:
        """What a user sets in an `assignment` of the variables: the literals that hold, in any order."""
        true = {literal for literal in assignment if literal > 0}

        def holds(slot: int) -> bool:
            literal = self.literals[slot]
            return literal in true if literal > 0 else -literal not in true

        picked = {
            member
            for choice in self.program.choice_inputs.values()
            for member, slot in choice.picks.items()
            if holds(slot)
        }
        lines = []
        for symbol, given in self.program.inputs.items():
            if holds(given.assigned):
                value = "y" if holds(given.hi) else "m" if holds(given.lo) else "n"
                lines.append((symbol in picked, value == "y", symbol, value))
        place = Location(path=name, line=0)
        # A choice takes the last member that is y, and is left open by an m behind a y.
        return ConfigSource(
            name=name,
            assignments=tuple(
                Assignment(name=symbol, value=value, location=place)
                for _, _, symbol, value in sorted(lines, key=lambda line: line[:2])
            ),
        )
