"""What a tree's own Kbuild says that it builds.

Enters: a Linux tree, an architecture and a .config. Leaves: the objects of vmlinux, of its libraries and of each
module. Must hold: GNU make reads the tree's own makefiles, scripts/Makefile.build among them, with the tree's own conf
before it; nothing is compiled but the tools that Kconfig itself needs. Ours is only the rule that prints the lists of
a folder and goes on into those below, as Makefile.build does it.
"""

from __future__ import annotations

import posixpath
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Read by the outermost make. `.` is built as the kernel's own rule for build-dir does it.
TOP = r"""
include $(abs_srctree)/Makefile
.PHONY: kweigh-top
kweigh-top:
	$(info whole $(KBUILD_VMLINUX_OBJS))
	$(info searched $(KBUILD_VMLINUX_LIBS))
	@$(MAKE) -f $(KWEIGH_FOLDER) obj=. need-builtin=1 need-modorder=1 kweigh-folder
"""
FOLDER = r"""
include $(srctree)/scripts/Makefile.build
$(info builtin $(if $(need-builtin),$(obj),-) $(real-obj-y))
$(info library $(obj) $(lib-y))
$(foreach m,$(if $(need-modorder),$(filter %.o,$(obj-m))),$(info module $(obj) $(m) \
	$(call real-search,$(patsubst $(obj)/%,%,$(m)),.o,-objs -y -m)))
kweigh-below := $(addprefix kweigh-below/,$(subdir-ym))
.PHONY: kweigh-folder $(kweigh-below)
kweigh-folder: $(kweigh-below) ; @:
$(kweigh-below): kweigh-below/%:
	@$(MAKE) -f $(KWEIGH_FOLDER) obj=$* \
	need-builtin=$(if $(filter $*/built-in.a, $(subdir-builtin)),1) \
	need-modorder=$(if $(filter $*/modules.order, $(subdir-modorder)),1) kweigh-folder
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """`whole` and `searched` are the objects of vmlinux's archives, `modules` the parts of each module; `config` is
    include/config/auto.conf."""

    config: Mapping[str, str]
    whole: frozenset[str]
    searched: frozenset[str]
    modules: Mapping[str, frozenset[str]]


def read_auto_conf(text: str) -> dict[str, str]:
    """The symbols of include/config/auto.conf."""
    lines = (line.removeprefix("CONFIG_").partition("=") for line in text.splitlines() if line.startswith("CONFIG_"))
    return {name: value for name, _, value in lines}


def ask_kbuild(root: Path, arch: str, prefix: str, dotconfig: str, out: Path) -> Truth:
    """Lets make read the makefiles of `root` under the config. `out` is a folder for its output, which may serve again
    for another config of the same tree."""
    shutil.rmtree(out / "include", ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / ".config").write_text(dotconfig, encoding="utf-8", errors="surrogateescape")
    (out / "kweigh-top.mk").write_text(TOP, encoding="utf-8")
    (out / "kweigh-folder.mk").write_text(FOLDER, encoding="utf-8")
    make = ["make", "-s", "-rR", "-f", str(out / "kweigh-top.mk"), "kweigh-top", f"ARCH={arch}"]
    settings = {"sub_make_done": "1", "abs_srctree": str(root), "abs_objtree": str(out), "CURDIR": str(out)}
    settings |= {"CROSS_COMPILE": prefix, "KWEIGH_FOLDER": str(out / "kweigh-folder.mk"), "LC_ALL": "C"}
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(out), **settings}
    done = subprocess.run(
        [*make, f"--include-dir={root}", "--no-print-directory"],
        cwd=out,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    config = read_auto_conf((out / "include/config/auto.conf").read_text(encoding="utf-8", errors="surrogateescape"))
    return _truth(done.stdout, config)


def _truth(printed: str, config: Mapping[str, str]) -> Truth:
    archives: dict[str, list[str]] = {}
    modules: dict[str, frozenset[str]] = {}
    linked: dict[str, list[str]] = {"whole": [], "searched": []}
    for line in printed.splitlines():
        kind, *words = line.split()
        if kind in linked:
            linked[kind] = [posixpath.normpath(word) for word in words]
        elif kind in {"builtin", "library"}:
            name = "built-in.a" if kind == "builtin" else "lib.a"
            archives[posixpath.normpath(f"{words[0]}/{name}")] = [posixpath.normpath(word) for word in words[1:]]
        elif kind == "module":
            folder, module, *parts = words
            inside = (posixpath.normpath(f"{folder}/{part}") for part in parts)
            modules[posixpath.normpath(module).removesuffix(".o") + ".ko"] = frozenset(inside)
    return Truth(
        config=config,
        whole=frozenset(_members(archives, linked["whole"])),
        searched=frozenset(_members(archives, linked["searched"])),
        modules=modules if config.get("MODULES") == "y" else {},
    )


def _members(archives: Mapping[str, list[str]], words: list[str]) -> set[str]:
    found: set[str] = set()
    for word in words:
        found |= _members(archives, archives[word]) if word in archives else {word}
    return found
