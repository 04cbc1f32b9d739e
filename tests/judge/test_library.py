"""Rule: kconfiglib, which shares no code with us, resolves every config of the bundled tree to our values; where it
does not, the certificate names the symbol.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.errors import ToolchainError, UsageError
from analyzer.judge.library import Library
from analyzer.model.config import Assignment
from analyzer.model.expr import Location
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands.certify import certify
from tests.configs.small import DIALECTS, source_tree


def test_every_config_of_the_bundled_tree(tmp_path: Path) -> None:
    found = certify(TreeRequest(), ["*"], [], 0, tmp_path)
    assert found.judge == "kconfiglib"
    assert [c for c in found.comparisons if not c.equal] == []
    assert len(found.comparisons) > 100
    assert found.whole


def test_what_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Library.values
    monkeypatch.setattr(Library, "values", lambda self, source: {**original(self, source), "DMA_OPS": "m"})
    found = certify(TreeRequest(), ["x86_64"], ["defconfig"], 0, tmp_path)
    assert [(d.name, d.ours, d.theirs) for c in found.comparisons for d in c.differences] == [("DMA_OPS", "y", "m")]
    assert not found.whole


def test_lines_of_a_user_count(tmp_path: Path) -> None:
    opened = open_tree(TreeRequest(arch="x86_64"))
    library = Library(opened.tree)
    line = Assignment(name="SWIOTLB", value="n", location=Location(path="x", line=1))
    source = opened.shelf.load("defconfig")
    source = replace(source, assignments=(*source.assignments, line, replace(line, name="NO_SUCH_SYMBOL")))
    assert dict(library.values(source)) == dict(opened.resolved(source).values)


def test_random_configs_are_conf_s(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="random configs come from conf"):
        certify(TreeRequest(), ["x86_64"], [], 3, tmp_path)


def test_a_file_that_is_no_utf_8_is_said_to_be_unreadable(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_bytes(b'config A\n\tbool "\xff"\n')
    with pytest.raises(ToolchainError, match="kconfiglib cannot read"):
        Library(source_tree(tmp_path, DIALECTS["legacy"]))
