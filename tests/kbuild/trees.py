"""Small trees for Kbuild.

Enters: a folder of makefiles, or their texts. Leaves: a tree with a top makefile. Must hold: the top makefile says what
the kernel's says to Kbuild (build-dir, ARCH_CORE, KBUILD_VMLINUX_OBJS …), in as few lines as that takes.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

TOP = """\
SRCARCH := $(ARCH)
CC = $(CROSS_COMPILE)gcc
core-y :=
libs-y := lib/
drivers-y :=
include arch/$(SRCARCH)/Makefile
build-dir := .
export ARCH_CORE := $(core-y)
export ARCH_LIB := $(filter %/, $(libs-y))
export ARCH_DRIVERS := $(drivers-y) $(drivers-m)
KBUILD_VMLINUX_OBJS := ./built-in.a
ifdef CONFIG_MODULES
KBUILD_VMLINUX_OBJS += $(patsubst %/, %/lib.a, $(filter %/, $(libs-y)))
KBUILD_VMLINUX_LIBS := $(filter-out %/, $(libs-y))
else
KBUILD_VMLINUX_LIBS := $(patsubst %/,%/lib.a, $(libs-y))
endif
"""


def copy(case: Path, folder: Path) -> Path:
    """A case's tree in `folder`, with what it lacks of a top makefile and an architecture."""
    shutil.copytree(case, folder, dirs_exist_ok=True)
    return _completed(folder)


def write(files: Mapping[str, str], folder: Path) -> Path:
    """A tree of `files` in `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return _completed(folder)


def _completed(folder: Path) -> Path:
    (folder / "arch/toy").mkdir(parents=True, exist_ok=True)
    if not (folder / "arch/toy/Makefile").exists():
        (folder / "arch/toy/Makefile").write_text("libs-y :=\n", encoding="utf-8")
    if not (folder / "Makefile").exists():
        (folder / "Makefile").write_text(TOP, encoding="utf-8")
    return folder
