"""`kweigh report` as a user runs it, and `--format html` of the others: what is written, where, and how large it is."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh
from tests.reports.parse_html import parse

LARGEST = 700_000
"""Bytes of the page about the whole bundled tree."""


def test_the_bundled_tree_on_one_page(kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = kweigh("report", "--detail", "powerpc")
    assert (done.code, done.out) == (0, "")
    assert re.fullmatch(r"kweigh\.html: 0\.\d MB\n", done.err)
    text = Path("kweigh.html").read_text("utf-8")
    assert len(text.encode()) < LARGEST
    document = parse(text)
    assert document.named <= set(document.ids)
    assert document.count("svg") == 4
    cells = {one["aria-label"] for one in document.attributes("a") if "data-tip" in one}
    assert {"DMA_OPS_BYPASS, powerpc tinyconfig: off", "DMA_OPS_BYPASS, powerpc defconfig: y"} <= cells
    assert "selected by PPC if PPC64 " in document.shown
    assert "kweigh model defconfig --arch powerpc --trace" in document.shown


def test_it_says_what_each_part_is_made_of(kweigh: Kweigh) -> None:
    done = kweigh("report", "tinyconfig", "--arch", "s390", "--format", "json")
    data = json.loads(done.out)["data"]
    assert [(row["arch"], row["config"]) for row in data["rows"]] == [("s390", "tinyconfig"), ("s390", "defconfig")]
    assert data["detail"]["tree"]["arch"] == "s390"
    assert data["measured"] is None
    commands = [part["command"] for part in data["parts"]]
    assert commands[0] == "kweigh matrix --arch s390"
    for command in commands:
        if "SYMBOL" not in command:
            assert kweigh(*command.split()[1:]).code == 0


def test_it_is_also_words(kweigh: Kweigh) -> None:
    done = kweigh("report", "--arch", "arm", "--format", "markdown")
    assert "### Dependencies" in done.out
    assert "<svg" not in done.out
    assert "can't be built, so nobody has measured it" in done.out


def test_listed_symbols_must_be_there(kweigh: Kweigh) -> None:
    done = kweigh("report", "--arch", "arm", "--features", "DMA_OPS,SWIOTBL", "--format", "json")
    assert (done.code, done.out) == (2, "")
    assert "did you mean SWIOTLB?" in done.err


def test_a_plain_install_has_tables_instead_of_drawings(
    kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    page = tmp_path / "page.html"
    done = kweigh("report", "-o", page)
    assert done.code == 0
    assert re.fullmatch(rf"{page}: 0\.\d MB, without drawings \(pip install 'kweigh\[html\]' adds them\)\n", done.err)
    assert "This page is without drawings (pip install 'kweigh[html]' adds them)." in parse(page.read_text()).shown
    assert kweigh("report", "-q", "-o", page).err == ""


@pytest.mark.parametrize(
    "command",
    [
        ("analyze",),
        ("why", "DMA_OPS"),
        ("diff", "tinyconfig", "defconfig"),
        ("matrix",),
        ("graph", "DMA_OPS"),
        ("unmet",),
        ("plan", "tinyconfig"),
        ("model",),
        ("gate", "DMA_OPS"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_has_pages(command: tuple[str, ...], kweigh: Kweigh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    where = () if command[0] == "gate" else ("--arch", "powerpc")
    done = kweigh(*command, *where, "--format", "html")
    assert done.code == 0
    assert parse(done.out).titles != []
