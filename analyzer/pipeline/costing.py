"""What one option costs in a config.

Enters: an open tree, a config, a symbol, what is known. Leaves: a `Cost`. Must hold: it is turned as `kweigh gate`
turns it, and weighs the same where it was measured; else it is estimated and labelled so; nothing is built unless asked
for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from analyzer import deps
from analyzer.errors import ToolchainError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Cost, Estimate, Follower, Interval, Term, WantedObject, exactly, total
from analyzer.model.expr import Ref, Tristate
from analyzer.model.kconfig import Choice
from analyzer.model.size import SectionClass
from analyzer.pipeline import estimating, gating, measuring, tables
from analyzer.pipeline.building import Run, Yard, origin_of
from analyzer.pipeline.doctor import aids, answered
from analyzer.pipeline.known import Known
from analyzer.pipeline.opening import OpenTree, Progress, silent

LINKING = "what linking adds"


def cost(opened: OpenTree, base: ResolvedConfig, symbol: str, known: Known, instead: str = "") -> Cost:
    """What turning `symbol` the other way round changes in `base`; nothing is built.

    What no line of its own turns is turned as `kweigh enable` and `kweigh disable` do, with the lines that it takes; a
    member of a choice goes for another one, `instead` or what the choice defaults to. Raises UsageError for a symbol
    that is unknown, or neither on nor off, and for an `instead` that is no other member of its choice.
    """
    gating.check(base, [symbol])
    value, why = gating.state(base, symbol)
    origin = origin_of(base)
    on = gating.turned(base, [symbol])[symbol]
    turn = known.turn(opened, base, [symbol])
    changed, found, missed = turn.opened, turn.config, turn.missed
    way = _way(changed, symbol, on=on)
    if missed or instead:
        dotconfig = answered(opened, base)
        settings = _settings(opened, dotconfig, symbol, instead, on=on)
        there = aids(opened, dotconfig).resolve_with(settings)
        if settings and (there.values[symbol] != "n") is on:
            lines = ", ".join(f"{name}={value}" for name, value in settings.items())
            found, missed, way = there, "", f"with {lines}"
    before, after = ({one.path: one for one in estimating.wanted(config).objects} for config in (base, found))
    about = Cost(
        label=f"{base.source.name} on {base.tree.label}",
        tree=origin.tree,
        arch=origin.arch,
        compiler=origin.compiler,
        symbol=symbol,
        before=value,
        after=found.values[symbol],
        why=why,
        way=way,
        missed=missed,
    )
    if missed:
        return about
    whole = replace(
        about,
        unmet=tuple(one.name for one in deps.find_unmet(found) if one.name not in _unmet(base)),
        follows=tuple(_followers(base, found, symbol)),
        added=tuple(after[path] for path in after.keys() - before.keys()),
        removed=tuple(before[path] for path in before.keys() - after.keys()),
    )
    whole = replace(whole, added=_sorted(whole.added), removed=_sorted(whole.removed))
    if found is not turn.config:
        # No gate is turned so.
        reason = "nobody has measured it turned with these lines"
        return replace(whole, reason=reason, **_estimated(whole, opened, (base, found), known))
    weighed = replace(whole, **_bytes(whole, opened, (base, found), known))
    if weighed.basis in ("measured", "bundled"):
        return weighed
    told = tables.answered(whole, base.source.name)
    return told if _tells_more(told, weighed) else weighed


def _settings(opened: OpenTree, base: ResolvedConfig, symbol: str, instead: str, *, on: bool) -> dict[str, str]:
    """The lines that turn a symbol that its own line does not turn; none where nothing does."""
    choice = base.model.choices.get(base.model.symbols[symbol].choice or "")
    if instead:
        if choice is None or on or instead not in choice.members or instead == symbol:
            what = "is no member of a choice that is on" if choice is None or on else f"has no other member {instead}"
            raise UsageError(f"{symbol} {what}", hint=f"members: {', '.join(choice.members)}" if choice else "")
        return {instead: "y"}
    if choice is not None and not on:
        return next(({name: "y"} for name in _others(base, choice, symbol)), {})
    found = deps.remedy(base, {symbol: "y" if on else "n"}, aids(opened, base), keep={})
    return {one.name: one.value for one in found.assignments} if found.status == "verified" else {}


def _others(base: ResolvedConfig, choice: Choice, symbol: str) -> Iterator[str]:
    """The other members that can be picked: those that the choice defaults to, then the others in order."""
    defaults = [
        line.value.name
        for d in choice.definitions
        for line in d.defaults
        if isinstance(line.value, Ref) and base.value(d.under(line.condition)) > Tristate.n
    ]
    for name in dict.fromkeys((*defaults, *choice.members)):
        if name != symbol and base.visibility[name] > Tristate.n:
            yield name


def _tells_more(told: Cost, weighed: Cost) -> bool:
    """Whether a table knows better than an estimate; one of another tree never does."""
    if told.gain is None or weighed.gain is None:
        return told.gain is not None
    return told.tree == weighed.tree and told.gain.width < weighed.gain.width


def build(opened: OpenTree, base: ResolvedConfig, symbol: str, yard: Yard, progress: Progress = silent) -> None:
    """Build a config as it is and with a symbol turned, into the yard's ledger. Raises ToolchainError where that does
    not work, and what `gating.check` raises."""
    run = Run(count=measuring.builds_of([symbol]), progress=progress)
    found = measuring.measure(opened, base, [symbol], yard, run)
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


def _sorted(objects: Sequence[WantedObject]) -> tuple[WantedObject, ...]:
    return tuple(sorted(objects, key=lambda one: one.path))


def _bytes(about: Cost, opened: OpenTree, pair: tuple[ResolvedConfig, ResolvedConfig], known: Known) -> dict[str, Any]:
    """The members of a Cost that tell of bytes."""
    gate, missing = known.gate(opened, pair[0], about.symbol)
    base, variant = (gate.base, gate.variants[0]) if gate and gate.variants else (None, None)
    weight = variant.weight if variant else None
    if gate is None or base is None or variant is None or weight is None:
        why = gate and (gate.reason or (variant.reason if variant else ""))
        reason = f"not built: {why}" if why else "nobody has measured it"
        return {"reason": reason, "missing": missing, **_estimated(about, opened, pair, known)}
    gain = exactly(weight.content - base.content)
    measured: dict[str, Any] = {
        "basis": "measured" if gate.basis == "ledger" else "bundled",
        "tree": gate.tree,
        "compiler": gate.compiler,
        "gain": gain,
        "loaded": weight.loaded - base.loaded,
        "file": weight.file - base.file,
        "growth": variant.growth,
    }
    if gate.basis != "ledger":
        return measured
    told = _estimated(about, opened, pair, known)
    # What linking adds is the rest, since the whole was measured.
    parts = tuple(part for part in told.get("parts", ()) if part.label != LINKING)
    rest = gain.value - sum(part.bytes.value for part in parts)
    if rest:
        parts = (*parts, Term(label=LINKING, provenance="measured", bytes=exactly(rest)))
    return {**told, "parts": parts, **measured}


def _estimated(
    about: Cost, opened: OpenTree, pair: tuple[ResolvedConfig, ResolvedConfig], known: Known
) -> dict[str, Any]:
    """What the ledger's other builds tell: nothing where it has none."""
    if known.ledger is None or not known.holds(pair[0]):
        return {}
    learnt = estimating.learn(opened, pair[0], known.ledger)
    before, after = (learnt.estimate(config) for config in pair)
    if not before.builds:
        return {}
    changes = tuple(_changes(before, after))
    parts = tuple(_parts(about, before, after, changes))
    return {
        "basis": "estimated",
        "gain": total(part.bytes for part in parts),
        "parts": parts,
        "changes": changes,
        "touched": sum(bool(one.differing) or one.bytes.value != 0 for one in changes if _both(one, about)),
    }


def _both(one: Term, about: Cost) -> bool:
    return one.label not in {other.path for other in (*about.added, *about.removed)}


def _changes(before: Estimate, after: Estimate) -> Iterator[Term]:
    """Every object that gains or loses, those first that do most."""
    then = {term.label: term for term in before.objects}
    now = {term.label: term for term in after.objects}
    found = [_change(then.get(path), now.get(path)) for path in then.keys() | now.keys()]
    yield from sorted((one for one in found if one), key=lambda one: (-abs(one.bytes.value), one.label))


def _change(before: Term | None, after: Term | None) -> Term | None:
    """The difference of two terms of one object; None where there is none. What makes both uncertain is one cause."""
    if before and after and (before.bytes, before.classes) == (after.bytes, after.classes):
        return None
    one = after or before
    if one is None:
        return None
    low, high = exactly(0), exactly(0)
    now, then = after.bytes if after else low, before.bytes if before else high
    gain = now.value - then.value
    classes: Counter[SectionClass] = Counter(after.classes or {} if after else {})
    classes.subtract(before.classes or {} if before else {})
    known = all(term is None or term.classes is not None for term in (before, after))
    down = max(now.value - now.low, then.high - then.value)
    up = max(now.high - now.value, then.value - then.low)
    return replace(
        one,
        bytes=Interval(low=gain - down, value=gain, high=gain + up),
        classes={kind: size for kind, size in classes.items() if size} if known else None,
    )


def _parts(about: Cost, before: Estimate, after: Estimate, changes: Sequence[Term]) -> Iterator[Term]:
    """The gain by where it comes from; they sum to it."""
    own = {one.path for one in (*about.added, *about.removed) if about.symbol in one.options}
    other = {one.path for one in (*about.added, *about.removed)} - own
    for label, chosen in (
        (f"objects behind {about.symbol}", [one for one in changes if one.label in own]),
        ("objects behind what follows it", [one for one in changes if one.label in other]),
        ("objects of both configs", [one for one in changes if one.label not in own | other]),
        (LINKING, [_change(before.tables[0], after.tables[0])]),
    ):
        terms = [one for one in chosen if one]
        if terms:
            worst = max((one.provenance for one in terms), key=("measured", "nearest", "unmeasured").index)
            yield Term(label=label, provenance=worst, bytes=total(one.bytes for one in terms))
