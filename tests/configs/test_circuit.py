"""Rule: a circuit gives, in every lane, what its gates give when each is computed by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.configs.circuit import FALSE, TRUE, Builder

LANES = 5
ONES = (1 << LANES) - 1


@dataclass(frozen=True, slots=True)
class Swap:
    """A step of two planes: what it reads, in the other order."""

    reads: tuple[int, ...]
    after: tuple[int, ...] = ()
    width: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A builder, the planes of its inputs, and the gates drawn, each with the plane that it must have."""

    builder: Builder
    planes: tuple[int, ...]
    gates: tuple[tuple[int, int], ...]


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """A random circuit, with the plane of each gate computed beside it."""
    builder = Builder()
    gates = [(FALSE, 0), (TRUE, ONES)]
    planes = draw(st.lists(st.integers(0, ONES), max_size=4))
    gates += [(builder.input(), plane) for plane in planes]
    for kind in draw(st.lists(st.integers(0, 4), max_size=25)):
        (a, p), (b, q), (c, r) = (draw(st.sampled_from(gates)) for _ in range(3))
        match kind:
            case 0:
                gates.append((builder.not_(a), ONES & ~p))
            case 1:
                gates.append((builder.and_(a, b), p & q))
            case 2:
                gates.append((builder.or_(a, b), p | q))
            case 3:
                gates.append((builder.mux(a, b, c), (p & q) | (ONES & ~p & r)))
            case _:
                _, (first, second) = builder.step(Swap((a, b)))
                gates += [(first, q), (second, p)]
    return Drawn(builder=builder, planes=tuple(planes), gates=tuple(gates))


def _run(drawn: Drawn, wanted: Sequence[int]) -> dict[int, int]:
    circuit, slots = drawn.builder.finish(wanted)
    steps = drawn.builder.steps()

    def step(number: int, planes: Mapping[int, int] | Sequence[int]) -> Sequence[int]:
        first, second = (planes[slots[gate]] for gate in steps[number].reads)
        return second, first

    values = circuit.run(drawn.planes, ONES, step)
    return {gate: values[slots[gate]] for gate in wanted}


@given(drawn())
def test_every_gate(drawn: Drawn) -> None:
    assert _run(drawn, [gate for gate, _ in drawn.gates]) == dict(drawn.gates)


@given(drawn(), st.data())
def test_any_part_of_the_gates(drawn: Drawn, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.sampled_from([gate for gate, _ in drawn.gates]), max_size=3))
    assert _run(drawn, wanted) == {gate: dict(drawn.gates)[gate] for gate in wanted}


def test_equal_gates_are_one() -> None:
    builder = Builder()
    a, b = builder.input(), builder.input()
    assert builder.and_(a, b) == builder.and_(b, a)
    assert builder.not_(builder.not_(a)) == a
    assert builder.and_(a, builder.not_(a)) == FALSE
    assert builder.or_(builder.not_(a), a) == TRUE


def test_gates_that_nobody_wants_are_left_out() -> None:
    builder = Builder()
    a, b, c = builder.input(), builder.input(), builder.input()
    wanted = builder.and_(a, b)
    builder.or_(a, builder.and_(b, c))
    circuit, slots = builder.finish([wanted])
    assert circuit.gates == 2 + 3 + 1
    assert wanted in slots


def test_a_step_waits_for_the_steps_before_it() -> None:
    builder = Builder()
    a, b = builder.input(), builder.input()
    first, _ = builder.step(Swap((builder.and_(a, b), a)))
    second, _ = builder.step(Swap((a, b), after=(first,)))
    order: list[int] = []

    def step(number: int, planes: Mapping[int, int] | Sequence[int]) -> Sequence[int]:
        order.append(number)
        return 0, 0

    circuit, _ = builder.finish([])
    circuit.run([0, 0], 1, step)
    assert order == [first, second]


@pytest.mark.parametrize("lanes", [0, 1, 1000])
def test_any_number_of_lanes(lanes: int) -> None:
    builder = Builder()
    gate = builder.not_(builder.input())
    circuit, slots = builder.finish([gate])
    ones = (1 << lanes) - 1
    assert circuit.run([0], ones, lambda number, planes: ())[slots[gate]] == ones
