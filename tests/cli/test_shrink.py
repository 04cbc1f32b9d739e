"""`kweigh shrink` as a user runs it, as far as nothing is built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.pipeline.commands import shrink_file
from tests.cli.conftest import Kweigh
from tests.reports.build_shrink import searched
from tests.trees.miniature import plant


@pytest.fixture
def small(tmp_path: Path) -> str:
    return str(plant(tmp_path / "small"))


def test_a_file_is_read_back(kweigh: Kweigh, tmp_path: Path) -> None:
    path = tmp_path / "shrunk.config"
    shrink_file.write(path, searched())
    done = kweigh("shrink", "--explain", str(path))
    assert (done.code, done.err) == (0, "")
    assert "EXT4_FS=y" in done.out
    assert "fs: disk: mount 19" in done.out
    data = json.loads(kweigh("shrink", "--explain", str(path), "--format", "json").out)["data"]
    assert [one["proof"] for one in data["lines"]] == ["test", "lines", "earlier", "size", "keep", "untried"]
    assert data["dropped"][0]["bytes"] == 2_700_000


def test_a_file_that_is_none(kweigh: Kweigh, tmp_path: Path) -> None:
    (tmp_path / "x.config").write_text("CONFIG_PCI=y\n")
    done = kweigh("shrink", "--explain", str(tmp_path / "x.config"))
    assert done.code == 4
    assert "x.config:1: is no file of kweigh shrink" in done.err
    assert kweigh("shrink", "--explain", str(tmp_path / "none")).code == 3


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("allnoconfig",), 2, "nothing is to be kept"),
        (("allnoconfig", "--boots", "disk=floppy"), 2, "disk=floppy is no check (such as disk=virtio)"),
        (("allnoconfig", "--boots", "dsk"), 2, "no check dsk (did you mean disk?)"),
        (("allnoconfig", "--test", "./no-such-program"), 2, "no program ./no-such-program"),
        (("allnoconfig", "--test", "'"), 2, "no command: '"),
        (("allnoconfig", "--keep", "NO_SUCH"), 2, "no symbol NO_SUCH"),
        (("nosuch", "--keep", "LEAD"), 3, "no config nosuch"),
        (("allnoconfig", "--test", "true", "--scheduler", "junk:"), 2, "junk: cannot be connected to"),
    ],
)
def test_what_cannot_be_asked(words: tuple[str, ...], code: int, told: str, kweigh: Kweigh, small: str) -> None:
    done = kweigh("shrink", *words, "--tree", small, "--arch", "x86_64")
    assert done.code == code
    assert told in done.err
    assert done.err.count("\n") == 1


def test_no_qemu(kweigh: Kweigh, small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name, **_: None)
    done = kweigh("shrink", "allnoconfig", "--boots", "", "--tree", small, "--arch", "x86_64")
    assert done.code == 5
    assert "qemu-system-x86_64 is not installed (Debian's package is qemu-system-x86)" in done.err


def test_the_bundled_tree_cannot_be_built(kweigh: Kweigh) -> None:
    done = kweigh("shrink", "tinyconfig", "--boots", "", "--arch", "x86_64")
    assert done.code == 2
    assert "the bundled tree can't be built" in done.err
