"""A sample of random configs as a report.

Enters: `SampleSummary`. Leaves: `Report`. Must hold: shares are of all configs drawn; features that the tree does not
define are said to be so.
"""

from __future__ import annotations

from analyzer.model.report import Block, Column, Facts, Heading, Json, Paragraph, Phrase, Records, Report, Row, Table
from analyzer.model.sampling import FeatureShare, SampleSummary
from analyzer.reports.words.forms import location_json
from analyzer.reports.words.phrases import at, joined, say

_MOST = 1
"""Select lines of a feature that people are shown; where there are two, both."""


def sample(found: SampleSummary, *, whole: bool = False) -> Report:
    """How often each feature is on in random configs, and which selects were active: the most frequent one, or all
    (`whole`)."""
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
            rows=tuple(Row(cells=_cells(row, found.count, whole=whole), group=row.feature.group) for row in defined),
        ),
    ]
    if not whole and any(len(row.selectors) > _MOST + 1 for row in defined):
        blocks.append(Paragraph(phrase=say("--all shows all that select them.", "missing")))
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


def _cells(row: FeatureShare, count: int, *, whole: bool) -> tuple[Phrase, ...]:
    most = _MOST if len(row.selectors) > _MOST + 1 and not whole else len(row.selectors)
    selectors = [say(f"{s.name} {_percent(s.count, count)}") + at(s.location) for s in row.selectors[:most]]
    if most < len(row.selectors):
        selectors.append(say(f"{len(row.selectors) - most} more"))
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
