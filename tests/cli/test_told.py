"""Rule: what a command told before is told again as long as all that it rests on is as it was, and is then the same to
the byte as without a cache; a change of anything that it looked at, or looked for, makes it work anew.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from analyzer.cli import show
from analyzer.pipeline import makefiles
from analyzer.pipeline.build import planning
from tests.cli.conftest import Done, Kweigh
from tests.trees.miniature import FILES, plant

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled tree that a test may change, and a folder of the user's own as the current one."""
    for name in ("kconfig", "arch"):
        shutil.copytree(ROOT / name, tmp_path / "tree" / name)
    monkeypatch.setattr(import_module("analyzer.trees.locate"), "bundled_root", lambda: tmp_path / "tree")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    Path("own.config").write_text("CONFIG_PCI=y\nCONFIG_SWIOTLB=y\nCONFIG_NOWHERE=y\n")
    Path("more.config").write_text("CONFIG_DMA_API_DEBUG=y\n# CONFIG_IOMMU_SUPPORT is not set\n")
    return tmp_path / "tree"


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Whether something was told again since this was asked last."""
    count = [0]
    original = show._write_again

    def counted(*given: object) -> None:
        count[0] += 1
        original(*given)  # type: ignore[arg-type]

    def asked() -> bool:
        found, count[0] = count[0], 0
        return found > 0

    monkeypatch.setattr(show, "_write_again", counted)
    return asked


def settle() -> None:
    """Wait until what was written is older than the next answer, and begin as another process."""
    time.sleep(0.03)
    makefiles._sources.cache_clear()


COMMANDS = {
    "analyze": ("analyze", "own.config", "--arch", "powerpc"),
    "why": ("why", "SWIOTLB", "own.config", "--arch", "x86_64"),
    "plan": ("plan", "own.config", "--arch", "powerpc"),
    "plan as json": ("plan", "defconfig", "--arch", "powerpc", "--format", "json"),
    "doctor": ("doctor", "tinyconfig", "own.config", "more.config", "--arch", "x86_64"),
    "doctor for GitHub": ("doctor", "tinyconfig", "own.config", "--arch", "x86_64", "--format", "github"),
    "enable": ("enable", "DMA_API_DEBUG", "tinyconfig", "--arch", "x86_64", "--format", "fragment"),
    "disable": ("disable", "SWIOTLB", "own.config", "--arch", "x86_64"),
    "diff": ("diff", "own.config", "tinyconfig", "--arch", "x86_64", "--exit-code"),
    "diff of two architectures": ("diff", "own.config", "defconfig", "--arch", "x86_64", "--arch-b", "powerpc"),
    "matrix": ("matrix", "--configs", "tinyconfig", "--configs", "own.config", "--configs", "*_defconfig"),
    "unmet": ("unmet", "allyesconfig", "--arch", "powerpc"),
    "new": ("new", "own.config", "--arch", "powerpc"),
    "minimal": ("minimal", "own.config", "--arch", "x86_64", "--format", "config"),
    "find": ("find", "dma", "own.config", "--arch", "powerpc"),
    "which": ("which", "kernel/dma/direct.c", "own.config", "--arch", "x86_64"),
    "which of nothing": ("which", "kernel/dma/nothing.c", "own.config", "--arch", "x86_64"),
}


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_told_again_is_the_same(kweigh: Kweigh, again: Callable[[], bool], name: str) -> None:
    settle()
    plain = kweigh(*COMMANDS[name], "--no-cache")
    first = kweigh(*COMMANDS[name])
    assert (first, again()) == (plain, False)
    second = kweigh(*COMMANDS[name])
    assert (second, again()) == (plain, True)
    if "--format" not in COMMANDS[name]:
        wide = "--width", "200", "--color", "always"
        assert kweigh(*COMMANDS[name], *wide) == kweigh(*COMMANDS[name], *wide, "--no-cache")
        assert again()


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _kconfig(tree: Path) -> None:
    path = tree / "arch/x86/Kconfig"
    path.write_text(f"# a line more\n{path.read_text()}")


def _config(_tree: Path) -> None:
    Path("own.config").write_text("CONFIG_SWIOTLB=y\n")


def _same_size_and_times(_tree: Path) -> None:
    path = Path("own.config")
    before = path.stat()
    _edit(path, "CONFIG_PCI", "CONFIG_PCJ")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _makefile(tree: Path) -> None:
    _edit(tree / "kconfig/kernel/dma/Makefile", "direct.o", "direct2.o")
    _edit(tree / "arch/x86/pci/Makefile", "common.o", "common2.o")


def _makefile_before(tree: Path) -> None:
    """The first of two makefiles counts, wherever there are two."""
    path = tree / "kconfig/arch/x86/pci/Makefile"
    assert not path.exists()
    path.parent.mkdir(parents=True)
    path.write_text("obj-y += new.o\n")


def _removed(tree: Path) -> None:
    (tree / "kconfig/kernel/dma/Makefile").unlink()


def _fragment(tree: Path) -> None:
    """The architecture's own tiny.config is merged where there is one."""
    (tree / "arch/x86/configs/tiny.config").write_text("CONFIG_PCI=y\nCONFIG_SWIOTLB=y\n")


def _defconfig(tree: Path) -> None:
    (tree / "arch/x86/configs/other_defconfig").write_text("CONFIG_PCI=y\n")


def _help(tree: Path) -> None:
    """What is searched is no part of what is kept of a tree."""
    path = tree / "kconfig/kernel/dma/Kconfig"
    path.write_text(f'{path.read_text()}\nconfig ANOTHER\n\tbool "Another"\n\thelp\n\t  All about dma.\n')


def _source(tree: Path) -> None:
    """A question that was about nothing is about a file that some makefile builds."""
    path = tree / "kconfig/kernel/dma/Makefile"
    path.write_text(f"{path.read_text()}\nobj-$(CONFIG_SWIOTLB) += nothing.o\n")


def _folder_in_place_of_a_file(_tree: Path) -> None:
    Path("own.config").unlink()
    Path("own.config").mkdir()
    Path("own.config/.config").write_text("CONFIG_PCI=y\n")


CHANGES: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "Kconfig": (_kconfig, COMMANDS["why"]),
    "Kconfig, two models": (_kconfig, (*COMMANDS["diff of two architectures"], "--format", "json")),
    "config": (_config, COMMANDS["doctor"]),
    "config, plan": (_config, COMMANDS["plan"]),
    "config of the same size and times": (_same_size_and_times, COMMANDS["diff"]),
    "makefile": (_makefile, COMMANDS["plan"]),
    "makefile, diff": (_makefile, COMMANDS["diff"]),
    "a makefile gone": (_removed, COMMANDS["plan"]),
    "a makefile that was not there": (_makefile_before, ("plan", "defconfig", "--arch", "x86_64", "--all")),
    "a fragment that was not there": (_fragment, COMMANDS["doctor"]),
    "a config that a pattern matches": (_defconfig, COMMANDS["matrix"]),
    "config, new": (_config, COMMANDS["new"]),
    "Kconfig, new": (_help, COMMANDS["new"]),
    "config, minimal": (_config, COMMANDS["minimal"]),
    "Kconfig, minimal": (_kconfig, (*COMMANDS["minimal"][:-1], "json")),
    "help": (_help, COMMANDS["find"]),
    "makefile, which": (_makefile, COMMANDS["which"]),
    "a makefile gone, which": (_removed, COMMANDS["which"]),
    "a line that builds it": (_source, COMMANDS["which of nothing"]),
    "a folder in place of a file": (_folder_in_place_of_a_file, COMMANDS["analyze"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_told_anew(kweigh: Kweigh, again: Callable[[], bool], bundled: Path, name: str) -> None:
    change, argv = CHANGES[name]
    settle()
    before = kweigh(*argv)
    assert (kweigh(*argv), again()) == (before, True)
    change(bundled)
    settle()
    after = kweigh(*argv)
    assert not again()
    assert after == kweigh(*argv, "--no-cache")
    assert after != before


def test_what_was_written_anew_as_it_was_costs_no_other_answer(kweigh: Kweigh, bundled: Path) -> None:
    settle()
    before = kweigh(*COMMANDS["plan"])
    for path in bundled.rglob("Makefile"):
        os.utime(path)
    assert kweigh(*COMMANDS["plan"]) == before


@pytest.mark.usefixtures("bundled")
def test_what_changes_while_it_is_read_is_not_kept(
    kweigh: Kweigh, again: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows which of both contents the answer is of."""
    original = planning.plan

    def meanwhile(*given: object) -> object:
        Path("own.config").write_text("CONFIG_SWIOTLB=y\n")
        return original(*given)  # type: ignore[arg-type]

    settle()
    with monkeypatch.context() as patch:
        patch.setattr(planning, "plan", meanwhile)
        kweigh(*COMMANDS["plan"])
    after = kweigh(*COMMANDS["plan"])
    assert not again()
    assert after == kweigh(*COMMANDS["plan"], "--no-cache")


@pytest.mark.usefixtures("bundled")
def test_another_version_variable_or_folder_is_told_anew(
    kweigh: Kweigh, again: Callable[[], bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settle()
    kweigh(*COMMANDS["plan"])
    with monkeypatch.context() as patch:
        patch.setattr("analyzer.pipeline.keeping.told.whole_code", lambda: "another")
        kweigh(*COMMANDS["plan"])
        assert not again()
    with monkeypatch.context() as patch:
        patch.setenv("GCC_EXEC_PREFIX", "/elsewhere/")
        kweigh(*COMMANDS["plan"])
        assert not again()
    with monkeypatch.context() as patch:
        (tmp_path / "there").mkdir()
        patch.chdir(tmp_path / "there")
        Path("own.config").write_text("CONFIG_PCI=y\n")
        kweigh(*COMMANDS["plan"])
        assert not again()
    kweigh(*COMMANDS["plan"])
    assert again()


@pytest.mark.usefixtures("bundled")
def test_a_pipe_is_not_told_again(kweigh: Kweigh, again: Callable[[], bool]) -> None:
    for text in ("CONFIG_PCI=y\n", "CONFIG_SWIOTLB=y\n"):
        reading, writing = os.pipe()
        os.write(writing, text.encode())
        os.close(writing)
        done = kweigh("analyze", f"/dev/fd/{reading}", "--arch", "powerpc")
        os.close(reading)
        assert (done.code, again()) == (0, False)


CC = """\
#!/bin/sh
case "$1" in
--version) echo "gcc (Own) VERSION" ;;
-dumpmachine) echo alpha-linux-gnu ;;
esac
"""
KCONFIG = 'mainmenu "Miniature"\nconfig A\n\tstring\n\tdefault "$(CC_VERSION_TEXT)"\n'


def test_another_compiler_is_told_anew(
    kweigh: Kweigh, again: Callable[[], bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tree = plant(tmp_path / "linux", {**FILES, "Kconfig": KCONFIG})
    tools = plant(tmp_path / "bin", {"cc": CC.replace("VERSION", "12.2.0")})
    (tools / "cc").chmod(0o755)
    (tools / "gcc").symlink_to("cc")
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}:{tools}:{os.environ['PATH']}")
    argv = ("why", "A", "alldefconfig", "--tree", tree, "--arch", "alpha", "--cross-compile", "")

    def told() -> Done:
        settle()
        return kweigh(*argv)

    first = told()
    assert "12.2.0" in first.out
    assert (told(), again()) == (first, True)
    (tools / "cc").write_text(CC.replace("VERSION", "13.1.0"))
    second = told()
    assert "13.1.0" in second.out
    assert (told(), again()) == (second, True)
    # One that comes before it on PATH.
    plant(tmp_path / "first", {"cc": CC.replace("VERSION", "14.1.0"), "gcc": CC.replace("VERSION", "14.1.0")})
    for name in ("cc", "gcc"):
        (tmp_path / "first" / name).chmod(0o755)
    assert "14.1.0" in told().out
    assert not again()


OLD = 'mainmenu "Miniature"\nconfig OLD\n\tbool "Frobnicate"\n'
UPGRADES = {
    "the config": ("c", "CONFIG_OLD=y\n", "# CONFIG_OLD is not set\n"),
    "the old Kconfig": ("old/Kconfig", OLD, OLD.replace("Frob", "Bamb")),
    "the new Kconfig": ("new/Kconfig", "Frobnicate", "Bambozzle"),
    "a source": ("new/drivers/new.c", "frobnicate", "another"),
    "a makefile": ("new/drivers/Makefile", "CONFIG_NEW", "CONFIG_OTHER"),
}


@pytest.mark.parametrize("name", UPGRADES)
def test_an_upgrade_is_told_anew(kweigh: Kweigh, again: Callable[[], bool], tmp_path: Path, name: str) -> None:
    """Whatever of both trees says what became of an option."""
    lines = "".join(f"int frobnicate_number_{number};\n" for number in range(20))
    for tree, symbol in (("old", "OLD"), ("new", "NEW")):
        files = {
            "Makefile": FILES["Makefile"]
            + "build-dir := .\nKBUILD_VMLINUX_OBJS := ./built-in.a\nKBUILD_VMLINUX_LIBS :=\n",
            "Kbuild": "obj-y += drivers/\n",
            "drivers/Makefile": f"obj-$(CONFIG_{symbol}) += {tree}.o\n",
            "Kconfig": OLD.replace("OLD", symbol),
            f"drivers/{tree}.c": lines,
        }
        plant(tmp_path / tree, {**FILES, **files})
    (tmp_path / "c").write_text("CONFIG_OLD=y\n")
    folders = ("--from", tmp_path / "old", "--to", tmp_path / "new", "--arch", "alpha")
    argv = ("upgrade", tmp_path / "c", "--format", "json", *folders)
    settle()
    before = kweigh(*argv)
    assert before.code == 0, before.err
    assert (kweigh(*argv), again()) == (before, True)
    path, old, new = UPGRADES[name]
    _edit(tmp_path / path, old, new)
    settle()
    after = kweigh(*argv)
    assert not again()
    assert after == kweigh(*argv, "--no-cache")
    assert after != before


@pytest.mark.usefixtures("bundled")
def test_a_measurement_is_told_anew(kweigh: Kweigh, again: Callable[[], bool], tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    argv = (*COMMANDS["diff"], "--ledger", ledger)
    settle()
    kweigh(*argv)
    kweigh(*argv)
    assert again()
    ledger.write_bytes(b"no ledger")
    settle()
    assert kweigh(*argv) == kweigh(*argv, "--no-cache")


@pytest.mark.usefixtures("bundled")
def test_errors_and_what_stands_in_files_are_told_as_ever(
    kweigh: Kweigh, again: Callable[[], bool], tmp_path: Path
) -> None:
    settle()
    for _ in range(2):
        done = kweigh("why", "SWIOTBL", "own.config", "--arch", "x86_64")
        assert (done.code, again()) == (2, False)
    for name in ("a", "b"):
        assert kweigh(*COMMANDS["plan"], "-o", tmp_path / name).out == ""
    assert again()
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != b""
