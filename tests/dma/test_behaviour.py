"""Rule: every way to break the rules of the DMA API is seen, and random drivers break none."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.dma.behaviour import misbehaviour
from analyzer.dma.programs import kinds_of, program
from analyzer.dma.rules import VERSIONS
from analyzer.model.dma import Step
from tests.dma.machines import PLATFORMS, scenario, step

PLACE = {"at": 1 << 30, "size": 4096}
TO = step("map_page", direction="TO_DEVICE", **PLACE)
FROM = step("map_page", direction="FROM_DEVICE", **PLACE)
BOTH = step("map_page", **PLACE)
CPU, DEVICE = step("sync_single_for_cpu"), step("sync_single_for_device")
READ, WRITE, READS, WRITES = (step(do) for do in ("cpu_read", "cpu_write", "device_read", "device_write"))
UNMAP = step("unmap_page")
PART = {"offset": 0, "size": 64}


@pytest.mark.parametrize(
    "steps",
    [
        (TO, READS, CPU, WRITE, DEVICE, READS, UNMAP, READ),
        (FROM, WRITES, CPU, READ, DEVICE, WRITES, UNMAP, READ),
        (BOTH, WRITES, CPU, READ, WRITE, DEVICE, READS, UNMAP, READ),
        (FROM, WRITES, CPU, step("unmap_page", attrs=["SKIP_CPU_SYNC"]), READ),
        (step("map_page", attrs=["SKIP_CPU_SYNC"], **PLACE), WRITE, DEVICE, READS, UNMAP),
        (FROM, WRITES, step("sync_single_for_cpu", **PART), step("cpu_read", **PART), UNMAP, READ),
        (step("set_mask", mask=255), TO, step("get_required_mask"), UNMAP, step("set_mask", mask=255), TO),
        (step("alloc", size=64), WRITE, READS, WRITES, READ, step("free")),
    ],
)
def test_documented_use(steps: tuple[Step, ...]) -> None:
    assert misbehaviour(scenario(*steps)) == ""


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((TO, step("set_mask", mask=255)), "step 2: a mask changes while something is mapped"),
        ((TO, TO), "maps twice"),
        ((TO, UNMAP, UNMAP), "unmaps what is not mapped so"),
        ((TO, step("unmap_sg")), "unmaps what is not mapped so"),
        ((TO, step("unmap_page", size=64)), "unmaps another size"),
        ((TO, step("unmap_page", direction="FROM_DEVICE")), "unmaps another direction"),
        ((TO, step("unmap_page", attrs=["WEAK_ORDERING"])), "unmaps with other attributes"),
        ((TO, WRITE), "the device has it"),
        ((TO, READ), "the device has it"),
        ((TO, WRITES), "the device may not"),
        ((FROM, READS), "reads what nobody wrote"),
        ((FROM, WRITES, READS), "the device may not"),
        ((FROM, UNMAP, READ), "reads what nobody wrote"),
        ((FROM, step("device_write", **PART)), "a device fills a buffer"),
        ((FROM, WRITES, CPU, WRITE), "writes what it only receives"),
        ((BOTH, CPU, READS), "the CPU has it"),
        ((BOTH, CPU, WRITE, UNMAP), "what the CPU wrote is lost"),
        ((BOTH, CPU, CPU), "takes two parts at a time"),
        ((BOTH, CPU, step("sync_single_for_device", **PART)), "hands over what it does not have"),
        ((BOTH, step("sync_single_for_cpu", offset=3, size=64)), "a part inside a cache line"),
        ((BOTH, step("sync_single_for_cpu", offset=0, size=9999)), "a part that is not in the buffer"),
        ((BOTH, WRITES, step("unmap_page", attrs=["SKIP_CPU_SYNC"])), "nobody brought the data back"),
        ((step("map_page", attrs=["SKIP_CPU_SYNC"], **PLACE), READS), "the CPU has it"),
        ((step("map_page", attrs=["SKIP_CPU_SYNC"], **PLACE), UNMAP), "the device never had it"),
        ((TO, UNMAP, READS), "the device may not"),
        ((READ,), "there is no such buffer"),
        ((TO, step("cpu_write", at=(1 << 30) + 64, size=64, **{"as": "other"})), "buffers share a page"),
        ((step("cpu_write", at=1 << 40, size=64),), "a buffer outside of RAM"),
        ((TO, step("free")), "frees what it did not allocate"),
        ((step("map_page", at=1 << 30, size=64, direction="NONE"),), "no direction"),
        ((step("supported", mask=255),), "supported is not judged"),
    ],
)
def test_misuse(steps: tuple[Step, ...], said: str) -> None:
    assert said in misbehaviour(scenario(*steps))


def test_a_buffer_where_the_window_is() -> None:
    found = scenario(step("map_page", at=0x7000_0000, size=64))
    assert misbehaviour(found) == ""
    assert "window" in misbehaviour(replace(found, device=replace(found.device, ops="iommu")))


@given(st.integers(0, 1 << 32), st.sampled_from(list(VERSIONS)), st.sampled_from(list(PLATFORMS)), st.integers(0, 6))
def test_random_drivers_behave(seed: int, version: str, platform: str, which: int) -> None:
    rules, there = VERSIONS[version], PLATFORMS[platform]
    kinds = kinds_of(rules, there)
    assert misbehaviour(program(Random(seed), rules, there, kinds[which % len(kinds)])) == ""
