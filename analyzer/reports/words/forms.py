"""The JSON forms that several reports share.

Enters: values of the model. Leaves: JSON. Must hold: each function's form is the definition of the same name in
schemas/common.json, and nothing is left out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.model.expr import show

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState
    from analyzer.model.config import Cause, Reason, ResolvedConfig
    from analyzer.model.doctor import Remedy
    from analyzer.model.estimate import Interval
    from analyzer.model.expr import Location
    from analyzer.model.feature import FeatureSet
    from analyzer.model.gain import Gain
    from analyzer.model.gate import Weight
    from analyzer.model.graph import DefinitionState, Evidence, Failure, Mention, Requirement, Step
    from analyzer.model.known import Missing
    from analyzer.model.report import Json
    from analyzer.model.tree import SourceTree


def location_json(location: Location) -> Json:
    """`location` of common.json."""
    return {"path": location.path, "line": location.line}


def reason_json(reason: Reason) -> Json:
    """`reason` of common.json."""
    return {
        "kind": reason.kind,
        "location": location_json(reason.location),
        "causes": [cause_json(cause) for cause in reason.causes],
    }


def cause_json(cause: Cause) -> Json:
    """`cause` of common.json."""
    return {
        "name": cause.name,
        "text": cause.text,
        "condition": show(cause.condition),
        "value": str(cause.value),
        "location": location_json(cause.location),
    }


def feature_json(state: FeatureState) -> Json:
    """`feature` of common.json; symbol, value and reason are null where the tree does not define it."""
    defined = state.symbol is not None
    return {
        "feature": state.feature.name,
        "group": state.feature.group,
        "about": state.feature.about,
        "symbol": state.symbol.name if state.symbol else None,
        "value": state.value if defined else None,
        "reason": reason_json(state.reason) if state.reason else None,
    }


def feature_set_json(feature_set: FeatureSet) -> Json:
    """`feature_set` of common.json."""
    return {"name": feature_set.name, "title": feature_set.title, "origin": feature_set.origin}


def tree_json(tree: SourceTree) -> Json:
    """`tree` of common.json."""
    return {
        "label": tree.label,
        "kind": tree.kind,
        "root": str(tree.root),
        "version": tree.version,
        "arch": tree.arch,
        "srcarch": tree.srcarch,
        "toolchain": tree.toolchain.identity,
        "confined": tree.confined,
    }


def config_json(config: ResolvedConfig) -> Json:
    """`config` of common.json."""
    source = config.source
    return {"name": source.name, "files": list(source.files), "fill": source.fill, "tree": tree_json(config.tree)}


def mention_json(mention: Mention) -> Json:
    """`mention` of common.json."""
    return {"name": mention.name, "value": mention.value, "defined": mention.defined}


def evidence_json(evidence: Evidence) -> Json:
    """`evidence` of common.json."""
    return {
        "name": evidence.name,
        "text": evidence.text,
        "location": location_json(evidence.location),
        "condition": show(evidence.condition),
        "value": str(evidence.value),
        "mentions": [mention_json(mention) for mention in evidence.mentions],
        "because": list(evidence.because),
    }


def failure_json(failure: Failure) -> Json:
    """`failure` of common.json."""
    return {
        "condition": show(failure.expr),
        "value": str(failure.value),
        "mentions": [mention_json(mention) for mention in failure.mentions],
    }


def definition_json(definition: DefinitionState) -> Json:
    """`definition` of common.json; `visible` is null where there is no prompt."""
    return {
        "location": location_json(definition.location),
        "value": str(definition.value),
        "visible": None if definition.visible is None else str(definition.visible),
        "requirements": [_requirement_json(requirement) for requirement in definition.requirements],
    }


def _requirement_json(requirement: Requirement) -> Json:
    return {
        "source": requirement.source,
        "text": requirement.text,
        "condition": show(requirement.expr),
        "value": str(requirement.value),
        "location": location_json(requirement.location),
        "failures": [failure_json(failure) for failure in requirement.failures],
    }


def step_json(step: Step) -> Json:
    """`step` of common.json."""
    return {
        "symbol": step.name,
        "value": step.value,
        "kind": step.kind,
        "location": location_json(step.location),
        "evidence": [evidence_json(line) for line in step.evidence],
    }


def remedy_json(remedy: Remedy) -> Json:
    """`remedy` of common.json; `contradiction` is null where there is none."""
    found = remedy.contradiction
    steps = found.steps if found is not None else ()
    return {
        "wishes": [{"symbol": name, "value": value} for name, value in remedy.wishes],
        "status": remedy.status,
        "assignments": [
            {"symbol": a.name, "value": a.value, "current": a.current, "location": location_json(a.location)}
            for a in remedy.assignments
        ],
        "picks": [{"symbol": one.name, "instead_of": one.gone, "why": one.why} for one in remedy.picks],
        "changes": [{"symbol": c.name, "before": c.before, "after": c.after} for c in remedy.changes],
        "resorts": list(remedy.resorts),
        "loses": list(remedy.loses),
        "gain": gain_json(remedy.gain),
        "contradiction": None
        if found is None
        else {
            "text": found.text,
            "steps": [{"text": text, "location": location_json(at) if at else None} for text, at in steps],
            "answers": [{"macro": a.macro, "command": a.command, "answer": a.text} for a in found.answers],
        },
    }


def missing_json(found: Missing) -> Json:
    """`missing` of common.json."""
    return {
        "builds": list(found.builds),
        "seconds": None if found.seconds is None else round(found.seconds),
        "timed": found.timed,
        "command": found.command,
    }


def maybe_missing_json(found: Missing | None) -> Json:
    """The same, or null where nothing is missing."""
    return None if found is None else missing_json(found)


def interval_json(size: Interval) -> Json:
    """`interval` of common.json."""
    return {"low": size.low, "value": size.value, "high": size.high}


def gain_json(gain: Gain | None) -> Json:
    """`gain` of common.json; null where nobody has measured it."""
    if gain is None:
        return None
    return {"bytes": interval_json(gain.bytes), "basis": gain.basis, "rests": gain.rests, "near": gain.near or None}


def weight_json(weight: Weight | None) -> Json:
    """`weight` of common.json."""
    if weight is None:
        return None
    return {
        "content": weight.content,
        "classes": [{"class": kind, "bytes": bytes_} for kind, bytes_ in weight.classes.items()],
        "loaded": weight.loaded,
        "file": weight.file,
        "objects": weight.objects,
        "device": weight.device,
    }
