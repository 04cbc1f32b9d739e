"""Rule: a command names the architecture or glob that matches nothing, and leaves nothing out in silence.

Enters: command lines about the bundled tree. Leaves: nothing. Must hold: one line, exit code 2.
"""

from __future__ import annotations

import pytest

from tests.cli.conftest import Kweigh

COMMANDS = {
    "matrix": ("matrix",),
    "query": ("query", "SWIOTLB"),
    "certify": ("certify",),
    "report": ("report",),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("option", "value"), [("--configs", "zz*"), ("--arch", "vax"), ("--arch", "va*")])
def test_every_command_names_what_matches_nothing(command: str, option: str, value: str, kweigh: Kweigh) -> None:
    done = kweigh(*COMMANDS[command], option, value, "--arch", "alpha")
    assert (done.code, done.out) == (2, "")
    assert value in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("query", ["SWIOTLB and config like 'zz*'", "SWIOTLB and arch like 'va*'"])
def test_so_does_a_query(query: str, kweigh: Kweigh) -> None:
    done = kweigh("query", query)
    assert done.code == 2
    assert "matches" in done.err


def test_a_querys_glob_means_the_same(kweigh: Kweigh) -> None:
    done = kweigh("query", "config like '*_defconfig' and arch in (alpha, x86_64) show SWIOTLB", "--format", "csv")
    rows = [line.split(",")[:2] for line in done.out.splitlines()[1:]]
    assert rows == [["alpha", "defconfig"], ["x86_64", "x86_64_defconfig"]]


def test_gates_that_come_along_name_the_architecture(kweigh: Kweigh) -> None:
    done = kweigh("gate", "DMA_OPS", "--arch", "arm", "--arch", "vax")
    assert (done.code, done.out) == (2, "")
    assert "vax" in done.err
