"""The JSON of `kweigh review`.

Enters: `Review`. Leaves: the `data` of `kweigh.review/1`. Must hold: nothing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.reports.compose.lint import fault_json
from analyzer.reports.compose.review_bytes import bytes_json
from analyzer.reports.compose.review_mapping import mapping_json
from analyzer.reports.words.configs import places_json
from analyzer.reports.words.forms import location_json, step_json

if TYPE_CHECKING:
    from analyzer.model.difference import Cited, RootCause
    from analyzer.model.graph import Explanation
    from analyzer.model.report import Json
    from analyzer.model.review import Chains, Effect, Move, Rename, Review, SeriesFault


def review_json(found: Review) -> dict[str, Json]:
    """Everything that a review tells."""
    return {
        "tree": found.tree,
        "source": found.source,
        "arches": list(found.arches),
        "alike": list(found.alike),
        "configs": found.configs,
        "looked_at": places_json(found.looked_at),
        "fresh": places_json(found.fresh),
        "remarks": list(found.remarks),
        "entries": [
            {"fate": one.fate, "cause": _cause(one.cause), "arches": list(one.arches)} for one in found.entries
        ],
        "causes": [_cause(cause) for cause in found.causes],
        "effects": [_effect(effect) for effect in found.effects],
        "unexplained": _moves(found.unexplained),
        "renames": [_rename(one) for one in found.renames],
        "relocated": [
            {
                "symbol": one.symbol,
                "before": location_json(one.before),
                "after": location_json(one.after),
                "arches": list(one.arches),
            }
            for one in found.relocated
        ],
        "objects": [
            {
                "path": one.path,
                "before": one.before or None,
                "after": one.after or None,
                "line": {"text": one.step.variable, "location": location_json(one.step.where)},
                "asked": list(one.asked),
                "places": places_json(one.places),
            }
            for one in found.objects
        ],
        "saved": [
            {
                "symbol": one.symbol,
                "before": one.before or None,
                "after": one.after or None,
                "places": places_json(one.places),
                "asked": places_json(one.asked),
            }
            for one in found.saved
        ],
        "lost": [
            {
                "arch": one.arch,
                "config": one.config,
                "symbol": one.line.name,
                "value": one.line.value,
                "location": location_json(one.line.location),
                "after": one.after or None,
            }
            for one in found.lost
        ],
        "unmet": [
            {"symbol": one.symbol, "location": location_json(one.location), "places": places_json(one.places)}
            for one in found.unmet
        ],
        "faults": None if found.faults is None else [_fault(one) for one in found.faults],
        "mapping": mapping_json(found.mapping),
        "bytes": bytes_json(found.bytes),
        "failed": [{"arch": one.arch, "config": one.config, "error": one.error} for one in found.failed],
    }


def _rename(one: Rename) -> Json:
    return {
        "old": one.old,
        "new": one.new,
        "transitional": one.transitional,
        "evidence": [
            {"kind": it.kind, "text": it.text, "before": location_json(it.old), "after": location_json(it.new)}
            for it in one.successor.evidence
        ],
        "arches": list(one.arches),
        "kept": places_json(one.kept),
        "asked": places_json(one.asked),
    }


def _fault(one: SeriesFault) -> Json:
    return {"fate": one.fate, **fault_json(one.fault), "arches": list(one.arches)}


def _cause(cause: RootCause) -> Json:
    return {"kind": cause.kind, "names": list(cause.names), "a": _cited(cause.a), "b": _cited(cause.b)}


def _cited(lines: Sequence[Cited]) -> Json:
    return [{"text": line.text, "location": location_json(line.location)} for line in lines]


def _effect(effect: Effect) -> Json:
    return {
        "causes": list(effect.causes),
        "symbols": _moves(effect.moves),
        "chains": None if effect.chains is None else _chains(effect.chains),
    }


def _moves(moves: Sequence[Move]) -> Json:
    return [
        {
            "symbol": move.symbol,
            "before": move.before or None,
            "after": move.after or None,
            "places": places_json(move.places),
        }
        for move in moves
    ]


def _chains(chains: Chains) -> Json:
    return {
        "arch": chains.arch,
        "config": chains.config,
        "symbol": chains.symbol,
        "before": _steps(chains.before),
        "after": _steps(chains.after),
    }


def _steps(explanation: Explanation | None) -> Json:
    return None if explanation is None else [step_json(step) for step in explanation.steps]
