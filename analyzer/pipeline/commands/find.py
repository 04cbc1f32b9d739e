"""Searches the options of a tree.

Enters: a ResolvedConfig and a text. Leaves: `Found`. Must hold: case does not count; every word of the text is in the
name, in the prompt, or in the help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from analyzer import configs, trees
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Location
from analyzer.model.find import Found, Hit
from analyzer.model.kconfig import Definition, Symbol
from analyzer.pipeline.names import bare


def find(config: ResolvedConfig, text: str) -> Found:
    """Every option whose name, prompt or help has the words of `text`: names first, the shortest before others, then
    prompts, then helps."""
    words = [word.casefold() for word in bare(text).split()]

    def fits(where: str) -> bool:
        folded = where.casefold()
        return all(word in folded for word in words)

    menus = configs.menus(config)
    hits: list[tuple[int, int, Hit]] = []
    left: list[Symbol] = []
    for symbol in config.model.symbols.values():
        definition = next((d for d in symbol.definitions if d.prompt), symbol.definitions[0])
        menu = menus.get((symbol.name, definition.location), ())
        if fits(symbol.name):
            hits.append((0, len(symbol.name), _hit(config, symbol, definition, menu, "name")))
        elif any(d.prompt and fits(d.prompt.text) for d in symbol.definitions):
            hits.append((1, 0, _hit(config, symbol, definition, menu, "prompt")))
        else:
            left.append(symbol)
    hits += [(2, 0, hit) for hit in _in_helps(config, left, words, fits)]
    return Found(text=text, config=config, hits=tuple(hit for _, _, hit in sorted(hits, key=lambda one: one[:2])))


def option_of(config: ResolvedConfig, name: str) -> Hit:
    """A symbol with its type, prompt and menu."""
    symbol = config.model.symbols[name]
    definition = next((d for d in symbol.definitions if d.prompt), symbol.definitions[0])
    return _hit(config, symbol, definition, configs.menus(config).get((name, definition.location), ()), "name")


def _in_helps(
    config: ResolvedConfig, symbols: list[Symbol], words: list[str], fits: Callable[[str], bool]
) -> list[Hit]:
    known = {path: trees.helps(config.tree.root, path) for path in config.model.files}
    menus = configs.menus(config)
    hits = []
    for symbol in symbols:
        for definition in symbol.definitions:
            lines = known.get(definition.location.path, {}).get(definition.location.line, ())
            if fits(" ".join(line for _, line in lines)):
                at, line = max(lines, key=lambda one: sum(word in one[1].casefold() for word in words))
                menu = menus.get((symbol.name, definition.location), ())
                hit = _hit(config, symbol, definition, menu, "help")
                hits.append(replace(hit, text=line, place=Location(path=definition.location.path, line=at)))
                break
    return hits


def _hit(
    config: ResolvedConfig,
    symbol: Symbol,
    definition: Definition,
    menu: tuple[str, ...],
    found_in: Literal["name", "prompt", "help"],
) -> Hit:
    # A choice is a menu of its members.
    choice = config.model.choices[symbol.choice].prompt if symbol.choice is not None else ""
    return Hit(
        name=symbol.name,
        type=symbol.type,
        value=config.values[symbol.name],
        prompt=symbol.prompt,
        menu=(*menu, choice) if choice else menu,
        location=definition.location,
        found_in=found_in,
    )
