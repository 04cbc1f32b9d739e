"""The first screen of the diff report: what changed, a line for each symbol, and why, a line for each cause.

Enters: a `Difference`. Leaves: blocks. Must hold: lines as scripts/diffconfig writes them; what is left out is counted,
and the option that shows it is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Code, Facts, Heading, Item, Outline, Paragraph
from analyzer.reports.compose.diff_causes import group_phrase
from analyzer.reports.words.phrases import counted, joined, say

if TYPE_CHECKING:
    from analyzer.model.analysis import ConfigDiff, DiffRow
    from analyzer.model.difference import Causes, Difference
    from analyzer.model.report import Phrase

_MOST_SYMBOLS = 15
_MOST_CAUSES = 8
_MOST_NAMES = 4
"""Objects, features and scenarios that a line names."""


def short_blocks(found: Difference) -> Iterator[Block]:
    """What changed, why, and what follows from it."""
    rows = found.diff.rows
    if rows:
        lines = [_line(row, found.diff) for row in rows[:_MOST_SYMBOLS]]
        yield Code(text="\n".join(lines), language="diff")
    if found.causes.groups:
        yield Heading(text="Causes")
        yield Outline(items=tuple(_causes(found.causes)))
    if follows := tuple(_follows(found)):
        yield Heading(text="What follows")
        yield Facts(rows=follows)
    if rows:
        left = len(rows) - _MOST_SYMBOLS
        more = f"{left:,} more symbols, " if left > 0 else ""
        text = f"--all shows {more}the reason of each value on both sides, and every object."
        yield Paragraph(phrase=say(text, "missing"))


def _line(row: DiffRow, pair: ConfigDiff) -> str:
    """A symbol as scripts/diffconfig has it: + and - where one .config alone mentions it."""
    a, b = (
        side.value if side and row.name in analysis.config.written else None
        for side, analysis in ((row.a, pair.a), (row.b, pair.b))
    )
    if a is None and b is not None:
        return f"+{row.name} {b}"
    if b is None and a is not None:
        return f"-{row.name} {a}"
    return f" {row.name} {row.a.value if row.a else a} -> {row.b.value if row.b else b}"


def _causes(causes: Causes) -> Iterator[Item]:
    groups = sorted(causes.groups, key=lambda group: -len(group.symbols))
    for group in groups[:_MOST_CAUSES]:
        yield Item(0, group_phrase(group, causes, most=1))
    if len(groups) > _MOST_CAUSES:
        yield Item(0, say(f"… and {counted(len(groups) - _MOST_CAUSES, 'more cause')}", "missing"))
    if causes.unexplained:
        yield Item(0, say(f"unexplained: {_named(causes.unexplained)}", "warn"))


def _follows(found: Difference) -> Iterator[tuple[str, Phrase]]:
    pair, changes = found.diff, found.objects
    for title, objects in (("objects gone", changes.only_a), ("objects new", changes.only_b)) if changes else ():
        if objects:
            yield title, say(f"{len(objects):,}: {_named([one.path for one in objects])}")
    features = [(p, q) for p, q in zip(pair.a.features, pair.b.features, strict=True) if p.value != q.value]
    if features:
        told = [say(f"{p.feature.name} {p.value or '-'} -> {q.value or '-'}") for p, q in features[:_MOST_NAMES]]
        yield "features", say(f"{len(features):,}: ") + joined(told) + say(_more(len(features)))
    if found.verdicts:
        verb = "ends" if len(found.verdicts) == 1 else "end"
        yield "DMA mapping", say(f"{counted(len(found.verdicts), 'scenario')} of the mapping model {verb} otherwise")


def _named(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names[:_MOST_NAMES]) + _more(len(names))


def _more(count: int) -> str:
    return f" and {count - _MOST_NAMES:,} more" if count > _MOST_NAMES else ""
