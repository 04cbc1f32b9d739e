"""Composes the report of `kweigh model --driver`: what a driver's source does with DMA.

Enters: a `DriverRun`. Leaves: a `Report` (`kweigh.driver/1`). Must hold: what is broken stands at its line with what
else was seen; what this file alone does not say is counted apart, and never as a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.driver import CallKind
from analyzer.model.report import (
    Block,
    Column,
    Facts,
    Heading,
    Item,
    Outline,
    Paragraph,
    Phrase,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.compose.driver_json import broken_json, call_json, play_json, undecided_json
from analyzer.reports.words.forms import location_json
from analyzer.reports.words.outcome import shown
from analyzer.reports.words.phrases import at, counted, say

if TYPE_CHECKING:
    from analyzer.model.driver import DriverCall, DriverPlay, DriverRun
    from analyzer.model.report import Role


def driver(run: DriverRun, *, whole: bool = False) -> Report:
    """The report; with `whole` every call, and what could not be decided."""
    source = run.source
    return Report(
        schema="kweigh.driver/1",
        title=f"DMA of {source.path} under {run.label}",
        blocks=tuple(_blocks(run, whole=whole)),
        data={
            "config": run.label,
            "file": source.path,
            "kernel": run.rules.name,
            "judged_by": run.rules.judged,
            "note": run.note,
            "masks": list(run.masks),
            "broken": [broken_json(one) for one in source.broken],
            "undecided": [undecided_json(one) for one in source.undecided],
            "calls": [call_json(call) for call in source.calls],
            "unread": [location_json(place) for place in source.unread],
            "buffers": [play_json(one) for one in run.plays],
        },
        records=Records(
            columns=("line", "call", "function", "kind", "directions", "buffer", "checked", "rule"),
            rows=tuple(_record(call, run) for call in source.calls),
        ),
    )


def _record(call: DriverCall, run: DriverRun) -> tuple[str, ...]:
    broken = "; ".join(one.rule.value for one in run.source.broken if one.call == call)
    ways = " ".join(call.ways)
    return (
        str(call.where.line),
        call.function,
        call.inside,
        call.kind.value,
        ways,
        call.handle,
        call.checked.value,
        broken,
    )


def _blocks(run: DriverRun, *, whole: bool) -> Iterator[Block]:
    source = run.source
    yield _facts(run)
    if not source.calls:
        yield Paragraph(phrase=say("There is no call of the DMA API in it.", "missing"))
        return
    yield Heading(text="Rules of the DMA API")
    if source.broken:
        yield Outline(items=tuple(Item(0, _told(one.call, one.rule.value, one.because)) for one in source.broken))
    else:
        yield Paragraph(phrase=say("None is broken, as far as this file shows."))
    if source.undecided:
        said = f"{counted(len(source.undecided), 'further question')} this file alone does not decide"
        yield Paragraph(phrase=say(f"{said}{':' if whole else ' (--all)'}{'' if whole else '.'}", "missing"))
    if whole and source.undecided:
        items = (Item(0, _told(one.call, one.rule.value, one.reason, role="plain")) for one in source.undecided)
        yield Outline(items=tuple(items))
    if source.unread:
        lines = ", ".join(str(place.line) for place in source.unread)
        yield Paragraph(
            phrase=say(f"Not read: the calls of lines {lines}, where the grammar of C was not understood.", "warn")
        )
    yield from _plays(run)
    if whole:
        yield from _calls(run)


def _facts(run: DriverRun) -> Facts:
    kinds = Counter(call.kind for call in run.source.calls)
    calls = ", ".join(f"{kinds[kind]} {kind.value}" for kind in CallKind if kinds[kind])
    masks = ", else ".join(f"{mask} bits" for mask in run.masks)
    rows = [
        ("driver", say(run.source.path, "place")),
        ("config", say(run.label)),
        ("kernel", say(f"{run.rules.title} (judged by {run.rules.judged})")),
        ("mask", say(masks or "none that is a number here: played with 32 bits")),
        ("calls", say(calls or "none")),
    ]
    if run.note:
        rows.append(("note", say(run.note, "warn")))
    return Facts(rows=tuple(rows))


def _told(call: DriverCall, rule: str, because: str, *, role: Role = "warn") -> Phrase:
    via = f" by {' and '.join(call.via)}" if call.via else ""
    called = f": {call.function}(){via}: "
    return (Span(f"{call.inside}()", "name"), Span(called), Span(rule, role), Span(f": {because}"), *at(call.where))


def _plays(run: DriverRun) -> Iterator[Block]:
    if not run.plays:
        return
    names = tuple(dict.fromkeys(one.way for one in run.plays))
    rows: dict[tuple[str, str], dict[str, DriverPlay]] = {}
    for one in run.plays:
        rows.setdefault((f"{one.buffer} (line {one.where.line})", one.direction), {})[one.way] = one
    yield Heading(text="What each buffer takes, mapped once, used and unmapped, above 4 GiB")
    yield Table(
        columns=(Column(title="buffer"), Column(title="direction"), *(Column(title=name) for name in names)),
        rows=tuple(
            Row(cells=(say(buffer, "name"), say(direction), *(_cell(traces.get(name)) for name in names)))
            for (buffer, direction), traces in rows.items()
        ),
    )


def _cell(one: DriverPlay | None) -> Phrase:
    if one is None:
        return say("-", "missing")
    counts = one.counts
    figures = (
        counted(counts.indirect, "indirect call") if counts.indirect else "",
        f"{counts.bounces} {'copy' if counts.bounces == 1 else 'copies'}" if counts.bounces else "",
        f"IOMMU {table}" if (table := counts.iommu_maps + counts.iommu_unmaps + counts.iotlb_flushes) else "",
        f"cache {lines}" if (lines := counts.cache_cleans + counts.cache_invalidates) else "",
    )
    calls = dict.fromkeys(s.path for s in one.trace.steps if s.path and not s.step.do.startswith("set_"))
    return (Span(f"{'; '.join([', '.join(calls), *filter(None, figures)])}: "), shown(one.trace))


def _calls(run: DriverRun) -> Iterator[Block]:
    yield Heading(text="Every call")
    titles = ("line", "call", "in", "direction", "checked", "buffer")
    rows = (
        (str(c.where.line), c.function, " > ".join((c.inside, *c.via)), " ".join(c.ways), c.checked.value, c.handle)
        for c in run.source.calls
    )
    yield Table(
        columns=tuple(Column(title=title) for title in titles),
        rows=tuple(Row(cells=tuple(say(cell) for cell in row)) for row in rows),
    )
