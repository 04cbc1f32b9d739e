"""Straight-line bit-plane programs: and, or, not over whole planes, and a few steps that are not bitwise.

Enters: gates, added one by one. Leaves: `Circuit`, the gates sorted into levels, run over N lanes at once. Must hold: a
plane is a Python int whose bit i belongs to lane i; equal gates are one gate; a level reads only what earlier levels
wrote.

Levels rather than a line per gate: the gates of a level run through `map`, so that a gate costs some 30 ns beyond the
arithmetic on its planes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import and_, itemgetter, or_
from typing import Any, Literal, Protocol

Kind = Literal["and", "or", "not", "step"]
FALSE = 0
TRUE = 1

_AND, _OR, _NOT, _INPUT, _STEP = range(5)


class Step(Protocol):
    """A part of the program that is not bitwise: it reads planes and writes some others.

    `reads` are gates that must be there before, `after` the numbers of earlier steps that it needs, `width` how many
    planes it gives.
    """

    @property
    def reads(self) -> tuple[int, ...]: ...

    @property
    def after(self) -> tuple[int, ...]: ...

    @property
    def width(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Gates that need only earlier levels: operand slots of the ands, the ors and the nots, then the steps' numbers and
    widths.

    Results go to consecutive slots in that order.
    """

    ands: tuple[Sequence[int], Sequence[int]]
    ors: tuple[Sequence[int], Sequence[int]]
    nots: Sequence[int]
    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """A program: `inputs` input planes after the two constants, then the levels.

    `slots` maps every gate that was asked for to where its plane lies after `run`.
    """

    inputs: int
    levels: tuple[Level, ...]
    gates: int

    def walk(self) -> Iterator[tuple[Kind, int, int]]:
        """Every gate behind the inputs, in the order of its slots, with its operands; of a step, which takes as many
        slots as it gives planes, its number and its width."""
        for level in self.levels:
            yield from (("and", left, right) for left, right in zip(*level.ands, strict=True))
            yield from (("or", left, right) for left, right in zip(*level.ors, strict=True))
            yield from (("not", slot, 0) for slot in level.nots)
            yield from (("step", number, width) for number, width in level.steps)

    def run(
        self, planes: Sequence[int], ones: int, step: Callable[[int, Mapping[int, int] | Sequence[int]], Sequence[int]]
    ) -> list[int]:
        """Run over the input `planes`; `ones` has a bit for every lane; `step(number, planes so far)` does a step.

        Leaves the planes of all gates, by slot.
        """
        values: list[int] = [0, ones, *planes]
        for level in self.levels:
            for operation, (left, right) in ((and_, level.ands), (or_, level.ors)):
                if left:
                    values.extend(list(map(operation, _gather(values, left), _gather(values, right))))
            if level.nots:
                values.extend([ones ^ plane for plane in _gather(values, level.nots)])
            for number, _ in level.steps:
                values.extend(step(number, values))
        return values


def _gather(values: list[int], slots: Sequence[int]) -> Iterable[int]:
    # itemgetter reads many slots in one C call; with one slot it would give the bare item.
    return itemgetter(*slots)(values) if len(slots) > 1 else (values[slots[0]],)


class Builder:
    """Collects gates. A gate is named by a number; `FALSE` and `TRUE` are the constants."""

    def __init__(self) -> None:
        self._gates: list[tuple[int, int, int]] = [(_INPUT, 0, 0), (_INPUT, 0, 1)]
        self._known: dict[tuple[int, int, int], int] = {}
        self._steps: list[Any] = []
        self.inputs = 0

    def input(self) -> int:
        """A new input plane."""
        self.inputs += 1
        self._gates.append((_INPUT, 0, self.inputs + 1))
        return len(self._gates) - 1

    def step(self, step: Step) -> tuple[int, tuple[int, ...]]:
        """A new step; gives its number and the gates of its results."""
        number = len(self._steps)
        self._steps.append(step)
        first = len(self._gates)
        self._gates.extend((_STEP, number, index) for index in range(step.width))
        return number, tuple(range(first, first + step.width))

    def steps(self) -> tuple[Any, ...]:
        """All steps, by number."""
        return tuple(self._steps)

    def not_(self, a: int) -> int:
        """The complement."""
        if a <= TRUE:
            return TRUE - a
        kind, operand, _ = self._gates[a]
        if kind == _NOT:
            return operand
        key = (_NOT, a, 0)
        return self._known.get(key) or self._new(key)

    def and_(self, a: int, b: int) -> int:
        """Both."""
        if a == b:
            return a
        if a > b:
            a, b = b, a
        if a <= TRUE:
            return b if a else FALSE
        # Gates are numbered upwards, so only the later one can be the complement of the other.
        later = self._gates[b]
        if later[1] == a and later[0] == _NOT:
            return FALSE
        key = (_AND, a, b)
        return self._known.get(key) or self._new(key)

    def or_(self, a: int, b: int) -> int:
        """Either."""
        if a == b:
            return a
        if a > b:
            a, b = b, a
        if a <= TRUE:
            return TRUE if a else b
        later = self._gates[b]
        if later[1] == a and later[0] == _NOT:
            return TRUE
        key = (_OR, a, b)
        return self._known.get(key) or self._new(key)

    def mux(self, condition: int, then: int, otherwise: int) -> int:
        """`then` where `condition` holds, else `otherwise`."""
        if then == otherwise:
            return then
        return self.or_(self.and_(condition, then), self.and_(self.not_(condition), otherwise))

    def _new(self, key: tuple[int, int, int]) -> int:
        number = self._known[key] = len(self._gates)
        self._gates.append(key)
        return number

    def finish(self, wanted: Iterable[int]) -> tuple[Circuit, dict[int, int]]:
        """The circuit of the `wanted` gates and what they need (all steps included), and the slot of each gate kept."""
        order = self._needed(wanted)
        depth, step_depth = self._depths(order)
        buckets: list[list[list[int]]] = [[[], [], []] for _ in range(max([*depth, *step_depth], default=0) + 1)]
        slots: dict[int, int] = {}
        for gate in order:
            kind, _, index = self._gates[gate]
            if kind == _INPUT:
                slots[gate] = index
            elif kind != _STEP:
                buckets[depth[gate]][kind].append(gate)
        steps_at: list[list[int]] = [[] for _ in buckets]
        for number, level in enumerate(step_depth):
            steps_at[level].append(number)
        outputs: dict[int, list[int]] = {}
        for gate, (kind, number, _) in enumerate(self._gates):
            if kind == _STEP:
                outputs.setdefault(number, []).append(gate)
        levels: list[Level] = []
        free = self.inputs + 2
        for (ands, ors, nots), steps in zip(buckets, steps_at, strict=True):
            for gate in (*ands, *ors, *nots, *(g for number in steps for g in outputs.get(number, ()))):
                slots[gate] = free
                free += 1
            if ands or ors or nots or steps:
                levels.append(
                    Level(
                        ands=self._operands(ands, slots),
                        ors=self._operands(ors, slots),
                        nots=tuple(slots[self._gates[g][1]] for g in nots),
                        steps=tuple((number, self._steps[number].width) for number in steps),
                    )
                )
        return Circuit(inputs=self.inputs, levels=tuple(levels), gates=free), slots

    def _operands(self, gates: list[int], slots: dict[int, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        all_ = self._gates
        return tuple([slots[all_[g][1]] for g in gates]), tuple([slots[all_[g][2]] for g in gates])

    def _needed(self, wanted: Iterable[int]) -> list[int]:
        """The gates that `wanted` and all steps stand on, in order of number (operands come before their users)."""
        keep = bytearray(len(self._gates))
        for gate in (*wanted, *(g for step in self._steps for g in step.reads)):
            keep[gate] = 1
        for gate in range(len(self._gates) - 1, -1, -1):
            kind, a, b = self._gates[gate]
            if kind in (_INPUT, _STEP):
                keep[gate] = 1
            elif keep[gate]:
                keep[a] = 1
                if kind != _NOT:
                    keep[b] = 1
        return [gate for gate, kept in enumerate(keep) if kept]

    def _depths(self, order: list[int]) -> tuple[list[int], list[int]]:
        """The level of every gate that is kept (of others -1) and of every step."""
        gates = self._gates
        depth = [-1] * len(gates)
        step_depth = [-1] * len(self._steps)
        for gate in order:
            kind, a, b = gates[gate]
            if kind in (_AND, _OR):
                left, right = depth[a], depth[b]
                depth[gate] = (left if left > right else right) + 1
            elif kind == _NOT:
                depth[gate] = depth[a] + 1
            elif kind == _STEP:
                self._place_step(a, depth, step_depth)
                depth[gate] = step_depth[a]
        for number in range(len(self._steps)):
            self._place_step(number, depth, step_depth)
        return depth, step_depth

    def _place_step(self, number: int, depth: list[int], step_depth: list[int]) -> None:
        if step_depth[number] < 0:
            step = self._steps[number]
            for earlier in step.after:
                self._place_step(earlier, depth, step_depth)
            before = [depth[g] for g in step.reads] + [step_depth[s] for s in step.after]
            step_depth[number] = max(before, default=-1) + 1
