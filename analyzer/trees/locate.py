"""Finds out what a folder is, as one architecture.

Enters: a folder (or none: the bundled tree), ARCH, and how to choose the compilers. Leaves: a `SourceTree`. Must
hold: everything in it was looked at; nothing of the tree is run.
"""

from __future__ import annotations

from pathlib import Path

from analyzer.errors import InputError
from analyzer.model.tree import SourceTree
from analyzer.trees import host
from analyzer.trees.architectures import architectures, default_arch, srcarch_of
from analyzer.trees.bundled import KCONFIG, bundled_architectures, bundled_root
from analyzer.trees.compilers import NO_COMPILERS, Compilers, find_compilers
from analyzer.trees.dialect import SERIES, detect
from analyzer.trees.environment import environment
from analyzer.trees.texts import is_file_within

_FILES = ("Kconfig", "Makefile", "scripts/kconfig/symbol.c")


def locate(
    root: Path | None,
    arch: str | None = None,
    compilers: Compilers | str | None = None,
    *,
    machine: str | None = None,
) -> SourceTree:
    """The Linux tree in `root` (None: the bundled one) as `arch` (None: this machine's).

    `compilers` is a toolchain already known (from a recorded profile), a prefix as CROSS_COMPILE, or None to look for
    one on PATH; `machine` stands for `uname -m`. The bundled tree asks no compiler and gets none. Raises InputError
    when the folder is no Linux tree, UsageError for an architecture that it does not have, ToolchainError when there
    is no compiler, SourceError when a file cannot be read.
    """
    machine = machine or host.machine()
    return _bundled(arch, machine) if root is None else _linux(root.absolute(), arch, compilers, machine)


def _bundled(arch: str | None, machine: str) -> SourceTree:
    root = bundled_root()
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


def _linux(root: Path, arch: str | None, compilers: Compilers | str | None, machine: str) -> SourceTree:
    check_is_linux(root)
    known = architectures(root)
    subarch = host.subarch(root, machine)
    arch = arch or default_arch(known, machine, subarch)
    srcarch = srcarch_of(arch, known, str(root))
    if not isinstance(compilers, Compilers):
        compilers = find_compilers(arch, srcarch, host_srcarch=known.get(subarch, subarch), prefix=compilers)
    variables = environment(root, arch, srcarch, compilers, machine)
    return SourceTree(
        root=root,
        kind="linux",
        version=variables["KERNELVERSION"],
        arch=arch,
        srcarch=srcarch,
        kconfig="Kconfig",
        dialect=detect(root),
        toolchain=compilers.toolchain,
        environment=variables,
    )


def has_compiler(tree: SourceTree) -> bool:
    """Whether the tree's compiler makes code for its architecture. Without any for it, Kconfig is asked with this
    machine's, as make does it, but nothing can be built with that."""
    known = architectures(tree.root)
    here = host.subarch(tree.root, host.machine())
    return bool(tree.toolchain.prefix) or tree.srcarch in (known.get(here, here), "um")


def check_is_linux(root: Path) -> None:
    """Raises InputError, naming what is missing, when `root` is not the top folder of a Linux source tree."""
    try:
        if not root.exists():
            raise InputError(f"no such folder: {root}")
        if not root.is_dir():
            raise InputError(f"not a folder: {root}", hint="--tree takes the top folder of a Linux source tree")
        missing = [name for name in _FILES if not is_file_within(root, name)]
        if not any(is_file_within(root, f"arch/{path.name}/Kconfig") for path in root.glob("arch/*")):
            missing.append("arch/*/Kconfig")
    except (OSError, ValueError) as error:
        raise InputError(f"{root}: {getattr(error, 'strerror', None) or error}") from error
    if missing:
        raise InputError(f"not a Linux tree: no {', '.join(missing)} in {root}")
