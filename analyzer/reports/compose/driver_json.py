"""The records of `kweigh.driver`, as programs read them.

Enters: values of model.driver. Leaves: JSON values. Must hold: names are the schema's.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from analyzer.reports.compose.model_json import trace_json
from analyzer.reports.words.forms import location_json

if TYPE_CHECKING:
    from analyzer.model.driver import Broken, DriverCall, DriverPlay, Undecided
    from analyzer.model.report import Json


def call_json(call: DriverCall) -> Json:
    """`driver_call` of common.json."""
    return {
        "call": call.function,
        "kind": call.kind.value,
        "location": location_json(call.where),
        "at": location_json(call.at),
        "function": call.inside,
        "via": list(call.via),
        "directions": list(call.ways),
        "buffer": call.handle,
        "memory": call.memory,
        "size": call.size,
        "mask": call.mask,
        "checked": call.checked.value,
    }


def broken_json(one: Broken) -> Json:
    """`told_of_call` of common.json."""
    return _told(one.call, one.rule.value, one.because)


def undecided_json(one: Undecided) -> Json:
    """The same for what could not be decided."""
    return _told(one.call, one.rule.value, one.reason)


def _told(call: DriverCall, rule: str, because: str) -> Json:
    return {
        "rule": rule,
        "location": location_json(call.where),
        "call": call.function,
        "function": call.inside,
        "because": because,
    }


def play_json(one: DriverPlay) -> Json:
    """A buffer on one way."""
    counts: dict[str, Json] = dict(asdict(one.counts))
    return {
        "buffer": one.buffer,
        "location": location_json(one.where),
        "direction": one.direction,
        "way": one.way,
        "counts": counts,
        "trace": trace_json(one.trace, {}),
    }
