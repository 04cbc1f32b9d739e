"""Rule: what `kweigh matrix` and `kweigh query` print, write and exit with.

Enters: command lines over the bundled tree. Leaves: files in a temporary folder. Must hold: a database is written
whole or not at all; a query that can't be asked is one line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Kweigh


@pytest.mark.parametrize(("to", "source"), [("parquet", "'{}'"), ("duckdb", "records")])
@pytest.mark.parametrize(
    ("argv", "select"),
    [
        (["matrix", "--features", "DMA_OPS,SWIOTLB"], "count(*) FILTER (feature = 'DMA_OPS' AND is_on)"),
        (["query", "DMA_OPS"], "count(*)"),
    ],
)
def test_databases(kweigh: Kweigh, tmp_path: Path, to: str, source: str, argv: list[str], select: str) -> None:
    path = tmp_path / f"found.{to}"
    done = kweigh(*argv, "--configs", "defconfig", "--format", to, "-o", path)
    assert (done.code, done.out, done.err) == (0, "", "")
    counted = json.loads(kweigh("query", "DMA_OPS show count", "--configs", "defconfig", "--format", "json").out)
    with duckdb.connect(":memory:" if to == "parquet" else str(path)) as database:
        (found,) = database.sql(f"SELECT {select} FROM {source.format(path)}").fetchall()
    assert found == (len(counted["data"]["rows"]),)


@pytest.mark.parametrize("command", [["matrix"], ["query", "DMA_OPS"]])
def test_a_database_goes_to_a_file(kweigh: Kweigh, command: list[str]) -> None:
    done = kweigh(*command, "--format", "parquet")
    assert (done.code, done.out) == (2, "")
    assert done.err == "kweigh: the format parquet needs a file (-o FILE.parquet)\n"


def test_without_the_extra_the_old_file_stays(kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    path = tmp_path / "old.duckdb"
    path.write_text("old")
    done = kweigh("query", "DMA_OPS", "--format", "duckdb", "-o", path)
    assert (done.code, path.read_text()) == (2, "old")
    assert done.err == "kweigh: the format duckdb needs DuckDB (pip install 'kweigh[tables]')\n"
    assert [found.name for found in tmp_path.iterdir()] == ["old.duckdb"]


def test_exit_code_says_whether_anything_holds(kweigh: Kweigh) -> None:
    never = "DMA_OPS and not DMA_OPS"
    assert kweigh("query", never).code == 0
    assert kweigh("query", never, "--exit-code").code == 1
    assert kweigh("query", "DMA_OPS", "--exit-code").code == 0


@pytest.mark.parametrize(
    "text", ["", "(" * 300_000, "not " * 2000 + "A", "A = ", "\x00\xff", "é" * 100, "DMA_OPS=2", "A" * 1_000_000]
)
def test_what_is_no_query_is_one_line(kweigh: Kweigh, text: str) -> None:
    done = kweigh("query", text)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("kweigh: ")
    assert done.err.count("\n") == 1


def test_the_answer_fits_the_page(kweigh: Kweigh) -> None:
    for width in (60, 80, 160):
        done = kweigh("query", "DMA_OPS and not PCI or SWIOTLB", "--width", width)
        assert max(map(len, done.out.splitlines())) <= width


def test_help_has_examples_that_work(kweigh: Kweigh) -> None:
    said = kweigh("query", "--help").out
    examples = [line.split("'")[1] for line in said.splitlines() if line.strip().startswith("kweigh query '")]
    assert len(examples) >= 5
    for example in examples:
        # HZ and its like are no symbols of the bundled tree; what can't be asked at all has a column.
        done = kweigh("query", example)
        assert done.code == 0 or "no symbol" in done.err
