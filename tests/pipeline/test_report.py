"""Rule: a page shows the bytes of exactly the config that was measured, and says why where there are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import InputError
from analyzer.model.size import Image, Observation, Recipe
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.build.building import origin_of
from analyzer.pipeline.commands.report import Wanted, overview
from analyzer.reports import page, render
from analyzer.sizes.ledger import Ledger
from tests.trees.miniature import FILES, plant

TREE = {
    **FILES,
    "Kconfig": 'config NET\n\tbool "net"\nconfig ODD\n\tbool "odd"\n',
    # The version and architectures that `locate` looks for, and what the top makefile says to Kbuild.
    "Makefile": FILES["Makefile"] + "build-dir := .\nKBUILD_VMLINUX_OBJS := ./built-in.a\n",
    "Kbuild": "obj-y += kernel/\n",
    "kernel/Makefile": "obj-y += a.o\nobj-$(CONFIG_NET) += net.o\nobj-$(CONFIG_ODD) += odd.o\n",
    "on.config": "CONFIG_NET=y\n",
    "off.config": "# CONFIG_NET is not set\n",
    "set.toml": 'name = "set"\ntitle = "A set"\n[[feature]]\nname = "networks"\nsymbols = ["NET"]\n',
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return plant(tmp_path, TREE)


def recorded(tree: Path) -> Path:
    """A ledger that knows on.config, and objects of another config."""
    opened = open_tree(TreeRequest(root=tree, arch="x86_64"))
    origin = origin_of(opened.resolve(str(tree / "on.config")))

    def seen(path: str, size: int, **symbols: str) -> Observation:
        recipe = Recipe(flags="", symbols=tuple(symbols.items()))
        return Observation(origin=origin, path=path, recipe=recipe, classes={"text": size}, symbols=())

    ledger = tree / "ledger.sqlite"
    with Ledger.create(ledger) as file:
        file.record(
            [
                *(
                    Image(
                        origin=origin,
                        config="CONFIG_NET=y\n",
                        name=name,
                        size=9000,
                        sections=((".text", "text", 700), (".init", "init text", 50)),
                    )
                    for name in ("vmlinux.o", "vmlinux")
                ),
                seen("kernel/a.o", 100, NET="y"),
                seen("kernel/a.o", 120, NET="n"),
                seen("kernel/net.o", 600, NET="y", ODD="n"),
                seen("kernel/odd.o", 5000, ODD="y"),
            ]
        )
    return ledger


def data(tree: Path, config: str, ledger: Path) -> tuple[Any, str]:
    """The page's data, and its words."""
    wanted = Wanted(
        arches=["x86_64"],
        names=[str(tree / "on.config"), "gone_defconfig"],
        config=str(tree / config),
        detail=None,
        features=str(tree / "set.toml"),
        ledger=ledger,
        words="--tree DIR",
    )
    found = page(overview(TreeRequest(root=tree), wanted))
    return json.loads(render(found, "json", version="1"))["data"], render(found, "terminal", version="1", width=200)


def test_a_measured_config(tree: Path) -> None:
    found, text = data(tree, "on.config", recorded(tree))
    assert found["measured"]["content"] == 750
    assert found["measured"]["objects"] == [
        {"path": "kernel/a.o", "content": 100, "feature": None},
        {"path": "kernel/net.o", "content": 600, "feature": "networks"},
    ]
    assert "2 objects of 700 bytes and +50 bytes that the link adds and merges: 750 bytes of content" in text


def test_another_config_is_not_the_measured_one(tree: Path) -> None:
    found, text = data(tree, "off.config", recorded(tree))
    assert found["measured"] is None
    assert "Nobody has measured" in text


def test_without_a_ledger(tree: Path) -> None:
    found, text = data(tree, "on.config", tree / "none.sqlite")
    assert found["measured"] is None
    assert "kweigh measure" in text
    assert not (tree / "none.sqlite").exists()


def test_what_fails_is_a_row(tree: Path) -> None:
    found, text = data(tree, "on.config", tree / "none.sqlite")
    errors = {row["config"]: row["error"] for row in found["rows"]}
    assert errors[str(tree / "on.config")] is None
    assert "gone_defconfig" in errors["gone_defconfig"]
    assert "Not resolved" in text


def test_nothing_to_look_at(tree: Path) -> None:
    wanted = Wanted(
        arches=["x86_64"],
        names=["gone_defconfig"],
        config="gone_defconfig",
        detail=None,
        features="dma",
        ledger=tree / "none.sqlite",
        words="",
    )
    with pytest.raises(InputError, match="gone_defconfig"):
        overview(TreeRequest(root=tree), wanted)
