"""A sample of random configs as a report.

Enters: `SampleSummary`. Leaves: `Report`. Must hold: shares are of all configs drawn; features that the tree does not
define are said to be so.
"""

from __future__ import annotations

from analyzer.model.report import Block, Column, Facts, Heading, Json, Paragraph, Phrase, Records, Report, Row, Table
from analyzer.model.sampling import FeatureShare, SampleSummary
from analyzer.reports.words.forms import location_json
from analyzer.reports.words.phrases import at, joined, say

MOST = 4
"""Select lines shown per feature; JSON has all."""


def sample(found: SampleSummary) -> Report:
    """How often each feature is on in random configs, and which selects were active."""
    defined = [row for row in found.rows if row.symbol is not None]
    missing = [row.feature.name for row in found.rows if row.symbol is None]
    columns = (
        Column(title="feature"),
        Column(title="y", align="right"),
        Column(title="m", align="right"),
        Column(title="selected by"),
    )
    blocks: list[Block] = [
        Facts(rows=(("tree", say(found.tree)), ("configs", say(f"{found.count:,}")), ("seed", say(str(found.seed))))),
        Heading(text=found.title),
        Table(
            columns=columns,
            rows=tuple(Row(cells=_cells(row, found.count), group=row.feature.group) for row in defined),
        ),
    ]
    if missing:
        blocks.append(Paragraph(phrase=say(f"Not defined in this tree: {', '.join(missing)}.", "missing")))
    return Report(
        schema="kweigh.sample/1",
        title=f"{found.count:,} random configs of {found.tree}",
        blocks=tuple(blocks),
        data={
            "tree": found.tree,
            "configs": found.count,
            "seed": found.seed,
            "features": [_json(row) for row in found.rows],
        },
        records=Records(
            columns=("feature", "symbol", "y", "m", "configs"),
            rows=tuple((r.feature.name, r.symbol or "", str(r.y), str(r.m), str(found.count)) for r in found.rows),
        ),
    )


def _cells(row: FeatureShare, count: int) -> tuple[Phrase, ...]:
    selectors = [say(f"{s.name} {_percent(s.count, count)}") + at(s.location) for s in row.selectors[:MOST]]
    more = len(row.selectors) - MOST
    if more > 0:
        selectors.append(say(f"{more} more"))
    return (
        say(row.feature.name, "name"),
        say(_percent(row.y, count), "on" if row.y else "off"),
        say(_percent(row.m, count), "module" if row.m else "off"),
        joined(selectors) if selectors else say(""),
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if part else "0"


def _json(row: FeatureShare) -> Json:
    return {
        "feature": row.feature.name,
        "symbol": row.symbol,
        "y": row.y,
        "m": row.m,
        "selectors": [
            {"symbol": s.name, "location": location_json(s.location), "count": s.count} for s in row.selectors
        ],
    }
