"""Composes the report of `kweigh report`: everything on one page.

Enters: an `Overview`. Leaves: a `Report` (`kweigh.report/1`). Must hold: each part is there, or a sentence in its place
says why not; the provenance names the tree, the compilers and the command of every part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Facts, Fold, Heading, Outline, Paragraph, Records, Report, Row, Table
from analyzer.reports.compose.gate import gate_blocks
from analyzer.reports.compose.model import model, trace_items
from analyzer.reports.compose.page_bytes import byte_blocks, function_folds, gate_charts
from analyzer.reports.compose.page_graph import graph_blocks
from analyzer.reports.compose.page_matrix import matrix_blocks
from analyzer.reports.words.forms import config_json, feature_set_json
from analyzer.reports.words.outcome import shown
from analyzer.reports.words.phrases import counted, say

if TYPE_CHECKING:
    from analyzer.model.analysis import MatrixRow
    from analyzer.model.dma_trace import DmaTrace
    from analyzer.model.mapping import ModelRun
    from analyzer.model.overview import Overview
    from analyzer.model.report import Json, Phrase


def page(found: Overview) -> Report:
    """The report on many configs, with one of them in detail."""
    label = f"{found.config.source.name} on {found.config.tree.label}"
    blocks: tuple[Block, ...] = (
        *_summary(found, label),
        Heading(text="Matrix"),
        *matrix_blocks(found.matrix),
        Heading(text="Dependencies"),
        *graph_blocks(found.features, found.edges, label),
        Heading(text="Bytes"),
        *byte_blocks(found),
        *_gates(found),
        *(_mapping(found.mapping) if found.mapping else ()),
        *_provenance(found),
    )
    return Report(
        schema="kweigh.report/1",
        title=f"{label}: {found.matrix.feature_set.title}",
        blocks=blocks,
        data=_data(found),
        records=Records(columns=("part", "command"), rows=tuple((part.title, part.command) for part in found.parts)),
    )


def _summary(found: Overview, label: str) -> Iterator[Block]:
    matrix = found.matrix
    resolved = [row for row in matrix.rows if not row.error]
    arches = dict.fromkeys(row.arch for row in matrix.rows)
    failed = len(matrix.rows) - len(resolved)
    about = f"{counted(len(resolved), 'config')} of {counted(len(arches), 'architecture')}"
    missing = f"; {failed} could not be resolved" if failed else ""
    yield Paragraph(phrase=say(f"{len(matrix.feature_set.features)} features in {about}{missing}. In detail: {label}."))
    rows: list[tuple[str, Phrase]] = []
    for title, names in (
        ("on everywhere", _those(found, resolved, lambda on, _: on == len(resolved))),
        ("on in some", _those(found, resolved, lambda on, _: 0 < on < len(resolved))),
        ("on nowhere", _those(found, resolved, lambda on, defined: not on and defined)),
        ("not defined", _those(found, resolved, lambda _, defined: not defined)),
    ):
        if names:
            rows.append((title, say(", ".join(names))))
    yield Facts(rows=tuple(rows))


def _those(found: Overview, resolved: Sequence[MatrixRow], wanted: Callable[[int, bool], bool]) -> list[str]:
    """The features for which `wanted` holds of the number of configs that have them on, and of whether any tree defines
    them; beside those that are on in some the number."""
    names = []
    for number, feature in enumerate(found.matrix.feature_set.features):
        states = [row.features[number] for row in resolved]
        on = sum(state.is_on for state in states)
        if wanted(on, any(state.symbol for state in states)):
            names.append(f"{feature.name} ({on})" if 0 < on < len(resolved) else feature.name)
    return names


def _gates(found: Overview) -> Iterator[Block]:
    if any(one.base for one in found.gates):
        yield from gate_blocks(found.gates, found.matrix.tree)
        yield from gate_charts(found.gates)
        yield from function_folds(found.gates)
        return
    yield Heading(text="What the gates weigh")
    takes = f"; {found.ungated}" if found.ungated else "."
    yield Paragraph(phrase=say(f"Nobody has measured the gates here{takes}", "missing"))


def _mapping(run: ModelRun) -> Iterator[Block]:
    """The model's own report as parts of the page, then every trace behind a fold."""
    yield Heading(text="DMA mapping")
    for block in model(run, whole=True, traced=False).blocks:
        yield (
            Heading(text=f"DMA mapping: {block.text[:1].lower()}{block.text[1:]}")
            if isinstance(block, Heading)
            else block
        )
    yield Heading(text="DMA mapping: step by step")
    yield from (_trace(trace) for trace in run.traces)


def _trace(trace: DmaTrace) -> Fold:
    title = (*say(trace.scenario.name, "name"), *say(f": {trace.scenario.title}: "), shown(trace))
    return Fold(title=title, blocks=(Outline(items=tuple(trace_items(trace))),))


def _provenance(found: Overview) -> Iterator[Block]:
    yield Heading(text="Where this comes from")
    compilers = [("compiler", say(f"{identity}: {', '.join(arches)}")) for identity, arches in found.toolchains]
    yield Facts(
        rows=(
            ("tree", say(found.matrix.tree)),
            ("features", say(found.matrix.feature_set.origin or found.matrix.feature_set.title, "place")),
            *compilers,
            ("this page", say(found.command)),
        )
    )
    columns = Column(title="part"), Column(title="the command that gives it alone")
    yield Table(columns=columns, rows=tuple(Row(cells=(say(part.title), say(part.command))) for part in found.parts))


def _data(found: Overview) -> dict[str, Json]:
    return {
        "tree": found.matrix.tree,
        "feature_set": feature_set_json(found.matrix.feature_set),
        "rows": [{"arch": row.arch, "config": row.config, "error": row.error or None} for row in found.matrix.rows],
        "detail": config_json(found.config),
        "measured": _measured(found),
        "toolchains": [{"identity": identity, "arches": list(arches)} for identity, arches in found.toolchains],
        "command": found.command,
        "parts": [{"title": part.title, "command": part.command} for part in found.parts],
    }


def _measured(found: Overview) -> Json:
    if found.image is None:
        return None
    origin = found.image.origin
    return {
        "tree": origin.tree,
        "arch": origin.arch,
        "compiler": origin.compiler,
        "content": found.image.content,
        "objects": [{"path": o.path, "content": o.size, "feature": o.feature or None} for o in found.image.objects],
    }
