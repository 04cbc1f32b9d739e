"""A miniature Linux tree, as far as `locate` looks.

Enters: a folder. Leaves: the tree in it. Must hold: everything here is our own text in the form that real trees have.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FILES: Mapping[str, str] = {
    "Kconfig": 'mainmenu "Miniature"\n',
    "Makefile": """\
VERSION = 7
PATCHLEVEL = 3
SUBLEVEL = 0
EXTRAVERSION = -rc2
NAME = Tiny

SRCARCH 	:= $(ARCH)

ifeq ($(ARCH),i386)
        SRCARCH := x86
endif
ifeq ($(ARCH),x86_64)
        SRCARCH := x86
endif
ifeq ($(ARCH),lost64)
        SRCARCH := lost
endif
CC = $(CROSS_COMPILE)cc
NM = $(CROSS_COMPILE)nm
KERNELVERSION = $(VERSION)$(if $(PATCHLEVEL),.$(PATCHLEVEL)$(if $(SUBLEVEL),.$(SUBLEVEL)))$(EXTRAVERSION)
CC_VERSION_TEXT = $(subst $(pound),,$(shell LC_ALL=C $(CC) --version 2>/dev/null | head -n 1))
include $(srctree)/scripts/subarch.include
include $(srctree)/arch/$(SRCARCH)/Makefile
export ARCH SRCARCH CC NM KERNELVERSION CC_VERSION_TEXT KBUILD_DEFCONFIG KBUILD_KCONFIG
""",
    "scripts/subarch.include": """\
SUBARCH := $(shell uname -m | sed -e s/i.86/x86/ -e s/x86_64/x86/ \\
    -e /^arm64$$/!s/arm.*/arm/ \\
    -e s/aarch64.*/arm64/ -e s/sh[234].*/sh/)
""",
    "scripts/kconfig/symbol.c": "void sym_calc_value(struct symbol *sym)\n{\n}\n",
    "scripts/kconfig/confdata.c": "",
    "arch/Kconfig": "",
    "arch/alpha/Kconfig": "",
    "arch/alpha/Makefile": "NM := $(NM) -B\n",
    "arch/x86/Kconfig": "",
    "arch/x86/Makefile": """\
ifeq ($(ARCH),x86)
  ifeq ($(shell uname -m),x86_64)
        KBUILD_DEFCONFIG := x86_64_defconfig
  else
        KBUILD_DEFCONFIG := i386_defconfig
  endif
else
        KBUILD_DEFCONFIG := $(ARCH)_defconfig
endif
""",
    "arch/x86/configs/x86_64_defconfig": "",
    "arch/um/Kconfig": "",
    "arch/um/Makefile": """\
KBUILD_DEFCONFIG := $(SUBARCH)_defconfig
HEADER_ARCH := $(SUBARCH)
ifneq ($(filter $(SUBARCH),x86 x86_64 i386),)
	HEADER_ARCH := x86
endif
export HEADER_ARCH SUBARCH
""",
}


def plant(root: Path, files: Mapping[str, str] = FILES) -> Path:
    """Writes `files` below `root` and returns it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root
