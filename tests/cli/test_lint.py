"""`kweigh lint` as a user runs it, on the bundled tree."""

from __future__ import annotations

import json
import sys

import pytest

from tests.cli.conftest import Kweigh


def test_faults_are_the_answer_no(kweigh: Kweigh) -> None:
    done = kweigh("lint", "--arch", "powerpc", "--format", "json")
    data = json.loads(done.out)["data"]
    assert done.code == 1
    # What selects them in the kernel is of architectures that the bundled tree has not.
    assert {one["name"] for one in data["faults"]} == {"NO_DMA", "NO_IOMEM"}
    assert data["undecided"] == []
    assert data["looked_at"]["unmet-select"] > 50


def test_findings_stand_at_their_lines(kweigh: Kweigh) -> None:
    done = kweigh("lint", "--arch", "powerpc", "--format", "github")
    assert done.out.count("::warning file=kconfig/") == 2


def test_without_the_extra_it_says_what_to_install(kweigh: Kweigh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)
    done = kweigh("lint", "--arch", "s390", "--no-cache")
    assert (done.code, done.err) == (2, "kweigh: proofs need the extra lint (pip install 'kweigh[lint]')\n")
