"""Rule: what the link makes by itself is in the plan exactly if the tree's script speaks of it and the config asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import kbuild
from tests.kbuild.trees import write

SCRIPT = """\
objs="${objs} .vmlinux.export.o"
objs="${objs} init/version-timestamp.o"
	kallsymso=${2}.o
btf_vmlinux_bin_o=.btf.vmlinux.bin.o
"""


@pytest.mark.parametrize(
    ("config", "made"),
    [
        ({}, []),
        ({"MODULES": "y", "KALLSYMS": "y"}, [".vmlinux.export.o", ".tmp_vmlinux.kallsyms.o"]),
        ({"DEBUG_INFO_BTF": "y"}, [".btf.vmlinux.bin.o"]),
    ],
)
def test_made_by_the_link(tmp_path: Path, config: dict[str, str], made: list[str]) -> None:
    tree = write({"scripts/link-vmlinux.sh": SCRIPT, "Kbuild": "obj-y := a.o\n"}, tmp_path)
    plan = kbuild.evaluate(tree, "toy", "toy", config)
    assert [one.path for one in plan.objects if one.goal == "link"] == ["init/version-timestamp.o", *made]
    assert all(one.where.path == "scripts/link-vmlinux.sh" for one in plan.objects if one.goal == "link")


def test_a_script_that_makes_nothing(tmp_path: Path) -> None:
    tree = write({"scripts/link-vmlinux.sh": "ld vmlinux.o\n", "Kbuild": "obj-y := a.o\n"}, tmp_path)
    assert [one.path for one in kbuild.evaluate(tree, "toy", "toy", {"MODULES": "y"}).objects] == ["a.o"]
