"""Reads the bundled tree with kconfiglib as it comes, so that these tests don't lean on the reader that they feed.

Enters: the checkout. Leaves: kconfiglib's view of it for an ARCH, and configs made the way that the kernel's targets
make them. Must hold: the only change to the tree is `modules` to `option modules`, its spelling at the time of the
series, which is the one that kconfiglib 14.1 knows.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import kconfiglib

ROOT = Path(__file__).resolve().parents[2]

SRCARCH: Mapping[str, str] = {
    "alpha": "alpha",
    "arm": "arm",
    "ia64": "ia64",
    "mips": "mips",
    "parisc": "parisc",
    "parisc64": "parisc",
    "powerpc": "powerpc",
    "s390": "s390",
    "sparc": "sparc",
    "sparc32": "sparc",
    "sparc64": "sparc",
    "x86": "x86",
    "i386": "x86",
    "x86_64": "x86",
}
"""ARCH as make spells it, and the folder that it means."""

_ASSIGNMENT = re.compile(r"CONFIG_(?P<set>\w+)=(?P<value>.+)|# CONFIG_(?P<unset>\w+) is not set")


def kconfig_path(kernel_path: str) -> str:
    """Where the counterpart of one of the kernel's files lies: in `kconfig/`, but `arch/` is where it always is."""
    return kernel_path if kernel_path.startswith("arch/") else f"kconfig/{kernel_path}"


def kconfig_files(root: Path = ROOT) -> Iterator[Path]:
    """Every Kconfig file of the tree."""
    for folder in ("kconfig", "arch"):
        yield from sorted((root / folder).rglob("Kconfig*"))


def copy_for_kconfiglib(target: Path) -> Path:
    """Copies the tree to `target`, with the line that kconfiglib can't read spelled as before 5.13 (6dd85ff178cd)."""
    for folder in ("kconfig", "arch"):
        shutil.copytree(ROOT / folder, target / folder)
    for path in kconfig_files(target):
        text = path.read_text()
        path.write_text(re.sub(r"^\tmodules$", "\toption modules", text, flags=re.MULTILINE))
    return target


def parse(root: Path, arch: str) -> Any:
    """The tree at `root` as kconfiglib reads it for ARCH=`arch`; its warnings are in `.warnings`."""
    environment = {"ARCH": arch, "SRCARCH": SRCARCH[arch], "srctree": str(root), "CONFIG_": "CONFIG_"}
    with mock.patch.dict(os.environ, environment):
        tree = kconfiglib.Kconfig("kconfig/Kconfig", warn_to_stderr=False)
    tree.warn_assign_override = tree.warn_assign_redun = False
    return tree


def assignments(text: str) -> dict[str, str]:
    """The lines of a config, by symbol; `is not set` is n."""
    found = (match for line in text.splitlines() if (match := _ASSIGNMENT.fullmatch(line)))
    return {match["set"] or match["unset"]: match["value"] or "n" for match in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The tree as kconfiglib reads it for one ARCH."""

    arch: str
    tree: Any

    def __post_init__(self) -> None:
        self.tree.unset_values()

    def defined(self) -> frozenset[str]:
        """The symbols that this ARCH has."""
        return frozenset(symbol.name for symbol in self.tree.unique_defined_syms)

    def alldefconfig(self, lines: Mapping[str, str]) -> dict[str, str]:
        """The values that follow from the defaults and from `lines`."""
        self.tree.unset_values()
        for name, value in lines.items():
            assert self.tree.syms[name].set_value(value), (name, value)
        return self._values()

    def defconfig(self, path: Path) -> dict[str, str]:
        """The values that follow from a config file, as `make <path>` has them."""
        self.tree.load_config(str(path))
        return self._values()

    def tinyconfig(self, scratch: Path) -> dict[str, str]:
        """The values of `make tinyconfig`: all n but tiny-base.config, then both tiny.config files merged over that."""
        self.tree.unset_values()
        for symbol in self.tree.unique_defined_syms:
            if symbol.orig_type in {kconfiglib.BOOL, kconfiglib.TRISTATE}:
                symbol.set_value("n")
        self.tree.load_config(str(ROOT / "kconfig/kernel/configs/tiny-base.config"), replace=False)
        self.tree.write_config(str(scratch / ".config"), save_old=False)
        self.tree.load_config(str(scratch / ".config"))
        for fragment in ("kconfig/kernel/configs/tiny.config", f"arch/{SRCARCH[self.arch]}/configs/tiny.config"):
            self.tree.load_config(str(ROOT / fragment), replace=False)
        return self._values()

    def _values(self) -> dict[str, str]:
        return {symbol.name: symbol.str_value for symbol in self.tree.unique_defined_syms}


BundleOf = Callable[[str], Bundle]
"""From an ARCH to the tree as it sees it, without user values."""
