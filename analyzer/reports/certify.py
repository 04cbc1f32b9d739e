"""The parity certificate as a report.

Enters: `Certificate`. Leaves: `Report`. Must hold: every comparison counts, and each one that is not equal is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analyzer.model.certificate import Certificate, Comparison, SymbolDifference
from analyzer.model.report import Block, Column, Facts, Heading, Json, Paragraph, Records, Report, Row, Span, Table
from analyzer.reports.forms import location_json
from analyzer.reports.phrases import because, say

LONGEST = 30
"""Differing symbols shown per config; JSON and CSV have all."""


def certify(found: Certificate) -> Report:
    """How many configs are equal to the byte, and what differs in the others."""
    total = len(found.comparisons)
    title = f"Parity with conf: {found.equal} of {total} configs equal to the byte"
    blocks: list[Block] = [
        Facts(rows=(("tree", say(found.tree)), *(("toolchain", say(t)) for t in found.toolchains))),
        Heading(text="Configs"),
        _counts(found),
    ]
    for comparison in found.comparisons:
        if not comparison.equal:
            blocks.extend(_different(comparison))
    return Report(
        schema="kweigh.certify/1",
        title=title,
        blocks=tuple(blocks),
        data={
            "tree": found.tree,
            "toolchains": list(found.toolchains),
            "compared": total,
            "equal": found.equal,
            "comparisons": [_comparison_json(c) for c in found.comparisons],
        },
        records=Records(
            columns=("arch", "config", "equal", "symbol", "ours", "theirs", "error"),
            rows=tuple(row for c in found.comparisons for row in _records(c)),
        ),
    )


def _counts(found: Certificate) -> Table:
    compared = Counter(c.arch for c in found.comparisons)
    equal = Counter(c.arch for c in found.comparisons if c.equal)
    columns = (Column(title="arch"), Column(title="compared", align="right"), Column(title="equal", align="right"))
    rows = tuple(
        Row(cells=(say(arch, "name"), say(str(count)), say(str(equal[arch]), "on" if equal[arch] == count else "warn")))
        for arch, count in compared.items()
    )
    return Table(columns=columns, rows=rows)


def _different(comparison: Comparison) -> Iterator[Block]:
    yield Heading(text=f"{comparison.arch} {comparison.config}")
    if comparison.error:
        yield Paragraph(phrase=(Span(comparison.error, "warn"),))
        return
    yield Paragraph(phrase=say(comparison.line))
    if comparison.differences:
        columns = tuple(Column(title=title) for title in ("symbol", "ours", "conf's", "our rule"))
        rows = tuple(_row(d) for d in comparison.differences[:LONGEST])
        yield Table(columns=columns, rows=rows, stack=1)
    hidden = len(comparison.differences) - LONGEST
    if hidden > 0:
        yield Paragraph(phrase=say(f"… and {hidden} more"))


def _row(difference: SymbolDifference) -> Row:
    rule = because(difference.reason) if difference.reason else say("no such symbol", "missing")
    return Row(
        cells=(
            say(difference.name, "name"),
            say(difference.ours if difference.ours is not None else "not written"),
            say(difference.theirs if difference.theirs is not None else "not written"),
            rule,
        )
    )


def _comparison_json(comparison: Comparison) -> Json:
    return {
        "arch": comparison.arch,
        "config": comparison.config,
        "equal": comparison.equal,
        "line": comparison.line,
        "error": comparison.error,
        "differences": [
            {
                "symbol": d.name,
                "ours": d.ours,
                "theirs": d.theirs,
                "rule": d.reason.kind if d.reason else None,
                "location": location_json(d.reason.location) if d.reason else None,
            }
            for d in comparison.differences
        ],
    }


def _records(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    equal = "yes" if comparison.equal else "no"
    if not comparison.differences:
        yield (comparison.arch, comparison.config, equal, "", "", "", comparison.error)
    for d in comparison.differences:
        yield (comparison.arch, comparison.config, equal, d.name, d.ours or "", d.theirs or "", "")
