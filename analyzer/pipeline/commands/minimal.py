"""The minimal config, line by line as the user wrote it.

Enters: a ResolvedConfig. Leaves: `Minimized`. Must hold: what is kept, changed and added is what `make savedefconfig`
writes; the order is the user's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analyzer import configs
from analyzer.model.config import Assignment, ConfigSource, Reason, ResolvedConfig
from analyzer.model.expr import YES, Location, Tristate, show
from analyzer.model.kconfig import Symbol
from analyzer.model.minimal import Fate, MinimalLine, Minimized


def minimize(config: ResolvedConfig) -> Minimized:
    """What becomes of each line of `config`, and what its minimal form has besides."""
    return Minimized(config=config, lines=tuple(_lines(config)))


def _lines(config: ResolvedConfig) -> Iterator[MinimalLine]:
    found = configs.Minimal(config)
    symbols = config.model.symbols
    order = dict.fromkeys(entry.name for entry in config.model.menu if entry.kind == "symbol")
    needed = {name: configs.symbol_line(config, name).rstrip("\n") for name in order if found.counts(symbols[name])}
    lines = list(assignments(config.source))
    invalid = {(a.location, a.name) for a in _rejected(config)}
    last = {line.name: line for line in lines if (line.location, line.name) not in invalid}
    for line in lines:
        symbol = symbols.get(line.name)
        if symbol is None:
            yield _line(line, "unknown")
            continue
        fate: Fate
        if (line.location, line.name) in invalid:
            fate = "invalid"
        elif last[line.name] is not line:
            fate = "overridden"
        elif line.name in needed:
            fate = "kept" if configs.parse_value(symbol, line.value) == config.values[line.name] else "changed"
        else:
            fate = _dropped(config, found, symbol)
        kept = needed[line.name] if fate in {"kept", "changed"} else ""
        one = _line(line, fate, kept, config, found.default(symbol))
        yield replace(one, decided=_decided(config, found, symbol)) if fate == "default" else one
    for name, text in needed.items():
        if name not in last:
            reason, default = config.reasons[name], found.default(symbols[name])
            yield MinimalLine(
                name=name,
                assignment=None,
                fate="added",
                line=text,
                value=config.values[name],
                reason=reason,
                default=default,
            )


def _line(
    line: Assignment, fate: Fate, text: str = "", config: ResolvedConfig | None = None, default: str | None = None
) -> MinimalLine:
    value = config.values[line.name] if config is not None else None
    reason: Reason | None = config.reasons[line.name] if config is not None else None
    return MinimalLine(
        name=line.name, assignment=line, fate=fate, line=text, value=value, reason=reason, default=default
    )


def assignments(source: ConfigSource) -> Iterator[Assignment]:
    """The lines of a config, those of its base first."""
    if source.base is not None:
        yield from assignments(source.base)
    yield from source.assignments


def _rejected(config: ResolvedConfig) -> Iterator[Assignment]:
    if config.base is not None:
        yield from _rejected(config.base)
    yield from config.rejected


def _decided(config: ResolvedConfig, found: configs.Minimal, symbol: Symbol) -> tuple[str, Location] | None:
    """The line that gives a symbol its value where no line of a config does."""
    if symbol.choice is not None:
        choice = config.model.choices[symbol.choice]
        return (f'choice "{choice.prompt}"', choice.location)
    first = found.first_default(symbol)
    if first is None or found.default(symbol) == "n":
        return None
    default = first[1]
    condition = "" if default.condition == YES else f" if {show(default.condition)}"
    return (f"default {show(default.value)}{condition}", default.location)


def _dropped(config: ResolvedConfig, found: configs.Minimal, symbol: Symbol) -> Fate:
    """Why a symbol needs no line."""
    if config.visibility[symbol.name] is Tristate.n:
        return "invisible"
    return "default" if found.is_changeable(symbol) else "selected"
