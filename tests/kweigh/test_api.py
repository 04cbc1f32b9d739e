"""Rule: a script gets what the command line tells.

Enters: the bundled tree. Leaves: nothing. Must hold: values, reasons and texts are those of the commands; nothing is
loaded that nobody asked for.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import kweigh
from analyzer.model.expr import Location

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> kweigh.Tree:
    """The bundled tree as powerpc, from a folder where nothing lies around."""
    monkeypatch.chdir(tmp_path)
    return kweigh.open("bundled", arch="powerpc")


@pytest.fixture
def config(tree: kweigh.Tree) -> kweigh.Config:
    return tree.resolve("defconfig")


def test_an_option_has_value_reason_and_places(config: kweigh.Config) -> None:
    option = config["CONFIG_DMA_OPS_BYPASS"]
    assert (option.value, option.type, option.reason.kind) == ("y", "bool", "selected")
    assert option.places == (Location(path="kconfig/kernel/dma/Kconfig", line=option.places[0].line),)
    assert option.value == config.values["DMA_OPS_BYPASS"]
    assert "DMA_OPS_BYPASS" in config
    assert "NOWHERE" not in config
    assert set(config) == set(config.tree.names("symbols"))


def test_a_config_with_lines_is_what_a_fragment_gives(tree: kweigh.Tree) -> None:
    Path("more.config").write_text("CONFIG_DMA_API_DEBUG=y\n# CONFIG_PCI is not set\n")
    theirs = tree.resolve("defconfig+more.config")
    ours = tree.resolve("defconfig").with_({"PCI": False}, DMA_API_DEBUG="y")
    assert ours.text() == theirs.text()
    assert ours["PCI"].reason.kind == theirs["PCI"].reason.kind
    assert "DMA_API_DEBUG" in {row.name for row in tree.resolve("defconfig").diff(ours).value.diff.rows}
    assert ours.diff(theirs).holds


def test_configs_are_those_that_resolve_alone(tree: kweigh.Tree) -> None:
    found = tree.configs("*_defconfig")
    assert len(found) > 1
    for one in found:
        assert one.text() == tree.resolve(one.asked).text()


def test_a_query_looks_at_the_tree_or_at_all(tree: kweigh.Tree) -> None:
    assert {arch for arch, _ in tree.query("PCI").value.looked_at} == {"powerpc"}
    assert len(kweigh.open("bundled").query("PCI").value.looked_at) > 5
    assert [arch for arch, _ in kweigh.open("bundled", arches=["arm", "s390"]).query("PCI").value.looked_at] == [
        "arm",
        "s390",
    ]


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda tree: tree.resolve("defconfig")["DMA_OPZ"], "DMA_OPZ is not defined in bundled powerpc"),
        (lambda tree: tree.resolve("defconfig").with_(PCI="7"), "7 is no value for PCI, which is of type bool"),
        (lambda tree: tree.query("PCI and"), "PCI and"),
        (lambda tree: tree.resolve("nowhere_defconfig"), "no config nowhere_defconfig in bundled powerpc"),
        (lambda tree: tree.measure("tinyconfig"), "the bundled tree can't be built (--tree DIR names a Linux tree)"),
        (lambda tree: tree.resolve("defconfig").why("PCI").to("pdf"), "there is no format pdf of this"),
        (lambda _tree: kweigh.open("/nowhere"), "/nowhere"),
    ],
)
def test_errors_are_the_lines_of_the_command_line(tree: kweigh.Tree, ask: object, line: str) -> None:
    with pytest.raises(kweigh.AnalyzerError) as told:
        ask(tree)  # type: ignore[operator]
    assert line in told.value.line()
    assert str(told.value) == told.value.line()


def test_strict_makes_errors_of_notes(tree: kweigh.Tree) -> None:
    Path("own.config").write_text("CONFIG_PCI=y\nCONFIG_NOWHERE=y\n")
    assert [note.location.line for note in tree.resolve("own.config").notes] == [2]
    with pytest.raises(kweigh.SourceError, match=r"own.config:2: no symbol NOWHERE"):
        kweigh.open("bundled", arch="powerpc", strict=True).resolve("own.config")


def test_records_go_on_as_arrow_and_as_frames(config: kweigh.Config) -> None:
    result = config.tree.query("show SWIOTLB, why(SWIOTLB)", configs="*")
    with duckdb.connect() as database:
        rows = database.sql("SELECT * FROM result").fetchall()
        assert len(rows) == len(result.report().records.rows) > 3
        columns = [name for name, *_ in database.sql("DESCRIBE SELECT * FROM result").fetchall()]
    assert columns == list(result.report().records.columns)
    frame = result.to_frame()
    assert list(frame.columns) == columns
    assert [tuple(row) for row in frame.itertuples(index=False)] == rows


@pytest.mark.parametrize("lacking", ["duckdb", "pandas"])
def test_an_extra_that_is_missing_is_named(
    lacking: str, config: kweigh.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, lacking, None)
    with pytest.raises(kweigh.UsageError, match=r"needs (DuckDB|pandas) \(pip install"):
        config.why("PCI").to_frame()


def test_a_notebook_shows_tables_and_no_foreign_markup(tree: kweigh.Tree) -> None:
    shown = kweigh.open("bundled").matrix(features="DMA_OPS,SWIOTLB")._repr_html_()
    assert shown.startswith('<div class="kweigh">')
    assert "<table>" in shown
    Path("<b>.config").write_text("CONFIG_PCI=y\n")
    assert "&lt;b&gt;.config" in tree.resolve("<b>.config")["PCI"]._repr_html_()


def test_what_was_taken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARCH", "arm64")
    with pytest.raises(kweigh.UsageError, match="has no architecture 'arm64'"):
        kweigh.open("bundled")
    monkeypatch.setenv("ARCH", "s390")
    found = kweigh.open("bundled").resolve("defconfig").why("PCI")
    assert [str(one) for one in found.taken] == ["ARCH=s390 (from the environment)"]
    assert "ARCH=s390 (from the environment)" in str(found)


def test_an_alias_is_told_once(tree: kweigh.Tree) -> None:
    config = tree.resolve("defconfig")
    inputs = tree._at.asked.inputs
    inputs.meant["OLD"] = "NEW"
    assert [one.value for one in config.why("PCI").taken] == ["NEW"]
    assert config.why("PCI").taken == ()


def test_the_other_side_is_as_this_one_but_for_what_is_said(tree: kweigh.Tree) -> None:
    assert tree.beside(arch="arm").arch == "arm"
    assert tree.beside().source is tree.source


def test_importing_loads_next_to_nothing() -> None:
    code = "import sys, kweigh; print(sorted(m for m in sys.modules if m.startswith(('analyzer.', 'kweigh.', 'rich'))))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "['analyzer.lazy_imports']"
