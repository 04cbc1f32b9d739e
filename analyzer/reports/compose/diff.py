"""Composes the report of `kweigh diff`: what differs between two configs, and why on each side.

Enters: a `Difference`. Leaves: a `Report` (`kweigh.diff/2`). Must hold: every value shown has its reason beside it; how
much is explained stands first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.estimate import total
from analyzer.model.report import Block, Column, Facts, Heading, Paragraph, Records, Report, Row, Table
from analyzer.reports.compose.diff_causes import (
    cause_blocks,
    cause_of,
    causes_json,
    gain_of,
    object_blocks,
    objects_json,
    sentence,
    verdict_blocks,
    verdicts_json,
)
from analyzer.reports.compose.diff_short import short_blocks
from analyzer.reports.words import gains
from analyzer.reports.words.forms import config_json, interval_json, missing_json, reason_json, weight_json
from analyzer.reports.words.phrases import about_feature, because, needed, plain, say, value

if TYPE_CHECKING:
    from analyzer.model.analysis import Analysis, ConfigDiff, DiffRow, Side
    from analyzer.model.difference import Bytes, Causes, Difference
    from analyzer.model.report import Json, Phrase


def diff(found: Difference, *, whole: bool = False) -> Report:
    """The report on two configs: how much differs and why; with `whole` what follows from each cause, then features,
    objects, the mapping model, and all symbols."""
    pair = found.diff
    told, weights = cause_of(found.causes), gain_of(found.causes)
    return Report(
        schema="kweigh.diff/2",
        title=f"{pair.a.config.source.name} against {pair.b.config.source.name}",
        blocks=(
            Facts(rows=(("a", _label(pair.a, pair.b)), ("b", _label(pair.b, pair.a)), *_bytes(found))),
            Paragraph(phrase=say(sentence(found))),
            *(_whole_blocks(found) if whole else short_blocks(found)),
        ),
        data={
            "a": config_json(pair.a.config),
            "b": config_json(pair.b.config),
            **causes_json(found.causes),
            "bytes": _bytes_json(found.bytes, found.causes) if found.bytes else None,
            "features": [
                {
                    "feature": p.feature.name,
                    "symbol_a": p.symbol.name if p.symbol else None,
                    "symbol_b": q.symbol.name if q.symbol else None,
                    "a": p.value if p.symbol else None,
                    "b": q.value if q.symbol else None,
                }
                for p, q in zip(pair.a.features, pair.b.features, strict=True)
                if p.value != q.value
            ],
            "objects": objects_json(found.objects),
            "verdicts": verdicts_json(found.verdicts),
            "rows": [{"symbol": row.name, "a": _side_json(row.a), "b": _side_json(row.b)} for row in pair.rows],
            "only_a": list(pair.only_a),
            "only_b": list(pair.only_b),
        },
        records=Records(
            columns=("symbol", "a", "b", "cause", "cause_bytes", "why_a", "why_b"),
            rows=tuple(
                (
                    row.name,
                    row.a.value if row.a else "",
                    row.b.value if row.b else "",
                    told.get(row.name, ""),
                    weights.get(row.name, ""),
                    plain(_why(row.a)),
                    plain(_why(row.b)),
                )
                for row in pair.rows
            ),
        ),
    )


def _whole_blocks(found: Difference) -> Iterator[Block]:
    yield from cause_blocks(found)
    yield from _feature_blocks(found.diff)
    yield from object_blocks(found.objects)
    yield from verdict_blocks(found.verdicts)
    yield from _symbol_blocks(found.diff)


def _label(analysis: Analysis, other: Analysis) -> Phrase:
    """The config and its tree, and the toolchain where that is another."""
    tree, toolchain = analysis.config.tree, analysis.config.tree.toolchain
    told = f" with {toolchain.identity}" if toolchain.identity != other.config.tree.toolchain.identity else ""
    return say(f"{analysis.config.source.name} on {tree.label}{told}")


MOST_CAUSES = 2
"""How many lines a side cites: a diff has many rows, and `kweigh why` tells the rest."""

COLUMNS = tuple(Column(title=title) for title in ("symbol", "a", "b", "why a", "why b"))


def _feature_blocks(found: ConfigDiff) -> Iterator[Block]:
    pairs = [(p, q) for p, q in zip(found.a.features, found.b.features, strict=True) if p.value != q.value]
    title = found.a.feature_set.title
    yield Heading(text=title)
    if not pairs:
        yield Paragraph(phrase=say("All of them have the same value in both."))
        return
    rows = (
        Row(
            cells=(
                say(p.feature.name, "name"),
                (value(p.value),) if p.symbol else say("-", "missing"),
                (value(q.value),) if q.symbol else say("-", "missing"),
                about_feature(p),
                about_feature(q),
            ),
            group=p.feature.group,
        )
        for p, q in pairs
    )
    yield Table(columns=COLUMNS, rows=tuple(rows), stack=2)


def _symbol_blocks(found: ConfigDiff) -> Iterator[Block]:
    yield Heading(text=f"Symbols that differ: {len(found.rows):,}")
    if found.rows:
        yield Table(columns=COLUMNS, rows=tuple(_row(row) for row in found.rows), stack=2)
    if found.only_a or found.only_b:
        text = f"Defined only for a: {len(found.only_a):,} symbols, only for b: {len(found.only_b):,}; listed where on."
        yield Paragraph(phrase=say(text, "missing"))


def _row(row: DiffRow) -> Row:
    return Row(cells=(say(row.name, "name"), _value(row.a), _value(row.b), _why(row.a), _why(row.b)))


def _value(side: Side | None) -> Phrase:
    return (value(side.value),) if side else say("-", "missing")


def _why(side: Side | None) -> Phrase:
    return because(side.reason, most=MOST_CAUSES) if side else say("not defined in this tree", "missing")


def _side_json(side: Side | None) -> Json:
    return {"value": side.value, "reason": reason_json(side.reason)} if side else None


def _bytes(difference: Difference) -> Iterator[tuple[str, Phrase]]:
    found = difference.bytes
    if found is None:
        return
    whole = None
    if found.a is not None and found.b is not None:
        whole = found.b.content - found.a.content
        sources = "; ".join(dict.fromkeys((found.source_a, found.source_b)))
        told = f"{found.a.content:,} -> {found.b.content:,} bytes ({whole:+,}), {sources}"
        yield "content", say(told)
    yield from _weighed(difference.causes, whole)
    for one in found.missing:
        yield "not measured", needed(one)


def _weighed(causes: Causes, whole: int | None) -> Iterator[tuple[str, Phrase]]:
    """What the causes weigh together, beside what both configs were measured to differ by."""
    added = [part.gain for part in causes.parts if part.gain]
    if not added:
        return
    size = total(gain.bytes for gain in added)
    lacking = len(causes.parts) - len(added)
    of = f"{len(added):,} of {len(causes.parts):,}" if lacking else f"all {len(added):,}"
    linked = any(len(part.causes) > 1 for part in causes.parts)
    who = f"{of} causes,{' those of a set together,' if linked else ''} each alone in a"
    text = f"{gains.amount(size)}, {'all there is, in a' if len(causes.parts) == 1 else who}"
    if whole is not None and (rest := whole - size.value):
        if lacking:
            text += f"; the others and what all do together: {rest:+,}"
        elif size.low <= whole <= size.high:
            text += f"; {rest:+,} to the whole difference, which is within the doubt"
        else:
            text += f"; what they do together: {rest:+,}"
    yield "causes", say(f"{text} ({gains.grounds(added)})")


def _bytes_json(found: Bytes, causes: Causes) -> Json:
    added = [part.gain for part in causes.parts if part.gain]
    return {
        "a": weight_json(found.a),
        "b": weight_json(found.b),
        "source_a": found.source_a,
        "source_b": found.source_b,
        "missing": [missing_json(one) for one in found.missing],
        "causes": None
        if not added
        else {
            "gain": interval_json(total(gain.bytes for gain in added)),
            "weighed": len(added),
            "of": len(causes.parts),
        },
    }
