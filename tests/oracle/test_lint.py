"""Rule: what lint says of selects happens in conf, and what it calls never on is on in nothing that conf writes.

Enters: a tree's faults and its own conf. Must hold: of a select against dependencies conf warns in the witness; where a
select of a choice's member does not hold, conf writes the selector without the member.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analyzer.judge.conf import AllConfig, Mode, OldDefconfig, RandConfig, Verdict, ask
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands.lint import lint
from tests.oracle.conftest import CACHE

MODES: tuple[Mode, ...] = (
    *(AllConfig(target=target) for target in ("allyesconfig", "allmodconfig")),
    *(RandConfig(seed=seed, probability="70") for seed in range(3)),
)


def test_conf_agrees(linux_tree: Path, conf_binary: Callable[[Path], Path], tmp_path: Path) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch="x86_64", cache=CACHE / "programs"))
    found = lint(opened)
    conf = conf_binary(linux_tree)

    def verdict(mode: Mode) -> Verdict:
        return ask(conf, "Kconfig", opened.tree.environment, mode, scratch=tmp_path)

    for one in found.faults:
        if one.kind == "unmet-select":
            said = verdict(OldDefconfig(config="".join(f"{line}\n" for line in one.witness)))
            assert any(f"unmet direct dependencies detected for {one.name}" in line for line in said.warnings), one
        if one.kind == "member-select":
            lines = verdict(OldDefconfig(config="".join(f"{line}\n" for line in one.witness))).text.splitlines()
            assert f"CONFIG_{one.name}=y" not in lines, one
            assert f"CONFIG_{one.text.split()[0]}=y" in lines, one
    never = {one.name for one in found.faults if one.kind == "never-on"}
    assert never
    for mode in MODES:
        lines = verdict(mode).text.splitlines()
        on = {line.removeprefix("CONFIG_").partition("=")[0] for line in lines if line.startswith("CONFIG_")}
        assert never.isdisjoint(on), mode
