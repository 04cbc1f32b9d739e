"""What a config does not answer.

Enters: ResolvedConfig. Leaves: the symbols that `make oldconfig` would ask about, the menus of entries. Must hold: the
symbols are those of `make listnewconfig`, in its order (check_conf() of scripts/kconfig/conf.c).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.configs.minimal import Minimal
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Location, Tristate
from analyzer.model.kconfig import Definition, MenuEntry, OutOfRange, Symbol


def unanswered(config: ResolvedConfig) -> tuple[tuple[str, Definition], ...]:
    """Every symbol that a user is asked about and that no line of the config answers, each once, with the definition
    whose prompt asks."""
    return tuple(_unanswered(config))


def _unanswered(config: ResolvedConfig) -> Iterator[tuple[str, Definition]]:
    rejected = {assignment.location for assignment in config.rejected}
    answered = {a.name for a in config.source.assignments if a.location not in rejected}
    dropped = config.model.dialect.out_of_range is OutOfRange.DROPPED
    changeable = Minimal(config).is_changeable
    shown = _Shown(config)
    seen: set[str] = set()
    menu, at = config.model.menu, 0
    while at < len(menu):
        entry = menu[at]
        if not shown(at):
            at = entry.end
            continue
        at += 1
        if entry.kind != "symbol" or entry.name in seen:
            continue
        symbol = config.model.symbols[entry.name]
        if entry.name in answered and not (dropped and symbol.type in {"int", "hex"} and _is_dropped(config, symbol)):
            continue
        if changeable(symbol):
            seen.add(entry.name)
            yield entry.name, shown.definition(entry)


def _is_dropped(config: ResolvedConfig, symbol: Symbol) -> bool:
    """Whether a number that was set is out of range, so that conf_read() forgets it; it is visible otherwise."""
    return config.reasons[symbol.name].kind != "user"


class _Shown:
    """menu_is_visible() of scripts/kconfig/menu.c.

    Symbols and choices have no entries below them here: what stands below one in menuconfig depends on it, and shows
    only where that does.
    """

    def __init__(self, config: ResolvedConfig) -> None:
        self._config = config
        self._definitions: Mapping[tuple[str, Location], Definition] = {
            (key, d.location): d
            for kind in (config.model.symbols, config.model.choices)
            for key, one in kind.items()
            for d in one.definitions
        }

    def definition(self, entry: MenuEntry) -> Definition:
        """What stands at the place of an entry of a symbol or choice."""
        return self._definitions[entry.name, entry.location]

    def __call__(self, at: int) -> bool:
        entry = self._config.model.menu[at]
        value = self._config.value
        if entry.kind in ("menu", "comment"):
            return value(entry.condition) is not Tristate.n
        definition = self.definition(entry)
        return definition.prompt is not None and value(definition.prompt_condition()) is not Tristate.n


def menus(config: ResolvedConfig) -> Mapping[tuple[str, Location], tuple[str, ...]]:
    """The titles of the menus around every entry, outermost first, by its name and place. What merely depends on the
    symbol above it, and so stands below that in menuconfig, is in that symbol's menu."""
    around: list[MenuEntry] = []
    found: dict[tuple[str, Location], tuple[str, ...]] = {}
    for at, entry in enumerate(config.model.menu):
        while around and around[-1].end <= at:
            around.pop()
        found[entry.name, entry.location] = tuple(menu.title for menu in around)
        if entry.kind == "menu":
            around.append(entry)
    return found
