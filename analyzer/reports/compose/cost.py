"""Composes the report of `kweigh cost`: what turning an option changes in a config.

Enters: a `Cost`. Leaves: a `Report` (`kweigh.cost/1`). Must hold: the closure stands in front of the bytes; bytes say
whether they were measured or estimated, and without any it says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Facts, Heading, Json, Paragraph, Phrase, Records, Report, Row, Table
from analyzer.reports.compose.estimate import MOST, interval, term_json, terms_table
from analyzer.reports.words.forms import interval_json, missing_json
from analyzer.reports.words.phrases import needed, say, value
from analyzer.reports.words.quote import change, quoted, short

if TYPE_CHECKING:
    from analyzer.model.estimate import Cost, Interval, WantedObject

_BASES = {
    "measured": "measured: the ledger holds both builds",
    "bundled": "measured on the tree named below, comes with kweigh",
    "table": "measured among all options of a config, comes with kweigh",
    "estimated": "estimated from other builds",
    "unmeasured": "not known",
}

_ROWS = 12
"""Symbols that follow, and objects, of which people are told by name."""


def cost(found: Cost) -> Report:
    """The report on one option in one config."""
    blocks: list[Block] = [_facts(found), *_quote(found)]
    if not found.missed:
        blocks += [Heading(text=f"What follows {found.symbol}"), *_follows(found)]
        blocks += _objects("Objects that come", found.added)
        blocks += _objects("Objects that go", found.removed)
        blocks += _bytes(found)
    return Report(
        schema="kweigh.cost/1",
        title=f"What {found.symbol} costs in {found.label}",
        blocks=tuple(blocks),
        data=_data(found),
        records=Records(
            columns=("object", "provenance", "low", "value", "high"),
            rows=tuple(
                (t.label, t.provenance, str(t.bytes.low), str(t.bytes.value), str(t.bytes.high)) for t in found.changes
            ),
        ),
    )


def _facts(found: Cost) -> Facts:
    turned = (*say(found.symbol, "name"), *say(" from "), value(found.before), *say(" to "), value(found.after))
    rows: list[tuple[str, Phrase]] = [("config", say(found.label))]
    if found.why:
        rows.append(("as it is", say(found.why)))
    if found.missed:
        rows.append(("turned", say(f"can't be: {found.missed}", "warn")))
        return Facts(rows=tuple(rows))
    rows.append(("turned", (*turned, *say(f", {found.way}"))))
    if found.unmet:
        rows.append(("passed over", say(f"dependencies of {', '.join(found.unmet)}: it may not build", "warn")))
    if found.gain is None:
        rows.append(("bytes", say(f"not known: {found.reason}", "missing")))
    else:
        rows.append(("content", (*_amount(found.gain), *say(f" ({_BASES[found.basis]})"))))
        rows.append(("of", say(f"{found.tree}, {found.compiler}")))
    if found.missing is not None:
        rows.append(("not measured", needed(found.missing)))
    elif found.gain is not None and found.reason:
        rows.append(("not measured" if found.basis == "estimated" else "rests on", say(found.reason, "warn")))
    if found.loaded is not None and found.file is not None:
        rows.append(("vmlinux", say(f"loaded {_gain(found.loaded)}, padding included; file {_gain(found.file)}")))
    return Facts(rows=tuple(rows))


def _quote(found: Cost) -> Iterator[Block]:
    if found.gain is not None and found.basis in ("measured", "bundled", "table"):
        about = f"{found.arch} {found.label.partition(' on ')[0]} of {found.tree}, {short(found.compiler)}"
        yield from quoted([change(f"{found.symbol}={found.after}", about, found.gain.value, found.growth)])


def _amount(size: Interval) -> Phrase:
    if not size.width:
        return say(f"{_gain(size.value)} bytes", "name")
    return (*say(f"{_gain(size.value)} bytes", "name"), *say(f", between {_gain(size.low)} and {_gain(size.high)}"))


def _gain(size: int) -> str:
    return f"{size:+,}" if size else "0"


def _follows(found: Cost) -> Iterator[Block]:
    if not found.follows:
        yield Paragraph(phrase=say("No other symbol of the .config changes."))
        return
    yield Table(
        columns=(Column(title="symbol"), Column(title="from"), Column(title="to"), Column(title="decided by")),
        rows=tuple(
            Row(cells=(say(f.symbol, "name"), say(f.before or "-"), say(f.after or "-"), say(f.because)))
            for f in found.follows
        ),
        most=_ROWS,
    )


def _objects(title: str, objects: Sequence[WantedObject]) -> Iterator[Block]:
    if not objects:
        return
    yield Heading(text=f"{title} ({len(objects):,})")
    yield Table(
        columns=(Column(title="object"), Column(title="behind")),
        rows=tuple(Row(cells=(say(o.path, "name"), say(" ".join(o.options[:3])))) for o in objects),
        most=_ROWS,
    )


def _bytes(found: Cost) -> Iterator[Block]:
    if found.parts:
        yield Heading(text="Where the bytes are")
        rows = [Row(cells=(say(p.label, "name"), *interval(p.bytes), say(p.provenance))) for p in found.parts]
        if found.gain:
            rows.append(Row(cells=(say("total", "name"), *interval(found.gain), say(found.basis))))
        titles = ("what", "bytes", "from", "to", "known from")
        yield Table(
            columns=tuple(Column(title=t, align="right" if 0 < i < 4 else "left") for i, t in enumerate(titles)),
            rows=tuple(rows),
        )
    if found.touched is not None:
        yield Paragraph(phrase=say(f"Of the objects of both configs {found.touched:,} change, or may."))
    elif found.gain is None:
        yield Paragraph(phrase=say("Which other objects change only measurements tell."))
    gaining = [term for term in found.changes if term.bytes.value]
    if gaining:
        yield Heading(text=f"Objects that change most (of {len(gaining):,})" if len(gaining) > MOST else "By object")
        yield terms_table(gaining, "object")


def _data(found: Cost) -> dict[str, Json]:
    def objects(some: Sequence[WantedObject]) -> Json:
        return [{"path": one.path, "options": list(one.options)} for one in some]

    return {
        "config": found.label,
        "tree": found.tree,
        "arch": found.arch,
        "compiler": found.compiler,
        "symbol": found.symbol,
        "before": found.before,
        "after": found.after,
        "why": found.why,
        "way": found.way,
        "missed": found.missed,
        "unmet": list(found.unmet),
        "follows": [
            {"symbol": f.symbol, "before": f.before, "after": f.after, "because": f.because} for f in found.follows
        ],
        "added": objects(found.added),
        "removed": objects(found.removed),
        "basis": found.basis,
        "gain": interval_json(found.gain) if found.gain else None,
        "loaded": found.loaded,
        "file": found.file,
        "parts": [term_json(term) for term in found.parts],
        "changes": [term_json(term) for term in found.changes],
        "touched": found.touched,
        "reason": found.reason,
        "bloat": found.growth.line if found.growth else None,
        "missing": missing_json(found.missing) if found.missing else None,
    }
