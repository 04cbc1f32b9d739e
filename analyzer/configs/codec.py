"""A model and its program as bytes, and back.

Enters: KconfigModel and Program, or the bytes that `encode` made of them. Leaves: the other. Must hold: what comes back
equals what went in; symbols and menu entries are made when somebody asks for them, since a report needs few of
thousands.

The form is JSON for what has structure, with expressions and dependency lists in tables so that each is written once,
and plain machine integers for the gates.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar, overload

from analyzer.configs.circuit import Circuit, Level
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
)
from analyzer.configs.tables import Reader, Writer
from analyzer.model.kconfig import (
    ChoiceRules,
    Dialect,
    EmptyNumber,
    KconfigModel,
    MenuEntry,
    OutOfRange,
    Symbol,
    Warning,
)

FORMAT = 1
"""Counted up when the form changes; bytes of another format are not read."""

_T = TypeVar("_T")


def encode(model: KconfigModel, program: Program) -> bytes:
    """The bytes of both."""
    writer = Writer()
    symbols = [writer.symbol(symbol) for symbol in model.symbols.values()]
    choices = [writer.choice(choice) for choice in model.choices.values()]
    menu = [
        [e.kind, e.name, e.title, writer.expr(e.condition), e.end, *writer.location(e.location)] for e in model.menu
    ]
    names = list(model.symbols)
    gates = _Gates()
    head = {
        "mainmenu": model.mainmenu,
        "dialect": [model.dialect.choices.value, model.dialect.empty_number.value, model.dialect.out_of_range.value],
        "modules": model.modules,
        "files": model.files,
        "environment": dict(model.environment),
        "warnings": [[w.text, *writer.location(w.location)] for w in model.warnings],
        "symbols": symbols,
        "choices": choices,
        "menu": menu,
        "tables": writer.tables(),
        "steps": [_step(step) for step in program.steps],
        "inputs": {name: [i.assigned, i.hi, i.lo, i.in_choice, i.allnoconfig_y] for name, i in program.inputs.items()},
        "choice_inputs": {key: [i.hi, i.lo, dict(i.picks)] for key, i in program.choice_inputs.items()},
        "choice_values": dict(program.choices),
        "choice_visible": {key: program.visible[key] for key in model.choices},
        "texts": dict(program.texts),
        "forced": dict(program.forced),
        "written": [program.written.get(name, -1) for name in names],
        "values": [program.values.get(name, (-1, -1)) for name in names],
        "visible": [program.visible[name] for name in names],
        "levels": [
            [gates.add(part) for part in (*level.ands, *level.ors, level.nots)] + [level.steps]
            for level in program.circuit.levels
        ],
        "circuit": [program.circuit.inputs, program.circuit.gates],
    }
    text = json.dumps(head, separators=(",", ":")).encode("ascii")
    form = f"{FORMAT} {sys.byteorder} {array('i').itemsize} {len(text)}\n".encode("ascii")
    return form + text + gates.numbers.tobytes()


def decode(data: bytes) -> tuple[KconfigModel, Program] | None:
    """What `encode` was given; None when the bytes are of another format or machine."""
    form, _, rest = data.partition(b"\n")
    written = form.split()
    if written[:3] != f"{FORMAT} {sys.byteorder} {array('i').itemsize}".encode("ascii").split():
        return None
    size = int(written[3])
    head = json.loads(rest[:size])
    numbers = array("i", rest[size:])
    return _model(head), _program(head, numbers)


class _Gates:
    """All operand slots in one array."""

    def __init__(self) -> None:
        self.numbers = array("i")

    def add(self, slots: Sequence[int]) -> int:
        """Appends `slots`; gives how many."""
        self.numbers.extend(slots)
        return len(slots)


def _model(head: dict[str, Any]) -> KconfigModel:
    reader = Reader(head["tables"])
    choices_rule, empty, out_of_range = head["dialect"]
    symbols = LazyMapping([s[0] for s in head["symbols"]], head["symbols"], reader.symbol)
    choices = [reader.choice(record) for record in head["choices"]]
    return KconfigModel(
        mainmenu=head["mainmenu"],
        dialect=Dialect(
            choices=ChoiceRules(choices_rule),
            empty_number=EmptyNumber(empty),
            out_of_range=OutOfRange(out_of_range),
        ),
        symbols=symbols,
        choices=MappingProxyType({choice.key: choice for choice in choices}),
        menu=LazySequence(head["menu"], lambda e: _menu_entry(reader, e)),
        modules=head["modules"],
        files=tuple(head["files"]),
        environment=MappingProxyType(head["environment"]),
        warnings=tuple(Warning(text=w[0], location=reader.location(w[1], w[2])) for w in head["warnings"]),
        selected=reader.lines(head["symbols"], symbols, Reader.SELECTS),
        implied=reader.lines(head["symbols"], symbols, Reader.IMPLIES),
    )


def _menu_entry(reader: Reader, record: list[Any]) -> MenuEntry:
    kind, name, title, condition, end, path, line = record
    return MenuEntry(
        kind=kind,
        name=name,
        title=title,
        condition=reader.expr(condition),
        end=end,
        location=reader.location(path, line),
    )


def _program(head: dict[str, Any], numbers: array[int]) -> Program:
    names = [s[0] for s in head["symbols"]]
    at = 0

    def take(count: int) -> tuple[int, ...]:
        nonlocal at
        at += count
        return tuple(numbers[at - count : at])

    levels = tuple(
        Level(
            ands=(take(counts[0]), take(counts[1])),
            ors=(take(counts[2]), take(counts[3])),
            nots=take(counts[4]),
            steps=tuple((number, width) for number, width in counts[5]),
        )
        for counts in head["levels"]
    )
    visible = dict(zip(names, map(tuple, head["visible"]), strict=True))
    visible.update({key: tuple(tri) for key, tri in head["choice_visible"].items()})
    return Program(
        circuit=Circuit(inputs=head["circuit"][0], levels=levels, gates=head["circuit"][1]),
        steps=tuple(_read_step(record) for record in head["steps"]),
        inputs=MappingProxyType(
            {
                name: SymbolInput(assigned=assigned, hi=hi, lo=lo, in_choice=in_choice, allnoconfig_y=allnoconfig_y)
                for name, (assigned, hi, lo, in_choice, allnoconfig_y) in head["inputs"].items()
            }
        ),
        choice_inputs=MappingProxyType(
            {key: ChoiceInput(hi=i[0], lo=i[1], picks=i[2]) for key, i in head["choice_inputs"].items()}
        ),
        values=MappingProxyType({n: (t[0], t[1]) for n, t in zip(names, head["values"], strict=True) if t[0] >= 0}),
        choices=MappingProxyType({key: (t[0], t[1]) for key, t in head["choice_values"].items()}),
        visible=MappingProxyType(visible),
        written=MappingProxyType({n: slot for n, slot in zip(names, head["written"], strict=True) if slot >= 0}),
        forced=MappingProxyType(head["forced"]),
        texts=MappingProxyType(head["texts"]),
    )


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


class LazyMapping(Mapping[str, Symbol]):
    """Symbols by name, each made from its record when it is first asked for."""

    def __init__(self, names: Sequence[str], records: Sequence[Any], make: Callable[[Any], Symbol]) -> None:
        self._records = dict(zip(names, records, strict=True))
        self._make = make
        self._made: dict[str, Symbol] = {}

    def __getitem__(self, name: str) -> Symbol:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(self._records[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


class LazySequence(Sequence[_T]):
    """Items made from their records at each access."""

    def __init__(self, records: Sequence[Any], make: Callable[[Any], _T]) -> None:
        self._records = records
        self._make = make

    @overload
    def __getitem__(self, index: int) -> _T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[_T]: ...

    def __getitem__(self, index: int | slice) -> _T | Sequence[_T]:
        if isinstance(index, slice):
            return [self._make(record) for record in self._records[index]]
        return self._make(self._records[index])

    def __len__(self) -> int:
        return len(self._records)
