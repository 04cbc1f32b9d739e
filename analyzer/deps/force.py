"""Another Kconfig in which a symbol is on, or off, whatever selects it.

Enters: a resolved config, a symbol, the value wanted, a way to read the tree's Kconfig files. Leaves: a `Forcing`: the
files that read otherwise, and the lines that a config needs besides. Must hold: the tree itself stays as it is; what is
changed is named, line by line.

A symbol without a prompt can't be set in a .config, so one that is to be on is selected by a symbol of ours in the root
Kconfig; one that is to be off loses the lines that select or imply it, and the defaults that would count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from analyzer.deps.defined import known_switch
from analyzer.deps.picks import picks
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Location, Tristate
from analyzer.model.kconfig import Symbol

_DEFAULTED = re.compile(r"^(\s*)def_(bool|tristate)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forcing:
    """How a symbol gets a value: `overlay` are Kconfig files by path with their whole new text, `settings` lines of the
    config, `removed` the lines that the overlay leaves out, `forcer` the symbol of ours that selects it."""

    symbol: str
    value: str
    overlay: Mapping[str, str]
    settings: Mapping[str, str]
    removed: tuple[Location, ...] = ()
    forcer: str = ""


def force(config: ResolvedConfig, name: str, *, on: bool, read: Callable[[str], str]) -> Forcing:
    """What makes `name` y, or n, in `config`.

    A symbol that the user can set, and that nothing selects, needs no more than a line of the config. Raises UsageError
    for an unknown symbol, or one that is neither bool nor tristate.
    """
    symbol = known_switch(config, name)
    if on:
        return _on(config, symbol, read)
    return _off(config, symbol, read)


def _on(config: ResolvedConfig, symbol: Symbol, read: Callable[[str], str]) -> Forcing:
    name = symbol.name
    if config.visibility[name] is Tristate.y:
        return Forcing(symbol=name, value="y", overlay={}, settings={name: "y"})
    forcer = f"{name}_FORCE"
    while forcer in config.model.symbols:
        # MODULE_SIG_FORCE and others are the tree's own.
        forcer += "_"
    root = config.tree.kconfig
    text = read(root).rstrip("\n") + f"\n\nconfig {forcer}\n\tbool\n\tdefault y\n\tselect {name}\n"
    return Forcing(symbol=name, value="y", overlay={root: text}, settings={}, forcer=forcer)


def _off(config: ResolvedConfig, symbol: Symbol, read: Callable[[str], str]) -> Forcing:
    name = symbol.name
    gone = sorted({*_selecting(config, symbol), *_defaulting(config, symbol)})
    lines: dict[str, list[int]] = {}
    for place in gone:
        lines.setdefault(place.path, []).append(place.line)
    overlay = {path: _without(read(path), numbers) for path, numbers in lines.items()}
    instead = {one.name: "y" for one in picks(config, {name: "n"}, {})}
    return Forcing(symbol=name, value="n", overlay=overlay, settings={**instead, name: "n"}, removed=tuple(gone))


def _selecting(config: ResolvedConfig, symbol: Symbol) -> Iterator[Location]:
    for table in (config.model.selectors(), config.model.impliers()):
        for _, _, line in table.get(symbol.name, ()):
            yield line.location


def _defaulting(config: ResolvedConfig, symbol: Symbol) -> Iterator[Location]:
    """Defaults count where nobody can answer: without a prompt, or where no prompt is visible."""
    hidden = config.visibility[symbol.name] is Tristate.n
    for definition in symbol.definitions:
        if hidden or definition.prompt is None:
            for default in definition.defaults:
                yield default.location


def _without(text: str, numbers: list[int]) -> str:
    """The text with these lines (from 1) and their continuations empty, so that all others keep their numbers."""
    lines = text.split("\n")
    for number in numbers:
        index = number - 1
        typed = _DEFAULTED.match(lines[index])
        while index < len(lines) and lines[index].endswith("\\"):
            lines[index] = ""
            index += 1
        lines[index] = ""
        if typed:
            lines[number - 1] = f"{typed[1]}{typed[2]}"
    return "\n".join(lines)
