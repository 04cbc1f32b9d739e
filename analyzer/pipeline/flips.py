"""Every option of a config, the other way round.

Enters: an open tree, a config. Leaves: a `Flip` for each bool and tristate symbol that a user can set there. Must hold:
all of them are resolved, each from the config itself; one that does not stick says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analyzer import configs
from analyzer.model.analysis import is_on
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Tristate
from analyzer.pipeline.opening import OpenTree
from analyzer.pipeline.questions import with_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A symbol turned: `value` is what was asked for, `changes` are all symbols whose value differs from the config's,
    the symbol's own first (name, before, after); empty where it does not stick."""

    symbol: str
    value: str
    changes: tuple[tuple[str, str, str], ...]

    @property
    def sticks(self) -> bool:
        """Whether the config has the symbol as it was asked for."""
        return bool(self.changes)


def flips(opened: OpenTree, base: ResolvedConfig) -> tuple[Flip, ...]:
    """Each symbol that can be set in `base` turned alone, in the order of the model: on where it is off, off where it
    is on, each other member of a choice in turn."""
    wanted = dict(_wanted(base))
    sources = [with_settings(base, {name: value}, place="flip") for name, value in wanted.items()]
    found = configs.resolve_all(opened.tree, opened.model, opened.program, sources)
    before = dict(base.values.items())
    return tuple(
        Flip(symbol=name, value=value, changes=_changes(before, there, name, value))
        for (name, value), there in zip(wanted.items(), found, strict=True)
    )


def turned(opened: OpenTree, base: ResolvedConfig, wanted: Mapping[str, str]) -> ResolvedConfig:
    """`base` with these symbols asked for."""
    return opened.resolved(with_settings(base, wanted, place="flip"))


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
