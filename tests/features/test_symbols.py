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
    ],
)
def test_listed_symbols(text: str, names: list[str]) -> None:
    found = load(text)
    assert [feature.name for feature in found.features] == names
    assert all(feature.symbols == (feature.name,) for feature in found.features)
    assert found.origin == ""


@pytest.mark.parametrize("text", [",", "A,,B", "A B,C", "A,$(x)", "A,é"])
def test_what_is_no_symbol_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no symbol name"):
        load(text)


def test_a_name_without_comma_is_a_set_or_a_file() -> None:
    with pytest.raises(UsageError, match="no feature set and no file"):
        load("DMA_OPS")


def test_a_file_with_a_comma_in_its_name_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a,b"
    path.write_text('[[feature]]\nname = "PCI"\n')
    assert load(str(path)).origin == str(path)
