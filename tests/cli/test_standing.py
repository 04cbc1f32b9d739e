"""Rule: a command says what it took from where the user stands, in every format that has a place for it and else on
standard error; where nothing was taken, it says nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh
from tests.cli.test_completion import offered
from tests.trees.miniature import FILES, plant

TREE = {
    **FILES,
    "Kconfig": 'mainmenu "Linux/$(ARCH) 7.3 Kernel Configuration"\n\nsource "arch/$(SRCARCH)/Kconfig"\n\n'
    'config PCI\n\tbool "PCI"\n\nconfig MORE\n\tbool "More"\n',
    "Makefile": FILES["Makefile"],
    "arch/um/Kconfig": "config UML\n\tdef_bool y\n",
    "arch/x86/Kconfig": "config X86\n\tdef_bool y\n",
    "arch/x86/configs/x86_64_defconfig": "CONFIG_PCI=y\n",
    "arch/x86/configs/x_defconfig": "CONFIG_PCI=y\n",
    "arch/um/configs/defconfig": "CONFIG_PCI=y\n",
    "arch/um/configs/x86_defconfig": "CONFIG_PCI=y\n",
    "arch/x86/configs/defconfig": "CONFIG_PCI=y\n",
    "kernel/configs/debug.config": "CONFIG_MORE=y\n",
    "kernel/configs/tiny.config": "# CONFIG_PCI is not set\n",
}
HEADER = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/{} 7.3 Kernel Configuration\n#\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree; the user stands in it."""
    root = plant(tmp_path / "tree", TREE)
    monkeypatch.chdir(root)
    for name in ("ARCH", "CROSS_COMPILE", "LLVM", "KBUILD_OUTPUT", "KCONFIG_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return root


def taken(kweigh: Kweigh, *argv: str | Path) -> list[str]:
    """What a command says that it took, as JSON."""
    done = kweigh(*argv, "--format", "json")
    assert done.code == 0, done.err
    assert done.err == ""
    return [f"{one['name']}={one['value']} ({one['why']})" for one in json.loads(done.out)["taken"]]


def test_the_heading(kweigh: Kweigh, tree: Path) -> None:
    (tree / ".config").write_text(HEADER.format("um") + "CONFIG_PCI=y\n")
    told = f"tree: {tree} (the current folder), ARCH=um (from .config), config: .config (in the tree)"
    wide = ("--width", "1000")
    assert kweigh("analyze", "--features", "PCI,MORE", *wide).out.splitlines()[:3] == [
        ".config on Linux 7.3.0-rc2 um",
        "",
        told,
    ]
    assert told in kweigh("why", "PCI", "--format", "html").out
    assert kweigh("unmet", "--format", "markdown").out.splitlines()[2].startswith("tree: ")
    for argv in (
        ("analyze", "--features", "PCI,MORE", "--format", "csv"),
        ("resolve",),
        ("graph", "PCI", "--format", "dot"),
    ):
        assert kweigh(*argv).err == f"kweigh: {told}\n"
        assert kweigh(*argv, "--quiet").err == ""


def test_nothing_taken_is_nothing_said(kweigh: Kweigh, tree: Path, tmp_path: Path) -> None:
    assert taken(kweigh, "analyze", "--features", "PCI,MORE", "--tree", tree, "--arch", "um") == []
    assert kweigh("resolve", "--tree", "bundled").err == ""
    assert kweigh("resolve", "--tree", tree).err == ""


def test_every_command_takes_the_tree(kweigh: Kweigh, tree: Path) -> None:
    here = f"tree={tree} (the current folder)"
    for argv in (
        ("analyze", "--features", "PCI,MORE"),
        ("why", "PCI"),
        ("diff", "tinyconfig", "x86_64_defconfig", "--no-objects", "--features", "PCI,MORE"),
        ("matrix", "--features", "PCI,MORE"),
        ("query", "PCI=y"),
        ("sample", "-n", "2"),
        ("doctor", "x86_64_defconfig", "debug.config"),
        ("graph", "PCI"),
        ("report", "--features", "PCI,MORE"),
    ):
        assert taken(kweigh, *argv) == [here], argv


def test_the_environment(kweigh: Kweigh, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCH", "um")
    here = f"tree={tree} (the current folder)"
    assert taken(kweigh, "analyze", "--features", "PCI,MORE") == [here, "ARCH=um (from the environment)"]
    assert taken(kweigh, "analyze", "--features", "PCI,MORE", "--arch", "x86_64") == [here]
    assert taken(kweigh, "matrix", "--features", "PCI,MORE", "--arch", "x*") == [here]
    monkeypatch.setenv("ARCH", "")
    done = kweigh("analyze")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)


def test_the_default_config_is_the_one_that_is_there(kweigh: Kweigh, tree: Path) -> None:
    (tree / ".config").write_text(HEADER.format("um") + "CONFIG_MORE=y\n")
    assert "CONFIG_MORE=y" in kweigh("resolve").out
    assert "CONFIG_MORE=y" not in kweigh("resolve", "x86_64_defconfig").out
    done = kweigh("resolve", "--arch", "x86_64")
    assert "CONFIG_MORE=y" not in done.out
    assert "config: defconfig (.config is for um)" in done.err
    # One that the user names is read as what it says it is.
    assert "ARCH=um (from .config)" in kweigh("resolve", ".config").err


def test_a_build_folder_as_a_config(kweigh: Kweigh, tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "config.gz").write_bytes(gzip.compress(HEADER.format("um").encode() + b"CONFIG_MORE=y\n"))
    (out / ".config").write_text(HEADER.format("um") + "CONFIG_MORE=y\n")
    for name in ("../out", "../out/", "../out/.config", "../out/config.gz"):
        done = kweigh("why", "MORE", name, "--format", "json")
        data = json.loads(done.out)
        assert data["data"]["value"] == "y"
        assert data["taken"][1] == {"name": "ARCH", "value": "um", "why": f"from {name}"}


def test_a_name_that_is_both(kweigh: Kweigh, tree: Path) -> None:
    (tree / "debug.config").write_text("CONFIG_PCI=y\n")
    both = "config=debug.config (the tree's; the file here is ./debug.config)"
    assert both in taken(kweigh, "analyze", "--features", "PCI,MORE", "debug.config")
    assert both in taken(
        kweigh, "diff", "tinyconfig", "tinyconfig+debug.config", "--no-objects", "--features", "PCI,MORE"
    )
    assert both in taken(kweigh, "doctor", "tinyconfig", "debug.config")
    assert both in taken(kweigh, "matrix", "--configs", "debug.config", "--features", "PCI,MORE")
    assert both not in taken(kweigh, "analyze", "--features", "PCI,MORE", "./debug.config")


def test_the_sides_of_a_diff(kweigh: Kweigh, tree: Path) -> None:
    for arch in ("um", "x86_64"):
        (tree / arch).write_text(HEADER.format(arch) + "CONFIG_MORE=y\n")
    assert taken(kweigh, "diff", "./um", "./x86_64", "--no-objects", "--features", "PCI,MORE")[1:] == [
        "ARCH=um (from ./um)",
        "ARCH of B=x86_64 (from ./x86_64)",
    ]


def test_the_tree_of_a_moved_away_build(kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Makefile").write_text("# Automatically generated\ninclude /no/such/linux/Makefile\n")
    monkeypatch.chdir(tmp_path)
    done = kweigh("analyze")
    assert (done.code, done.out) == (3, "")
    assert "was built from a tree that is not there: no such folder: /no/such/linux" in done.err
    assert kweigh("analyze", "--tree", "bundled").code == 0


def test_measurements_at_hand_are_of_what_the_tree_around_has(kweigh: Kweigh, tree: Path) -> None:
    assert kweigh("gate", "DMA_OPS").err.startswith("kweigh: no symbol DMA_OPS in Linux 7.3.0-rc2")
    assert kweigh("gate", "DMA_OPS", "--tree", "bundled").code == 0


def test_completion_stands_there_as_well(tree: Path) -> None:
    assert offered("analyze", "x_") == ["x_defconfig"]
    assert offered("analyze", "--arch", "u") == ["um"]
    assert offered("analyze", "--tree", "bundled", "--arch", "power") == ["powerpc"]
