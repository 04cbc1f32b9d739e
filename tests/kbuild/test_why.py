"""Rule: every object names the lines that lead to it, from the top down, with what they ask of the config."""

from __future__ import annotations

from pathlib import Path

from analyzer import kbuild
from analyzer.model.build import Step
from tests.kbuild.trees import write

FILES = {
    "arch/toy/Makefile": """\
libs-y :=
machine-$(CONFIG_OLD) += old
machine-$(CONFIG_NEW) += new
ifdef CONFIG_WIDE
  ifneq ($(CONFIG_WIDTH),32)
BITS := 64
  endif
else
BITS := 32
endif
export BITS
core-y += $(patsubst %,arch/toy/mach-%/,$(machine-y))
""",
    "arch/toy/mach-new/Makefile": "obj-y += board.o\n",
    "Kbuild": "obj-y += $(ARCH_CORE)\nobj-$(CONFIG_NET) += net/\n",
    "net/Makefile": """\
obj-$(CONFIG_DEV) += dev.o head_$(BITS).o
ifeq ($(CONFIG_A)$(CONFIG_B),y)
else
dev-y := core.o
endif
parts := one two
dev-$(CONFIG_A) += $(addsuffix .o,$(parts))
dev-y += ../lib/far.o
""",
}
CONFIG = {"NEW": "y", "WIDE": "y", "WIDTH": "64", "NET": "y", "DEV": "y", "A": "y", "B": "y"}


def _chain(path: str, folder: Path) -> tuple[Step, ...]:
    plan = kbuild.evaluate(write(FILES, folder), "toy", "toy", CONFIG)
    assert plan.unresolved == ()
    (found,) = (one for one in plan.objects if one.path == path)
    assert found.where == found.because[-1].where
    return found.because


def _told(step: Step) -> str:
    return f"{step.where} {step.variable} {step.word}"


def test_a_part_of_an_object_has_both_lines(tmp_path: Path) -> None:
    folder, whole, part = _chain("net/core.o", tmp_path)
    assert _told(folder) == "Kbuild:2 obj-$(CONFIG_NET) net/"
    assert folder.symbols == (("NET", "y"),)
    assert _told(whole) == "net/Makefile:1 obj-$(CONFIG_DEV) dev.o"
    assert _told(part) == "net/Makefile:4 dev-y core.o"
    assert [(str(guard.where), guard.text) for guard in part.guards] == [
        ("net/Makefile:2", "else of ifeq ($(CONFIG_A)$(CONFIG_B),y)")
    ]
    assert part.symbols == (("A", "y"), ("B", "y"))


def test_a_list_of_the_outer_make_is_followed_to_its_symbol(tmp_path: Path) -> None:
    assert [_told(step) for step in _chain("arch/toy/mach-new/board.o", tmp_path)] == [
        "Kbuild:1 obj-y arch/toy/mach-new/",
        "Makefile:8 ARCH_CORE arch/toy/mach-new/",
        "arch/toy/Makefile:12 core-y arch/toy/mach-new/",
        "arch/toy/Makefile:3 machine-$(CONFIG_NEW) new",
        "arch/toy/mach-new/Makefile:1 obj-y board.o",
    ]


def test_a_computed_name_is_followed_to_what_it_depends_on(tmp_path: Path) -> None:
    *_, named, decided = _chain("net/head_64.o", tmp_path)
    assert _told(named) == "net/Makefile:1 obj-$(CONFIG_DEV) head_64.o"
    assert _told(decided) == "arch/toy/Makefile:6 BITS 64"
    assert [guard.text for guard in decided.guards] == ["ifdef CONFIG_WIDE", "ifneq ($(CONFIG_WIDTH),32)"]
    assert decided.symbols == (("WIDE", "y"), ("WIDTH", "64"))


def test_a_word_made_of_another_is_followed_to_that(tmp_path: Path) -> None:
    *_, made, word = _chain("net/two.o", tmp_path)
    assert _told(made) == "net/Makefile:7 dev-$(CONFIG_A) two.o"
    assert _told(word) == "net/Makefile:6 parts two"


def test_an_object_of_another_folder_keeps_its_path(tmp_path: Path) -> None:
    assert _told(_chain("lib/far.o", tmp_path)[-1]) == "net/Makefile:8 dev-y ../lib/far.o"
