"""What one option costs in a config.

Enters: an open tree, a config, a symbol, what is known. Leaves: a `Cost`. Must hold: what a user can turn is turned as
`kweigh enable` and `kweigh disable` turn it, all else as `kweigh gate` does; it weighs the same where that was
measured, else it is estimated and labelled so; nothing is built unless asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analyzer import deps
from analyzer.errors import ToolchainError
from analyzer.model.analysis import is_on
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Cost, Follower, Term, WantedObject, exactly
from analyzer.model.gate import GateMeasurement
from analyzer.model.known import Missing
from analyzer.pipeline.build.building import BuildSetup, Run, origin_of
from analyzer.pipeline.bytes import estimating, gating, tables
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands import gate as measuring
from analyzer.pipeline.commands.cost_estimate import LINKING, estimated
from analyzer.pipeline.commands.doctor import aids, answered
from analyzer.pipeline.opening import OpenTree, Progress, silent
from analyzer.pipeline.settings import with_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A config with a symbol the other way round. `way` says how, `missed` why it can't be ("": it can). `gate` says
    that `kweigh gate` turns it to the same, `besides` are the lines that it takes beside the symbol's own, `instead` is
    the member that the user named."""

    config: ResolvedConfig
    way: str
    missed: str = ""
    gate: bool = True
    besides: tuple[str, ...] = ()
    instead: str = ""


def cost(opened: OpenTree, base: ResolvedConfig, symbol: str, known: Known, instead: str = "") -> Cost:
    """What turning `symbol` the other way round changes in `base`; nothing is built.

    It is turned by a line of its own; what that does not turn, as `kweigh enable` and `kweigh disable` do, with the
    lines that it takes; what no line turns, as `kweigh gate` does. A member of a choice goes for another one, `instead`
    or what the choice defaults to. Raises UsageError for a symbol that is unknown, or neither on nor off, and for an
    `instead` that is no other member of its choice.
    """
    gating.check(base, [symbol])
    value, why = gating.state(base, symbol)
    origin = origin_of(base)
    turned = _turned(opened, base, symbol, known, instead)
    found = turned.config
    about = Cost(
        label=f"{base.source.name} on {base.tree.label}",
        tree=origin.tree,
        arch=origin.arch,
        compiler=origin.compiler,
        symbol=symbol,
        before=value,
        after=found.values[symbol],
        why=why,
        way=turned.way,
        missed=turned.missed,
    )
    if turned.missed:
        return about
    passed = _unmet(base)
    before, after = ({one.path: one for one in estimating.wanted(config).objects} for config in (base, found))
    whole = replace(
        about,
        unmet=tuple(one.name for one in deps.find_unmet(found) if one.name not in passed),
        follows=tuple(_followers(base, found, symbol)),
        added=_sorted(after[path] for path in after.keys() - before.keys()),
        removed=_sorted(before[path] for path in before.keys() - after.keys()),
    )
    weighed = replace(whole, **_bytes(whole, opened, (base, turned), known))
    if weighed.basis in ("measured", "bundled"):
        return weighed
    told = tables.answered(whole, base.source.name)
    return told if _tells_more(told, weighed) else weighed


def _turned(opened: OpenTree, base: ResolvedConfig, symbol: str, known: Known, instead: str) -> Turned:
    on = gating.turned(base, [symbol])[symbol]
    wish = {symbol: "y" if on else "n"}
    picked = deps.picks(base, wish, {}, (instead,) if instead else ())
    plain = {**{one.name: "y" for one in picked}, **wish}
    there = opened.resolved(with_settings(base, plain, place="cost"))
    if is_on(there.values[symbol]) is on and all(there.values[one.name] == "y" for one in picked):
        way = f"with {_lines(there, [one.name for one in picked])}" if picked else "by a line of the config"
        return Turned(config=there, way=way, gate=not instead, instead=instead)
    if base.model.symbols[symbol].prompt:
        dotconfig = answered(opened, base)
        helped = aids(opened, dotconfig)
        found = deps.remedy(dotconfig, wish, helped, keep={}, instead=(instead,) if instead else ())
        if found.status == "verified" and found.assignments:
            there = helped.resolve_with({one.name: one.value for one in found.assignments})
            names = [one.name for one in found.assignments]
            besides = tuple(f"{one.name}={one.value}" for one in found.assignments if one.name != symbol)
            return Turned(
                config=there, way=f"with {_lines(there, names)}", gate=False, besides=besides, instead=instead
            )
    turn = known.turn(opened, base, [symbol])
    return Turned(config=turn.config, way=_way(turn.opened, symbol, on=on), missed=turn.missed)


def _lines(there: ResolvedConfig, names: Sequence[str]) -> str:
    return ", ".join(f"{name}={there.values[name]}" for name in names)


def _tells_more(told: Cost, weighed: Cost) -> bool:
    """Whether a table knows better than an estimate; one of another tree never does."""
    if told.gain is None or weighed.gain is None:
        return told.gain is not None
    return told.tree == weighed.tree and told.gain.width < weighed.gain.width


def build(
    opened: OpenTree,
    base: ResolvedConfig,
    symbol: str,
    setup: BuildSetup,
    progress: Progress = silent,
    instead: str = "",
) -> None:
    """Build a config as it is and with a symbol turned as `cost` turns it, into the setup's ledger. Raises
    ToolchainError where that does not work, and what `cost` raises."""
    gating.check(base, [symbol])
    turned = _turned(opened, base, symbol, Known(setup.ledger), instead)
    run = Run(count=measuring.builds_of([symbol]), progress=progress)
    if not turned.gate:
        measuring.make(opened, (base, turned.config), setup, run)
        return
    found = measuring.measure(opened, base, [symbol], setup, run)
    for reason in (found.reason, *(variant.reason for variant in found.variants)):
        if reason:
            raise ToolchainError(reason)


def _way(changed: OpenTree, symbol: str, *, on: bool) -> str:
    overlay = changed.tree.overlay
    if not overlay:
        return "by a line of the config"
    if on:
        return f"selected by a symbol of ours in a root Kconfig of ours, since no user can set {symbol} here"
    return f"without the lines that select it or default to it, in {', '.join(sorted(overlay))}"


def _unmet(config: ResolvedConfig) -> set[str]:
    return {one.name for one in deps.find_unmet(config)}


def _followers(base: ResolvedConfig, found: ResolvedConfig, symbol: str) -> Iterator[Follower]:
    for name, before, after in gating.follows(base, found, [symbol]):
        reason = found.reasons[name]
        names = [cause.name for cause in reason.causes if cause.name]
        because = f"{reason.kind}: {', '.join(names[:3])}" if names else reason.kind
        yield Follower(symbol=name, before=before, after=after, because=because)


def _sorted(objects: Iterable[WantedObject]) -> tuple[WantedObject, ...]:
    return tuple(sorted(objects, key=lambda one: one.path))


def _bytes(about: Cost, opened: OpenTree, pair: tuple[ResolvedConfig, Turned], known: Known) -> dict[str, Any]:
    """The members of a Cost that tell of bytes: those of both configs where they were built; else of the symbol alone,
    where `kweigh gate` turned it; else an estimate."""
    base, turned = pair
    configs = base, turned.config
    if not turned.gate and (whole := _built(opened, base, turned, about.symbol, known)) is not None:
        return _measured(about, opened, configs, known, whole)
    gate, missing = known.gate(opened, base, about.symbol)
    variant = gate.variants[0] if gate and gate.variants else None
    if gate is not None and gate.base is not None and variant is not None and variant.weight is not None:
        if turned.gate:
            return _measured(about, opened, configs, known, gate)
        besides = f"it was weighed alone, as kweigh gate turns it: without {', '.join(turned.besides)}"
        return {**_figures(gate), "reason": besides}
    if not turned.gate:
        missing = _missing(base, turned, about.symbol, known)
    why = gate and (gate.reason or (variant.reason if variant else "")) if turned.gate else ""
    reason = f"not built: {why}" if why else "nobody has measured it"
    return {"reason": reason, "missing": missing, **estimated(about, opened, configs, known)}


def _built(opened: OpenTree, base: ResolvedConfig, turned: Turned, symbol: str, known: Known) -> GateMeasurement | None:
    """What builds of both configs say; None where the ledger lacks one."""
    then = known.build(base)
    now = known.build(turned.config) if then is not None and then.weight is not None else None
    if then is None or now is None or now.weight is None:
        return None
    follows = tuple(gating.follows(base, turned.config, [symbol]))
    told = gating.Turn(opened=opened, config=turned.config, missed="", follows=follows)
    variant = gating.variant(base, [symbol], told, (then, now))
    return replace(known.about(base, [symbol]), base=then.weight, variants=(variant,))


def _missing(base: ResolvedConfig, turned: Turned, symbol: str, known: Known) -> Missing | None:
    """The builds of both configs that the ledger lacks."""
    if base.tree.kind == "bundled":
        return None
    label = " ".join((*turned.besides, f"{symbol}={turned.config.values[symbol]}"))
    words = (symbol, base.source.name, *(("--instead", turned.instead) if turned.instead else ()))
    return known.lacking_for_cost(base, turned.config, label, words)


def _figures(gate: GateMeasurement) -> dict[str, Any]:
    (variant,) = gate.variants
    assert gate.base is not None
    assert variant.weight is not None
    return {
        "basis": "measured" if gate.basis == "ledger" else "bundled",
        "tree": gate.tree,
        "compiler": gate.compiler,
        "gain": exactly(variant.weight.content - gate.base.content),
        "loaded": variant.weight.loaded - gate.base.loaded,
        "file": variant.weight.file - gate.base.file,
        "growth": variant.growth,
    }


def _measured(
    about: Cost,
    opened: OpenTree,
    pair: tuple[ResolvedConfig, ResolvedConfig],
    known: Known,
    gate: GateMeasurement,
) -> dict[str, Any]:
    measured = _figures(gate)
    if gate.basis != "ledger":
        return measured
    told = estimated(about, opened, pair, known)
    # What linking adds is the rest, since the whole was measured.
    parts = tuple(part for part in told.get("parts", ()) if part.label != LINKING)
    rest = measured["gain"].value - sum(part.bytes.value for part in parts)
    if rest:
        parts = (*parts, Term(label=LINKING, provenance="measured", bytes=exactly(rest)))
    return {**told, "parts": parts, **measured}
