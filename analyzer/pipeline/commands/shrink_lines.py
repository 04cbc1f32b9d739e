"""Lines on top of allnoconfig: what a config is taken apart into, and what sets of lines resolve to.

Enters: an open tree, configs of it, what is to be kept. Leaves: lines, `Left`, weights. Must hold: the lines of a
config, given to allnoconfig as KCONFIG_ALLCONFIG, are that config; nothing is built.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer import configs, deps, query
from analyzer.errors import UsageError
from analyzer.model.analysis import is_on
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.expr import Location, Tristate
from analyzer.model.shrink import Asked, Left
from analyzer.pipeline.build import planning
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands.doctor import aids
from analyzer.pipeline.names import named
from analyzer.pipeline.opening import OpenTree
from analyzer.query import Query

PLACE = Location(path="shrink", line=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is to be kept whatever the test says: symbols with their values, and queries that are to hold."""

    symbols: Mapping[str, str]
    queries: tuple[Query, ...] = ()


def kept(opened: OpenTree, texts: Sequence[str]) -> Keep:
    """What `SYMBOL`, `SYMBOL=VALUE` and queries ask for. Raises UsageError for a symbol that the tree does not define
    and for what is no query."""
    symbols: dict[str, str] = {}
    queries: list[Query] = []
    for text in texts:
        asked, _, value = text.partition("=")
        name = named(opened, asked.strip())
        if name in opened.model.symbols and not value.strip().count(" ") and not name.count(" "):
            given = configs.parse_value(opened.model.symbols[name], value.strip() or "y")
            if given is None:
                raise UsageError(f"{value.strip() or 'y'} is no value for {name}")
            symbols[name] = given
            continue
        found = query.parse(text)
        unknown = [one.name for one in found.symbols() if named(opened, one.name) not in opened.model.symbols]
        if unknown:
            hint = deps.hint(unknown[0], opened.model.symbols)
            raise UsageError(f"no symbol {unknown[0]} in {opened.tree.label}", hint=hint)
        queries.append(found)
    return Keep(symbols=symbols, queries=tuple(queries))


class Lines:
    """Lines by the names of their symbols, each with one value, and what sets of them resolve to."""

    def __init__(self, opened: OpenTree, values: Mapping[str, str], keep: Keep) -> None:
        self._opened = opened
        self._values = dict(values)
        self._keep = keep

    @property
    def names(self) -> Asked:
        """All of them."""
        return frozenset(self._values)

    @property
    def order(self) -> tuple[str, ...]:
        """Their names, as they are asked for."""
        return tuple(self._values)

    def text(self, name: str) -> str:
        """A line as a config file writes it."""
        return f"CONFIG_{name}={configs.value_text(self._opened.model.symbols[name], self._values[name])}"

    def config(self, names: Asked) -> ResolvedConfig:
        """What a set of lines makes of allnoconfig."""
        return self._opened.resolved(self._source(names))

    def resolve(self, sets: Sequence[Asked]) -> list[Left | None]:
        """As a search asks it."""
        opened = self._opened
        sources = [self._source(names) for names in sets]
        found = configs.resolve_all(opened.tree, opened.model, opened.program, sources)
        return [
            Left(key=key(config), lines=frozenset(n for n in names if config.values[n] == self._values[n]))
            if self.holds(config)
            else None
            for names, config in zip(sets, found, strict=True)
        ]

    def holds(self, config: ResolvedConfig) -> bool:
        """Whether a config has what is to be kept."""
        if any(config.values[name] != value for name, value in self._keep.symbols.items()):
            return False
        lanes = query.Lanes(config.tree.arch, [config.source.name], [config])
        return all(query.evaluate(one, lanes).surely for one in self._keep.queries)

    def without_each(self, names: Asked) -> Iterator[tuple[str, ResolvedConfig]]:
        """What a set of lines resolves to without each of them alone."""
        opened, order = self._opened, sorted(names)
        sources = [self._source(names - {name}) for name in order]
        yield from zip(order, configs.resolve_all(opened.tree, opened.model, opened.program, sources), strict=True)

    def _source(self, names: Asked) -> ConfigSource:
        return source(self._opened, {name: value for name, value in self._values.items() if name in names})


def source(opened: OpenTree, values: Mapping[str, str], name: str = "shrunk") -> ConfigSource:
    """Lines on top of allnoconfig, as KCONFIG_ALLCONFIG gives them."""
    symbols = opened.model.symbols
    lines = tuple(
        Assignment(name=one, value=configs.value_text(symbols[one], value), location=PLACE)
        for one, value in values.items()
    )
    return ConfigSource(name=name, assignments=lines, fill="n", way="seed")


def key(config: ResolvedConfig) -> str:
    """The same for equal configs of a tree."""
    text = "\n".join(f"{name}={value}" for name, value in sorted(configs.settings(config).items()))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def lines_of(config: ResolvedConfig) -> dict[str, str]:
    """What has to be asked of allnoconfig to get a config, in the order of the menus: all that can be set and is on,
    all numbers and texts, and n for what allnoconfig itself turns on (`option allnoconfig_y`)."""
    found: dict[str, str] = {}
    symbols = config.model.symbols
    for entry in config.model.menu:
        name = entry.name
        if entry.kind != "symbol" or name in found or config.visibility[name] is Tristate.n:
            continue
        on = is_on(config.values[name]) if symbols[name].is_tristate_valued else name in config.written
        if on or symbols[name].allnoconfig_y:
            found[name] = config.values[name]
    return found


def true_lines(opened: OpenTree, values: Mapping[str, str], keep: Keep) -> Lines:
    """The lines that come true, in the order of the menus. Raises UsageError where what is to be kept does not hold."""
    there = opened.resolved(source(opened, values))
    order = {entry.name: place for place, entry in reversed([*enumerate(opened.model.menu)]) if entry.kind == "symbol"}
    true = {name: value for name, value in values.items() if there.values[name] == value}
    if key(opened.resolved(source(opened, true))) != key(there):
        # A line that does not come true may still say what a choice picks.
        true = dict(values)
    lines = Lines(opened, dict(sorted(true.items(), key=lambda line: order[line[0]])), keep)
    if not lines.holds(there):
        hint = "kweigh query says where it does"
        raise UsageError("what is to be kept does not hold where the search starts", hint=hint)
    return lines


def with_wanted(opened: OpenTree, values: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Lines with those that `wanted` needs, too, as `kweigh enable` finds them. Raises UsageError where there is no
    way."""
    config = opened.resolved(source(opened, values))
    lacking = {name: value for name, value in wanted.items() if config.values.get(name, "n") != value}
    if not lacking:
        return dict(values)
    asked = {**values, **lacking}
    there = opened.resolved(source(opened, asked))
    if all(there.values[name] == value for name, value in lacking.items()):
        return asked
    # Those that came true stay asked for; of the rest the search says what they need.
    open_ = {name: value for name, value in lacking.items() if there.values[name] != value}
    remedy = deps.remedy(there, open_, aids(opened, there), keep={}, instead=())
    if remedy.status != "verified":
        names = ", ".join(f"{name}={value}" for name, value in open_.items())
        raise UsageError(f"no config was found that has {names}", hint="kweigh enable says why")
    return {**asked, **{one.name: one.value for one in remedy.assignments}}


def weights(config: ResolvedConfig, lines: Lines, known: Known) -> dict[str, float]:
    """The bytes behind each line of a config that was built: of the objects that come by a symbol which is off without
    it, as the makefiles say. Less than none for a line without which something is on that is off with it: what it is
    there for may be to save."""
    parts = known.parts(config)
    sizes: dict[str, int] = {}
    for one in planning.plan(config).objects:
        if one.goal != "module" and one.path in parts:
            size = sum(parts[one.path].values())
            for name in {name for step in one.because for name, _ in step.symbols}:
                sizes[name] = sizes.get(name, 0) + size
    found = {}
    before = dict(config.values.items())
    for name, there in lines.without_each(lines.names):
        differing = there.values.items() - before.items()
        if any(is_on(value) and not is_on(before[one]) for one, value in differing):
            found[name] = -1.0
        else:
            found[name] = float(sum(sizes.get(one, 0) for one, _ in differing))
    return found
