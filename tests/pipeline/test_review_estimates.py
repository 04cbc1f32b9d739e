"""Rule: without a build, a series has bytes only where exactly the option changes that a table of that tree has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import kweigh
from analyzer.model.estimate import Interval
from analyzer.model.option import OptionTable, OptionWeight
from analyzer.model.review_bytes import SeriesBytes
from analyzer.pipeline.bytes import tables
from tests.pipeline.optional import TREE
from tests.trees.miniature import plant

ROW = OptionWeight(
    symbol="LEAD",
    before="n",
    value="y",
    follows=(("HELD", "n", "y"),),
    content=Interval(low=400, value=507, high=600),
    classes={"text": 507},
    objects=2,
    alone=True,
    builds=1,
)
TABLE = OptionTable(
    config="allnoconfig", tree="Linux 7.3.0-rc2", arch="x86_64", compiler="gcc", content=2016, builds=9, weights=(ROW,)
)
SELECT = """\
--- a/Kconfig
+++ b/Kconfig
@@ -15,2 +15,3 @@
 config HOLDS
 \tdef_bool y
+\tselect LEAD
"""
CODE = "--- a/kernel/Makefile\n+++ b/kernel/Makefile\n@@ -1 +1,2 @@\n obj-y += main.o\n+# more\n"
NEW = SELECT.replace("@@ -15,2 +15,3 @@", "@@ -15,2 +15,6 @@") + "+\n+config NEW\n+\tdef_bool y\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tables, "bundled", lambda: (TABLE,))
    return plant(tmp_path / "tree", {**TREE, "Kconfig": f"{TREE['Kconfig']}config HOLDS\n\tdef_bool y\n"})


def told(root: Path, text: str, tmp_path: Path, *, reverse: bool = False, arch: str = "x86_64") -> SeriesBytes:
    patch = tmp_path / "one.patch"
    patch.write_text(text, "utf-8")
    tree = kweigh.open(root, arch=arch, cache=False, ledger=tmp_path / "ledger")
    found = tree.review(patch, configs="allnoconfig", reverse=reverse).value.bytes
    assert found is not None
    return found


def test_exactly_that_option_is_estimated(root: Path, tmp_path: Path) -> None:
    found = told(root, SELECT, tmp_path)
    (one,) = found.estimates
    assert (one.arch, one.config, one.gain.bytes, one.gain.basis) == ("x86_64", "allnoconfig", ROW.content, "options")
    assert "built alone" in one.gain.rests
    assert not found.is_code_left_out
    assert found.command.startswith("kweigh review ")
    assert found.command.endswith(" --build x86_64:allnoconfig")


def test_code_beside_it_is_said_to_be_left_out(root: Path, tmp_path: Path) -> None:
    found = told(root, SELECT + CODE, tmp_path)
    assert len(found.estimates) == 1
    assert found.is_code_left_out


@pytest.mark.parametrize(
    ("text", "estimates", "command"),
    [(NEW, 0, True), (CODE, 0, True), (CODE.replace("kernel/Makefile", "MAINTAINERS"), 0, False)],
    ids=["another symbol as well", "code alone", "nothing that is built"],
)
def test_what_no_table_has_is_no_figure(text: str, estimates: int, command: bool, root: Path, tmp_path: Path) -> None:
    (root / "MAINTAINERS").write_text("obj-y += main.o\n", "utf-8")
    found = told(root, text, tmp_path)
    assert (len(found.estimates), bool(found.command)) == (estimates, command)


def test_a_table_of_another_tree_does_not_count(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "bundled", lambda: (replace(TABLE, tree="Linux 6.0.0"),))
    assert told(root, SELECT, tmp_path).estimates == ()


def test_a_series_that_is_taken_back_gains_the_other_way(root: Path, tmp_path: Path) -> None:
    """The table is of the config without the option, which is the one afterwards."""
    kconfig = root / "Kconfig"
    kconfig.write_text(kconfig.read_text("utf-8").rstrip("\n") + "\n\tselect LEAD\n", "utf-8")
    (one,) = told(root, SELECT, tmp_path, reverse=True).estimates
    assert one.gain.bytes == Interval(low=-600, value=-507, high=-400)
