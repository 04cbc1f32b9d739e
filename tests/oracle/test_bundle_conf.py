"""Rule: the bundled tree is Kconfig as the kernel's own conf reads it, for every architecture and without a warning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import pytest

from analyzer.judge.conf import AllConfig, Defconfig, Mode, OldDefconfig, Verdict, ask
from analyzer.judge.merge import merge
from analyzer.model.language import Trait
from analyzer.trees.dialect import detect
from tests.oracle.conftest import trees_where

ROOT = Path(__file__).parents[2]
# ARCH as make spells it, and the folder below arch/ that the top Makefile of the kernel maps it to.
ARCHES: Mapping[str, str] = {
    "alpha": "alpha",
    "arm": "arm",
    "ia64": "ia64",
    "mips": "mips",
    "parisc": "parisc",
    "parisc64": "parisc",
    "powerpc": "powerpc",
    "s390": "s390",
    "sparc32": "sparc",
    "sparc64": "sparc",
    "i386": "x86",
    "x86_64": "x86",
}
TARGETS: tuple[Literal["allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig"], ...] = (
    "allnoconfig",
    "allyesconfig",
    "allmodconfig",
    "alldefconfig",
)
DEFCONFIGS = [
    (arch, path.name)
    for arch, srcarch in ARCHES.items()
    for path in sorted((ROOT / "arch" / srcarch / "configs").glob("*defconfig"))
]

ConfOf = Callable[[Path], Path]


def _ask(conf: Path, arch: str, mode: Mode, scratch: Path) -> Verdict:
    environment = {"ARCH": arch, "SRCARCH": ARCHES[arch], "srctree": str(ROOT), "KCONFIG_WARN_UNKNOWN_SYMBOLS": "1"}
    return ask(conf, "kconfig/Kconfig", environment, mode, scratch=scratch)


def _symbols(verdict: Verdict) -> int:
    return sum("CONFIG_" in line for line in verdict.text.splitlines())


# The bundled tree has the bare `modules` of 5.13; a conf that came before it cannot read that.
reads_it = trees_where(lambda root: Trait.MODULES in detect(root).traits)


@reads_it
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("arch", ARCHES)
def test_targets(
    arch: str,
    target: Literal["allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig"],
    linux_tree: Path,
    conf_binary: ConfOf,
    tmp_path: Path,
) -> None:
    verdict = _ask(conf_binary(linux_tree), arch, AllConfig(target=target), tmp_path)
    assert verdict.warnings == ()
    assert _symbols(verdict) > 10


@reads_it
@pytest.mark.parametrize(("arch", "name"), DEFCONFIGS)
def test_defconfigs(arch: str, name: str, linux_tree: Path, conf_binary: ConfOf, tmp_path: Path) -> None:
    file = f"arch/{ARCHES[arch]}/configs/{name}"
    verdict = _ask(conf_binary(linux_tree), arch, Defconfig(file=file), tmp_path)
    assert verdict.warnings == ()
    assert _symbols(verdict) > 10


@reads_it
@pytest.mark.parametrize("arch", ARCHES)
def test_tinyconfig(arch: str, linux_tree: Path, conf_binary: ConfOf, tmp_path: Path) -> None:
    conf = conf_binary(linux_tree)
    preset = "kconfig/kernel/configs/tiny-base.config"
    fragments = [ROOT / "kconfig/kernel/configs/tiny.config", ROOT / "arch" / ARCHES[arch] / "configs/tiny.config"]
    base = _ask(conf, arch, AllConfig(target="allnoconfig", preset=preset), tmp_path)
    script = linux_tree / "scripts/kconfig/merge_config.sh"
    merged = merge(script, base.text, [path for path in fragments if path.exists()], scratch=tmp_path)
    verdict = _ask(conf, arch, OldDefconfig(config=merged), tmp_path)
    assert (*base.warnings, *verdict.warnings) == ()
    assert _symbols(verdict) > 10
