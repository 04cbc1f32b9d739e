"""Rule: `kweigh rank` answers from the ledger alone, and where that has nothing names the one command.

Enters: a small tree, a ledger as builds of it leave it. Leaves: nothing. Must hold: nothing is built.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from analyzer.pipeline import OpenTree
from tests.cli.conftest import Kweigh
from tests.pipeline.optional import base_of, leading, open_planted, record

ASK = ("--tree", "tree", "--arch", "x86_64")


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenTree:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Path("lead").write_text("CONFIG_LEAD=y\n")
    return open_planted(tmp_path / "tree")


def test_from_the_ledger(kweigh: Kweigh, opened: OpenTree) -> None:
    for config in (base_of(opened), leading(opened)):
        record(Path("ledger"), config)
    asks = ("rank", "allnoconfig+lead", *ASK, "--ledger", "ledger")
    first, again = (kweigh(*asks, "--format", "json") for _ in range(2))
    assert (first.code, first.err, first.out) == (0, "", again.out)
    data = json.loads(first.out)["data"]
    assert (data["basis"], data["missing"]) == ("measured", None)
    (lead,) = (one for one in data["options"] if one["symbol"] == "LEAD")
    assert "kernel/lead.o" in lead["objects"]
    # What the other commands say that LEAD brings.
    assert lead["saves"] == {
        "bytes": dict.fromkeys(("low", "value", "high"), 507),
        "symbols": 2,
        "each": 254,
        "alone": True,
        "where": "",
    }
    rows = list(csv.DictReader(io.StringIO(kweigh(*asks, "--format", "csv").out)))
    assert [(row["symbol"], row["bytes"]) for row in rows] == [
        (one["symbol"], str(one["bytes"])) for one in data["options"]
    ]
    assert "<svg" in kweigh(*asks, "--format", "html").out


def test_nothing_to_answer_from(kweigh: Kweigh, opened: OpenTree) -> None:
    refused = kweigh("rank", "allnoconfig", *ASK)
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert "it takes 1 build, allnoconfig, and none was timed here yet: kweigh measure allnoconfig" in refused.err
    bundled = kweigh("rank", "tinyconfig", "--tree", "bundled")
    assert (bundled.code, bundled.out, bundled.err.count("\n")) == (2, "", 1)
    assert "--tree DIR" in bundled.err
