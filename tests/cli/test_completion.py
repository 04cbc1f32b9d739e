"""Rule: a shell completes commands, options and names, and whatever goes wrong it gets none rather than an error.

Enters: the words of a command line, as click's scripts hand them over. Leaves: nothing. Must hold: driven in a process
of its own, as a shell does it; in a real bash where there is one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import get_completion_class

from analyzer.cli.completion import PATIENCE, patience
from analyzer.cli.group import kweigh as group
from tests.cli.conftest import Kweigh
from tests.trees.miniature import FILES, plant

PROGRAM = (sys.executable, "-c", "from analyzer.cli import main; main()")


def asked(*words: str, shell: str = "bash") -> tuple[list[str], str]:
    """What a shell is told for the last word of a command line, and what it sees of errors."""
    environment = os.environ | {
        "_KWEIGH_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": " ".join(("kweigh", *words)),
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words)),
    }
    done = subprocess.run(PROGRAM, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.split(), done.stderr


def offered(*words: str) -> list[str]:
    """The names that a shell is offered, found in this process."""
    shell = get_completion_class("bash")
    assert shell is not None
    found = shell(group, {}, "kweigh", "_KWEIGH_COMPLETE").get_completions(list(words[:-1]), words[-1])
    return [item.value for item in found if item.type == "plain"]


@pytest.fixture(autouse=True)
def without_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test must not fail because the machine was busy."""
    monkeypatch.setenv("KWEIGH_PATIENCE", "60")


COMPLETED = {
    "commands": (("ana",), ["analyze"]),
    "options": (("analyze", "--allow"), ["--allow-shell"]),
    "formats": (("check", "--format", "sa"), ["sarif"]),
    "architectures": (("analyze", "--arch", "po"), ["powerpc"]),
    "targets": (("analyze", "tiny"), ["tinyconfig", "tiny-base.config", "tiny.config"]),
    "configs of the architecture": (("analyze", "--arch", "powerpc", "ppc"), ["ppc64_defconfig"]),
    "configs of many": (("matrix", "--arch", "arm", "--configs", "multi"), ["multi_v7_defconfig"]),
    "fragments": (("resolve", "defconfig+tiny."), ["defconfig+tiny.config"]),
    "feature sets": (("analyze", "--features", "d"), ["dma"]),
    "symbols": (("why", "DMA_OPS"), ["DMA_OPS", "DMA_OPS_BYPASS"]),
    "a config behind symbols": (("why", "DMA_OPS", "tiny"), ["tinyconfig", "tiny-base.config", "tiny.config"]),
    "symbols with a prefix": (("graph", "CONFIG_DMA_OPS_"), ["CONFIG_DMA_OPS_BYPASS"]),
    "words of a query": (("query", "con"), ["config", "content"]),
    "symbols of a query": (("query", "DMA_OPS_"), ["DMA_OPS_BYPASS"]),
    "no second word of a query": (("query", "DMA_OPS and DMA_OPS_"), []),
    "symbols that are kept": (("shrink", "--keep", "DMA_OPS_"), ["DMA_OPS_BYPASS"]),
    "members of a choice": (("enable", "--instead", "DMA_OPS_"), ["DMA_OPS_BYPASS"]),
    "what is built": (("which", "DMA_OPS_"), ["DMA_OPS_BYPASS"]),
    "nothing": (("why", "NO_SUCH_"), []),
    "no such tree": (("why", "--tree", "no/such/tree", "DMA"), []),
    "no such architecture": (("why", "--arch", "vax", "DMA"), []),
    "shells": (("completion", "z"), ["zsh"]),
}


@pytest.mark.parametrize("case", COMPLETED)
def test_names_are_completed(case: str) -> None:
    words, names = COMPLETED[case]
    assert offered(*words) == names


def test_a_real_trees_configs_are_its_files(tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, "arch/x86/configs/board_defconfig": "", "arch/alpha/configs/other_defconfig": ""})
    assert offered("analyze", "--tree", str(tmp_path), "--arch", "x86_64", "bo") == ["board_defconfig"]
    assert offered("analyze", "--tree", str(tmp_path), "--arch", "u") == ["um"]


def test_a_shell_is_told_the_same() -> None:
    assert asked("analyze", "--arch", "po") == (["plain,powerpc"], "")
    assert asked("why", "CONFIG_DMA_OPS_") == (["plain,CONFIG_DMA_OPS_BYPASS"], "")
    assert asked("why", "--tree", "no/such/tree", "DMA") == ([], "")


@pytest.mark.parametrize("word", ["./READ", "sub/dir/", "zz"])
def test_a_config_may_be_a_file(word: str) -> None:
    assert asked("analyze", word) == ([f"file,{word}"], "")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("analyze", "--tree", "~/li"), "dir"),
        (("diff", "--tree-b", "li"), "dir"),
        (("series", "~/fi"), "file"),
        (("review", "~/fi"), "file"),
        (("which", "drivers/ch"), "file"),
        (("analyze", "--toolchain", "~/fi"), "file"),
    ],
)
def test_what_is_a_file_or_a_folder_is_completed_as_one(words: tuple[str, ...], kind: str) -> None:
    assert asked(*words) == ([f"{kind},{words[-1]}"], "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_a_real_fish_completes_paths_from_home(kweigh: Kweigh, tmp_path: Path) -> None:
    program = tmp_path / "kweigh"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from analyzer.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    (tmp_path / "linux" / "sub").mkdir(parents=True)
    (tmp_path / "linux.patch").touch()
    (tmp_path / "script").write_text(kweigh("completion", "fish").out)
    environment = os.environ | {
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    lines = 'source ~/script; complete -C "kweigh series ~/li"; complete -C "kweigh analyze --tree ~/li"'
    done = subprocess.run(
        ["fish", "--no-config", "-c", lines], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["~/linux.patch", "~/linux/", "~/linux/"]


def test_fish_and_zsh_are_told_the_same() -> None:
    assert asked("analyze", "--arch", "po", shell="zsh")[0][:2] == ["plain", "powerpc"]
    assert asked("analyze", "--arch", "po", shell="fish")[0][0].startswith("plain,powerpc")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_say_how_to_use_them(shell: str, kweigh: Kweigh) -> None:
    done = kweigh("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("# ")
    assert f"kweigh completion {shell}" in done.out.splitlines()[0]
    assert f"_KWEIGH_COMPLETE={shell}_complete" in done.out


def test_another_shell_is_one_line(kweigh: Kweigh) -> None:
    done = kweigh("completion", "tcsh")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_a_real_bash_completes(kweigh: Kweigh, tmp_path: Path) -> None:
    program = tmp_path / "kweigh"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from analyzer.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    (tmp_path / "script").write_text(kweigh("completion", "bash").out)
    lines = f"""
        . {tmp_path}/script
        complete -p kweigh
        COMP_WORDS=(kweigh analyze --arch pow)
        COMP_CWORD=3
        $(complete -p kweigh | sed 's/.*-F \\([^ ]*\\) .*/\\1/') kweigh
        echo "${{COMPREPLY[@]}}"
    """
    environment = os.environ | {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(
        ["bash", "--norc", "-c", lines], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "powerpc"


def test_every_name_that_can_be_completed_is() -> None:
    """A new command that calls its parameters otherwise shows here."""
    plainly = {
        f"{name} {parameter.name}"
        for name, command in group.commands.items()
        for parameter in command.params
        if parameter.type is click.STRING
        for shown in [f"{parameter.metavar or parameter.name}".upper().rstrip(".")]
        if shown in {"CONFIG", "A", "B", "ARCH", "SYMBOL", "SYMBOLS", "SET", "BASE", "FRAGMENT"}
    }
    assert plainly == set()


@pytest.mark.parametrize("fault", [KeyError("RUSTC"), RecursionError(), MemoryError(), OSError(5, "no"), ValueError()])
def test_a_fault_of_ours_gives_no_names(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_request: object) -> None:
        raise fault

    monkeypatch.setattr("analyzer.pipeline.commands.complete.symbol_names", fails)
    assert offered("why", "DMA_OPS_B") == []


def test_nothing_is_printed_whatever_goes_wrong(tmp_path: Path) -> None:
    """Not by us, not by Python, not by a program that we start."""
    (tmp_path / "sitecustomize.py").write_text(
        "import analyzer.pipeline.commands.complete as c, os, sys\n"
        "def fails(request):\n"
        "    os.system('echo noise >&2'); sys.stderr.write('noise'); sys.exit('noise')\n"
        "c.symbol_names = fails\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"}
    environment |= {"_KWEIGH_COMPLETE": "bash_complete", "COMP_WORDS": "kweigh why DMA", "COMP_CWORD": "2"}
    done = subprocess.run(PROGRAM, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_a_tree_below_home_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell hands words over as they were typed."""
    plant(tmp_path / "linux", {**FILES, "arch/x86/configs/board_defconfig": ""})
    monkeypatch.setenv("HOME", str(tmp_path))
    for tree in ("~/linux", "$HOME/linux"):
        assert offered("analyze", "--tree", tree, "--arch", "x86_64", "bo") == ["board_defconfig"]


def test_a_shell_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered("why", "DMA_OPS_B") == ["DMA_OPS_BYPASS"]
    monkeypatch.setenv("KWEIGH_PATIENCE", "0.000001")
    assert offered("why", "DMA_OPS_B") == []


@pytest.mark.parametrize("said", ["", "soon", "nan", "inf", "-1", "0"])
def test_patience_is_a_time(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWEIGH_PATIENCE", said)
    assert patience() == PATIENCE
