"""`kweigh minimal` as a user runs it, on the bundled tree."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Kweigh

ARCH = ("--arch", "x86_64")
TEXT = (
    "CONFIG_SWIOTLB=y\nCONFIG_NONE_SUCH=y\n# CONFIG_64BIT is not set\nCONFIG_64BIT=y\nCONFIG_PCI=y\nCONFIG_SMP=maybe\n"
)


def test_the_lines_are_those_of_savedefconfig_in_the_users_order(kweigh: Kweigh, tmp_path: Path) -> None:
    mine = tmp_path / "my.config"
    whole = kweigh("resolve", "defconfig", *ARCH).out.splitlines()
    mine.write_text("\n".join(reversed(whole)) + "\n")
    theirs = kweigh("resolve", mine, "--savedefconfig", *ARCH).out.splitlines()
    ours = kweigh("minimal", mine, *ARCH)
    assert ours.code == 0
    assert sorted(ours.out.splitlines()) == sorted(theirs)
    assert ours.out.splitlines() == [line for line in mine.read_text().splitlines() if line in theirs]


def test_every_line_has_a_fate(kweigh: Kweigh, tmp_path: Path) -> None:
    mine = tmp_path / "my.config"
    mine.write_text(TEXT)
    data = json.loads(kweigh("minimal", mine, "--format", "json", "-q", *ARCH).out)["data"]
    fates = {one["location"]["line"]: one["fate"] for one in data["lines"] if one["location"]}
    assert fates[2] == "unknown"
    assert fates[3] == "overridden"
    assert set(fates) >= {1, 2, 3, 4, 5}
    assert all(one["reason"] for one in data["lines"] if one["fate"] != "unknown")
