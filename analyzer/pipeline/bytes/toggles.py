"""Every option of a config toggled: on where it is off, off where it is on.

Enters: an open tree, a config. Leaves: a `Toggle` for each bool and tristate symbol that a user can set there; other
configs as turns of it (`Around`). Must hold: all of them are resolved, each from the config itself; one that does not
stick says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer import configs, deps
from analyzer.model.analysis import is_on
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.estimate import Turn
from analyzer.model.expr import Tristate
from analyzer.pipeline.opening import OpenTree
from analyzer.pipeline.settings import laid_on, with_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggle:
    """A symbol turned: `value` is what was asked for, `changes` are all symbols whose value differs from the config's,
    the symbol's own first (name, before, after); empty where it does not stick."""

    symbol: str
    value: str
    changes: tuple[tuple[str, str, str], ...]

    @property
    def sticks(self) -> bool:
        """Whether the config has the symbol as it was asked for."""
        return bool(self.changes)


def toggles(opened: OpenTree, base: ResolvedConfig) -> tuple[Toggle, ...]:
    """Each symbol that can be set in `base` turned alone, in the order of the model: on where it is off, off where it
    is on, each other member of a choice in turn (its pick goes with that: see `swaps`)."""
    wanted = dict(_wanted(base))
    sources = [with_settings(base, {name: value}, place="flip") for name, value in wanted.items()]
    found = configs.resolve_all(opened.tree, opened.model, opened.program, sources)
    before = dict(base.values.items())
    return tuple(
        Toggle(symbol=name, value=value, changes=_changes(before, there, name, value))
        for (name, value), there in zip(wanted.items(), found, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A choice's pick turned off, which is nothing but that another member comes: `toggle` is the latter's."""

    symbol: str
    toggle: Toggle

    @property
    def follows(self) -> tuple[tuple[str, str, str], ...]:
        """The other symbols that change."""
        return tuple(row for row in self.toggle.changes if row[0] != self.symbol)


def swaps(base: ResolvedConfig, found: Sequence[Toggle], instead: Sequence[str] = ()) -> tuple[Swap, ...]:
    """Each choice's pick in `base`, for which one of `instead` comes, or what the choice defaults to. Raises UsageError
    as `deps.picks`."""
    known = {toggle.symbol: toggle for toggle in found}
    shown = (name for name in base.model.symbols if base.visibility[name] != Tristate.n)
    wishes = {name: "n" for name in shown if base.model.symbols[name].choice is not None and is_on(base.values[name])}
    picked = ((one.gone, known.get(one.name)) for one in deps.picks(base, wishes, {}, instead))
    return tuple(
        Swap(symbol=gone, toggle=toggle)
        for gone, toggle in picked
        if toggle is not None and (not toggle.sticks or any(name == gone for name, _, _ in toggle.changes))
    )


def turned(opened: OpenTree, base: ResolvedConfig, wanted: Mapping[str, str]) -> ResolvedConfig:
    """`base` with these symbols asked for."""
    return opened.resolved(with_settings(base, wanted, place="flip"))


class Around:
    """Configs of one tree as turns of a base: how each differs from it, without what only follows."""

    def __init__(self, opened: OpenTree, base: Mapping[str, str], others: Iterable[Mapping[str, str]] = ()) -> None:
        """`base` and `others` are values as a .config has them; what the turns of `others` bring is worked out at
        once."""
        self._opened = opened
        self._values = base
        self._base = _saved(opened, base)
        self._followers: dict[Turn, frozenset[Turn]] = {}
        self._learn(turn for other in others for turn in self._set(other))

    @property
    def brings(self) -> dict[Turn, frozenset[str]]:
        """The symbols that change with each turn that was asked about."""
        return {turn: frozenset(name for name, _ in found) for turn, found in self._followers.items()}

    def turns(self, values: Mapping[str, str]) -> frozenset[Turn]:
        """What is turned in a config: symbols that can be set in the base, and whatever else does not follow them."""
        turned = self._set(values)
        self._learn(turned)
        followed = frozenset[Turn]().union(*(self._followers[turn] for turn in turned))
        return self._leading(turned) | (self._differing(values) - followed)

    def _leading(self, turned: frozenset[Turn]) -> frozenset[Turn]:
        """Those that no other brings; the first by name of those that bring each other."""

        def follows(one: Turn, other: Turn) -> bool:
            return one in self._followers[other] and (other not in self._followers[one] or other < one)

        return frozenset(one for one in turned if not any(other != one and follows(one, other) for other in turned))

    def _differing(self, values: Mapping[str, str]) -> frozenset[Turn]:
        """An empty text is written once its prompt shows, which changes nothing."""
        names = {name for name, value in values.items() ^ self._values.items() if value != '""'}
        return frozenset((name, values.get(name, "n")) for name in names)

    def _set(self, values: Mapping[str, str]) -> frozenset[Turn]:
        symbols, shown = self._opened.model.symbols, self._base.visibility
        return frozenset(
            (name, value)
            for name, value in self._differing(values)
            if name in symbols and symbols[name].is_tristate_valued and shown[name] != Tristate.n
        )

    def _learn(self, turns: Iterable[Turn]) -> None:
        fresh = sorted(set(turns) - self._followers.keys())
        sources = [with_settings(self._base, {name: value}, place="turn") for name, value in fresh]
        opened = self._opened
        before = dict(self._base.values.items())
        for turn, there in zip(
            fresh, configs.resolve_all(opened.tree, opened.model, opened.program, sources), strict=True
        ):
            changed = dict(there.values.items() - before.items())
            texts = ((name, configs.value_text(opened.model.symbols[name], value)) for name, value in changed.items())
            self._followers[turn] = frozenset(texts) | {turn}


def _saved(opened: OpenTree, values: Mapping[str, str]) -> ResolvedConfig:
    """The config of a .config with these values: what shows in it and is off is said to be, and what shows only once
    something is turned has its default then."""
    symbols = opened.model.symbols
    known = {name: value.strip('"') for name, value in values.items() if name in symbols}
    there = opened.resolved(
        laid_on(ConfigSource(name="a build", assignments=(), fill="n"), symbols, known, place="a build")
    )
    off = {
        name: "n"
        for name, symbol in symbols.items()
        if symbol.is_tristate_valued and there.visibility[name] != Tristate.n and not is_on(there.values[name])
    }
    return opened.resolved(laid_on(ConfigSource(name="a build", assignments=()), symbols, known | off, place="a build"))


def _wanted(base: ResolvedConfig) -> Iterator[tuple[str, str]]:
    for name, symbol in base.model.symbols.items():
        if not symbol.is_tristate_valued or base.visibility[name] == Tristate.n:
            continue
        if not is_on(base.values[name]):
            yield name, "y"
        elif symbol.choice is None:
            yield name, "n"


def _changes(
    before: Mapping[str, str], there: ResolvedConfig, name: str, value: str
) -> tuple[tuple[str, str, str], ...]:
    after = there.values.items()
    if is_on(there.values[name]) != is_on(value):
        return ()
    changed = dict(after - before.items())
    return tuple((one, before[one], changed[one]) for one in sorted(changed, key=lambda one: (one != name, one)))
