"""`kweigh plan` as a user runs it, on the bundled tree."""

from __future__ import annotations

import json

from tests.cli.conftest import Kweigh


def test_the_gate_decides_what_is_built(kweigh: Kweigh) -> None:
    """dummy.o moved from HAS_DMA to DMA_OPS with the series: a tiny powerpc has mapping.o alone."""
    built = {}
    for config in ("tinyconfig", "defconfig"):
        done = kweigh("plan", config, "--arch", "powerpc", "--format", "json")
        assert done.code == 0
        objects = {o["path"]: o for o in json.loads(done.out)["data"]["objects"]}
        built[config] = {path for path in objects if path.startswith("kernel/dma/")}
    assert "kernel/dma/dummy.o" in built["defconfig"] - built["tinyconfig"]
    assert "kernel/dma/mapping.o" in built["tinyconfig"]
    last = objects["kernel/dma/dummy.o"]["because"][-1]
    assert last["variable"] == "obj-$(CONFIG_DMA_OPS)"
    assert last["symbols"] == [{"symbol": "DMA_OPS", "value": "y"}]


def test_chains_of_chosen_objects(kweigh: Kweigh) -> None:
    done = kweigh("plan", "--arch", "powerpc", "--object", "kernel/dma/d*.o")
    assert done.code == 0
    assert "obj-$(CONFIG_DMA_OPS) += dummy.o (kconfig/kernel/dma/Makefile:" in done.out
    assert "mapping.o" not in done.out
