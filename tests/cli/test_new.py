"""`kweigh new` as a user runs it, on the bundled tree."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Kweigh

ARCH = ("--arch", "x86_64")


def test_the_fragment_answers_all_and_changes_nothing(kweigh: Kweigh, tmp_path: Path) -> None:
    old = tmp_path / "old.config"
    old.write_text("CONFIG_64BIT=y\nCONFIG_PCI=y\n")
    before = kweigh("resolve", old, *ARCH).out
    fragment = kweigh("new", old, "--format", "config", *ARCH)
    assert fragment.code == 0
    assert "CONFIG_SWIOTLB" in before
    old.write_text(old.read_text() + fragment.out)
    assert kweigh("resolve", old, *ARCH).out == before
    assert "Nothing: every question has an answer." in kweigh("new", old, *ARCH).out


def test_what_opened_a_question(kweigh: Kweigh, tmp_path: Path) -> None:
    old = tmp_path / "old.config"
    old.write_text("CONFIG_PCI=y\n")
    data = json.loads(kweigh("new", old, "--format", "json", *ARCH).out)["data"]
    opened = {one["symbol"]: [line["text"] for line in one["opened"]] for one in data["symbols"]}
    assert "PCI" not in opened
    assert any("CONFIG_PCI=y" in lines for lines in opened.values())
