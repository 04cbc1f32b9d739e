"""A model as bytes, and back.

Enters: a KconfigModel, or the bytes that were made of them. Leaves: the other. Must hold: what comes back
equals what went in; symbols and menu entries are read and made when somebody asks for them, since a report needs few of
thousands.

Sections are JSON lines, parsed line by line when asked for, with expressions and dependency lists in sections of their
own so that each is written once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from analyzer.configs.codec_sections import joined, sections
from analyzer.configs.lazy import JsonLines, LazyMapping, LazySequence, as_lines
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
    return joined(head, symbols, menu, as_lines(selected.values()), as_lines(implied.values()), exprs, blocks)


def decode(data: bytes, start: int = 0) -> KconfigModel | None:
    """What `encode` was given, from its bytes at `start`; None when they are of another format or machine."""
    parts = sections(data, start)
    return None if parts is None else _model(json.loads(str(parts[0], "ascii")), *map(JsonLines, parts[1:]))


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
