"""What an option weighs where only other builds tell.

Enters: a `Cost` without bytes, both configs, what is known. Leaves: the members of it that tell of bytes, as terms that
sum up. Must hold: nothing is built; what makes both sides uncertain counts once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from analyzer.model.config import ResolvedConfig
from analyzer.model.elf import SectionClass
from analyzer.model.estimate import Cost, Estimate, Interval, Term, exactly, total
from analyzer.pipeline.bytes import estimating
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.opening import OpenTree

LINKING = "what linking adds"


def estimated(
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
