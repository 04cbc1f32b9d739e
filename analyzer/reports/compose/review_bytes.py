"""What a review says of bytes.

Enters: `SeriesBytes`. Leaves: lines for a mail, blocks with everything, findings, JSON. Must hold: what was estimated
is called so; what was neither built nor measured is a command.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.finding import Finding
from analyzer.model.report import Block, Column, Heading, Paragraph, Row, Span, Table
from analyzer.reports.words.forms import gain_json, weight_json
from analyzer.reports.words.gains import told
from analyzer.reports.words.phrases import counted, say

if TYPE_CHECKING:
    from analyzer.model.report import Json, Phrase
    from analyzer.model.review_bytes import SeriesBuild, SeriesBytes, SeriesGain

_SYMBOLS = 3
_BUILDS = 2


def bytes_lines(found: SeriesBytes | None) -> Iterator[Phrase]:
    """A line for each build with its greatest changes, else the estimates, else the command that would tell."""
    if found is None:
        return
    for one in found.builds[:_BUILDS]:
        yield say(f"built, {_built(one)}", "warn" if one.fails else "plain")
    if len(found.builds) > _BUILDS:
        yield say(f"… and {counted(len(found.builds) - _BUILDS, 'more build')} (--all).", "missing")
    for gain in found.estimates[:_BUILDS]:
        yield say(f"estimated, {_estimated(found, gain)}")
    if len(found.estimates) > _BUILDS:
        yield say(f"… and {counted(len(found.estimates) - _BUILDS, 'more estimate')} (--all).", "missing")
    if found.command:
        yield (Span("what it weighs: ", "missing"), Span(found.command, "command"))


def bytes_blocks(found: SeriesBytes | None) -> Iterator[Block]:
    """Everything."""
    if found is None:
        return
    if found.builds or found.estimates:
        yield Heading(text="Bytes")
    for one in found.builds:
        yield Paragraph(phrase=say(_built(one), "warn" if one.fails else "plain"))
        if one.changes:
            titles = ("function or variable", "old", "new", "delta")
            yield Table(
                columns=tuple(Column(title=t, align="right" if i else "left") for i, t in enumerate(titles)),
                rows=tuple(
                    Row(
                        cells=(
                            say(c.name, "name"),
                            *(say("-" if size is None else f"{size:,}") for size in (c.before, c.after)),
                            say(f"{c.delta:+,}"),
                        )
                    )
                    for c in one.changes
                ),
            )
    for gain in found.estimates:
        yield Paragraph(phrase=say(f"estimated, {_estimated(found, gain)}"))
    if found.command:
        yield Paragraph(phrase=(Span("What it weighs: ", "missing"), Span(found.command, "command")))


def bytes_findings(found: SeriesBytes | None) -> Iterator[Finding]:
    """The builds that fail, and those that grow."""
    for one in found.builds if found else ():
        if one.fails:
            yield Finding(rule="build", level="error", message=_built(one), location=None)
        elif one.growth:
            yield Finding(rule="growth", level="note", message=_built(one), location=None)


def bytes_json(found: SeriesBytes | None) -> Json:
    """`bytes` of the review's schema."""
    if found is None:
        return None
    return {
        "builds": [
            {
                "arch": one.arch,
                "config": one.config,
                "before": weight_json(one.before),
                "after": weight_json(one.after),
                "boot": list(one.boot),
                "compiled": list(one.compiled),
                "changes": None
                if one.changes is None
                else [{"name": c.name, "before": c.before, "after": c.after} for c in one.changes],
                "bloat": one.bloat.line if one.bloat and one.after is not None else None,
                "fails": one.fails,
                "reason": one.reason,
            }
            for one in found.builds
        ],
        "estimates": [{"arch": one.arch, "config": one.config, "gain": gain_json(one.gain)} for one in found.estimates],
        "command": found.command,
        "code_left_out": found.is_code_left_out,
    }


def _built(one: SeriesBuild) -> str:
    where = f"{one.arch} {one.config}"
    if one.before is None or one.after is None:
        return f"{where}: {one.reason}"
    said = [f"content {_moved(one.before.content, one.after.content)}"]
    said.append(f"loaded {_moved(one.before.loaded, one.after.loaded)}")
    old, new = one.boot
    if old is not None and new is not None:
        said.append(f"image {_moved(old, new)}")
    if one.compiled[1] is not None:
        said.append(f"{counted(one.compiled[1], 'object')} compiled for the side after")
    most = sorted(one.changes or (), key=lambda change: (-abs(change.delta), change.name))
    if most:
        named = ", ".join(f"{change.name} {change.delta:+,}" for change in most[:_SYMBOLS])
        more = f" and {len(most) - _SYMBOLS:,} more" if len(most) > _SYMBOLS else ""
        said.append(f"{named}{more}")
    return f"{where}: {'; '.join(said)}"


def _moved(before: int, after: int) -> str:
    return f"{after:,} ({after - before:+,})" if after != before else f"{after:,} (as before)"


def _estimated(found: SeriesBytes, one: SeriesGain) -> str:
    rests = f"the option that changes was {one.gain.rests}"
    left = "; what the series changes in code is not in it" if found.is_code_left_out else ""
    return f"{one.arch} {one.config}: {told(one.gain)} of content; {rests}{left}"
