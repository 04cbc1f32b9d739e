"""`kweigh find` as a user runs it, on the bundled tree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh


@pytest.mark.parametrize("text", ["dma_ops", "CONFIG_DMA_OPS", "dma ops"])
def test_names_come_first_and_the_nearest_before_others(kweigh: Kweigh, text: str) -> None:
    done = kweigh("find", text, "--arch", "powerpc", "--format", "json")
    hits = json.loads(done.out)["data"]["hits"]
    assert done.code == 0
    assert hits[0]["symbol"] == "DMA_OPS"
    order = [("name", "prompt", "help").index(one["found_in"]) for one in hits]
    assert order == sorted(order)


def test_nothing_found_is_the_answer_no(kweigh: Kweigh) -> None:
    done = kweigh("find", "zzzqqq", "--arch", "powerpc")
    assert (done.code, done.err) == (1, "")
    assert kweigh("find", " ").code == 2


def test_why_shows_what_a_search_shows(kweigh: Kweigh) -> None:
    done = kweigh("why", "CONFIG_PCI", "DMA_OPS", "tinyconfig", "--arch", "x86_64")
    assert done.code == 0
    assert "PCI is n, DMA_OPS is n in tinyconfig" in " ".join(done.out.split())
    assert 'bool "' in done.out
    assert "without a prompt" in done.out


@pytest.mark.parametrize(
    ("words", "config"),
    [
        (("PCI",), "defconfig"),
        (("PCI", "DMA_OPS"), "defconfig"),
        (("PCI", "tinyconfig"), "tinyconfig"),
        (("PCI", "DMA_OPS", "./x.config"), "x.config"),
    ],
)
def test_the_last_word_may_be_the_config(
    words: tuple[str, ...], config: str, kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.config").write_text("CONFIG_PCI=y\n")
    monkeypatch.chdir(tmp_path)
    data = json.loads(kweigh("why", *words, "--arch", "x86_64", "--format", "json").out)["data"]
    asked = [word for word in words if word.isupper()]
    assert [data["symbol"], *(one["symbol"] for one in data["others"])] == asked
    assert data["config"]["name"].endswith(config)


def test_a_name_that_is_none_is_told(kweigh: Kweigh) -> None:
    assert "NO_SUCH" in kweigh("why", "PCI", "NO_SUCH").err
    assert "no config nosuch" in kweigh("why", "PCI", "nosuch").err
    assert kweigh("why").code == 2
