"""A model and its program as bytes, and back.

Enters: KconfigModel or Program, or the bytes that were made of them. Leaves: the other. Must hold: what comes back
equals what went in; symbols and menu entries are read and made when somebody asks for them, since a report needs few of
thousands.

The form is one line of lengths; a JSON head with what every run needs; sections of JSON lines, parsed line by line when
asked for, with expressions and dependency lists in sections of their own so that each is written once; and plain
machine integers for gates and slots.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from analyzer.configs.circuit import Circuit, Level
from analyzer.configs.lazy import JsonLines, LazyMapping, LazySequence, as_lines
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
from analyzer.configs.tables import Reader, Writer, lines_by_target
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
from analyzer.model.language import Trait

FORMAT = 4
"""Counted up when the form changes; bytes of another format are not read."""


def encode(model: KconfigModel) -> bytes:
    """The bytes of a model."""
    writer = Writer()
    symbols = as_lines(writer.symbol(symbol) for symbol in model.symbols.values())
    choices = [writer.choice(choice) for choice in model.choices.values()]
    menu = as_lines(
        [e.kind, e.name, e.title, writer.expr(e.condition), e.end, *writer.location(e.location), e.ended]
        for e in model.menu
    )
    selected = lines_by_target(model.symbols.values(), "selects")
    implied = lines_by_target(model.symbols.values(), "implies")
    warnings = [[w.text, *writer.location(w.location)] for w in model.warnings]
    head = {
        "mainmenu": model.mainmenu,
        "dialect": _dialect(model.dialect),
        "modules": model.modules,
        "files": model.files,
        "environment": dict(model.environment),
        "warnings": warnings,
        "names": list(model.symbols),
        "choices": choices,
        "selected": list(selected),
        "implied": list(implied),
        "paths": writer.paths(),
    }
    exprs, blocks = as_lines(writer.exprs), as_lines(writer.blocks)
    return _joined(head, symbols, menu, as_lines(selected.values()), as_lines(implied.values()), exprs, blocks)


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
    return _joined(head, numbers.numbers.tobytes())


def _joined(head: dict[str, Any], *sections: bytes) -> bytes:
    parts = [json.dumps(head, separators=(",", ":")).encode("ascii"), *sections]
    return b" ".join([_FORM, *(b"%d" % len(part) for part in parts)]) + b"\n" + b"".join(parts)


_FORM = f"{FORMAT} {sys.byteorder} {array('i').itemsize}".encode("ascii")


def decode(data: bytes, start: int = 0) -> KconfigModel | None:
    """What `encode` was given, from its bytes at `start`; None when they are of another format or machine."""
    parts = _parts(data, start)
    return None if parts is None else _model(json.loads(str(parts[0], "ascii")), *map(JsonLines, parts[1:]))


def decode_program(data: bytes, model: KconfigModel, start: int = 0) -> Program | None:
    """The program of `model` that `encode_program` was given, from its bytes at `start`; None as `decode`."""
    parts = _parts(data, start)
    if parts is None:
        return None
    numbers = tuple(array("i", bytes(parts[1])))
    return _program(json.loads(str(parts[0], "ascii")), list(model.symbols), numbers)


def _parts(data: bytes, start: int) -> list[memoryview] | None:
    """The head and the sections of bytes; None when they are of another format or machine."""
    at = data.find(b"\n", start) + 1
    form = data[start:at].split()
    if b" ".join(form[:3]) != _FORM:
        return None
    parts = []
    for size in map(int, form[3:]):
        parts.append(memoryview(data)[at : at + size])
        at += size
    return parts


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


def _model(
    head: dict[str, Any],
    symbol_lines: JsonLines,
    menu: JsonLines,
    selected: JsonLines,
    implied: JsonLines,
    exprs: JsonLines,
    blocks: JsonLines,
) -> KconfigModel:
    reader = Reader(exprs, blocks, head["paths"])
    symbols: Mapping[str, Symbol] = LazyMapping(head["names"], symbol_lines, reader.symbol)
    choices = [reader.choice(record) for record in head["choices"]]
    return KconfigModel(
        mainmenu=head["mainmenu"],
        dialect=_read_dialect(head["dialect"]),
        symbols=symbols,
        choices=MappingProxyType({choice.key: choice for choice in choices}),
        menu=LazySequence(menu, lambda e: _menu_entry(reader, e)),
        modules=head["modules"],
        files=tuple(head["files"]),
        environment=MappingProxyType(head["environment"]),
        warnings=tuple(Warning(text=w[0], location=reader.location(w[1], w[2])) for w in head["warnings"]),
        selected=LazyMapping(head["selected"], selected, lambda places: reader.selects(symbols, places)),
        implied=LazyMapping(head["implied"], implied, lambda places: reader.implies(symbols, places)),
    )


def _menu_entry(reader: Reader, record: list[Any]) -> MenuEntry:
    kind, name, title, condition, end, path, line, ended = record
    return MenuEntry(
        kind=kind,
        name=name,
        title=title,
        condition=reader.expr(condition),
        end=end,
        location=reader.location(path, line),
        ended=ended,
    )


def _dialect(dialect: Dialect) -> list[Any]:
    rules = [dialect.choices.value, dialect.empty_number.value, dialect.out_of_range.value]
    return [*rules, dialect.keywords, [trait.value for trait in dialect.traits]]


def _read_dialect(record: list[Any]) -> Dialect:
    choices, empty, out_of_range, keywords, traits = record
    return Dialect(
        choices=ChoiceRules(choices),
        empty_number=EmptyNumber(empty),
        out_of_range=OutOfRange(out_of_range),
        keywords=tuple(keywords),
        traits=tuple(map(Trait, traits)),
    )


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
