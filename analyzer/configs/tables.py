"""Symbols, choices and their expressions as plain lists, with tables for what recurs.

Enters: model values (`Writer`) or the lists made of them (`Reader`). Leaves: the other. Must hold: a record names
expressions, dependency lists and files by their number in a table; shared ones have one number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from analyzer.model.expr import And, Compare, Const, Expr, Location, Not, Or, Ref
from analyzer.model.kconfig import (
    Choice,
    Default,
    Definition,
    Dependency,
    Line,
    Prompt,
    Range,
    Select,
    Symbol,
)


class Writer:
    """Collects the tables while records are made."""

    def __init__(self) -> None:
        # By identity: readers share equal values, and to hash one means to walk through it. All are kept
        # alive by the model.
        self._exprs: dict[int, int] = {}
        self._expr_records: list[list[Any]] = []
        self._blocks: dict[int, int] = {}
        self._block_records: list[list[Any]] = []
        self._paths: dict[str, int] = {}

    def tables(self) -> dict[str, list[Any]]:
        """The tables, complete once all records are made."""
        return {"exprs": self._expr_records, "blocks": self._block_records, "paths": list(self._paths)}

    def location(self, location: Location) -> list[int]:
        """A place: the number of its file, and the line."""
        return [self._paths.setdefault(location.path, len(self._paths)), location.line]

    def expr(self, expr: Expr) -> int:
        """The number of an expression."""
        found = self._exprs.get(id(expr))
        if found is None:
            record = self._expr(expr)
            found = self._exprs[id(expr)] = len(self._expr_records)
            self._expr_records.append(record)
        return found

    def _expr(self, expr: Expr) -> list[Any]:
        match expr:
            case Const(text):
                return ["c", text]
            case Ref(name):
                return ["r", name]
            case Not(operand):
                return ["!", self.expr(operand)]
            case And(operands):
                return ["&", *(self.expr(o) for o in operands)]
            case Or(operands):
                return ["|", *(self.expr(o) for o in operands)]
            case Compare(op, left, right):
                return [op, self.expr(left), self.expr(right)]

    def _block(self, lines: tuple[Dependency, ...]) -> int:
        found = self._blocks.get(id(lines))
        if found is None:
            found = self._blocks[id(lines)] = len(self._block_records)
            self._block_records.append([[self.expr(d.expr), *self.location(d.location), d.source] for d in lines])
        return found

    def symbol(self, symbol: Symbol) -> list[Any]:
        """The record of a symbol."""
        flags = [symbol.allnoconfig_y, symbol.transitional]
        definitions = [self._definition(d) for d in symbol.definitions]
        return [symbol.name, symbol.type, symbol.choice, symbol.env, flags, definitions]

    def choice(self, choice: Choice) -> list[Any]:
        """The record of a choice."""
        definitions = [self._definition(d) for d in choice.definitions]
        return [choice.key, choice.type, choice.members, choice.optional, definitions]

    def _definition(self, definition: Definition) -> list[Any]:
        prompt = definition.prompt
        return [
            *self.location(definition.location),
            self._block(definition.dependencies),
            self._block(definition.visibility),
            None if prompt is None else [prompt.text, self.expr(prompt.condition), *self.location(prompt.location)],
            [[self.expr(d.value), self.expr(d.condition), *self.location(d.location)] for d in definition.defaults],
            [[s.target, self.expr(s.condition), *self.location(s.location)] for s in definition.selects],
            [[s.target, self.expr(s.condition), *self.location(s.location)] for s in definition.implies],
            [
                [self.expr(r.low), self.expr(r.high), self.expr(r.condition), *self.location(r.location)]
                for r in definition.ranges
            ],
        ]


class Reader:
    """Makes model values of records; expressions and dependency lists are made once and shared."""

    SELECTS: ClassVar = 6
    IMPLIES: ClassVar = 7

    def __init__(self, tables: Mapping[str, list[Any]]) -> None:
        self._expr_records = tables["exprs"]
        self._block_records = tables["blocks"]
        self._paths: list[str] = tables["paths"]
        self._exprs: list[Expr | None] = [None] * len(self._expr_records)
        self._blocks: list[tuple[Dependency, ...] | None] = [None] * len(self._block_records)

    def location(self, path: int, line: int) -> Location:
        """A place from its numbers."""
        return Location(path=self._paths[path], line=line)

    def expr(self, number: int) -> Expr:
        """The expression of a number."""
        found = self._exprs[number]
        if found is None:
            found = self._exprs[number] = self._expr(*self._expr_records[number])
        return found

    def _expr(self, kind: str, *parts: Any) -> Expr:
        match kind:
            case "c":
                return Const(parts[0])
            case "r":
                return Ref(parts[0])
            case "!":
                return Not(self.expr(parts[0]))
            case "&":
                return And(tuple(self.expr(p) for p in parts))
            case "|":
                return Or(tuple(self.expr(p) for p in parts))
            case _:
                left, right = (self.expr(p) for p in parts)
                return Compare(kind, left, right)  # type: ignore[arg-type]

    def _block(self, number: int) -> tuple[Dependency, ...]:
        found = self._blocks[number]
        if found is None:
            found = self._blocks[number] = tuple(
                Dependency(expr=self.expr(expr), location=self.location(path, line), source=source)
                for expr, path, line, source in self._block_records[number]
            )
        return found

    def symbol(self, record: list[Any]) -> Symbol:
        """A symbol from its record."""
        name, type_, choice, env, (allnoconfig_y, transitional), definitions = record
        return Symbol(
            name=name,
            type=type_,
            definitions=tuple(self._definition(*d) for d in definitions),
            choice=choice,
            env=env,
            allnoconfig_y=allnoconfig_y,
            transitional=transitional,
        )

    def choice(self, record: list[Any]) -> Choice:
        """A choice from its record."""
        key, type_, members, optional, definitions = record
        return Choice(
            key=key,
            type=type_,
            definitions=tuple(self._definition(*d) for d in definitions),
            members=tuple(members),
            optional=optional,
        )

    def _definition(
        self,
        path: int,
        line: int,
        dependencies: int,
        visibility: int,
        prompt: list[Any] | None,
        *lines: list[list[Any]],
    ) -> Definition:
        defaults, selects, implies, ranges = lines
        return Definition(
            location=self.location(path, line),
            dependencies=self._block(dependencies),
            visibility=self._block(visibility),
            prompt=None
            if prompt is None
            else Prompt(text=prompt[0], condition=self.expr(prompt[1]), location=self.location(*prompt[2:])),
            defaults=tuple(
                Default(value=self.expr(v), condition=self.expr(c), location=self.location(p, n))
                for v, c, p, n in defaults
            ),
            selects=self._selects(selects),
            implies=self._selects(implies),
            ranges=tuple(
                Range(low=self.expr(lo), high=self.expr(hi), condition=self.expr(c), location=self.location(p, n))
                for lo, hi, c, p, n in ranges
            ),
        )

    def _selects(self, records: list[list[Any]]) -> tuple[Select, ...]:
        return tuple(
            Select(target=target, condition=self.expr(c), location=self.location(p, n)) for target, c, p, n in records
        )

    def lines(
        self, records: Sequence[list[Any]], symbols: Mapping[str, Symbol], which: int
    ) -> Mapping[str, tuple[Line, ...]]:
        """Who selects (or implies) whom, found in the records; the symbols are made when a target is looked up."""
        return _Lines(records, symbols, which)


class _Lines(Mapping[str, tuple[Line, ...]]):
    def __init__(self, records: Sequence[list[Any]], symbols: Mapping[str, Symbol], which: int) -> None:
        self._symbols = symbols
        self._which = which
        self._places: dict[str, list[tuple[str, int, int]]] = {}
        for record in records:
            for i, definition in enumerate(record[-1]):
                for j, line in enumerate(definition[which]):
                    self._places.setdefault(line[0], []).append((record[0], i, j))

    def __getitem__(self, target: str) -> tuple[Line, ...]:
        return tuple(self._line(*place) for place in self._places[target])

    def _line(self, name: str, i: int, j: int) -> Line:
        symbol = self._symbols[name]
        definition = symbol.definitions[i]
        lines = definition.selects if self._which == Reader.SELECTS else definition.implies
        return symbol, definition, lines[j]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
