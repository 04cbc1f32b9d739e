"""Rule: two configs have equal flags exactly where the compiler is told the same of every object, whatever the
toolchain would answer; warnings, debug information, links, modules and programs of the host do not count."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import kbuild
from analyzer.kbuild import scope
from tests.kbuild.trees import TOP, write

FLAGS = """\
KBUILD_CFLAGS := -Wall
flags-$(CONFIG_FAST) := -O2
KBUILD_CFLAGS += $(flags-y)
ifdef CONFIG_PROBED
KBUILD_CFLAGS += $(call cc-option,-mprobed,-mother)
endif
KBUILD_AFLAGS-$(CONFIG_ASSEMBLED) := -mcpu
KBUILD_AFLAGS += $(KBUILD_AFLAGS-y)
KBUILD_CPPFLAGS-$(CONFIG_TOLD) += -DTOLD
KBUILD_CPPFLAGS += $(KBUILD_CPPFLAGS-y)
ifdef CONFIG_COUNTED
export CFLAGS_COUNTED := -fcount
endif
ifdef CONFIG_PASSED
KBUILD_CFLAGS += -Wa,--fatal-warnings
endif
ifdef CONFIG_QUIET
KBUILD_CFLAGS += -Werror -gdwarf-4 -g
KBUILD_LDFLAGS += -X
KBUILD_CFLAGS_MODULE += -DMODULE
KBUILD_HOSTCFLAGS += -O1
KBUILD_USERCFLAGS += -O1
endif
"""


@pytest.mark.parametrize(
    ("symbol", "told"),
    [
        ("FAST", True),
        ("PROBED", True),
        ("ASSEMBLED", True),
        ("TOLD", True),
        ("COUNTED", True),
        ("PASSED", True),
        ("QUIET", False),
        ("NOWHERE", False),
    ],
)
def test_which_symbols_tell_the_compiler(symbol: str, told: bool, tmp_path: Path) -> None:
    tree = write({"Makefile": f"{FLAGS}{TOP}"}, tmp_path)
    assert (kbuild.flags(tree, "toy", {symbol: "y"}) != kbuild.flags(tree, "toy", {})) == told


def test_a_question_stands_as_it_was_asked(tmp_path: Path) -> None:
    tree = write({"Makefile": f"{FLAGS}{TOP}"}, tmp_path)
    found = kbuild.flags(tree, "toy", {"PROBED": "y", "FAST": "y"})
    assert found["KBUILD_CFLAGS"] == "-O2 $(call cc-option,-mprobed,-mother)"


def test_makefiles_that_take_for_ever_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "_WORK", 1 << 22)
    doubling = "a0 := xxxxxxxxxxxxxxxx\n" + "".join(f"a{n} = $(a{n - 1})$(a{n - 1})\n" for n in range(1, 64))
    tree = write({"Makefile": f"KBUILD_AFLAGS := -mcpu\n{doubling}KBUILD_CFLAGS = $(a63)\n{TOP}"}, tmp_path)
    assert kbuild.flags(tree, "toy", {}) == {}
