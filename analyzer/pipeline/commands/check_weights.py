"""What a policy limits, as far as it has been measured.

Enters: what is known, a config. Leaves: `Measured`. Must hold: nothing is built; what nobody measured is no number, and
says which builds measure it.
"""

from __future__ import annotations

from analyzer.errors import UsageError
from analyzer.model.analysis import is_on
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import exactly, less
from analyzer.model.policy import Measure, Measured
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import origin_of
from analyzer.pipeline.bytes.gains import Scales
from analyzer.pipeline.bytes.known import Known, built_for, made_by
from analyzer.pipeline.opening import OpenTree


def weigh(known: Known, opened: OpenTree, config: ResolvedConfig, of: Measure, symbol: str) -> Measured:
    """The bytes of `of`; `symbol` is "" for an image, `opened` the tree of `config`. Raises SourceError for a damaged
    ledger or file."""
    if of == "gate":
        return _gate(known, opened, config, symbol)
    if of in ("content", "loaded", "file"):
        found = Scales(known, opened).size(config, of)
        if found is not None:
            return Measured(size=found.bytes, source=found.rests)
    built = known.build(config)
    if of == "objects" and built and built.weight:
        return _objects(known, config, symbol)
    if of == "boot" and built and built.boot is not None:
        return Measured(size=exactly(built.boot), source=built_for(origin_of(config)))
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
        return _option(known, opened, config, symbol) or Measured(
            size=None, source=f"nobody has measured it; {missing}"
        )
    if found.base is None or found.variants[0].weight is None:
        reason = found.reason or found.variants[0].reason
        return Measured(size=None, source=f"not built: {reason}")
    (variant,) = found.variants
    assert variant.weight is not None
    turned = variant.weight.content - found.base.content
    return Measured(size=exactly(turned if variant.forced[0][1] != "n" else -turned), source=made_by(found))


def _option(known: Known, opened: OpenTree, config: ResolvedConfig, symbol: str) -> Measured | None:
    """What tables of options say of a symbol that nobody has built or measured as a gate."""
    turn = known.turn(opened, config, [symbol])
    gain = None if turn.missed or turn.opened.tree.overlay else Scales(known, opened).gain(config, turn.config)
    if gain is None:
        return None
    size = gain.bytes if not is_on(config.values[symbol]) else less(gain.bytes)
    return Measured(size=size, source=gain.rests)


def _objects(known: Known, config: ResolvedConfig, symbol: str) -> Measured:
    """The objects of a measured config that are built under a condition on `symbol`."""
    paths = [
        one.path
        for one in planning.plan(config).objects
        if any(name == symbol for step in one.because for name, _ in step.symbols)
    ]
    found = known.objects(config, paths)
    size = sum(sum(one.classes.values()) for one in found.values())
    return Measured(size=exactly(size), source=f"objects: {len(found)}; {built_for(origin_of(config))}")
