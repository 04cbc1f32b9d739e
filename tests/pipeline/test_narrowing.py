"""Rule: an estimate says which builds would narrow it most, and after them it is narrower.

Enters: a small tree, a ledger with its tinyconfig. Leaves: nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Estimate
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.bytes import estimating
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.settings import with_settings
from tests.pipeline.optional import TREE, record
from tests.trees.miniature import plant

TINY = {**TREE, "kernel/configs/tiny-base.config": "", "kernel/configs/tiny.config": "# CONFIG_LEAD is not set\n"}


@pytest.fixture
def opened(tmp_path: Path) -> OpenTree:
    return open_tree(TreeRequest(root=plant(tmp_path / "tree", TINY), arch="x86_64"))


def wanted(opened: OpenTree) -> ResolvedConfig:
    """Another config than tinyconfig with LEAD."""
    return opened.resolved(with_settings(opened.resolve("tinyconfig"), {"LEAD": "y", "NUMBER": "4"}, place="test"))


def estimated(opened: OpenTree, ledger: Path) -> Estimate:
    return estimating.estimate(opened, wanted(opened), Known(ledger))


def test_the_config_itself_and_then_the_widest_symbols(opened: OpenTree, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    tiny = opened.resolve("tinyconfig")
    record(ledger, tiny)
    found = estimated(opened, ledger)
    itself, lead = estimating.narrowing(opened, wanted(opened), found, Known(ledger))
    assert (itself.symbol, itself.width, itself.missing.builds) == (
        "",
        found.total.width,
        (wanted(opened).source.name,),
    )
    assert itself.missing.command.startswith("kweigh measure ")
    # HELD follows LEAD, and nobody can set it.
    assert (lead.symbol, lead.base, lead.missing.builds) == ("LEAD", "tinyconfig", ("LEAD=y",))
    assert lead.missing.command == "kweigh gate LEAD --config tinyconfig --arch x86_64 --tree DIR --build"
    assert 0 < lead.width <= found.total.width
    record(ledger, opened.resolved(with_settings(tiny, {"LEAD": "y"}, place="test")))
    after = estimated(opened, ledger)
    assert after.total.width < found.total.width
    narrower = estimating.narrowing(opened, wanted(opened), after, Known(ledger))
    assert [one.symbol for one in narrower] == ([""] if after.total.width else [])


def test_what_is_exact_needs_no_build(opened: OpenTree, tmp_path: Path) -> None:
    record(tmp_path / "ledger", wanted(opened))
    found = estimated(opened, tmp_path / "ledger")
    assert estimating.narrowing(opened, wanted(opened), found, Known(tmp_path / "ledger")) == ()


def test_around_tinyconfig_itself_there_is_but_one_build(opened: OpenTree, tmp_path: Path) -> None:
    record(tmp_path / "ledger", wanted(opened))
    tiny = opened.resolve("tinyconfig")
    found = estimating.estimate(opened, tiny, Known(tmp_path / "ledger"))
    assert found.total.width
    assert [one.symbol for one in estimating.narrowing(opened, tiny, found, Known(tmp_path / "ledger"))] == [""]
