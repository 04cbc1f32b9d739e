"""What a policy limits, as far as it has been measured.

Enters: what is known, a config. Leaves: `Measured`. Must hold: nothing is built; what nobody measured is no number, and
says which builds measure it.
"""

from __future__ import annotations

from analyzer.errors import UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.policy import Measure, Measured
from analyzer.pipeline import planning
from analyzer.pipeline.building import origin_of
from analyzer.pipeline.known import Known, built_for, made_by
from analyzer.pipeline.opening import OpenTree


def weigh(known: Known, opened: OpenTree, config: ResolvedConfig, of: Measure, symbol: str) -> Measured:
    """The bytes of `of`; `symbol` is "" for an image, `opened` the tree of `config`. Raises SourceError for a damaged
    ledger or file."""
    if of == "gate":
        return _gate(known, opened, config, symbol)
    built = known.build(config)
    weight = built.weight if built else None
    if of == "objects" and weight:
        return _objects(known, config, symbol)
    if of == "boot" and built and built.boot is not None:
        return Measured(size=built.boot, source=built_for(origin_of(config)))
    if of not in ("boot", "objects") and (found := known.weight(config)):
        weight, source = found
        sizes = {"content": weight.content, "loaded": weight.loaded, "file": weight.file}
        return Measured(size=sizes[of], source=source)
    if built and built.failure:
        return Measured(size=None, source=f"not built: {built.failure}")
    return Measured(size=None, source=f"nobody has measured it; {known.missing(config, boot=of == 'boot')}")


def _gate(known: Known, opened: OpenTree, config: ResolvedConfig, symbol: str) -> Measured:
    try:
        found, missing = known.gate(opened, config, symbol)
    except UsageError as error:
        # It is not there, or neither on nor off.
        return Measured(size=None, source=error.line())
    if found is None:
        return Measured(size=None, source=f"nobody has measured it; {missing}")
    if found.base is None or found.variants[0].weight is None:
        reason = found.reason or found.variants[0].reason
        return Measured(size=None, source=f"not built: {reason}")
    (variant,) = found.variants
    assert variant.weight is not None
    turned = variant.weight.content - found.base.content
    return Measured(size=turned if variant.forced[0][1] != "n" else -turned, source=made_by(found))


def _objects(known: Known, config: ResolvedConfig, symbol: str) -> Measured:
    """The objects of a measured config that are built under a condition on `symbol`."""
    paths = [
        one.path
        for one in planning.plan(config).objects
        if any(name == symbol for step in one.because for name, _ in step.symbols)
    ]
    found = known.objects(config, paths)
    size = sum(sum(one.classes.values()) for one in found.values())
    return Measured(size=size, source=f"objects: {len(found)}; {built_for(origin_of(config))}")
