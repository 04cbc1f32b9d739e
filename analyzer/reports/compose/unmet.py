"""Composes what is wrong with a tree or config: selects against dependencies, and dependency loops.

Enters: `UnmetDependency` and `Cycle` values. Leaves: blocks and JSON for other reports, and the `Report` of its own
(`kweigh.unmet/1`). Must hold: both sides of a conflict have their places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Heading, Item, Outline, Paragraph, Records, Report, Row, Table
from analyzer.reports.words.forms import config_json, definition_json, evidence_json, location_json
from analyzer.reports.words.phrases import LONGEST_TABLE, at, by, joined, plain, say, value

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.graph import Cycle, DefinitionState, LoopEdge, UnmetDependency
    from analyzer.model.report import Json, Phrase


def unmet(config: ResolvedConfig, found: Sequence[UnmetDependency], cycles: Sequence[Cycle]) -> Report:
    """The report on the conflicts of one config: forced symbols and loops, or that there are none."""
    blocks: list[Block] = [*unmet_blocks(found), *_cycle_blocks(cycles)]
    if not blocks:
        blocks = [Paragraph(phrase=say("No select goes against a dependency, and no dependency loops."))]
    return Report(
        schema="kweigh.unmet/1",
        title=f"Conflicts: {config.source.name} on {config.tree.label}",
        blocks=tuple(blocks),
        data={
            "config": config_json(config),
            "unmet": [unmet_json(one) for one in found],
            "cycles": [[_edge_json(edge) for edge in cycle.edges] for cycle in cycles],
        },
        records=Records(
            columns=("symbol", "value", "allowed", "selected_by", "not_met"),
            rows=tuple((u.name, u.value, str(u.allowed), plain(_forcing(u)), plain(_failing(u))) for u in found),
        ),
    )


def unmet_blocks(found: Sequence[UnmetDependency]) -> Iterator[Block]:
    """A table of the symbols that a select forces past their dependencies; nothing when there is none."""
    if not found:
        return
    yield Heading(text="Selected against its dependencies")
    columns = tuple(Column(title=title) for title in ("symbol", "is", "selected by", "not met"))
    rows = (Row(cells=(say(u.name, "name"), (value(u.value),), _forcing(u), _failing(u))) for u in found)
    yield Table(columns=columns, rows=tuple(rows), stack=2, most=LONGEST_TABLE)


def _forcing(found: UnmetDependency) -> Phrase:
    return joined([by(line) for line in found.selects])


def _failing(found: UnmetDependency) -> Phrase:
    return joined([phrase for definition in found.definitions for phrase in _barriers(definition)])


def _barriers(definition: DefinitionState) -> Iterator[Phrase]:
    for requirement in definition.requirements:
        if requirement.failures and requirement.source != "prompt":
            yield say(requirement.text) + at(requirement.location)


def _cycle_blocks(cycles: Sequence[Cycle]) -> Iterator[Block]:
    if not cycles:
        return
    yield Heading(text="Dependency loops")
    for cycle in cycles:
        edges = ((*say(f"{edge.source} {edge.kind} {edge.target}"), *at(edge.location)) for edge in cycle.edges)
        yield Outline(items=tuple(Item(0, edge) for edge in edges))


def unmet_json(found: UnmetDependency) -> Json:
    """`unmet` of common.json."""
    return {
        "symbol": found.name,
        "value": found.value,
        "forced": str(found.forced),
        "allowed": str(found.allowed),
        "selects": [evidence_json(line) for line in found.selects],
        "definitions": [definition_json(definition) for definition in found.definitions],
    }


def _edge_json(edge: LoopEdge) -> Json:
    return {
        "kind": edge.kind,
        "source": edge.source,
        "target": edge.target,
        "location": location_json(edge.location),
    }
