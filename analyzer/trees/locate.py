"""Finds out what a folder is, as one architecture.

Enters: a folder (or none: the bundled tree), ARCH, and how to choose the compilers. Leaves: a `SourceTree`. Must
hold: everything in it was looked at; nothing of the tree is run.
"""

from __future__ import annotations

import re
from pathlib import Path

from analyzer.errors import InputError
from analyzer.model.tree import SourceTree
from analyzer.noted import note
from analyzer.trees import host
from analyzer.trees.architectures import architectures, default_arch, srcarch_of
from analyzer.trees.bundled import KCONFIG, bundled_architectures, bundled_root, is_bundled
from analyzer.trees.compilers import NO_COMPILERS, Compilers, find_compilers, search_path
from analyzer.trees.dialect import SERIES, detect
from analyzer.trees.texts import is_file_within, read_within

_FILES = ("Kconfig", "Makefile", "scripts/kconfig/symbol.c")
_VERSION = re.compile(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*([^\s#]*)", re.MULTILINE)


def locate(
    root: Path | None,
    arch: str | None = None,
    compilers: Compilers | None = None,
    *,
    prefix: str | None = None,
    llvm: str | None = None,
    machine: str | None = None,
) -> SourceTree:
    """The Linux tree in `root` (None: the bundled one) as `arch` (None: this machine's).

    `compilers` is a toolchain already known (from a recorded profile), None to look for one on PATH: `prefix` is
    CROSS_COMPILE and `llvm` LLVM as make takes them, where the user gave them. `machine` stands for `uname -m`. The
    environment of a Linux tree holds what is given to make and no more. The bundled tree asks no compiler and gets
    none. Raises InputError when the folder is no Linux tree, UsageError for an architecture that it does not have,
    ToolchainError when there is no compiler, SourceError when a file cannot be read.
    """
    machine = machine or host.machine()
    if root is None or is_bundled(root):
        return _bundled(root or bundled_root(), arch, machine)
    root = root.absolute()
    check_is_linux(root)
    known = architectures(root)
    subarch = host.subarch(root, machine)
    arch = arch or default_arch(known, machine, subarch)
    srcarch = srcarch_of(arch, known, str(root))
    if compilers is None:
        here = known.get(subarch, subarch)
        path = search_path(root)
        compilers = find_compilers(arch, srcarch, host_srcarch=here, path=path, prefix=prefix, llvm=llvm)
    return _linux(root, arch, srcarch, compilers)


def _bundled(root: Path, arch: str | None, machine: str) -> SourceTree:
    known = bundled_architectures(root)
    arch = arch or default_arch(known, machine, machine)
    srcarch = srcarch_of(arch, known, "the bundled tree")
    return SourceTree(
        root=root,
        kind="bundled",
        version="",
        arch=arch,
        srcarch=srcarch,
        kconfig=KCONFIG,
        dialect=SERIES,
        toolchain=NO_COMPILERS.toolchain,
        environment={"ARCH": arch, "KERNELVERSION": "", "SRCARCH": srcarch, "srctree": str(root)},
    )


def _linux(root: Path, arch: str, srcarch: str, compilers: Compilers) -> SourceTree:
    toolchain = compilers.toolchain
    version = kernel_version(read_within(root, "Makefile"))
    given = {"ARCH": arch, "SRCARCH": srcarch, "srctree": str(root), "KERNELVERSION": version}
    return SourceTree(
        root=root,
        kind="linux",
        version=version,
        arch=arch,
        srcarch=srcarch,
        kconfig="Kconfig",
        dialect=detect(root),
        toolchain=toolchain,
        environment=given | {"CROSS_COMPILE": toolchain.prefix, **toolchain.programs, **compilers.versions},
    )


def kernel_version(makefile: str) -> str:
    """KERNELVERSION from the text of the top Makefile, `""` when it states none."""
    parts = dict(_VERSION.findall(makefile))
    numbers = [parts.get(name, "") for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL")]
    # As the Makefile's own rule: SUBLEVEL counts only behind a PATCHLEVEL.
    known = numbers[: numbers.index("")] if "" in numbers else numbers
    return ".".join(known) + parts.get("EXTRAVERSION", "") if known else ""


def machine_arch(root: Path) -> str:
    """The ARCH of this machine, as the Linux tree in `root` spells it."""
    machine = host.machine()
    return default_arch(architectures(root), machine, host.subarch(root, machine))


def has_compiler(tree: SourceTree) -> bool:
    """Whether the tree's compiler makes code for its architecture. Without any for it, Kconfig is asked with this
    machine's, as make does it, but nothing can be built with that."""
    known = architectures(tree.root)
    here = host.subarch(tree.root, host.machine())
    return bool(tree.toolchain.prefix or tree.toolchain.llvm) or tree.srcarch in (known.get(here, here), "um")


def check_is_linux(root: Path) -> None:
    """Raises InputError, naming what is missing, when `root` is not the top folder of a Linux source tree."""
    try:
        if not root.exists():
            raise InputError(f"no such folder: {root}")
        if not root.is_dir():
            raise InputError(f"not a folder: {root}", hint="--tree takes the top folder of a Linux source tree")
        note(root / "arch")
        missing = [name for name in _FILES if not is_file_within(root, name)]
        if not any(is_file_within(root, f"arch/{path.name}/Kconfig") for path in root.glob("arch/*")):
            missing.append("arch/*/Kconfig")
    except (OSError, ValueError) as error:
        raise InputError(f"{root}: {getattr(error, 'strerror', None) or error}") from error
    if missing:
        raise InputError(f"not a Linux tree: no {', '.join(missing)} in {root}")
