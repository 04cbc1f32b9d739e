"""`kweigh which` as a user runs it, on the bundled tree."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Kweigh


def _asked(done_out: str) -> list[list[str]]:
    uses = json.loads(done_out)["data"]["uses"]
    return [[one["symbol"] for one in group] for group in uses[0]["needs"]]


@pytest.mark.parametrize("what", ["kernel/dma/dummy.c", "kernel/dma/dummy.o", "dummy.o", "dummy.c"])
def test_a_source_leads_to_its_option(kweigh: Kweigh, what: str) -> None:
    """In the tiny powerpc nothing builds dummy.o, and the answer is the same."""
    for config, built in (("tinyconfig", False), ("defconfig", True)):
        done = kweigh("which", what, config, "--arch", "powerpc", "--format", "json")
        assert done.code == 0
        assert _asked(done.out) == [["DMA_OPS"]]
        data = json.loads(done.out)["data"]
        assert data["uses"][0]["built"] is built
        assert (data["fragment"] == []) is built


def test_an_option_leads_to_its_lines(kweigh: Kweigh) -> None:
    done = kweigh("which", "CONFIG_DMA_OPS", "--arch", "powerpc")
    assert done.code == 0
    assert "dummy.o" in done.out
    assert "kconfig/kernel/dma/Makefile:" in done.out


def test_what_nothing_builds(kweigh: Kweigh) -> None:
    done = kweigh("which", "kernel/dma/nothing.c", "--arch", "powerpc")
    assert (done.code, done.err) == (1, "")
    assert "No list of vmlinux or of a module has" in done.out


def test_a_header_is_no_question(kweigh: Kweigh) -> None:
    done = kweigh("which", "include/linux/usb.h")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "kweigh: include/linux/usb.h is a header, which nothing builds (name a source, object or module)\n"
    )


@pytest.mark.parametrize("what", ["((((", "k[[rnel", "a{2", "*", "\\", "drivers/pci/((((.c"])
def test_a_word_is_no_expression(kweigh: Kweigh, what: str) -> None:
    assert kweigh("which", what, "tinyconfig", "--arch", "powerpc").code in {1, 2}
