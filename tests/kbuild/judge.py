"""What a tree's own Kbuild says that it builds.

Enters: a Linux tree, an architecture and a .config. Leaves: the objects of vmlinux, of its libraries and of each
module. Must hold: GNU make reads the tree's own makefiles as in any build, from its first pass to
scripts/Makefile.build; nothing is compiled but the tools that Kconfig itself needs. Ours are only two recipes, which
print the lists of a folder and go on into those below as the tree's own rules do.
"""

from __future__ import annotations

import posixpath
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Read before any makefile (MAKEFILES), so that recipes, which make expands last, see what the tree has set.
RECIPES = r"""
define kweigh-line


endef
kweigh-enter = $(MAKE) $(build)=$1 need-builtin=$2 need-modorder=$3 kweigh-folder
kweigh-lists = $(foreach list,-objs -y -m,$($(1:.o=)$(list)))
# Trees whose Kbuild has no such function list the parts inline.
kweigh-search = $(if $(strip $(call kweigh-lists,$1) $($(1:.o=)-)),$(call kweigh-lists,$1),$1)
kweigh-parts = $(if $(value real-search),$(call real-search,$1,.o,-objs -y -m),$(call kweigh-search,$1))
.PHONY: kweigh-top kweigh-folder
kweigh-top:
	$(info whole $(KBUILD_VMLINUX_OBJS))
	$(info searched $(KBUILD_VMLINUX_LIBS))
	$(foreach d,$(or $(build-dir),$(build-dirs)),@$(call kweigh-enter,$d,1,1)$(kweigh-line))
kweigh-folder:
	$(info builtin $(if $(need-builtin),$(obj),-) $(real-obj-y))
	$(info library $(obj) $(lib-y))
	$(info modular $(if $(need-modorder),$(filter-out %/modules.order,$(real-obj-m))))
	$(foreach m,$(if $(need-modorder),$(filter %.o,$(obj-m))),$(info module $(obj) $(m) \
	$(call kweigh-parts,$(patsubst $(obj)/%,%,$(m)))))
	@:
	$(foreach d,$(subdir-ym),@$(call kweigh-enter,$d,$(if $(filter $d/built-in.a,$(subdir-builtin)),1),$(if \
	$(filter $d/modules.order,$(subdir-modorder)),1))$(kweigh-line))
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
    recipes = out / "kweigh.mk"
    recipes.write_text(RECIPES, encoding="utf-8")
    # Some trees include files by their names below the root, and give make that folder only where they call it again.
    make = ["make", "-s", f"--include-dir={root}", f"--file={root}/Makefile", f"O={out}", "kweigh-top", f"ARCH={arch}"]
    done = subprocess.run(
        [*make, f"CROSS_COMPILE={prefix}"],
        cwd=out,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(out), "MAKEFILES": str(recipes), "LC_ALL": "C"},
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
    parts: set[str] = set()
    modular: set[str] = set()
    linked: dict[str, list[str]] = {"whole": [], "searched": []}
    for line in printed.splitlines():
        kind, *words = line.split()
        if kind in linked:
            linked[kind] = [posixpath.normpath(word) for word in words]
        elif kind in {"builtin", "library"}:
            name = "built-in.a" if kind == "builtin" else "lib.a"
            archives[posixpath.normpath(f"{words[0]}/{name}")] = [posixpath.normpath(word) for word in words[1:]]
        elif kind == "modular":
            modular |= {posixpath.normpath(word) for word in words}
        elif kind == "module":
            folder, module, *inside = words
            named = frozenset(posixpath.normpath(f"{folder}/{part}") for part in inside)
            modules[posixpath.normpath(module).removesuffix(".o") + ".ko"] = named
            parts |= named
    if parts != modular:
        raise RuntimeError(f"modules do not add up to what their folders list: {sorted(parts ^ modular)[:9]}")
    return Truth(
        config=config,
        whole=frozenset(_members(archives, linked["whole"])),
        searched=frozenset(_members(archives, linked["searched"])),
        modules=modules if config.get("MODULES") == "y" else {},
    )


def _members(archives: Mapping[str, list[str]], words: list[str]) -> set[str]:
    found: set[str] = set()
    for word in words:
        if word not in archives and posixpath.basename(word) in {"built-in.a", "lib.a"}:
            raise RuntimeError(f"{word}: its folder was not visited")
        found |= _members(archives, archives[word]) if word in archives else {word}
    return found
