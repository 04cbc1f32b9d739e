"""Composes the report of `kweigh analyze`: which features one config has, and why.

Enters: an `Analysis`. Leaves: a `Report` (`kweigh.analyze/1`). Must hold: every row cites the place that decided;
what is left out for people is counted, and is complete in the data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.model.config import Assignment, Reason
from analyzer.model.report import Block, Column, Facts, Heading, Paragraph, Records, Report, Row, Span, Table
from analyzer.reports.compose.analyze_short import in_short, short_blocks
from analyzer.reports.compose.gate import gate_blocks, gate_json
from analyzer.reports.compose.model import mapping_blocks
from analyzer.reports.compose.model_json import mapping_json
from analyzer.reports.compose.unmet import unmet_blocks, unmet_json
from analyzer.reports.words.forms import config_json, feature_json, feature_set_json, location_json, reason_json
from analyzer.reports.words.phrases import about_feature, at, because, plain, say, value

if TYPE_CHECKING:
    from analyzer.model.analysis import Analysis, FeatureState
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.kconfig import Symbol
    from analyzer.model.report import Json, Phrase

_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An assignment that the config asked for and did not get, and why."""

    assignment: Assignment
    value: str
    reason: Reason


def analyze(analysis: Analysis, *, whole: bool = False) -> Report:
    """The report on one config: what in it did not come out as asked, and its features; with `whole` the reason of
    each, what a packet costs, what gates weigh."""
    config = analysis.config
    refused = tuple(_refused(config))
    blocks = _whole_blocks(analysis, refused) if whole else short_blocks(analysis, _lost(config, refused))
    return Report(
        schema="kweigh.analyze/1",
        title=f"{config.source.name} on {config.tree.label}",
        blocks=tuple(blocks),
        data=_data(analysis, refused),
        records=_records(analysis.features),
    )


def _whole_blocks(analysis: Analysis, refused: Sequence[Refused]) -> Iterator[Block]:
    tree = analysis.config.tree
    yield _facts(analysis.config)
    yield from _refused_blocks(refused)
    yield from _dropped_blocks(analysis.config)
    yield from unmet_blocks(analysis.unmet)
    yield Heading(text=analysis.feature_set.title)
    yield from feature_blocks(analysis.features)
    if analysis.mapping:
        yield from mapping_blocks(analysis.mapping)
    if analysis.gates:
        yield from gate_blocks(analysis.gates, f"Linux {tree.version}" if tree.kind == "linux" else "")


def feature_blocks(features: Sequence[FeatureState]) -> Iterator[Block]:
    """The table of the features that the tree defines, and one sentence on those that it does not."""
    defined = [state for state in features if state.symbol is not None]
    if defined:
        columns = (Column(title="feature"), Column(title="value"), Column(title="why"))
        rows = (Row(cells=_feature_cells(state), group=state.feature.group) for state in defined)
        yield Table(columns=columns, rows=tuple(rows))
    missing = [state.feature.name for state in features if state.symbol is None]
    if missing:
        yield Paragraph(phrase=say(f"Not defined in this tree: {', '.join(missing)}.", "missing"))


def _feature_cells(state: FeatureState) -> tuple[Phrase, ...]:
    return (say(state.feature.name, "name" if state.is_on else "off"), (value(state.value),), about_feature(state))


def _facts(config: ResolvedConfig) -> Facts:
    tree, source = config.tree, config.source
    where = () if tree.kind == "bundled" else (Span(f" in {tree.root}", "place"),)
    files = () if not source.files or source.files == (source.name,) else say(f" ({', '.join(source.files)})", "place")
    counts = _counts(config)
    tally = ", ".join(f"{counts[v]:,} {v}" for v in ("y", "m", "n") if counts[v])
    return Facts(
        rows=(
            ("tree", (Span(tree.label), *where)),
            ("config", (Span(source.name), *files)),
            ("toolchain", say(tree.answered_by)),
            ("symbols", say(f"{tally}, {counts['other']:,} numbers and texts")),
            (".config", say(f"mentions {len(config.written):,} of them")),
        )
    )


def _counts(config: ResolvedConfig) -> Mapping[str, int]:
    """How many symbols are y, m, n, and how many have another type."""
    return Counter("other" if name in config.texts else text for name, text in config.values.items())


def _refused(config: ResolvedConfig) -> Iterator[Refused]:
    """The assignments, the last one per symbol, whose value the symbol did not take; lines that conf drops aside."""
    last = {a.name: a for a in config.source.assignments if a.name in config.values and a not in config.rejected}
    for name, assignment in last.items():
        if config.values[name] != _asked(assignment, config.model.symbols[name]):
            yield Refused(assignment=assignment, value=config.values[name], reason=config.reasons[name])


def _asked(assignment: Assignment, symbol: Symbol) -> str:
    """The value that a line gives a symbol: the first letter, or the text between the quotes.

    Source: conf_set_sym_val() in scripts/kconfig/confdata.c.
    """
    if symbol.is_tristate_valued:
        return assignment.value[:1]
    return _ESCAPED.sub(r"\1", assignment.value[1:-1]) if symbol.type == "string" else assignment.value


def _refused_blocks(refused: Sequence[Refused]) -> Iterator[Block]:
    if not refused:
        return
    yield Heading(text="Asked for, but not so")
    columns = tuple(Column(title=title) for title in ("symbol", "asked", "is", "why"))
    rows = [
        Row(
            cells=(
                say(r.assignment.name, "name"),
                (value(r.assignment.value), *at(r.assignment.location)),
                (value(r.value),),
                because(r.reason),
            )
        )
        for r in refused
    ]
    yield Table(columns=columns, rows=tuple(rows), stack=1)


def _lost(config: ResolvedConfig, refused: Sequence[Refused]) -> Phrase:
    """The lines of the config that did not come out as asked, in one (nothing: all did)."""
    lost = [r.assignment.name for r in refused] + [a.name for a in (*config.ignored, *config.rejected)]
    return say(f"{in_short(lost)} (--all says why)", "warn") if lost else ()


def _dropped_blocks(config: ResolvedConfig) -> Iterator[Block]:
    dropped = [(a, "unknown to this tree") for a in config.ignored]
    dropped += [(a, f"no value for {_article(config.model.symbols[a.name].type)}") for a in config.rejected]
    if not dropped:
        return
    yield Heading(text="Lines that count for nothing")
    columns = tuple(Column(title=title) for title in ("symbol", "asked", "why"))
    rows = [Row(cells=(say(a.name, "name"), (value(a.value), *at(a.location)), say(text))) for a, text in dropped]
    yield Table(columns=columns, rows=tuple(rows))


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _records(features: Sequence[FeatureState]) -> Records:
    columns = ("feature", "symbol", "value", "why", "place")
    rows = (
        (
            state.feature.name,
            state.symbol.name if state.symbol else "",
            state.value,
            plain(about_feature(state)),
            str(state.reason.location) if state.reason else "",
        )
        for state in features
    )
    return Records(columns=columns, rows=tuple(rows))


def _data(analysis: Analysis, refused: Sequence[Refused]) -> Mapping[str, Json]:
    config = analysis.config
    counts = _counts(config)
    return {
        "config": config_json(config),
        "counts": {
            **{name: counts[name] for name in ("y", "m", "n", "other")},
            "written": len(config.written),
        },
        "feature_set": feature_set_json(analysis.feature_set),
        "features": [feature_json(state) for state in analysis.features],
        "refused": [
            {**_assignment_json(r.assignment), "value": r.value, "reason": reason_json(r.reason)} for r in refused
        ],
        "ignored": [_assignment_json(a) for a in config.ignored],
        "rejected": [_assignment_json(a) for a in config.rejected],
        "unmet": [unmet_json(unmet) for unmet in analysis.unmet],
        "mapping": mapping_json(analysis.mapping) if analysis.mapping else None,
        "gates": [gate_json(one) for one in analysis.gates],
    }


def _assignment_json(assignment: Assignment) -> dict[str, Json]:
    return {
        "symbol": assignment.name,
        "asked": assignment.value,
        "location": location_json(assignment.location),
    }
