"""Decides whether any config at all has a plane at 1.

Enters: a Program and slots of its circuit. Leaves: which of them some config may have at 1, a small ConfigSource that
has, or the symbols whose lines together forbid it. Must hold: "none" is a proof (UNSAT of `Clauses`); a source is told
only after it was run and the plane was 1. Where a comparison of numbers stands between the two, the answer is
`UNDECIDED`.

A SAT solver decides; it is asked for what 2,048 random configs leave open.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any

from analyzer.configs.answers import Answers, accept, prepare
from analyzer.configs.clauses import Clauses
from analyzer.configs.program import CompareStep, Program, TextOperand, TextStep
from analyzer.configs.run import Planes, run
from analyzer.configs.sampling import random_answers
from analyzer.errors import UsageError
from analyzer.model.config import Assignment, ConfigSource
from analyzer.model.expr import Location
from analyzer.model.kconfig import KconfigModel, OutOfRange

_LANES = 1024
"""Random configs that are looked at first, since most of what is possible happens in some of them."""
_TRIES = 60
"""Assignments of one question that comparisons may refute."""


class Undecided(Enum):
    """No config was found, and none was excluded."""

    UNDECIDED = "undecided"


UNDECIDED = Undecided.UNDECIDED


def _solver(clauses: Clauses) -> Any:
    try:
        from pysat.solvers import Glucose4
    except ImportError:
        raise UsageError("proofs need the extra lint", hint="pip install 'kweigh[lint]'") from None
    return Glucose4(bootstrap_with=clauses.clauses)


class Satisfier:
    """Answers for one program; what it learns about comparisons serves all later questions."""

    def __init__(self, model: KconfigModel, program: Program) -> None:
        self._model = model
        self._program = program
        self._clauses = Clauses(program)
        self._solver = _solver(self._clauses)
        self._unset = [-self._clauses.literals[given.assigned] for given in program.inputs.values()]

    def possible(self, slots: Iterable[int]) -> frozenset[int]:
        """Those of `slots` that are not excluded for all configs."""
        literals = self._clauses.literals
        wanted = dict.fromkeys(slots)
        found: set[int] = set()
        for answered in (_LANES, 0):
            planes = run(self._program, self._random(answered), drops_out_of_range=False)
            found |= {slot for slot in wanted if planes.gates[slot]}
        open_ = [slot for slot in wanted if slot not in found]
        # One assignment settles many questions where a solver prefers what is still open.
        self._solver.set_phases([literals[slot] for slot in open_])
        while open_:
            if not self._solver.solve([literals[open_[0]]]):
                open_ = open_[1:]
                continue
            values = self._solver.get_model()
            settled = {s for s in open_ if (values[abs(literals[s]) - 1] > 0) == (literals[s] > 0)}
            found |= settled
            open_ = [slot for slot in open_ if slot not in settled]
        return frozenset(found)

    def _random(self, answered: int) -> Answers:
        """Random configs: all symbols answered in the first lanes, half of them in others; open planes at random."""
        source, program = random.Random(1), self._program
        answers = random_answers(program, _LANES, source)
        every = (1 << answered) - 1
        planes = [*answers.planes]
        given = set()
        for one in program.inputs.values():
            given |= {one.assigned, one.hi, one.lo}
            planes[one.assigned - 2] &= every | source.getrandbits(_LANES)
        for choice in program.choice_inputs.values():
            given |= {choice.hi, choice.lo, *choice.picks.values()}
        for slot in range(2, program.circuit.inputs + 2):
            if slot not in given:
                planes[slot - 2] = source.getrandbits(_LANES)
        return replace(answers, planes=tuple(planes))

    def source(self, slot: int, name: str) -> ConfigSource | Undecided | None:
        """A source under which the plane is 1, with few lines; None when there is none. `name` is what it is called."""
        for _ in range(_TRIES):
            assignment = self._assignment(self._clauses.literals[slot])
            if assignment is None:
                return None
            source = self._clauses.source(assignment, name)
            planes = self._run(source)
            if planes.gates[slot]:
                return source
            if not self._learn(assignment, planes):
                source = self._with_texts(assignment, source)
                return source if self._run(source).gates[slot] else UNDECIDED
        return UNDECIDED

    def _assignment(self, literal: int) -> frozenset[int] | None:
        """One in which few symbols are answered: those of a core are let go, until it works."""
        unset = [*self._unset]
        while not self._solver.solve([literal, *unset]):
            core = set(self._solver.get_core() or ())
            kept = [one for one in unset if one not in core]
            if len(kept) == len(unset):
                return None
            unset = kept
        return frozenset(self._solver.get_model())

    def _run(self, source: ConfigSource) -> Planes:
        answers = prepare(self._program, self._model, [(source, accept(self._model, source.assignments))])
        drops = self._model.dialect.out_of_range is OutOfRange.DROPPED
        return run(self._program, answers, drops_out_of_range=drops)

    def _wrong(self, assignment: frozenset[int], planes: Planes) -> Iterator[tuple[CompareStep, int, bool]]:
        """The comparisons that come out otherwise than assumed: the step, its literal, and how it comes out."""
        for number, slot in self._clauses.comparisons():
            literal, really = self._clauses.literals[slot], bool(planes.gates[slot])
            step = self._program.steps[number]
            if isinstance(step, CompareStep) and (literal in assignment) != really:
                yield step, literal, really

    def _learn(self, assignment: frozenset[int], planes: Planes) -> bool:
        """Bind comparisons to what they read in this run, where no user's text takes part; whether that excludes the
        assignment."""
        learnt = False
        for step, literal, really in self._wrong(assignment, planes):
            steps = list(self._behind(step))
            if any(planes.gates[one.visible] for one in steps):
                continue
            slots, literals = {*step.reads, *(slot for one in steps for slot in one.reads)}, self._clauses.literals
            # As they are, not as they were assumed: a comparison before this one may have come out otherwise as well.
            reads = [literals[slot] if planes.gates[slot] else -literals[slot] for slot in slots]
            self._solver.add_clause([*(-one for one in reads), literal if really else -literal])
            learnt = learnt or assignment.issuperset(reads)
        return learnt

    def _behind(self, step: CompareStep | TextStep) -> Iterator[TextStep]:
        for number in step.after:
            earlier = self._program.steps[number]
            if isinstance(earlier, TextStep):
                yield earlier
                yield from self._behind(earlier)

    def _with_texts(self, assignment: frozenset[int], source: ConfigSource) -> ConfigSource:
        """The source with numbers and texts of its own, such that most comparisons come out as assumed."""
        place = Location(path=source.name, line=0)
        for name, values in self._candidates().items():
            tried = [
                replace(source, assignments=(*source.assignments, Assignment(name=name, value=v, location=place)))
                for v in values
            ]
            source = min([source, *tried], key=lambda one: sum(1 for _ in self._wrong(assignment, self._run(one))))
        return source

    def _candidates(self) -> dict[str, tuple[str, ...]]:
        """Texts that may tell comparisons apart, by the symbol that they are for, written as in a .config."""
        found: dict[str, dict[str, None]] = {}
        for number, _ in self._clauses.comparisons():
            step = self._program.steps[number]
            assert isinstance(step, CompareStep)
            for side, other in ((step.left, step.right), (step.right, step.left)):
                if side.step is not None and other.step is None and other.tri is None:
                    behind = self._program.steps[side.step]
                    if isinstance(behind, TextStep) and behind.name in self._model.symbols:
                        found.setdefault(behind.name, {}).update(dict.fromkeys(_around(side, other.text)))
        return {name: tuple(values) for name, values in found.items()}


def _around(side: TextOperand, text: str) -> Iterator[str]:
    if side.type == "string":
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        yield from (f'"{quoted}"', f'"{quoted}x"')
        return
    base = 16 if side.type == "hex" else 10
    try:
        value = int(text, base)
    except ValueError:
        return
    for near in (value, value + 1, value - 1):
        yield hex(near) if base == 16 else str(near)


class Prover:
    """Names the symbols whose lines forbid a plane."""

    def __init__(self, program: Program) -> None:
        self._clauses = Clauses(program, guarded=True)
        self._solver = _solver(self._clauses)

    def lines_of(self, slot: int) -> tuple[str, ...]:
        """Symbols of which none can be spared, in no order; their lines alone keep the plane at 0. Raises ValueError
        where it can be 1."""
        wanted = self._clauses.literals[slot]
        needed = self._core(wanted, [*self._clauses.guards])
        if needed is None:
            raise ValueError(f"slot {slot} is not always 0")
        for guard in tuple(needed):
            fewer = self._core(wanted, [one for one in needed if one != guard]) if guard in needed else None
            needed = needed if fewer is None else fewer
        return tuple(self._clauses.guards[guard] for guard in needed)

    def _core(self, wanted: int, guards: Sequence[int]) -> list[int] | None:
        if self._solver.solve([wanted, *guards]):
            return None
        core = set(self._solver.get_core() or ())
        return [guard for guard in guards if guard in core]
