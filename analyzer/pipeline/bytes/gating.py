"""The same config with symbols the other way round.

Enters: an open tree, a config, symbols. Leaves: a `Turn`: the config in which they are turned, and what follows them.
Must hold: nothing is built and the tree stays as it is; what the symbols bring with them is
told apart from them; what does not stick says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer import configs, deps, trees
from analyzer.errors import SourceError
from analyzer.model.analysis import is_on
from analyzer.model.config import ResolvedConfig
from analyzer.model.gate import Basis, GateMeasurement, GateVariant
from analyzer.model.known import KnownBuild
from analyzer.pipeline.build import planning
from analyzer.pipeline.keeping.trees import made
from analyzer.pipeline.opening import OpenTree
from analyzer.pipeline.settings import with_settings
from analyzer.sizes import bloat


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A config with symbols turned. `opened` is the tree read so that they are, `missed` what did not stick ("": all
    did); then nothing else is told. `follows` are the other symbols of the .config that change, with their values
    before and after ("": not written)."""

    opened: OpenTree
    config: ResolvedConfig
    missed: str
    follows: tuple[tuple[str, str, str], ...] = ()


def turn(opened: OpenTree, base: ResolvedConfig, symbols: Sequence[str]) -> Turn:
    """`base` with each of `symbols` the other way round. Raises UsageError as `check` does."""
    changed, found, missed = forced(opened, base, symbols)
    told = () if missed else tuple(follows(base, found, symbols))
    return Turn(opened=changed, config=found, missed=missed, follows=told)


def alone_and_together(symbols: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """What is built: each symbol alone, and all of them where there are several. Every combination would double the
    builds with each symbol."""
    named = tuple(dict.fromkeys(symbols))
    alone = tuple((name,) for name in named)
    return (*alone, named) if len(named) > 1 else alone


def check(base: ResolvedConfig, symbols: Sequence[str]) -> None:
    """Raise UsageError for a symbol that the tree does not define or that is neither on nor off."""
    for name in symbols:
        deps.known_switch(base, name, lambda missing: trees.homes(base.tree.root, missing))


def forced(opened: OpenTree, base: ResolvedConfig, symbols: Sequence[str]) -> tuple[OpenTree, ResolvedConfig, str]:
    """The tree read so that each of `symbols` is the other way round than in `base`, the config in it, and what did not
    stick ("": all did)."""
    overlay: dict[str, str] = dict(opened.tree.overlay)
    settings: dict[str, str] = {}

    def read(path: str) -> str:
        return overlay.get(path) or trees.read_within(opened.tree.root, path)

    wanted = turned(base, symbols)
    for name, on in wanted.items():
        how = deps.force(base, name, on=on, read=read)
        overlay |= how.overlay
        settings |= how.settings
    tree = replace(opened.tree, overlay=overlay)
    if overlay:
        model = made(tree, opened.answers)
        opened = replace(opened, tree=tree, model=model, programs=configs.Programs(model))
    source = base.source if not settings else with_settings(base, settings, place="gate")
    found = configs.resolve(opened.tree, opened.model, opened.program, source)
    missed = [name for name, on in wanted.items() if is_on(found.values[name]) is not on]
    return opened, found, ", ".join(f"{name} stays {found.values[name]}" for name in missed)


def turned(base: ResolvedConfig, symbols: Sequence[str]) -> dict[str, bool]:
    """Which symbols are to be on: those that are off. A module counts as on."""
    return {name: not is_on(base.values.get(name, "n")) for name in symbols}


def asked(base: ResolvedConfig, symbols: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The symbols with the values that they are turned to."""
    return tuple((name, "y" if on else "n") for name, on in turned(base, symbols).items())


def state(config: ResolvedConfig, name: str) -> tuple[str, str]:
    """A symbol's value, and the lines that decided."""
    if name not in config.values:
        return "", "not in this tree"
    reason = config.reasons[name]
    lines = [f"{cause.text} ({cause.location})" for cause in reason.causes[:3]]
    text = "; ".join(f"{c.name}: {line}" if c.name else line for c, line in zip(reason.causes, lines, strict=False))
    return config.values[name], f"{reason.kind}: {text}" if text else reason.kind


def follows(base: ResolvedConfig, found: ResolvedConfig, symbols: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The other symbols of the .config that change, with their values before and after ("": not written)."""
    before, after = configs.auto_conf(base), configs.auto_conf(found)
    for name in sorted(before.keys() | after.keys()):
        if name not in symbols and name in base.values and before.get(name) != after.get(name):
            yield name, before.get(name, ""), after.get(name, "")


def only(one: GateMeasurement, variant: GateVariant) -> GateMeasurement:
    """A measurement with one of its variants alone."""
    names = {name for name, _ in variant.forced}
    return replace(one, values=tuple(v for v in one.values if v[0] in names), variants=(variant,))


def resting(one: GateMeasurement, basis: Basis) -> GateMeasurement:
    """A measurement that says where it was found."""
    return replace(one, basis=basis)


def variant(
    base: ResolvedConfig, symbols: Sequence[str], turn: Turn, builds: tuple[KnownBuild, KnownBuild | None]
) -> GateVariant:
    """What builds of a config as it is and turned say of it; None: the latter cannot be turned."""
    built, other = builds
    forced = asked(base, symbols)
    if other is None or other.weight is None:
        return GateVariant(forced=forced, reason=turn.missed or (other.failure if other else ""))
    changes = None
    if built.symbols is not None and other.symbols is not None:
        changes = bloat.changes(built.symbols, other.symbols, edition=edition(base))
    then, now = ({one.path for one in planning.plan(config).objects} for config in (base, turn.config))
    return GateVariant(
        forced=forced,
        follows=turn.follows,
        added=tuple(sorted(now - then)),
        removed=tuple(sorted(then - now)),
        weight=other.weight,
        changes=changes,
    )


def edition(config: ResolvedConfig) -> bloat.Edition:
    """Which symbols the bloat-o-meter of a config's tree counts."""
    try:
        return bloat.edition_of(trees.read_within(config.tree.root, "scripts/bloat-o-meter"))
    except SourceError:
        return bloat.CLASSIC
