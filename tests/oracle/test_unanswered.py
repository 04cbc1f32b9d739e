"""Rule: what a config leaves open is what the tree's own conf lists as new."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.judge.conf import ListNewConfig, ask
from analyzer.pipeline import TreeRequest, open_tree
from tests.oracle.conftest import CACHE

CONFIGS = ("defconfig", "tinyconfig", "allmodconfig")
SHARES = (0.0, 0.5, 0.95)
"""How much of a .config is left."""


@pytest.mark.parametrize("arch", ["x86_64", "powerpc"])
def test_listnewconfig(arch: str, linux_tree: Path, conf_binary: Callable[[Path], Path], tmp_path: Path) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch=arch, cache=CACHE / "programs"))
    draw = random.Random(4)
    for name in CONFIGS:
        lines = configs.dotconfig(opened.resolve(name)).splitlines()
        for share in SHARES:
            text = "".join(f"{line}\n" for line in lines if "CONFIG_" not in line or draw.random() < share)
            text += "CONFIG_NONE_SUCH=y\n"
            path = tmp_path / "old.config"
            path.write_text(text)
            config = opened.resolve(str(path))
            mode = ListNewConfig(config=text)
            judged = ask(conf_binary(linux_tree), "Kconfig", opened.tree.environment, mode, scratch=tmp_path)
            symbols = opened.model.symbols
            ours = [
                f"CONFIG_{one}={configs.value_text(symbols[one], config.values[one])}"
                for one, _ in configs.unanswered(config)
            ]
            theirs = [line for line in judged.text.splitlines() if line.startswith("CONFIG_")]
            assert ours == list(dict.fromkeys(theirs)), (name, share)
