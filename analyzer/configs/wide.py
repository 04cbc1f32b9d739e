"""The same circuit as one straight-line Python function, for many lanes.

Enters: a Circuit and the slots that are wanted. Leaves: a function that gives their planes. Must hold: it gives what
`Circuit.run` gives.

Wide planes are bound by memory, not by the interpreter: `Circuit.run` keeps every gate's plane and walks through them
level by level. Here gates follow each other as they are needed, and a plane's place is used again after its last use,
so that most operands are still in the processor's cache. To compile the function takes a second or two, which pays from
some thousand lanes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.configs.circuit import Circuit

StepFunction = Callable[[int, Mapping[int, int] | Sequence[int]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Wide:
    """A compiled circuit: `run(planes, ones, step)` gives the planes of the slots in `places`."""

    places: Mapping[int, int]
    """Where in the code's result a slot's plane is."""
    code: Callable[[Sequence[int], int, StepFunction], Sequence[int]]

    def run(self, planes: Sequence[int], ones: int, step: StepFunction) -> Mapping[int, int]:
        """As `Circuit.run`, for the wanted slots; `step` gets the planes that it reads, by slot."""
        return _Wanted(self.places, self.code(planes, ones, step))


class _Wanted(Mapping[int, int]):
    """Planes by slot. No dictionary: to make and drop one of all slots costs a sixth of a run of 4,096 lanes."""

    __slots__ = ("_places", "_planes")

    def __init__(self, places: Mapping[int, int], planes: Sequence[int]) -> None:
        self._places = places
        self._planes = planes

    def __getitem__(self, slot: int) -> int:
        return self._planes[self._places[slot]]

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True, slots=True)
class _Gate:
    operator: str
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    step: int = -1


def widen(
    circuit: Circuit, wanted: Sequence[int], reads: Sequence[tuple[int, ...]], after: Sequence[tuple[int, ...]]
) -> Wide:
    """Compile `circuit` for the slots in `wanted`.

    `reads` and `after` are, per step, the slots that it reads and the steps that must come before it.
    """
    gates, step_gates = _gates(circuit, reads)
    first_gate = circuit.inputs + 2
    keep = tuple(dict.fromkeys(wanted))
    order = _order(gates, step_gates, keep, after, first_gate)
    return Wide({slot: place for place, slot in enumerate(keep)}, _function(order, keep, first_gate))


def _gates(circuit: Circuit, reads: Sequence[tuple[int, ...]]) -> tuple[dict[int, _Gate], dict[int, _Gate]]:
    """What writes each slot, and what does each step."""
    gates: dict[int, _Gate] = {}
    steps: dict[int, _Gate] = {}
    slot = circuit.inputs + 2
    for level in circuit.levels:
        for operator, (left, right) in (("&", level.ands), ("|", level.ors)):
            for a, b in zip(left, right, strict=True):
                gates[slot] = _Gate(operator, (a, b), (slot,))
                slot += 1
        for a in level.nots:
            gates[slot] = _Gate("^", (a, 1), (slot,))
            slot += 1
        for number, width in level.steps:
            writes = tuple(range(slot, slot + width))
            steps[number] = _Gate("step", reads[number], writes, number)
            gates.update(dict.fromkeys(writes, steps[number]))
            slot += width
    return gates, steps


def _order(
    gates: Mapping[int, _Gate],
    step_gates: Mapping[int, _Gate],
    wanted: Sequence[int],
    after: Sequence[tuple[int, ...]],
    first_gate: int,
) -> list[_Gate]:
    """Every gate that is needed, after what it needs, and as late as possible."""
    order: list[_Gate] = []
    done: set[_Gate] = set()
    stack: list[tuple[_Gate, bool]] = []
    goals = [gates[slot] for slot in wanted if slot >= first_gate] + list(step_gates.values())
    for goal in goals:
        stack.append((goal, False))
        while stack:
            gate, ready = stack.pop()
            if gate in done:
                continue
            if ready:
                done.add(gate)
                order.append(gate)
                continue
            stack.append((gate, True))
            needs = [gates[slot] for slot in gate.reads if slot >= first_gate]
            if gate.step >= 0:
                needs += [step_gates[number] for number in after[gate.step]]
            stack.extend((need, False) for need in reversed(needs) if need not in done)
    return order


def _function(order: list[_Gate], wanted: Sequence[int], first_gate: int) -> Callable[..., Any]:
    """The function's code: one line per gate, variables named after places that are used again and again."""
    last: dict[int, int] = {slot: len(order) for slot in wanted}
    for at, gate in enumerate(order):
        for slot in gate.reads:
            last[slot] = max(last.get(slot, 0), at)
    places: dict[int, str] = {0: "0", 1: "ones"}
    free: list[str] = []
    lines = ["def code(P, ones, step):"]
    made = 0

    def operand(slot: int) -> str:
        return places[slot] if slot in places else f"P[{slot - 2}]"

    for at, gate in enumerate(order):
        if gate.operator == "step":
            value = f"step({gate.step}, {{{', '.join(f'{slot}: {operand(slot)}' for slot in gate.reads)}}})"
        else:
            value = f"{operand(gate.reads[0])} {gate.operator} {operand(gate.reads[1])}"
        for slot in gate.reads:
            if slot >= first_gate and last[slot] == at and slot in places:
                free.append(places.pop(slot))
        names = []
        for slot in gate.writes:
            if free:
                name = free.pop()
            else:
                name = f"v{made}"
                made += 1
            places[slot] = name
            names.append(name)
        lines.append(f" {', '.join(names)}{',' if gate.step >= 0 and names else ''}{' = ' if names else ''}{value}")
        for slot in gate.writes:
            if slot not in last:
                free.append(places.pop(slot))
    lines.append(f" return [{', '.join(operand(slot) for slot in wanted)}]")
    space: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<circuit>", "exec"), space)
    code: Callable[..., Any] = space["code"]
    return code
