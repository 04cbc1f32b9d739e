"""Rule: the commands about what a config should have, on the bundled tree: what they print, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh

ARCH = ("--arch", "x86_64")


@pytest.fixture
def fragment(tmp_path: Path) -> Path:
    """A line that is dropped, one that is kept and one that nobody knows."""
    path = tmp_path / "my.config"
    path.write_text("CONFIG_DMA_API_DEBUG_SG=y\nCONFIG_PCI=y\nCONFIG_DMA_OPSS=y\n")
    return path


def test_doctor(kweigh: Kweigh, fragment: Path) -> None:
    done = kweigh("doctor", "tinyconfig", fragment, *ARCH)
    assert done.code == 1
    assert "CONFIG_DMA_OPSS=y" in done.out
    assert "did you mean DMA_OPS?" in done.out


@pytest.mark.parametrize("to", ["json", "sarif", "github", "markdown", "csv"])
def test_formats(kweigh: Kweigh, fragment: Path, to: str) -> None:
    done = kweigh("doctor", "tinyconfig", fragment, *ARCH, "--format", to)
    assert done.code == 1
    assert "DMA_OPSS" in done.out
    if to in {"json", "sarif"}:
        json.loads(done.out)


def test_nothing_is_lost(kweigh: Kweigh, fragment: Path) -> None:
    fragment.write_text("CONFIG_PCI=y\n")
    done = kweigh("doctor", "tinyconfig", fragment, *ARCH)
    assert done.code == 0
    assert "1 line: 1 kept" in done.out


def test_strict(kweigh: Kweigh, fragment: Path) -> None:
    done = kweigh("doctor", "tinyconfig", fragment, *ARCH, "--strict")
    assert (done.code, done.out) == (4, "")
    assert "my.config:3: no symbol DMA_OPSS" in done.err


def test_no_fragment(kweigh: Kweigh, tmp_path: Path) -> None:
    assert kweigh("doctor", "tinyconfig", tmp_path / "gone.config", *ARCH).code == 3
    assert kweigh("doctor", "tinyconfig", *ARCH).code == 2


def test_enable_gives_what_doctor_takes(kweigh: Kweigh, tmp_path: Path) -> None:
    done = kweigh("enable", "DMA_API_DEBUG_SG", "tinyconfig", *ARCH, "-o", tmp_path / "pool.config")
    assert (done.code, done.out) == (0, "")
    assert "CONFIG_DMA_API_DEBUG=y" in (tmp_path / "pool.config").read_text().splitlines()
    assert kweigh("doctor", "tinyconfig", tmp_path / "pool.config", *ARCH).code == 0


def test_enable_what_cannot_be(kweigh: Kweigh) -> None:
    done = kweigh("enable", "X86=n", "tinyconfig", *ARCH)
    assert done.code == 1
    assert "# Impossible" in done.out
    assert not [line for line in done.out.splitlines() if not line.startswith("#")]
    assert kweigh("enable", "NOBODY", "tinyconfig", *ARCH).code == 2


def test_disable(kweigh: Kweigh) -> None:
    done = kweigh("disable", "DMA_OPS", "defconfig", *ARCH)
    assert done.code == 0
    assert "What keeps DMA_OPS in x86_64_defconfig" in done.out
    assert kweigh("disable", "X86", "defconfig", *ARCH).code == 1
    assert kweigh("disable", "NOBODY", "defconfig", *ARCH).code == 2


def test_instead(kweigh: Kweigh) -> None:
    words = ("CC_OPTIMIZE_FOR_SIZE", "tinyconfig", *ARCH, "--instead")
    done = kweigh("disable", *words, "CONFIG_CC_OPTIMIZE_FOR_PERFORMANCE", "--format", "fragment")
    assert done.code == 0
    assert "CONFIG_CC_OPTIMIZE_FOR_PERFORMANCE=y" in done.out.splitlines()
    assert "picked instead of CC_OPTIMIZE_FOR_SIZE: as was said" in done.out
    for command, *given in (("disable", *words, "PCI"), ("enable", "CC_OPTIMIZE_FOR_SIZE=n", *words[1:], "PCI")):
        done = kweigh(command, *given)
        assert (done.code, "CC_OPTIMIZE_FOR_SIZE has no other member PCI" in done.err) == (2, True)
    done = kweigh("enable", "PCI=n", *words[1:], "PCI")
    assert "is no member of a choice that is on" in done.err


@pytest.mark.parametrize(
    ("options", "heading", "kept"),
    [
        ((), "merge_config.sh does: all at once onto", 1),
        (("-n",), "merge_config.sh -n does", 1),
        (("-y",), "merge_config.sh -y does", 1),
        (("--merge", "make"), "one fragment after another", 1),
    ],
)
def test_how_it_is_merged(kweigh: Kweigh, fragment: Path, options: tuple[str, ...], heading: str, kept: int) -> None:
    done = kweigh("doctor", "tinyconfig", fragment, *options, *ARCH)
    assert heading in " ".join(done.out.split())
    assert f"{kept} kept" in done.out
    told = json.loads(kweigh("doctor", "tinyconfig", fragment, *options, *ARCH, "--format", "json").out)
    assert told["data"]["merge"] == {
        "by": "make" if "make" in options else "script",
        "fill": "n" if "-n" in options else "default",
        "builtin": "-y" in options,
    }


@pytest.mark.parametrize("options", [("-m",), ("-r",), ("-s",), ("-Q",), ("-O",), ("-n", "--merge", "make")])
def test_what_the_script_takes_and_the_doctor_does_not(
    kweigh: Kweigh, fragment: Path, options: tuple[str, ...]
) -> None:
    done = kweigh("doctor", "tinyconfig", fragment, *options, *ARCH)
    assert (done.code, done.out) == (2, "")
    assert "merge_config.sh" in done.err


def test_every_line_of_many_configs(kweigh: Kweigh, tmp_path: Path) -> None:
    config = tmp_path / "old.config"
    config.write_text("CONFIG_DMA_API_DEBUG_SG=y\nCONFIG_PCI=y\nCONFIG_DMA_OPSS=y\n")
    done = kweigh("doctor", "--all", config, "--all", "alldefconfig", *ARCH)
    assert done.code == 1
    assert "2 configs: 2 lines lost; 1 without a loss." in done.out
    assert f"CONFIG_DMA_OPSS=y: the tree has no such symbol ({config}:3)" in " ".join(done.out.split())
    accepted = tmp_path / "lost.txt"
    accepted.write_text(f"* {config} DMA_OPSS: a typo\n* * *_SG: later\n* * SWIOTLB: not lost\n")
    done = kweigh("doctor", "--all", config, *ARCH, "--accept", accepted)
    assert done.code == 0
    assert "0 lines lost, 2 more are accepted" in done.out
    assert "no line of SWIOTLB is lost, yet it is accepted: not lost" in " ".join(done.out.split())
    for to in ("json", "sarif", "github", "csv", "markdown"):
        done = kweigh("doctor", "--all", config, *ARCH, "--format", to)
        assert (done.code, "DMA_OPSS" in done.out) == (1, True)


def test_every_line_on_several_architectures(kweigh: Kweigh) -> None:
    done = kweigh("doctor", "--all", "*_defconfig", "--arches", "x86_64", "--arches", "p*", "--format", "json")
    (rule,) = json.loads(done.out)["data"]["rules"]
    assert rule["looked"] >= 2
    assert done.code == int(not rule["holds"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--all", "nowhere_*"), "no config nowhere_*"),
        (("--all", "tinyconfig", "--arches", "no*"), "no architecture matches no*"),
        (("--all", "tinyconfig", "--accept", "nowhere.txt"), "there is no file nowhere.txt"),
        (("--all", "tinyconfig", "tinyconfig"), "there is no BASE"),
        (("tinyconfig",), "a BASE and at least one FRAGMENT"),
        (("tinyconfig", "tinyconfig", "--accept", "x"), "--accept is for --all"),
    ],
)
def test_every_line_of_nothing(kweigh: Kweigh, words: tuple[str, ...], said: str) -> None:
    done = kweigh("doctor", *words, *ARCH)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_many_lines_of_no_symbol_are_counted(kweigh: Kweigh, fragment: Path) -> None:
    fragment.write_text("".join(f"CONFIG_GONE_{i}=y\n" for i in range(4000)) + "CONFIG_GCC_VERSION=12\nCONFIG_PCI=y\n")
    done = kweigh("doctor", "tinyconfig", fragment, *ARCH)
    assert done.code == 1
    assert "4,001 lines of symbols that this tree does not have" in done.out
    assert len(done.out.splitlines()) < 30
    each = kweigh("doctor", "tinyconfig", fragment, *ARCH, "--unknown")
    assert each.out.count("CONFIG_GONE_") == 4000
    assert (
        len(json.loads(kweigh("doctor", "tinyconfig", fragment, *ARCH, "--format", "json").out)["data"]["lines"])
        == 4002
    )
