"""Rules: the minimal config is that of `make savedefconfig`, and a random config is one that conf leaves as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.judge.conf import Defconfig, SaveDefconfig, ask
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands.minimal import minimize
from analyzer.reports import minimal_config

CONFIGS = ("defconfig", "tinyconfig", "allmodconfig", "alldefconfig")


@pytest.mark.parametrize("arch", ["x86_64", "powerpc", "arm"])
def test_savedefconfig(arch: str, linux_tree: Path, conf_binary: Callable[[Path], Path], tmp_path: Path) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch=arch))
    for name in CONFIGS:
        config = opened.resolve(name)
        mode = SaveDefconfig(config=configs.dotconfig(config))
        judged = ask(conf_binary(linux_tree), "Kconfig", opened.tree.environment, mode, scratch=tmp_path)
        assert configs.minimal(config) == judged.text, name
        # The same lines in the user's order.
        assert sorted(minimal_config(minimize(config)).splitlines()) == sorted(judged.text.splitlines()), name


@pytest.mark.parametrize("arch", ["x86_64", "s390"])
def test_samples_are_fixpoints(
    arch: str, linux_tree: Path, conf_binary: Callable[[Path], Path], tmp_path: Path
) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch=arch))
    (block,) = configs.sample(opened.tree, opened.model, opened.program, 6, seed=3)
    for lane in range(block.lanes):
        text = configs.dotconfig(block.config(lane))
        path = tmp_path / f"{lane}.config"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        mode = Defconfig(file=str(path))
        judged = ask(conf_binary(linux_tree), "Kconfig", opened.tree.environment, mode, scratch=tmp_path)
        assert judged.text == text
