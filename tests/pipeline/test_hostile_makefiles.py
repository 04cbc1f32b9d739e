"""Rule: which program runs is decided by the user and by us alone. However a tree's makefiles put their own program in
a tool's place, nothing runs it free, and no answer of it is kept under the toolchain's name.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from analyzer import cache
from analyzer.errors import AnalyzerError
from analyzer.pipeline import TreeRequest, open_tree
from tests.trees.miniature import FILES, plant

TOOLS = {
    "CC": "gcc",
    "LD": "ld",
    "AR": "ar",
    "NM": "nm",
    "OBJCOPY": "objcopy",
    "OBJDUMP": "objdump",
    "READELF": "readelf",
    "STRIP": "strip",
    "HOSTCC": "gcc",
    "HOSTCXX": "g++",
    "RUSTC": "rustc",
    "BINDGEN": "bindgen",
    "PAHOLE": "pahole",
    "PYTHON3": "python3",
}
# How a makefile can set a variable; EVIL is the program.
FORMS = {
    "simple": "{name} := EVIL",
    "recursive": "{name} = EVIL",
    "appended": "{name} =\n{name} += EVIL",
    "conditional": "undefine {name}\n{name} ?= EVIL",
    "override": "override {name} := EVIL",
    "exported": "export {name} := EVIL",
    "exported by name": "{name} = EVIL\nexport {name}",
    "all exported": "{name} = EVIL\nexport",
    "define": "define {name}\nEVIL\nendef",
    "eval": "$(eval {name} := EVIL)",
    "eval of a call": "set = $(eval $(1) := $(2))\n$(call set,{name},EVIL)",
    "include": "include $(srctree)/evil.mk",
    "substitution": "x := $(srctree)/evil.c\n{name} := $(x:.c=)",
    "function": "{name} := $(subst nothing,evil,$(srctree)/nothing)",
    "computed name": "x := {name}\n$(x) := EVIL",
    "shell assignment": "{name} != echo EVIL",
    "for a target": "defconfig: {name} := EVIL\ndefconfig: export {name} := EVIL",
    "prefix": "override CROSS_COMPILE := $(srctree)/evil-\nCROSS_COMPILE := $(srctree)/evil-",
    "with the tool in front": "{name} := TOOL -wrapper EVIL",
    "the tool's plugin": "{name} := TOOL -fplugin=EVIL",
    "the tool's folder": "{name} := TOOL -B$(srctree)/",
    "the tool's options in a file": "{name} := TOOL @EVIL",
    "a name like the tool's": "{name} := TOOLX",
    "path": "export PATH := $(srctree):$(PATH)\nPATH := $(srctree)",
}
KCONFIG = """\
mainmenu "Hostile"
config A
	string
	default "{asked}"
"""
ASKED = (
    "$(shell,$({name}) --version)$(shell,$({name}) -Werror -c -x c /dev/null -o /dev/null && echo y || echo n)"
    "$(shell,echo x | $({name}) -E -P -)$(shell,command -v $({name}))"
)
GOOD = "#!/bin/sh\necho tool\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A hostile tree, a folder of tools, a cache, and the place where the tree's program leaves a trace."""

    root: Path
    kept: Path
    trace: Path

    def ask(self, root: Path, shell: str) -> str:
        """The value of A in a tree, or the refusal."""
        request = TreeRequest(root=root, arch="alpha", cross_compile="", cache=self.kept, shell=shell)  # type: ignore[arg-type]
        try:
            return open_tree(request).resolve("alldefconfig").values["A"]
        except AnalyzerError as error:
            return error.line()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Tools that say who they are, alone on the PATH with what their scripts need."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in {*TOOLS.values(), "uname"}:
        (folder / name).write_text(GOOD)
        (folder / name).chmod(0o755)
    for name in ("sh", "cat", "echo", "touch", "grep", "head"):
        (folder / name).symlink_to(os.path.realpath(shutil.which(name) or name))
    monkeypatch.setenv("PATH", str(folder))
    return Scene(root=tmp_path / "linux", kept=tmp_path / "kept", trace=tmp_path / "trace")


def hostile(scene: Scene, name: str, form: str) -> Path:
    """A tree whose architecture's makefile sets the variable `name` in a form."""
    evil = scene.root / "evil"
    text = FORMS[form].format(name=name).replace("EVIL", str(evil)).replace("TOOL", TOOLS[name]) + "\n"
    top = FILES["Makefile"] + "".join(f"{tool} = $(CROSS_COMPILE){program}\n" for tool, program in TOOLS.items())
    top = top.replace("CC = $(CROSS_COMPILE)cc\nNM = $(CROSS_COMPILE)nm\n", "")
    # What the architecture sets comes last, as in real trees, and all is exported.
    top = top.replace("include $(srctree)/arch/$(SRCARCH)/Makefile\n", "")
    top += f"include $(srctree)/arch/$(SRCARCH)/Makefile\nexport {' '.join(TOOLS)} PATH\n"
    files = {**FILES, "Makefile": top, "arch/alpha/Makefile": text, "evil.mk": f"{name} := {evil}\n"}
    plant(scene.root, {**files, "Kconfig": KCONFIG.format(asked=ASKED.format(name=name))})
    body = f"#!/bin/sh\necho evil\ntouch {scene.trace} {scene.root}/trace\necho evil > {scene.trace}\n"
    programs = ("evil", *(f"evil-{tool}" for tool in TOOLS.values()), *(f"{tool}X" for tool in TOOLS.values()))
    for program in (*programs, *TOOLS.values(), "cc1", "as"):
        (scene.root / program).write_text(body)
        (scene.root / program).chmod(0o755)
    return scene.root


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["CC"])
def test_a_makefile_puts_no_program_in_a_tool_s_place(scene: Scene, tmp_path: Path, name: str, form: str) -> None:
    root = hostile(scene, name, form)
    for shell in ("none", "confined"):
        scene.ask(root, shell)
        assert not scene.trace.exists()
        assert not (root / "trace").exists()
    for entry in cache.entries(scene.kept):
        if entry.label.startswith("answers of"):
            assert "evil" not in json.loads(entry.path.read_bytes().partition(b"\n")[2]).values()
    # What another tree is told afterwards is what the tools say.
    clean = plant(tmp_path / "clean", {**FILES, "Kconfig": KCONFIG.format(asked=f"$(shell,{TOOLS[name]} --version)")})
    assert scene.ask(clean, "none") == "tool"


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool(scene: Scene, name: str) -> None:
    root = hostile(scene, name, "simple")
    assert f"runs '{root}/evil'" in scene.ask(root, "none")
    assert not scene.trace.exists()


def test_makefiles_themselves_run_nothing_free(scene: Scene, tmp_path: Path) -> None:
    evil = f"{scene.root}/evil"
    lines = f"a := $(shell {evil})\nb != {evil}\n$(shell {evil})\nKBUILD_DEFCONFIG := $(shell {evil})_defconfig\n"
    lines += f"c := $(shell if {evil} --help 2>&1 | grep -- '--x' > /dev/null; then echo y; else echo n; fi)\n"
    lines += (
        f"NM := {evil}\nd := $(shell if $(NM) --help 2>&1 | grep -- '--x' > /dev/null; then echo y; else echo n; fi)\n"
    )
    root = hostile(scene, "CC", "simple")
    (root / "arch/alpha/Makefile").write_text(lines + "export a b c d\n")
    (root / "Kconfig").write_text(KCONFIG.format(asked="$(a)$(b)$(c)$(d)$(KBUILD_DEFCONFIG)$(CC_VERSION_TEXT)"))
    for shell in ("none", "confined"):
        scene.ask(root, shell)
        assert not scene.trace.exists()
        assert not (root / "trace").exists()
