"""Rule: a scenario file is read as written, written as read, and what is no scenario file is one `SourceError`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.dma.families import KINDS
from analyzer.dma.machine import CALLBACKS
from analyzer.dma.play import play
from analyzer.dma.rules import VERSIONS
from analyzer.dma.scenarios import built_in, load
from analyzer.dma.steps import STEPS
from analyzer.dma.write import toml
from analyzer.errors import SourceError
from analyzer.model.dma import DeviceSetup, IommuSetup, Layout, Scenario, Step, SwiotlbMode
from tests.dma.machines import NOWHERE, PLATFORMS

HEAD = '[[scenario]]\nname = "a"\ntitle = "b"\n'
STEPS_OF = 'steps = [\n  { do = "map_page", at = "1G", size = 4096, direction = "TO_DEVICE" },\n  %s,\n]\n'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 0, "holds no scenario"),
        ("scenario = 3\n", 0, "holds no scenario"),
        ("scenario = [1]\n", 0, "holds no scenario"),
        ("other = 1\n" + HEAD, 0, "no such key: 'other'"),
        ("[[scenario]\n", 1, "not valid TOML"),
        ("a = " + "[" * 5000, 0, "not valid TOML"),
        ('\n[[scenario]]\ntitle = "x"\n', 2, "needs a name and a title"),
        ('[[scenario]]\nname = "a"\ntitle = 3\n', 1, "scenario a"),
        ('[[scenario]]\nname = "a\\nb"\ntitle = "x"\n', 1, "must be a text of one line"),
        (HEAD, 1, "needs from 1 to 1000 steps"),
        (HEAD + "steps = 3\n", 1, "must be a list"),
        (HEAD + "steps = [3]\n", 1, "a step is a table"),
        (HEAD + 'versions = ["7.0"]\n' + STEPS_OF % '{ do = "unmap_page" }', 1, "no such name: '7.0'"),
        (HEAD + 'versions = "5.9"\n' + STEPS_OF % '{ do = "unmap_page" }', 1, "must be a list"),
        (HEAD + "versions = [[1]]\n" + STEPS_OF % '{ do = "unmap_page" }', 1, "no such name"),
        (HEAD + 'requires = { swiotlb = "yes" }\n' + STEPS_OF % '{ do = "unmap_page" }', 1, "must be true or false"),
        (HEAD + "requires = { swap = true }\n" + STEPS_OF % '{ do = "unmap_page" }', 1, "no such key: 'swap'"),
        (HEAD + 'machine = { ram = "lots" }\n' + STEPS_OF % '{ do = "unmap_page" }', 1, "not a size in bytes"),
        (HEAD + "machine = { ram = 0 }\n" + STEPS_OF % '{ do = "unmap_page" }', 1, "must be from 4096"),
        (HEAD + 'machine = { pool_size = "16E" }\n' + STEPS_OF % '{ do = "unmap_page" }', 1, "not a size"),
        (HEAD + 'machine = { pool_size = "1T" }\n' + STEPS_OF % '{ do = "unmap_page" }', 1, "must be from 4096"),
        (HEAD + 'machine = { swiotlb = ["force"] }\n' + STEPS_OF % '{ do = "unmap_page" }', 1, "no such name"),
        (HEAD + "device = 3\n" + STEPS_OF % '{ do = "unmap_page" }', 1, "must be a table"),
        (HEAD + "device = { dma_mask = 65 }\n" + STEPS_OF % '{ do = "unmap_page" }', 1, "not a mask: 65"),
        (HEAD + 'device = { bus_dma_limit = "none" }\n' + STEPS_OF % '{ do = "unmap_page" }', 1, "not a mask: 'none'"),
        (HEAD + 'device = { ops = "iomu" }\n' + STEPS_OF % '{ do = "unmap_page" }', 1, "did you mean iommu?"),
        (HEAD + "device = { callbacks = 5 }\n" + STEPS_OF % '{ do = "unmap_page" }', 1, "must be a list"),
        (HEAD + "device = { ranges = [5] }\n" + STEPS_OF % '{ do = "unmap_page" }', 1, "must be a list"),
        (HEAD + "device = { ranges = [[1, 2]] }\n" + STEPS_OF % '{ do = "unmap_page" }', 1, "a range is"),
        (HEAD + "device = { iommu = { weak = 1 } }\n" + STEPS_OF % '{ do = "unmap_page" }', 1, "must be true or false"),
        (HEAD + STEPS_OF % '{ do = "unmap_pag" }', 6, "did you mean unmap_page?"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", speed = 1 }', 6, "no such key: 'speed'"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", attrs = ["FAST"] }', 6, "no such name: 'FAST'"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", direction = "UP" }', 6, "no such name: 'UP'"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", size = 0 }', 6, "must be from 1"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", size = "1G" }', 6, "must be from 1"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", expect = { path = 3 } }', 6, "must be a text"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", expect = { copies = "x" } }', 6, "must be a number"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", expect = { verdict = "good" } }', 6, "no such name: 'good'"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", expect = { result = "-EPERM" } }', 6, "no such name: '-EPERM'"),
        (HEAD + STEPS_OF % '{ do = "unmap_page", as = "other" }', 6, "there is no buffer other yet"),
        (HEAD + STEPS_OF % '{ do = "set_mask" }', 6, "needs mask"),
        (HEAD + STEPS_OF % '{ do = "map_sg", at = [], as = "x" }', 6, "at least one segment"),
        (HEAD + STEPS_OF % '{ do = "device_write", data = "" }', 6, "must be a text"),
        (HEAD + STEPS_OF % '{ do = "unmap_page" }' + HEAD + STEPS_OF % '{ do = "unmap_page" }', 8, "is there twice"),
    ],
)
def test_a_bad_file_is_one_error_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        load(text, path="mine.toml")
    assert said in caught.value.line()
    assert "\n" not in caught.value.line()
    assert caught.value.lineno == line


def _bare(scenario: Scenario) -> Scenario:
    return replace(scenario, where=NOWHERE, steps=tuple(replace(step, where=NOWHERE) for step in scenario.steps))


def test_what_comes_with_the_program_is_written_as_it_was_read() -> None:
    again = load(toml(built_in()), path="again.toml")
    assert [_bare(one) for one in again] == [_bare(one) for one in built_in()]


TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)
MASKS = st.one_of(st.integers(0, 64).map(lambda bits: (1 << bits) - 1), st.integers(0, (1 << 64) - 1))
SIZES = st.integers(0, 1 << 50)
LAYOUTS = st.builds(
    Layout,
    ram=st.integers(4096, 1 << 50),
    swiotlb=st.sampled_from(SwiotlbMode),
    pool_start=st.none() | SIZES,
    pool=st.none() | st.booleans(),
    sme_mask=SIZES,
    force_unencrypted=st.booleans(),
)
DEVICES = st.builds(
    DeviceSetup,
    dma_mask=st.none() | MASKS,
    coherent_dma_mask=MASKS,
    bus_dma_limit=MASKS,
    offset=st.integers(0, (1 << 64) - 1),
    ranges=st.lists(st.tuples(SIZES, SIZES, SIZES), max_size=2).map(tuple),
    coherent=st.booleans(),
    bypass=st.booleans(),
    ops=st.sampled_from(["", *KINDS]),
    callbacks=st.none() | st.lists(st.sampled_from(CALLBACKS)).map(tuple),
    min_align_mask=MASKS,
    iommu=st.builds(IommuSetup, window=SIZES, window_size=SIZES, weak=st.booleans(), force=st.booleans()),
)
LATER = st.one_of(
    st.builds(
        Step,
        do=st.sampled_from(["sync_single_for_cpu", "sync_single_for_device"]),
        arguments=st.fixed_dictionaries({}, optional={"offset": st.integers(0, 9999), "size": st.integers(1, 9999)}),
        expect=st.fixed_dictionaries({}, optional={"path": TEXTS, "copies": st.integers(0, 9), "warn": st.booleans()}),
        where=st.just(NOWHERE),
    ),
    st.builds(
        Step,
        do=st.just("set_mask"),
        arguments=st.fixed_dictionaries({"mask": MASKS}),
        expect=st.fixed_dictionaries({}, optional={"result": st.sampled_from([0, -5, "-EIO"]), "mask": st.just(33)}),
        where=st.just(NOWHERE),
    ),
)
FIRST = st.builds(
    Step,
    do=st.just("map_sg"),
    arguments=st.fixed_dictionaries(
        {"at": st.lists(SIZES, min_size=1, max_size=3).map(tuple), "size": st.integers(1, 9999)},
        optional={"attrs": st.just(("SKIP_CPU_SYNC",)), "direction": st.just("TO_DEVICE")},
    ),
    expect=st.just({}),
    where=st.just(NOWHERE),
)
SCENARIOS = st.builds(
    Scenario,
    name=TEXTS,
    title=TEXTS,
    rules=st.lists(st.sampled_from(list(VERSIONS)), unique=True).map(tuple),
    requires=st.dictionaries(st.sampled_from(["swiotlb", "dma_ops"]), st.booleans()),
    layout=LAYOUTS,
    device=DEVICES,
    steps=st.tuples(FIRST, LATER),
    where=st.just(NOWHERE),
    facts=st.just("") | TEXTS,
)


@given(st.lists(SCENARIOS, min_size=1, max_size=2, unique_by=lambda one: one.name))
@settings(max_examples=60)
def test_what_is_written_reads_back_to_the_same(scenarios: list[Scenario]) -> None:
    assert [_bare(one) for one in load(toml(scenarios), path="x")] == scenarios


@given(st.text(max_size=200) | st.text('[]{}=",.\n scenariodstep0123', max_size=200).map(lambda t: HEAD + t))
@settings(max_examples=100)
def test_no_text_is_more_than_one_error(text: str) -> None:
    try:
        load(text, path="x")
    except SourceError as error:
        assert "\n" not in error.line()  # noqa: PT017


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-(1 << 70), 1 << 70) | st.floats(allow_nan=False) | st.sampled_from(["1G", "x", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ram", "ops", "a"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else repr(value)


@given(st.data())
@settings(max_examples=200)
def test_any_value_in_any_place_is_read_or_refused(data: st.DataObject) -> None:
    do = data.draw(st.sampled_from(list(STEPS)))
    key = data.draw(st.sampled_from([*STEPS[do], "expect", "do"]))
    wrong = _toml(data.draw(VALUES))
    place = data.draw(st.sampled_from(["step", "machine", "device", "iommu", "requires", "versions", "facts"]))
    table = {
        "machine": list(Layout.__dataclass_fields__),
        "device": list(DeviceSetup.__dataclass_fields__),
        "iommu": list(IommuSetup.__dataclass_fields__),
        "requires": ["swiotlb"],
    }.get(place)
    said = "" if key == "do" else f"do = {_toml(do)}, "
    line = f'  {{ do = "cpu_write", at = "1G" }},\n  {{ {said}{key} = {wrong} }},\n'
    extra = ""
    if table:
        field = f"{data.draw(st.sampled_from(table))} = {wrong}"
        extra = f"device = {{ iommu = {{ {field} }} }}\n" if place == "iommu" else f"{place} = {{ {field} }}\n"
        line = '  { do = "map_page", at = "1G" },\n'
    elif place != "step":
        extra, line = f"{place} = {wrong}\n", '  { do = "map_page", at = "1G" },\n'
    try:
        (scenario,) = load(HEAD + extra + f"steps = [\n{line}]\n", path="x")
    except SourceError:
        return
    for version in ("5.8", "6.1"):
        for platform in PLATFORMS.values():
            play(replace(scenario, rules=(version,)), VERSIONS[version], platform)
