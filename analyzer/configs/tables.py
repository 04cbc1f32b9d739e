"""Symbols, choices and their expressions as plain lists, with tables for what recurs.

Enters: model values (`Writer`) or the lists made of them (`Reader`). Leaves: the other. Must hold: a record names
expressions, dependency lists and files by their number in a table; shared ones have one number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from analyzer.model.expr import And, Answered, Compare, Const, Expr, Location, Not, Or, Ref
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
        self._blocks: dict[int, int] = {}
        self._paths: dict[str, int] = {}
        self.exprs: list[list[Any]] = []
        self.blocks: list[list[Any]] = []

    def paths(self) -> list[str]:
        """The files, by number. As with `exprs` and `blocks`, all are there once all records are made."""
        return list(self._paths)

    def location(self, location: Location) -> list[int]:
        """A place: the number of its file, and the line."""
        return [self._paths.setdefault(location.path, len(self._paths)), location.line]

    def expr(self, expr: Expr) -> int:
        """The number of an expression."""
        found = self._exprs.get(id(expr))
        if found is None:
            record = self._expr(expr)
            found = self._exprs[id(expr)] = len(self.exprs)
            self.exprs.append(record)
        return found

    def _expr(self, expr: Expr) -> list[Any]:
        match expr:
            case Answered(text):
                return ["a", text, expr.macro, expr.command]
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
            found = self._blocks[id(lines)] = len(self.blocks)
            self.blocks.append([[self.expr(d.expr), *self.location(d.location), d.source] for d in lines])
        return found

    def symbol(self, symbol: Symbol) -> list[Any]:
        """The record of a symbol."""
        flags = [symbol.allnoconfig_y, symbol.transitional, symbol.hidden]
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
            [
                [self.expr(d.value), self.expr(d.condition), *self.location(d.location), d.word]
                for d in definition.defaults
            ],
            [[s.target, self.expr(s.condition), *self.location(s.location)] for s in definition.selects],
            [[s.target, self.expr(s.condition), *self.location(s.location)] for s in definition.implies],
            [
                [self.expr(r.low), self.expr(r.high), self.expr(r.condition), *self.location(r.location)]
                for r in definition.ranges
            ],
        ]


class Reader:
    """Makes model values of records; expressions and dependency lists are made once and shared."""

    def __init__(self, exprs: Sequence[Any], blocks: Sequence[Any], paths: Sequence[str]) -> None:
        self._expr_records = exprs
        self._block_records = blocks
        self._paths = paths
        self._exprs: dict[int, Expr] = {}
        self._blocks: dict[int, tuple[Dependency, ...]] = {}

    def location(self, path: int, line: int) -> Location:
        """A place from its numbers."""
        return Location(path=self._paths[path], line=line)

    def expr(self, number: int) -> Expr:
        """The expression of a number."""
        found = self._exprs.get(number)
        if found is None:
            found = self._exprs[number] = self._expr(*self._expr_records[number])
        return found

    def _expr(self, kind: str, *parts: Any) -> Expr:
        match kind:
            case "c":
                return Const(parts[0])
            case "a":
                return Answered(*parts)
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
        found = self._blocks.get(number)
        if found is None:
            found = self._blocks[number] = tuple(
                Dependency(expr=self.expr(expr), location=self.location(path, line), source=source)
                for expr, path, line, source in self._block_records[number]
            )
        return found

    def symbol(self, record: list[Any]) -> Symbol:
        """A symbol from its record."""
        name, type_, choice, env, (allnoconfig_y, transitional, hidden), definitions = record
        return Symbol(
            name=name,
            type=type_,
            definitions=tuple(self._definition(*d) for d in definitions),
            choice=choice,
            env=env,
            allnoconfig_y=allnoconfig_y,
            transitional=transitional,
            hidden=hidden,
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
                Default(value=self.expr(v), condition=self.expr(c), location=self.location(p, n), word=word)
                for v, c, p, n, word in defaults
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

    def selects(self, symbols: Mapping[str, Symbol], places: list[list[Any]]) -> tuple[Line, ...]:
        """The select lines at the places that `lines_by_target` gave for a target."""
        definitions = ((symbols[name], symbols[name].definitions[i], j) for name, i, j in places)
        return tuple((symbol, definition, definition.selects[j]) for symbol, definition, j in definitions)

    def implies(self, symbols: Mapping[str, Symbol], places: list[list[Any]]) -> tuple[Line, ...]:
        """The same for imply lines."""
        definitions = ((symbols[name], symbols[name].definitions[i], j) for name, i, j in places)
        return tuple((symbol, definition, definition.implies[j]) for symbol, definition, j in definitions)


def lines_by_target(symbols: Iterable[Symbol], kind: Literal["selects", "implies"]) -> dict[str, list[list[Any]]]:
    """Who selects (or implies) whom: target to the selector's name, and the numbers of the definition and the line."""
    found: dict[str, list[list[Any]]] = {}
    for symbol in symbols:
        for i, definition in enumerate(symbol.definitions):
            lines = definition.selects if kind == "selects" else definition.implies
            for j, line in enumerate(lines):
                found.setdefault(line.target, []).append([symbol.name, i, j])
    return found
