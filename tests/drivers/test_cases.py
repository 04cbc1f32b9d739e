"""Rule: of every case, exactly what its file says is broken or undecided, and at which line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.drivers import study
from analyzer.drivers.reading import parser
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.driver import CallKind, Checked, DriverSource

CASES = sorted((Path(__file__).parent / "cases").iterdir())
OFF = frozenset({"OFF"})


def told(found: DriverSource) -> list[str]:
    broken = [(one.call.where.line, f"broken {one.call.where.line} {one.rule.name}") for one in found.broken]
    undecided = [(one.call.where.line, f"undecided {one.call.where.line} {one.rule.name}") for one in found.undecided]
    return [line for _, line in sorted(broken + undecided)]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case: Path) -> None:
    found = study(case / "driver.c", off=OFF)
    assert told(found) == (case / "expected.txt").read_text().splitlines()
    assert found.unread == ()


def _case(name: str) -> DriverSource:
    return study(Path(__file__).parent / "cases" / name / "driver.c", off=OFF)


def test_a_call_is_told_from_who_makes_it() -> None:
    unmaps = [call for call in _case("wrappers").calls if call.kind is CallKind.UNMAP]
    assert [(call.where.line, call.at.line, call.inside, call.via) for call in unmaps] == [
        (28, 17, "use", ("unmap",)),
        (29, 17, "use", ("unmap",)),
        (30, 17, "use", ("unmap",)),
    ]
    assert [call.ways for call in unmaps] == [("DMA_TO_DEVICE",), ("DMA_FROM_DEVICE",), ("DMA_TO_DEVICE",)]


def test_a_condition_that_the_call_decides_has_one_branch() -> None:
    maps = [call for call in _case("wrappers").calls if call.kind is CallKind.MAP]
    assert [(call.where.line, call.at.line, call.ways) for call in maps] == [
        (22, 10, ("DMA_TO_DEVICE",)),
        (25, 12, ("DMA_FROM_DEVICE",)),
    ]


def test_masks_are_bits() -> None:
    assert [call.mask for call in _case("mask_late").calls if call.kind is CallKind.MASK] == [32, 64]


def test_whether_somebody_looks() -> None:
    assert {call.checked for call in _case("checked").calls if call.kind is CallKind.MAP} == {Checked.YES}


def test_a_neighbour_that_cannot_be_read_may_know_every_header(tmp_path: Path) -> None:
    (tmp_path / "own.h").write_text("struct ring { dma_addr_t at; };\n")
    (tmp_path / "own.c").write_text(
        '#include "own.h"\nvoid map(struct device *dev, struct ring *ring, void *data)\n'
        "{\n\tring->at = dma_map_single(dev, data, 64, DMA_TO_DEVICE);\n}\n"
    )
    assert [one.rule.name for one in study(tmp_path / "own.c").broken] == ["MAPPING_ERROR", "NEVER_UNMAPPED"]
    (tmp_path / "other.c").write_bytes(b"\0\0")
    found = study(tmp_path / "own.c")
    assert [one.rule.name for one in found.broken] == ["MAPPING_ERROR"]
    assert [one.rule.name for one in found.undecided] == ["NEVER_UNMAPPED"]


def test_without_a_parser_it_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    parser.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter_c", None)
    with pytest.raises(UsageError, match="reading a driver needs the extra driver"):
        _case("checked")
    monkeypatch.undo()
    parser.cache_clear()
    assert _case("checked").calls


TEXTS = [(case / "driver.c").read_text() for case in CASES]


@given(
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 40), st.text(max_size=5)), max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_no_text_is_more_than_one_error(
    tmp_path_factory: pytest.TempPathFactory, text: str, cuts: list[tuple[int, int, str]]
) -> None:
    for begin, size, put in cuts:
        text = text[:begin] + put + text[begin + size :]
    file = tmp_path_factory.mktemp("driver") / "driver.c"
    file.write_text(text, encoding="utf-8", errors="replace")
    try:
        study(file)
    except AnalyzerError as error:
        assert "\n" not in error.line()  # noqa: PT017
