"""The parity certificate as a report.

Enters: `Certificate`. Leaves: `Report`. Must hold: every comparison counts, and each one that is not equal is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analyzer.model.certificate import Certificate, Comparison, ConfigKind, SymbolDifference
from analyzer.model.report import (
    Block,
    Column,
    Facts,
    Heading,
    Json,
    Paragraph,
    Phrase,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.words.forms import location_json
from analyzer.reports.words.phrases import because, say

LONGEST = 30
"""Differing symbols shown per config; JSON and CSV have all."""


def certify(found: Certificate) -> Report:
    """How many configs are equal to the byte, and what differs in the others."""
    total = len(found.comparisons)
    how = "equal to the byte" if found.judge == "conf" else "with the same values"
    title = f"Parity with {found.judge}: {found.equal} of {total} configs {how}"
    blocks: list[Block] = [Facts(rows=(("tree", say(found.tree)),)), Heading(text="Configs"), _counts(found)]
    blocks.extend(Paragraph(phrase=(Span(f"{arch}: {why}", "warn"),)) for arch, why in found.unread.items())
    if found.variables:
        blocks += [Heading(text="Variables that make exports otherwise"), _variables(found)]
    for comparison in found.comparisons:
        if not comparison.equal:
            blocks.extend(_different(comparison, found.judge))
    return Report(
        schema="kweigh.certify/2",
        title=title,
        blocks=tuple(blocks),
        data={
            "tree": found.tree,
            "judge": found.judge,
            "toolchains": [{"arch": arch, "toolchain": name} for arch, name in found.toolchains.items()],
            "compared": total,
            "equal": found.equal,
            "unread": [{"arch": arch, "reason": why} for arch, why in found.unread.items()],
            "variables": [
                {"arch": v.arch, "variable": v.name, "ours": v.ours, "theirs": v.theirs} for v in found.variables
            ],
            "comparisons": [_comparison_json(c) for c in found.comparisons],
        },
        records=Records(
            columns=("arch", "config", "kind", "equal", "symbol", "variable", "ours", "theirs", "error"),
            rows=tuple(_all_records(found)),
        ),
    )


_KINDS: tuple[ConfigKind, ...] = ("target", "defconfig", "fragment", "random")


def _counts(found: Certificate) -> Table:
    compared = Counter((c.arch, c.kind) for c in found.comparisons)
    equal = Counter(c.arch for c in found.comparisons if c.equal)
    numbers = ("targets", "defconfigs", "fragments", "random", "compared", "equal")
    columns = (
        Column(title="arch"),
        Column(title="toolchain"),
        *(Column(title=title, align="right") for title in numbers),
    )
    rows = []
    for arch, toolchain in found.toolchains.items():
        counts = [compared[arch, kind] for kind in _KINDS]
        total = sum(counts)
        cells = (say(arch, "name"), say(toolchain), *(say(str(count)) for count in (*counts, total)))
        rows.append(Row(cells=(*cells, say(str(equal[arch]), "on" if equal[arch] == total else "warn"))))
    return Table(columns=columns, rows=tuple(rows))


def _variables(found: Certificate) -> Table:
    columns = tuple(Column(title=title) for title in ("arch", "variable", "ours", "make's"))
    rows = tuple(
        Row(cells=(say(v.arch, "name"), say(v.name, "name"), _value(v.ours), _value(v.theirs))) for v in found.variables
    )
    return Table(columns=columns, rows=rows, stack=2)


def _value(value: str | None) -> Phrase:
    return say("not exported", "missing") if value is None else say(value)


def _different(comparison: Comparison, judge: str) -> Iterator[Block]:
    yield Heading(text=f"{comparison.arch} {comparison.config}")
    if comparison.error:
        yield Paragraph(phrase=(Span(comparison.error, "warn"),))
        return
    yield Paragraph(phrase=say(comparison.line))
    if comparison.differences:
        columns = tuple(Column(title=title) for title in ("symbol", "ours", f"{judge}'s", "our rule"))
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
        "kind": comparison.kind,
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


def _all_records(found: Certificate) -> Iterator[tuple[str, ...]]:
    for v in found.variables:
        yield (v.arch, "", "", "no", "", v.name, v.ours or "", v.theirs or "", "")
    for arch, why in found.unread.items():
        yield (arch, "", "", "no", "", "", "", "", why)
    for comparison in found.comparisons:
        yield from _records(comparison)


def _records(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    start = (comparison.arch, comparison.config, comparison.kind, "yes" if comparison.equal else "no")
    if not comparison.differences:
        yield (*start, "", "", "", "", comparison.error)
    for d in comparison.differences:
        yield (*start, d.name, "", d.ours or "", d.theirs or "", "")
