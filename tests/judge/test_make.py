"""Rule: what make exports to conf is what make's own rules leave in the environment there, and nothing else comes in.

Small trees stand in for Linux, with what the top Makefile of every tree has: a build folder, a configuration mode for
goals that end in `config`, the architecture's Makefile, and the way down by `$(build)`. tests/oracle/test_make.py asks
real trees.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from analyzer.errors import ToolchainError
from analyzer.judge.make import environment_of_make

TOP = """\
ifeq ($(sub_make),)
export sub_make := 1
export tree := $(CURDIR)
$(filter-out __all,$(MAKECMDGOALS)) __all: __sub-make
	@:
__sub-make:
	@$(MAKE) -C $(O) -f $(tree)/Makefile $(MAKECMDGOALS)
else
build := -f $(tree)/scripts/Makefile.build obj
CC = $(CROSS_COMPILE)gcc
export ARCH CC
ifneq ($(filter %config,$(MAKECMDGOALS)),)
include $(tree)/arch/$(ARCH)/Makefile
export SEEN_IN_CONFIG_MODE := y
%config:
	@$(MAKE) $(build)=scripts/kconfig $@
else
export SEEN_IN_BUILD_MODE := y
endif
endif
"""
BUILD = "include $(tree)/$(obj)/Makefile\n"
KCONFIG = "export BELOW := kconfig\nunexport CC_BELOW\n%config:\n\t@echo ran conf > ran\n"
ARCH = 'export CC_BELOW := there\nexport TEXT := a = "b" \\\n  c\ndefine LINES\none\ntwo\nendef\nexport LINES\n'

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Makes a tree of the files above, some replaced."""

    def made(**replaced: str) -> Path:
        root = tmp_path / "tree"
        files = {"Makefile": TOP, "scripts/Makefile.build": BUILD, "scripts/kconfig/Makefile": KCONFIG}
        for name, text in (files | {"arch/mips/Makefile": ARCH} | replaced).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return root

    return made


def _asked(root: Path, **given: str) -> Mapping[str, str]:
    return environment_of_make(root, {"ARCH": "mips", **given}, scratch=root.parent / "scratch")


def test_what_conf_would_see(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAK", "leak")
    monkeypatch.setenv("MAKEFLAGS", "LEAKED_TOO=leak")
    monkeypatch.setenv("KBUILD_OUTPUT", "elsewhere")
    found = _asked(tree(), CROSS_COMPILE="mips-")
    assert list(found) == sorted(found)
    expected = {
        "ARCH": "mips",
        "CC": "mips-gcc",
        "CROSS_COMPILE": "mips-",
        "SEEN_IN_CONFIG_MODE": "y",
        "BELOW": "kconfig",
        "TEXT": 'a = "b" c',
        "LINES": "one\ntwo",
        "obj": "scripts/kconfig",
    }
    assert {name: found.get(name) for name in expected} == expected
    absent = {"LEAK", "LEAKED_TOO", "KBUILD_OUTPUT", "CC_BELOW", "SEEN_IN_BUILD_MODE", "MAKEFLAGS", "MAKELEVEL"}
    assert not absent & found.keys()


def test_nothing_is_left_behind_and_nothing_is_built(tree: Tree) -> None:
    root = tree()
    before = sorted(root.rglob("*"))
    found = _asked(root)
    assert sorted(root.rglob("*")) == before
    assert list((root.parent / "scratch").iterdir()) == []
    assert not Path(found["O"]).exists()


@pytest.mark.parametrize(
    ("replaced", "message"),
    [
        ({"arch/mips/Makefile": "$(error no such machine)\n"}, r"make failed with exit code 2: .*no such machine"),
        ({"Makefile": "kweigh-envconfig:\n\t@:\n"}, r"did not come to scripts/kconfig"),
    ],
)
def test_a_tree_that_cannot_say(replaced: Mapping[str, str], message: str, tree: Tree) -> None:
    with pytest.raises(ToolchainError, match=message):
        _asked(tree(**replaced))


def test_no_make(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ToolchainError, match="make is not installed"):
        _asked(tree())
