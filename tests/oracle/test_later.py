"""Rule: what somebody found later in these trees, kweigh lint finds; nine of ten at least.

later.toml was written before lint was asked. A whole lint asks of each select the very question that is asked here of
some. Of every find conf gives the warning in the witness.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.judge.conf import OldDefconfig, ask
from analyzer.model.lint import Fault
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands.lint import happening
from tests.oracle.conftest import CACHE, NO_TREE
from tests.oracle.series import root_of

LATER = tomllib.loads(Path(__file__).with_name("later.toml").read_text("utf-8"))["fault"]
KINDS = sorted({(one["tree"], one["arch"]) for one in LATER})
FEW = [("5.10", "sh"), ("6.1", "powerpc")]
NOT_FOUND: set[tuple[str, str, str]] = set()
"""By tree, selector and target: what lint does not find."""


@pytest.mark.parametrize(("tree", "arch"), KINDS if os.environ.get("KWEIGH_ORACLE_FULL") else FEW)
def test_found(tree: str, arch: str, conf_binary: Callable[[Path], Path], tmp_path: Path) -> None:
    root = root_of(tree) or pytest.skip(NO_TREE)
    opened = open_tree(TreeRequest(root=root, arch=arch, cache=CACHE / "programs"))
    wanted = [(one["selector"], one["target"]) for one in LATER if (one["tree"], one["arch"]) == (tree, arch)]
    lines = [line for rows in opened.model.selectors().values() for line in rows]
    asked = [line for line in lines if (line[0].name, line[2].target) in wanted]
    assert {(line[0].name, line[2].target) for line in asked} == set(wanted)
    faults = [one for one in happening(opened, asked, ()) if isinstance(one, Fault)]
    found = {(one.text.split(" ")[0], one.name) for one in faults}
    known = {one[1:] for one in NOT_FOUND if one[0] == tree}
    assert set(wanted) - found == known.intersection(wanted)
    for one in faults:
        mode = OldDefconfig(config="".join(f"{line}\n" for line in one.witness))
        said = ask(conf_binary(root), "Kconfig", opened.tree.environment, mode, scratch=tmp_path)
        assert any(f"unmet direct dependencies detected for {one.name}" in line for line in said.warnings), one


def test_nine_of_ten() -> None:
    assert len(LATER) >= 10
    assert len(NOT_FOUND) <= len(LATER) / 10
