"""Reads scenarios from TOML.

Enters: the text of a scenario file. Leaves: `Scenario` values. Must hold: a file that is not one ends in one
`SourceError` with the line of the scenario or step; nothing in it is guessed or skipped.

The format, which users write themselves:

    [[scenario]]
    name = "2"                           # unique in the file
    title = "a 32-bit mask and a page above 4 GiB"
    versions = ["5.9", "6.1"]            # optional; otherwise every version
    requires = { swiotlb = true }        # optional; fields of the platform
    machine = { ram = "8G" }             # optional: ram, swiotlb, pool, pool_start, pool_size, …
    device = { dma_mask = 32, iommu = { window = "1G" } }   # masks: bits, or "0x…" as they are
    steps = [                            # one a line
      { do = "map_page", at = "5G", size = 4096, direction = "TO_DEVICE", expect = { path = "bounce" } },
      { do = "device_read", expect = { verdict = "right" } },
    ]

Sizes and addresses are bytes, or texts such as "4K", "5G", "5G+512". A buffer is called `buf` unless `as` names it.
`cpu_read`, `cpu_write`, `device_read`, `device_write` and the single syncs take a part of it as `offset` and `size`.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from importlib import resources
from typing import Any

from analyzer import documents
from analyzer.dma.families import KINDS
from analyzer.dma.machine import CALLBACKS
from analyzer.dma.play import EXPECTATIONS, RESULTS
from analyzer.dma.reading import Place
from analyzer.dma.rules import VERSIONS
from analyzer.dma.steps import STEPS
from analyzer.model.dma import (
    PAGE_SIZE,
    U64,
    Attrs,
    DeviceSetup,
    Direction,
    IommuSetup,
    Layout,
    Platform,
    Scenario,
    Step,
    SwiotlbMode,
)
from analyzer.model.dma_trace import Verdict
from analyzer.model.expr import Location

LARGEST_BUFFER = 1 << 20
LARGEST_POOL = 1 << 30
LARGEST_RAM = 1 << 52
MOST_STEPS = 1000

_SCENARIO = ("name", "title", "versions", "requires", "machine", "device", "steps", "facts")
_PLATFORM = {f.name: f.type for f in fields(Platform) if f.type in ("bool", "int")}
_HEADER = re.compile(r"\s*\[\[\s*scenario\s*\]\]")
_STEP = re.compile(r"\s*\{\s*do\s*=")

# How each field of a set-up is read; "-" is read by itself below.
_LAYOUT = {f.name: "size" for f in fields(Layout)} | {
    "swiotlb": "-",
    "pool": "flag",
    "force_unencrypted": "flag",
    "guest": "flag",
}
_IOMMU = {f.name: "flag" for f in fields(IommuSetup)} | {"window": "size", "window_size": "size"}
_DEVICE = {f.name: "-" for f in fields(DeviceSetup)} | {
    "coherent_dma_mask": "mask",
    "bus_dma_limit": "mask",
    "min_align_mask": "mask",
    "seg_boundary": "mask",
    "offset": "size",
    "coherent": "flag",
    "bypass": "flag",
    "pci": "flag",
    "untrusted": "flag",
    "max_seg_size": "size",
}
_NEEDED = {"set_mask": "mask", "set_coherent_mask": "mask", "supported": "mask", "alloc": "size"}


def built_in() -> tuple[Scenario, ...]:
    """The scenarios that come with the program: the series' own first."""
    folder = resources.files("analyzer.dma")
    return tuple(
        scenario
        for name in ("series.toml", "more.toml")
        for scenario in load((folder / name).read_text(encoding="utf-8"), path=name)
    )


def load(text: str, *, path: str) -> tuple[Scenario, ...]:
    """The scenarios of a file; `path` names it in errors. Raises SourceError."""
    file = Place(path=path)
    entries = file.table(documents.parse(text, path=path), ("scenario",)).get("scenario")
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
        raise file.error("holds no scenario", "write [[scenario]] tables")
    places = _places(text, path, [len(e["steps"]) if isinstance(e.get("steps"), list) else 0 for e in entries])
    found: dict[str, Scenario] = {}
    for entry, (place, steps) in zip(entries, places, strict=True):
        scenario = _scenario(entry, place, steps)
        if scenario.name in found:
            raise place.error(f"the scenario {scenario.name} is there twice")
        found[scenario.name] = scenario
    return tuple(found.values())


def _places(text: str, path: str, counts: list[int]) -> list[tuple[Place, list[Place]]]:
    """Where every scenario and its steps stand: by line, if they are written one a line; a step else by its
    scenario."""
    headers: list[tuple[int, list[int]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if _HEADER.match(line):
            headers.append((number, []))
        elif _STEP.match(line) and headers:
            headers[-1][1].append(number)
    if len(headers) != len(counts):
        headers = [(0, []) for _ in counts]
    return [
        (
            Place(path=path, line=line),
            [Place(path=path, line=at) for at in (steps if len(steps) == count else [line] * count)],
        )
        for (line, steps), count in zip(headers, counts, strict=True)
    ]


def _scenario(entry: dict[str, Any], file: Place, places: list[Place]) -> Scenario:
    if not entry.get("name") or "title" not in entry:
        raise file.error("a scenario needs a name and a title")
    name = file.at("name").text(entry["name"])
    place = replace(file, name=f"scenario {name}")
    place.table(entry, _SCENARIO)
    versions = place.at("versions").list_of(entry.get("versions", list(VERSIONS)), "names")
    requires = place.at("requires").table(entry.get("requires", {}), _PLATFORM)
    steps = place.at("steps").list_of(entry.get("steps", []), "tables")
    if not steps or len(steps) > MOST_STEPS:
        raise place.error(f"needs from 1 to {MOST_STEPS} steps")
    numbered = [
        (replace(at, name=f"scenario {name}, step {n}"), s)
        for n, (s, at) in enumerate(zip(steps, places, strict=True), 1)
    ]
    known: set[str] = set()
    return Scenario(
        name=name,
        title=place.at("title").text(entry["title"]),
        rules=tuple(place.at("versions").one_of(version, VERSIONS) for version in versions),
        requires={
            key: (place.at(f"requires, {key}").flag if _PLATFORM[key] == "bool" else place.at(f"requires, {key}").size)(
                value
            )
            for key, value in requires.items()
        },
        layout=_layout(entry.get("machine", {}), place.at("machine")),
        device=_device(entry.get("device", {}), place.at("device")),
        steps=tuple(_step(step, at, known) for at, step in numbered),
        where=Location(path=file.path, line=file.line),
        facts=place.at("facts").text(entry["facts"]) if entry.get("facts", "") != "" else "",
    )


def _layout(table: Any, place: Place) -> Layout:
    given = place.fields(table, _LAYOUT)
    if "swiotlb" in given:
        modes = [mode.value for mode in SwiotlbMode]
        given["swiotlb"] = SwiotlbMode(place.at("swiotlb").one_of(given["swiotlb"], modes))
    layout = Layout(**given)
    place.at("ram").within(layout.ram, PAGE_SIZE, LARGEST_RAM)
    place.at("pool_size").within(layout.pool_size, PAGE_SIZE, LARGEST_POOL)
    place.at("pool_start").within(layout.pool_start or 0, 0, LARGEST_RAM)
    return layout


def _device(table: Any, place: Place) -> DeviceSetup:
    given = place.fields(table, _DEVICE)
    if "dma_mask" in given:
        mask = given["dma_mask"]
        given["dma_mask"] = None if mask == "none" else place.at("dma_mask").mask(mask)
        if given["dma_mask"] is not None:
            given.setdefault("coherent_dma_mask", given["dma_mask"])
    if "ranges" in given:
        given["ranges"] = tuple(_range(entry, place.at("ranges")) for entry in place.list_of(given["ranges"], "lists"))
    if given.get("ops", "") != "":
        given["ops"] = place.at("ops").one_of(given["ops"], KINDS)
    if "callbacks" in given:
        names = place.at("callbacks").list_of(given["callbacks"], "names")
        given["callbacks"] = tuple(place.at("callbacks").one_of(one, CALLBACKS) for one in names)
    if "iommu" in given:
        given["iommu"] = IommuSetup(**place.at("iommu").fields(given["iommu"], _IOMMU))
    return DeviceSetup(**given)


def _range(entry: Any, place: Place) -> tuple[int, int, int]:
    parts = place.list_of(entry, "[CPU address, DMA address, size]")
    if len(parts) != 3:
        raise place.error("a range is [CPU address, DMA address, size]")
    cpu, dma, size = (place.size(part) for part in parts)
    return cpu, dma, size


def _step(table: Any, place: Place, known: set[str]) -> Step:
    if not isinstance(table, dict) or "do" not in table:
        raise place.error("a step is a table that says what to do", "{ do = … }")
    do = place.at("do").one_of(table["do"], STEPS)
    place = place.at(do)
    said = {key: value for key, value in table.items() if key not in ("do", "expect")}
    place.table(said, STEPS[do])
    arguments = {key: _argument(key, value, place.at(key), STEPS[do][key]) for key, value in said.items()}
    needed = _NEEDED.get(do)
    if needed and needed not in arguments:
        raise place.error(f"needs {needed}")
    name = str(arguments.get("as", "buf"))
    if "at" in arguments or do == "alloc":
        places = arguments.get("at", ())
        count = len(places) if isinstance(places, tuple) else 1
        place.at("size").within(arguments.get("size", PAGE_SIZE), 1, LARGEST_BUFFER // max(count, 1))
        known.add(name)
    elif "as" in STEPS[do] and name not in known:
        raise place.error(f"there is no buffer {name} yet", "say where it is: at = …")
    expect = place.at("expect").table(table.get("expect", {}), EXPECTATIONS)
    wanted = {key: _expectation(key, value, place.at(f"expect, {key}")) for key, value in expect.items()}
    return Step(do=do, arguments=arguments, expect=wanted, where=Location(path=place.path, line=place.line))


def _argument(key: str, value: Any, place: Place, kind: type) -> Any:
    match key:
        case "mask":
            return place.mask(value)
        case "size":
            return place.within(value, 1, LARGEST_BUFFER)
        case "offset":
            return place.within(value, 0, LARGEST_BUFFER)
        case "at" if kind is list and isinstance(value, list):
            if not value:
                raise place.error("must say where at least one segment is")
            return tuple(place.within(one, 0, LARGEST_RAM) for one in value)
        case "at":
            return place.within(value, 0, LARGEST_RAM)
        case "direction":
            return place.one_of(value, [d.name.removeprefix("DMA_") for d in Direction])
        case "attrs":
            return tuple(place.one_of(one, Attrs.__members__) for one in place.list_of(value, "names"))
    return place.text(value)


def _expectation(key: str, value: Any, place: Place) -> object:
    match key:
        case "result" if isinstance(value, str):
            return place.one_of(value, RESULTS)
        case "result" | "copies" | "cache" | "indirect" | "mask":
            if isinstance(value, int) and not isinstance(value, bool) and -U64 <= value <= U64:
                return value
            raise place.error("must be a number")
        case "warn":
            return place.flag(value)
        case "verdict":
            return place.one_of(value, [verdict.value for verdict in Verdict])
    return place.text(value)
