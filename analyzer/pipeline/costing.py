"""What one option costs in a config.

Enters: an open tree, a config, a symbol, a ledger or none. Leaves: a `Cost`. Must hold: it is turned as `kweigh gate`
turns it; bytes are measured where the ledger holds both configs, else estimated and labelled so; nothing is built
unless asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analyzer import deps
from analyzer.errors import ToolchainError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Cost, Estimate, Follower, Interval, Term, WantedObject, exactly, total
from analyzer.model.size import SectionClass
from analyzer.pipeline import estimating, gating
from analyzer.pipeline.building import Yard, images_of, origin_of
from analyzer.pipeline.measured import beside
from analyzer.pipeline.opening import OpenTree, Progress, silent


def cost(opened: OpenTree, base: ResolvedConfig, symbol: str, ledger: Path | None) -> Cost:
    """What turning `symbol` the other way round changes in `base`; nothing is built.

    Raises UsageError for a symbol that is unknown, or neither on nor off.
    """
    gating.check(base, [symbol])
    value, why = gating.state(base, symbol)
    origin = origin_of(base)
    on = gating.turned(base, [symbol])[symbol]
    changed, found, missed = gating.forced(opened, base, [symbol])
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
        way=_way(changed, symbol, on=on),
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
    return replace(whole, **_bytes(whole, base, found, ledger))


def build(opened: OpenTree, base: ResolvedConfig, symbol: str, yard: Yard, progress: Progress = silent) -> None:
    """Build a config as it is and with a symbol turned, into the yard's ledger. Raises ToolchainError where that does
    not work, and what `gating.check` raises."""
    found = gating.measure(opened, base, [symbol], yard, progress)
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


def _bytes(about: Cost, base: ResolvedConfig, found: ResolvedConfig, ledger: Path | None) -> dict[str, Any]:
    """The members of a Cost that tell of bytes."""
    if base.tree.kind == "bundled":
        return _bundled(about, base)
    if ledger is None or not ledger.is_file():
        return {"reason": "nothing was measured yet: --build measures it, kweigh measure begins a ledger"}
    estimator = estimating.learn(base, ledger)
    before, after = (estimator.estimate(estimating.wanted(config)) for config in (base, found))
    if not before.builds:
        return {"reason": f"the ledger has no build of {about.tree} for {about.arch} by this compiler"}
    changes = tuple(_changes(before, after))
    parts = tuple(_parts(about, before, after, changes))
    images = [images_of(config, ledger) for config in (base, found)]
    gain = total(part.bytes for part in parts)
    sizes: dict[str, Any] = {}
    known = all("vmlinux.o" in one for one in images)
    if known:
        gain = exactly(images[1]["vmlinux.o"].loaded - images[0]["vmlinux.o"].loaded)
        rest = gain.value - sum(part.bytes.value for part in parts)
        if rest:
            parts = (*parts, Term(label="not told apart", provenance="measured", bytes=exactly(rest)))
    if known and all("vmlinux" in one for one in images):
        now, then = images[1]["vmlinux"], images[0]["vmlinux"]
        sizes = {"loaded": now.loaded - then.loaded, "file": now.size - then.size}
    return {
        "basis": "measured" if known else "estimated",
        "gain": gain,
        "parts": parts,
        "changes": changes,
        "touched": sum(bool(one.differing) or one.bytes.value != 0 for one in changes if _both(one, about)),
        **sizes,
    }


def _bundled(about: Cost, base: ResolvedConfig) -> dict[str, Any]:
    for one in beside(base.tree, base.model.symbols, (about.symbol,), base.source.name):
        if one.config != base.source.name:
            continue
        for variant in one.variants:
            if variant.forced == ((about.symbol, about.after),) and one.base and variant.weight:
                weight = variant.weight
                return {
                    "basis": "bundled",
                    "tree": one.tree,
                    "compiler": one.compiler,
                    "gain": exactly(weight.content - one.base.content),
                    "loaded": weight.loaded - one.base.loaded,
                    "file": weight.file - one.base.file,
                }
    return {"reason": "nobody has measured it on the bundled tree: --tree DIR --build does on a real one"}


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
        ("what linking adds", [_change(before.tables[0], after.tables[0])]),
    ):
        terms = [one for one in chosen if one]
        if terms:
            worst = max((one.provenance for one in terms), key=("measured", "nearest", "unmeasured").index)
            yield Term(label=label, provenance=worst, bytes=total(one.bytes for one in terms))
