"""Rule: a CONFIG and SYMBOLs are known by what they are, whatever their order; CONFIG may be missing everywhere, and
then it is the same one everywhere.

Enters: command lines about the bundled tree and a small one. Leaves: nothing. Must hold: what could be both is one line
that says how to write either.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from analyzer.cli.group import kweigh as group
from analyzer.cli.ordering import SubjectAndConfig, SymbolsAndConfig
from tests.cli.conftest import Kweigh
from tests.cli.test_standing import HEADER, TREE
from tests.trees.miniature import plant

BOTH = {name: one for name, one in group.commands.items() if isinstance(one, SymbolsAndConfig | SubjectAndConfig)}
MANY = {"why", "enable", "gate"}
X86 = ("--arch", "x86_64")


def words(command: str) -> list[str]:
    """Symbols, and a CONFIG."""
    if command == "which":
        return ["kernel/dma/dummy.c", "tinyconfig"]
    return ["DMA_OPS", *(["PCI"] if command in {"why", "enable"} else []), "tinyconfig"]


def test_every_command_with_both_is_looked_at() -> None:
    subjects = {"symbol", "symbols", "what", "text"}
    takes = {
        name
        for name, one in group.commands.items()
        if {p.name for p in one.params if isinstance(p, click.Argument)} & subjects
    }
    assert takes == BOTH.keys()


@pytest.mark.parametrize("command", BOTH)
def test_the_order_does_not_count(command: str, kweigh: Kweigh) -> None:
    *symbols, config = words(command)
    orders = [(*symbols[:place], config, *symbols[place:]) for place in range(len(symbols) + 1)]
    told = {kweigh(command, *order, *X86) for order in orders}
    assert len(told) == 1
    assert told != {kweigh(command, *symbols, "defconfig", *X86)}


@pytest.mark.parametrize("command", sorted(BOTH.keys() - {"which", "find"}))
def test_two_configs_no_symbol_and_two_symbols(command: str, kweigh: Kweigh) -> None:
    done = kweigh(command, "tinyconfig", "DMA_OPS", "defconfig")
    assert (done.code, done.out) == (2, "")
    if command in MANY:
        assert done.err == "kweigh: tinyconfig and defconfig are both configs; A+B merges B onto A\n"
        done = kweigh(command, "tinyconfig")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("kweigh: Missing argument 'SYMBOL")
    else:
        done = kweigh(command, "DMA_OPS", "PCI")
        assert (done.code, done.err) == (2, f"kweigh: PCI is no CONFIG, and {command} takes one SYMBOL\n")


def test_what_could_be_both_is_asked_back(kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PCI", "MINE"):
        Path(name).write_text("CONFIG_PCI=y\n")
    done = kweigh("why", "PCI", *X86)
    assert (done.code, done.out) == (2, "")
    assert done.err == "kweigh: PCI is a symbol of the tree and a config (CONFIG_PCI is the symbol, ./PCI the file)\n"
    assert kweigh("why", "CONFIG_PCI", *X86).out.startswith("PCI is y in x86_64_defconfig")
    assert kweigh("why", "DMA_OPS", "./PCI", *X86).out.startswith("DMA_OPS is n in ./PCI")
    # A name that is no symbol needs no path.
    assert kweigh("why", "DMA_OPS", "MINE", *X86).out.startswith("DMA_OPS is n in MINE")


def test_no_tree_is_looked_through_for_what_it_serves_as_a_config(
    kweigh: Kweigh, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked(root: Path, name: str) -> bool:
        raise AssertionError(f"looked for a symbol {name} in {root}")

    monkeypatch.setattr("analyzer.trees.is_defined", looked)
    done = kweigh("why", "x86_64_defconfig", "PCI", *X86)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("PCI is y in x86_64_defconfig")


def test_a_name_that_is_wrong_says_so(kweigh: Kweigh) -> None:
    assert "no config defconfg in bundled" in kweigh("why", "DMA_OPS", "defconfg").err
    assert "did you mean DMA_OPS?" in kweigh("why", "DMA_OSP").err
    assert kweigh("gate", "DMA_OPS", "tinyconfig", "--config", "defconfig").err == (
        "kweigh: --config defconfig and tinyconfig both name a CONFIG\n"
    )


def test_a_missing_config_is_the_same_everywhere(
    kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = plant(tmp_path / "tree", TREE)
    monkeypatch.chdir(root)
    Path(".config").write_text(HEADER.format("x86") + "CONFIG_MORE=y\n")
    Path("wanted.config").write_text("CONFIG_PCI=y\n")
    told = "config: .config (in the tree)"
    asked = {
        "analyze": ("--features", "PCI"),
        "why": ("PCI",),
        "find": ("pci",),
        "which": ("PCI",),
        "graph": ("PCI",),
        "cost": ("PCI",),
        "enable": ("PCI", "--format", "terminal"),
        "disable": ("MORE",),
        "doctor": ("wanted.config",),
        "unmet": (),
        "new": (),
        "minimal": ("--format", "terminal"),
        "resolve": (),
        "plan": (),
    }
    for command, argv in asked.items():
        done = kweigh(command, *argv, "--width", "1000")
        assert told in done.out + done.err, (command, done)
    # Without builds these have nothing to tell but which config they would tell of.
    for command in ("rank", "gate PCI"):
        assert "nobody has measured" in (done := kweigh(*command.split())).err
        assert re.search(r"nobody has measured (PCI in )?\.config", done.err), done.err
    takes = {n for n, one in group.commands.items() if {p.name for p in one.params} & {"config", "base"}}
    building = {"shrink", "rank", "gate", "measure", "weigh", "size", "report", "upgrade", "model"}
    assert takes == asked.keys() | building


def test_without_one_it_is_defconfig(kweigh: Kweigh) -> None:
    for command in ("disable PCI --format fragment", "why DMA_OPS", "enable PCI --format terminal"):
        done = kweigh(*command.split(), *X86)
        assert re.search("x86_64_defconfig(,| on) bundled", done.out), (command, done)
    # What was measured is not of the bundled tree, nor of its defconfig.
    done = kweigh("cost", "SIGNALFD", "--format", "json")
    assert {one["name"]: one["why"] for one in json.loads(done.out)["taken"]} == {"config": "what was measured"}
