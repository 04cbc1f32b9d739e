"""Rule: a file is written in the format that its name ends in, unless another is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh

STARTS = {
    "x.html": "<!DOCTYPE html>",
    "x.md": "## ",
    "x.csv": "arch,config,",
    "x.json": "{",
    "x.JSON": "{",
    "x.parquet": "PAR1",
    "x.txt": "",
    "x": "",
    "json": "",
}


@pytest.mark.parametrize("name", STARTS)
def test_the_end_of_a_name_chooses(name: str, kweigh: Kweigh, tmp_path: Path) -> None:
    done = kweigh("matrix", "--arch", "arm", "-o", tmp_path / name)
    assert (done.code, done.out) == (0, "")
    data = (tmp_path / name).read_bytes()
    if STARTS[name]:
        assert data.startswith(STARTS[name].encode())
    else:
        assert data.decode() == kweigh("matrix", "--arch", "arm").out


def test_what_is_asked_for_wins(kweigh: Kweigh, tmp_path: Path) -> None:
    for _ in range(2):  # once told, once told again
        kweigh("analyze", "--arch", "arm", "--format", "csv", "-o", tmp_path / "x.json")
        assert (tmp_path / "x.json").read_text().startswith("feature,")
        kweigh("analyze", "--arch", "arm", "-o", tmp_path / "x.json")
        assert json.loads((tmp_path / "x.json").read_text())["schema"] == "kweigh.analyze/1"


def test_configs_and_fragments(kweigh: Kweigh, tmp_path: Path) -> None:
    file = tmp_path / ".config"
    for argv in (
        ("disable", "DMA_OPS", "--arch", "x86_64"),
        ("enable", "INTEL_IOMMU", "tinyconfig", "--arch", "x86_64"),
        ("new", "tinyconfig", "--arch", "x86_64"),
        ("upgrade", "tinyconfig", "--from", "bundled", "--arch", "x86_64"),
        ("minimal", "--arch", "x86_64"),
    ):
        kweigh(*argv, "-q", "-o", file)
        lines = [line for line in file.read_text().splitlines() if line]
        assert lines
        assert all(line.startswith(("#", "CONFIG_")) for line in lines), (argv, lines)


def test_a_format_that_is_not_there_is_one_line(kweigh: Kweigh, tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    done = kweigh("why", "DMA_OPS", "-o", file)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"kweigh: {file}: there is no format parquet here (terminal, markdown, csv, json, html; --format chooses one)\n"
    )
    assert not file.exists()
    kweigh("why", "DMA_OPS", "--format", "csv", "-o", file)
    assert file.read_text().startswith("symbol,")
