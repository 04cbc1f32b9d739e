"""A program as bytes, and back.

Enters: a model and its Program, or the bytes that were made of it. Leaves: the other. Must hold: what comes back equals
what went in. Gates and slots are plain machine integers; steps that compute texts are JSON.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import Any

from analyzer.configs.circuit import Circuit, Level
from analyzer.configs.codec_sections import joined, sections
from analyzer.configs.lazy import LazyMapping
from analyzer.configs.program import (
    ChoiceInput,
    CompareStep,
    OrderStep,
    Program,
    SymbolInput,
    TextDefault,
    TextOperand,
    TextRange,
    TextStep,
    Tri,
)
from analyzer.model.kconfig import KconfigModel


def encode_program(model: KconfigModel, program: Program) -> bytes:
    """The bytes of the program of a model."""
    numbers = _Numbers(model.symbols)
    head = {
        "steps": [_step(step) for step in program.steps],
        "choice_inputs": {key: [i.hi, i.lo, dict(i.picks)] for key, i in program.choice_inputs.items()},
        "choice_values": dict(program.choices),
        "choice_visible": {key: program.visible[key] for key in model.choices},
        "texts": dict(program.texts),
        "levels": [
            [numbers.add(part) for part in (*level.ands, *level.ors, level.nots)] + [level.steps]
            for level in program.circuit.levels
        ],
        "circuit": [program.circuit.inputs, program.circuit.gates],
        "inputs": numbers.table(
            program.inputs, ([i.assigned, i.hi, i.lo, i.in_choice, i.allnoconfig_y] for i in program.inputs.values())
        ),
        "values": numbers.table(program.values, program.values.values()),
        "visible": numbers.table(model.symbols, (program.visible[name] for name in model.symbols)),
        "written": numbers.table(program.written, ([slot] for slot in program.written.values())),
        "forced": numbers.table(program.forced, ([slot] for slot in program.forced.values())),
    }
    return joined(head, numbers.numbers.tobytes())


def decode_program(data: bytes, model: KconfigModel, start: int = 0) -> Program | None:
    """The program of `model` that `encode_program` was given, from its bytes at `start`; None as `decode`."""
    parts = sections(data, start)
    if parts is None:
        return None
    numbers = tuple(array("i", bytes(parts[1])))
    return _program(json.loads(str(parts[0], "ascii")), list(model.symbols), numbers)


class _Numbers:
    """All slots in one array."""

    def __init__(self, names: Iterable[str]) -> None:
        self.numbers = array("i")
        self._numbers = {name: number for number, name in enumerate(names)}

    def add(self, slots: Iterable[int]) -> int:
        """Appends `slots`; gives how many."""
        before = len(self.numbers)
        self.numbers.extend(slots)
        return len(self.numbers) - before

    def table(self, names: Iterable[str], rows: Iterable[Iterable[int]]) -> int:
        """Appends the numbers of the symbols `names` and the columns of their `rows`; gives how many symbols."""
        count = self.add(self._numbers[name] for name in names)
        for column in zip(*rows, strict=True):
            self.add(column)
        return count


def _program(head: dict[str, Any], names: Sequence[str], numbers: tuple[int, ...]) -> Program:
    at = 0

    def take(count: int) -> tuple[int, ...]:
        nonlocal at
        at += count
        return numbers[at - count : at]

    def table(key: str, columns: int) -> Iterator[tuple[Any, ...]]:
        count = head[key]
        return zip(map(names.__getitem__, take(count)), *(take(count) for _ in range(columns)), strict=True)

    def tris(key: str) -> dict[str, Tri]:
        count = head[key]
        return dict(zip(map(names.__getitem__, take(count)), zip(take(count), take(count), strict=True), strict=True))

    levels = tuple(
        Level(
            ands=(take(counts[0]), take(counts[1])),
            ors=(take(counts[2]), take(counts[3])),
            nots=take(counts[4]),
            steps=tuple((number, width) for number, width in counts[5]),
        )
        for counts in head["levels"]
    )
    inputs = list(table("inputs", 5))
    values, visible = tris("values"), tris("visible")
    visible.update({key: (tri[0], tri[1]) for key, tri in head["choice_visible"].items()})
    return Program(
        circuit=Circuit(inputs=head["circuit"][0], levels=levels, gates=head["circuit"][1]),
        steps=tuple(_read_step(record) for record in head["steps"]),
        inputs=LazyMapping([record[0] for record in inputs], inputs, _symbol_input),
        choice_inputs=MappingProxyType(
            {key: ChoiceInput(hi=i[0], lo=i[1], picks=i[2]) for key, i in head["choice_inputs"].items()}
        ),
        values=MappingProxyType(values),
        choices=MappingProxyType({key: (t[0], t[1]) for key, t in head["choice_values"].items()}),
        visible=MappingProxyType(visible),
        written=MappingProxyType(dict(table("written", 1))),
        forced=MappingProxyType(dict(table("forced", 1))),
        texts=MappingProxyType(head["texts"]),
    )


def _symbol_input(record: tuple[Any, ...]) -> SymbolInput:
    _, assigned, hi, lo, in_choice, allnoconfig_y = record
    return SymbolInput(assigned=assigned, hi=hi, lo=lo, in_choice=bool(in_choice), allnoconfig_y=bool(allnoconfig_y))


def _step(step: TextStep | CompareStep | OrderStep) -> list[Any]:
    match step:
        case TextStep():
            defaults = [[d.condition, _operand(d.value)] for d in step.defaults]
            ranges = [[r.condition, _operand(r.low), _operand(r.high)] for r in step.ranges]
            return ["text", step.name, step.type, step.visible, defaults, ranges, step.empty]
        case CompareStep():
            return ["compare", step.op, _operand(step.left), _operand(step.right)]
        case OrderStep():
            return ["order", step.choice, step.members, step.visible, step.assigned, step.chosen, step.default]


def _operand(operand: TextOperand) -> list[Any]:
    return [operand.type, operand.text, operand.tri, operand.step]


def _read_step(record: list[Any]) -> TextStep | CompareStep | OrderStep:
    match record:
        case ["text", name, type_, visible, defaults, ranges, empty]:
            return TextStep(
                name=name,
                type=type_,
                visible=visible,
                defaults=tuple(TextDefault(condition=c, value=_read_operand(v)) for c, v in defaults),
                ranges=tuple(
                    TextRange(condition=c, low=_read_operand(low), high=_read_operand(high)) for c, low, high in ranges
                ),
                empty=empty,
            )
        case ["compare", op, left, right]:
            return CompareStep(op=op, left=_read_operand(left), right=_read_operand(right))
        case _:
            _, choice, *planes = record
            members, visible, assigned, chosen, default = map(tuple, planes)
            return OrderStep(
                choice=choice, members=members, visible=visible, assigned=assigned, chosen=chosen, default=default
            )


def _read_operand(record: list[Any]) -> TextOperand:
    type_, text, tri, step = record
    return TextOperand(type=type_, text=text, tri=None if tri is None else (tri[0], tri[1]), step=step)
