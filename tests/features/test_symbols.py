"""Rule: symbols with commas between them are a feature set of their own.

Enters: what users type. Leaves: nothing. Must hold: order is kept, repetitions are not; nothing else counts as a list.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.features import load


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("DMA_OPS,SWIOTLB", ["DMA_OPS", "SWIOTLB"]),
        ("DMA_OPS,", ["DMA_OPS"]),
        ("CONFIG_PCI, 64BIT,PCI", ["PCI", "64BIT"]),
        ("NUMA", ["NUMA"]),
        ("CONFIG_NUMA", ["NUMA"]),
    ],
)
def test_listed_symbols(text: str, names: list[str]) -> None:
    found = load(text)
    assert [feature.name for feature in found.features] == names
    assert all(feature.symbols[0] == feature.name for feature in found.features)
    assert found.origin == ""


@pytest.mark.parametrize("text", [",", "A,,B", "A B,C", "A,$(x)", "A,é"])
def test_what_is_no_symbol_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no symbol name"):
        load(text)


def test_a_symbol_goes_by_the_other_names_of_the_feature_of_its_name() -> None:
    (feature,) = load("DMA_OPS").features
    assert feature.symbols == ("DMA_OPS", "ARCH_HAS_DMA_OPS")


@pytest.mark.parametrize("text", ["DMA", "mine", "MINE.toml"])
def test_what_looks_like_no_symbol_is_a_set_or_a_file(text: str) -> None:
    with pytest.raises(UsageError, match="no feature set and no file"):
        load(text)


def test_a_file_with_a_comma_in_its_name_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a,b"
    path.write_text('[[feature]]\nname = "PCI"\n')
    assert load(str(path)).origin == str(path)
