"""Scenarios as a file.

Enters: `Scenario` values. Leaves: the TOML text that `scenarios.load` reads back to the same. Must hold: what has its
default is left out; a step takes one line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import Enum
from typing import Any

from analyzer.dma.rules import VERSIONS
from analyzer.model.dma import DeviceSetup, IommuSetup, Layout, Scenario, Step

_UNITS = ("E", "P", "T", "G", "M", "K")
_MASKS = ("dma_mask", "coherent_dma_mask", "bus_dma_limit", "min_align_mask", "mask")
_SIZES = ("ram", "pool_start", "pool_size", "sme_mask", "window", "window_size", "offset", "size", "at", "ranges")


def toml(scenarios: Sequence[Scenario]) -> str:
    """The file's text."""
    return "\n".join(_scenario(scenario) for scenario in scenarios)


def _scenario(scenario: Scenario) -> str:
    lines = ["[[scenario]]", f"name = {_text(scenario.name)}", f"title = {_text(scenario.title)}"]
    if scenario.facts:
        lines.append(f"facts = {_text(scenario.facts)}")
    if scenario.rules != tuple(VERSIONS):
        lines.append(f"versions = {_value('versions', scenario.rules)}")
    tables = {
        "requires": scenario.requires,
        "machine": _changed(scenario.layout, Layout()),
        "device": _device(scenario.device),
    }
    lines += [f"{name} = {_table(table)}" for name, table in tables.items() if table]
    return "\n".join([*lines, "steps = [", *(f"  {_step(step)}," for step in scenario.steps), "]", ""])


def _step(step: Step) -> str:
    table: dict[str, object] = {"do": step.do, **step.arguments}
    if step.expect:
        table["expect"] = step.expect
    return _table(table)


def _device(device: DeviceSetup) -> dict[str, Any]:
    table = _changed(device, DeviceSetup())
    if "iommu" in table:
        table["iommu"] = _changed(device.iommu, IommuSetup())
    if device.dma_mask is None:
        table["dma_mask"] = "none"
    elif "dma_mask" in table:
        # A reader takes the one for the other, if that is not there.
        table["coherent_dma_mask"] = device.coherent_dma_mask
        if device.coherent_dma_mask == device.dma_mask:
            del table["coherent_dma_mask"]
    return table


def _changed(value: Any, plain: Any) -> dict[str, Any]:
    pairs = ((f.name, getattr(value, f.name), getattr(plain, f.name)) for f in fields(plain))
    return {name: here for name, here, otherwise in pairs if here != otherwise}


def _table(table: Mapping[str, Any]) -> str:
    return f"{{ {', '.join(f'{key} = {_value(key, value)}' for key, value in table.items())} }}"


def _value(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        # What is expected is a plain number, whatever it is called.
        return _table(value) if key != "expect" else _table({f"{k}": _Plain(v) for k, v in value.items()})
    if isinstance(value, _Plain):
        return _value("", value.value)
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_value(key, one) for one in value)}]"
    if isinstance(value, Enum):
        return _text(str(value.value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and key in _MASKS:
        return str(value.bit_length()) if value & (value + 1) == 0 else _text(hex(value))
    if isinstance(value, int) and key in _SIZES:
        return _size(value)
    return str(value) if isinstance(value, int) else _text(str(value))


class _Plain:
    """A value that is written as it is."""

    def __init__(self, value: object) -> None:
        self.value = value


def _size(value: int) -> str:
    for power, unit in zip(range(60, 0, -10), _UNITS, strict=True):
        if value and value % (1 << power) == 0:
            return _text(f"{value >> power}{unit}")
    return str(value) if value < 1 << 20 else _text(hex(value))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
