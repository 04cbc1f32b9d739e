"""Which lines of minimal configs (`make savedefconfig`) a change brings and takes.

Enters: both sides of all configs of an architecture. Leaves: by symbol its line before and after, and the configs.
Must hold: a line is worked out as `configs.minimal` does it; who is not asked has the same line on both sides, since
neither its entry nor anything that it hangs on is another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from analyzer import configs
from analyzer.configs.minimal import Minimal
from analyzer.configs.union_entries import inside_choices
from analyzer.model.by_arch import places_of
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.kconfig import KconfigModel, Symbol
from analyzer.model.review import SavedLine
from analyzer.pipeline.commands.review_after import users_of
from analyzer.pipeline.commands.review_side import Side
from analyzer.pipeline.commands.review_values import Values

Line = tuple[str, str, str]
"""A symbol with its line before and after; "" where a minimal config has none."""


class Saved:
    """Gathers lines of minimal configs, architecture by architecture."""

    def __init__(self) -> None:
        self._lines: dict[Line, dict[str, list[str]]] = {}
        self._own: dict[Line, dict[str, list[str]]] = {}

    def add(self, arch: str, sources: Mapping[str, ConfigSource], config: str, line: Line) -> None:
        """A config has another line."""
        self._lines.setdefault(line, {}).setdefault(arch, []).append(config)
        if any(one.name == line[0] for one in sources[config].assignments):
            self._own.setdefault(line, {}).setdefault(arch, []).append(config)

    def told(self) -> tuple[SavedLine, ...]:
        """All of them, those of most configs first."""
        found = (
            SavedLine(
                symbol=line[0],
                before=line[1],
                after=line[2],
                places=places_of(places),
                asked=places_of(self._own.get(line, {})),
            )
            for line, places in self._lines.items()
        )
        return tuple(sorted(found, key=lambda one: (-one.configs, one.symbol, one.before)))


def saved(
    before: Side, after: Side, values: Values, changed: Collection[str], count: int
) -> Iterator[tuple[int, Line]]:
    """The lines that differ in the first `count` lanes, with the lane of each; `changed` are the names whose entries
    differ."""
    asked = dict(_asked(before, after, values, changed, count))
    for lane in range(count):
        names = [name for name, mask in asked.items() if mask >> lane & 1]
        if not names:
            continue
        old, new = before.config(lane), after.config(lane)
        first, last = Minimal(old), Minimal(new)
        for name in names:
            line = name, _line(first, old, name), _line(last, new, name)
            if line[1] != line[2]:
                yield lane, line


def saved_apart(old: ResolvedConfig, new: ResolvedConfig) -> Iterator[Line]:
    """The lines that differ between two configs that stand alone."""
    first, last = Minimal(old), Minimal(new)
    for name in dict.fromkeys((*old.model.symbols, *new.model.symbols)):
        line = name, _line(first, old, name), _line(last, new, name)
        if line[1] != line[2]:
            yield line


def _line(minimal: Minimal, config: ResolvedConfig, name: str) -> str:
    symbol = config.model.symbols.get(name)
    if symbol is None or not minimal.counts(symbol):
        return ""
    return configs.symbol_line(config, name).rstrip("\n")


def _asked(
    before: Side, after: Side, values: Values, changed: Collection[str], count: int
) -> Iterator[tuple[str, int]]:
    """The symbols whose line may differ, with the lanes in which it may."""
    lanes, planes = values.lanes, values.planes
    ones = (1 << count) - 1
    variants = planes.ones.bit_length() // lanes.count
    found: dict[str, int] = {}

    def ask(name: str, mask: int) -> None:
        found[name] = found.get(name, 0) | mask

    models = before.opened.model, after.opened.model
    for name in changed:
        ask(name, ones)
        for model in models:
            for target in _led(model, name):
                ask(target, ones)
    users = users_of(before.opened)
    for name in lanes.reached:
        mask = lanes.differing(planes, name, variants) >> lanes.count & ones
        if mask:
            ask(name, mask)
            for other in users.get(name, ()):
                ask(other, mask)
    for model in models:
        inside: Mapping[str, Sequence[str]] | None = None
        for key in {*found, *(one.choice for n in list(found) if (one := model.symbols.get(n)) and one.choice)}:
            if (choice := model.choices.get(key)) is not None:
                inside = inside_choices(model) if inside is None else inside
                members = {*choice.members, *inside.get(key, ())}
                mask = found.get(key, 0)
                for name in members:
                    mask |= found.get(name, 0)
                for name in members:
                    ask(name, mask)
    for name, mask in found.items():
        # What nobody can set has no line.
        if any((one := model.symbols.get(name)) is not None and _prompted(one) for model in models):
            yield name, mask


def _led(model: KconfigModel, name: str) -> Iterator[str]:
    symbol = model.symbols.get(name)
    for definition in symbol.definitions if symbol is not None else ():
        yield from (line.target for line in (*definition.selects, *definition.implies))


def _prompted(symbol: Symbol) -> bool:
    return any(definition.prompt is not None for definition in symbol.definitions)
