"""What a review says of DMA mapping.

Enters: `SeriesMapping`. Leaves: lines for a mail, blocks with everything, findings, JSON. Must hold: what ends
otherwise comes before what only costs otherwise; a scenario that one side can't play is not called a failure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.dma_trace import Verdict
from analyzer.model.finding import Finding
from analyzer.model.report import Block, Column, Heading, Item, Outline, Paragraph, Row, Table
from analyzer.model.review_mapping import GOES_WRONG
from analyzer.reports.compose.diff_causes import verdicts_json
from analyzer.reports.compose.versions import direct_calls, indirect_calls, way_json
from analyzer.reports.words.configs import configs_of, places_json
from analyzer.reports.words.outcome import spoken
from analyzer.reports.words.phrases import counted, plain, say

if TYPE_CHECKING:
    from analyzer.model.mapping import WayThrough
    from analyzer.model.report import Json
    from analyzer.model.review_mapping import MappingChange, SeriesMapping

_LONGEST = 100


def mapping_lines(found: SeriesMapping | None) -> Iterator[str]:
    """A line for the versions of the code, then one for each change, the gravest first."""
    if found is None:
        return
    if found.is_other_code:
        before, after = (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in found.versions)
        yield f"mapping code: {before} → {after}"
    elif found.files:
        files = ", ".join(found.files[:2]) + (f" and {len(found.files) - 2} more" if len(found.files) > 2 else "")
        yield f"mapping code: {files} changes; the rules of the model stay {found.after}'s"
    for one in found.changes:
        if one.ends or one.ways or one.turned:
            yield f"mapping, {configs_of(one.places)}: {'; '.join((*_turned(one), *_ways(one), *_ends(one)))}"


def mapping_blocks(found: SeriesMapping | None) -> Iterator[Block]:
    """Everything."""
    if found is None:
        return
    yield Heading(text="DMA mapping")
    items = [Item(0, say(f"before: {found.before}; after: {found.after}"))]
    items += (
        Item(0, say(f"{when}: {n}", "warn")) for when, n in zip(("before", "after"), found.notes, strict=True) if n
    )
    items += (Item(0, say(f"the series touches {path}", "place")) for path in found.files)
    yield Outline(items=tuple(items))
    for one in found.changes:
        told = "; ".join((*_turned(one), *_ends(one))) or "every scenario ends alike"
        more = f"; up to {counted(one.otherwise, 'scenario')} cost otherwise" if one.otherwise else ""
        yield Paragraph(phrase=say(f"{configs_of(one.places)}: {told}{more}."))
        if one.ends:
            yield Table(
                columns=tuple(Column(title=title) for title in ("scenario", "before", "after")),
                rows=tuple(
                    Row(
                        cells=(
                            say(f"{end.scenario}: {end.title}"),
                            say(_told(end.a)),
                            say(_told(end.b), "warn" if end.b in GOES_WRONG else "plain"),
                        )
                    )
                    for end in one.ends
                ),
                stack=2,
            )
        if one.ways:
            titles = ("device", "direct before", "direct after", "indirect calls of a packet before", "after that")
            yield Table(
                columns=tuple(Column(title=title) for title in titles),
                rows=tuple(
                    Row(
                        cells=(
                            say(way.way, "name"),
                            *map(direct_calls, way.taken),
                            *(indirect_calls(taken, _workload(way)) for taken in way.taken),
                        )
                    )
                    for way in one.ways
                ),
                stack=2,
            )


def mapping_findings(found: SeriesMapping | None) -> Iterator[Finding]:
    """The scenarios whose data was right, or nobody's, and goes wrong."""
    for one in found.changes if found else ():
        for end in one.worsened:
            told = f"{_told(end.a)} before, {_told(end.b)} after"
            text = f"mapping: {end.scenario}, {end.title}: {told}, {configs_of(one.places)}"
            yield Finding(rule="mapping", level="warning", message=text, location=None)


def mapping_json(found: SeriesMapping | None) -> Json:
    """`mapping` of the review's schema."""
    if found is None:
        return None
    return {
        "before": found.before,
        "after": found.after,
        "notes": list(found.notes),
        "files": list(found.files),
        "changes": [
            {
                "places": places_json(one.places),
                "turned": [{"before": before, "after": after} for before, after in one.turned],
                "scenarios": verdicts_json(one.ends),
                "otherwise": one.otherwise,
                "ways": [way_json(way) for way in one.ways],
            }
            for one in found.changes
        ],
    }


def _turned(one: MappingChange) -> Iterator[str]:
    for before, after in one.turned[:2]:
        yield after if before.endswith("not in this tree") else f"{before} → {after}"
    if len(one.turned) > 2:
        yield f"{len(one.turned) - 2} more of the platform"


def _ends(one: MappingChange) -> Iterator[str]:
    """`2 scenarios stale → right`, the most first; then what only one side can play."""
    both = Counter((end.a, end.b) for end in one.ends if end.a and end.b)
    for (a, b), count in both.most_common():
        yield f"{counted(count, 'scenario')} {_told(a)} → {_told(b)}"
    gone = [end for end in one.ends if not end.b]
    come = [end for end in one.ends if not end.a]
    if gone:
        yield f"{counted(len(gone), 'scenario')} can't be played any more"
    if come:
        wrong = sum(end.b in GOES_WRONG for end in come)
        yield f"{counted(len(come), 'scenario')} can be played now{f', {wrong} with a wrong end' if wrong else ''}"


def _ways(one: MappingChange) -> Iterator[str]:
    for way in one.ways[:1]:
        before, after = way.taken
        if before is None or after is None:
            yield f"devices come to be: {way.way}" if before is None else f"devices are no more: {way.way}"
        else:
            old, new = (plain(indirect_calls(taken, _workload(way))) for taken in (before, after))
            costs = "costs otherwise" if old == new else f"{old} → {new} indirect calls a packet"
            yield f"{way.way}: {costs}"
    if len(one.ways) > 1:
        yield f"and {counted(len(one.ways) - 1, 'device')} more"


def _told(verdict: str) -> str:
    return {"": "not played", Verdict.UNTOUCHED.value: "no data"}.get(verdict) or spoken(verdict)


def _workload(way: WayThrough) -> str:
    """The first workload of which it tells: packets that are passed on have maps and unmaps in them."""
    told = [packet.workload for taken in way.taken if taken for packet in taken.packets]
    return told[-1] if told else ""
