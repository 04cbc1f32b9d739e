"""Rule: of each select that may go against dependencies, the tree's own conf gives the warning in the witness; and what
no config has on, none that conf writes has."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands.lint import lint
from tests.oracle.conftest import CACHE


@pytest.mark.parametrize("arch", ["x86_64"])
def test_conf_agrees(arch: str, linux_tree: Path, conf_binary: Callable[[Path], Path], tmp_path: Path) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch=arch, cache=CACHE / "programs"))
    found = lint(opened)
    forced = [one for one in found.faults if one.kind == "unmet-select"]
    conf = conf_binary(linux_tree)

    def run(target: str, config: str) -> tuple[str, str]:
        (tmp_path / ".config").write_text(config)
        done = subprocess.run(
            [conf, target, "Kconfig"],
            cwd=linux_tree,
            env={**opened.tree.environment, "KCONFIG_CONFIG": str(tmp_path / ".config"), "LC_ALL": "C"},
            capture_output=True,
            text=True,
            timeout=600,
            check=True,
        )
        return done.stderr, (tmp_path / ".config").read_text()

    for one in forced:
        said, _ = run("--olddefconfig", "".join(f"{line}\n" for line in one.witness))
        assert f"unmet direct dependencies detected for {one.name}\n" in said, one
    never = {one.name for one in found.faults if one.kind == "never-on"}
    assert never
    for target in ("--allyesconfig", "--allmodconfig", "--alldefconfig"):
        _, text = run(target, "")
        on = {
            line.removeprefix("CONFIG_").partition("=")[0] for line in text.splitlines() if line.startswith("CONFIG_")
        }
        assert never.isdisjoint(on)
