"""Rule: what the link makes by itself is in the plan exactly if the last link that the tree's script does takes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import kbuild
from analyzer.model.build import BuildPlan
from tests.kbuild.trees import write

SCRIPT = """\
#!/bin/sh
# Not taken: unused.o
LD="$1"

is_enabled() {
	grep -q "^$1=y" include/config/auto.conf
}

link()
{
	local output=${1}
	local objs
	shift
	if is_enabled CONFIG_A ||
		is_enabled CONFIG_B; then
		objs=vmlinux.o
	else
		objs="${KBUILD_VMLINUX_OBJS}"
	fi
	if ! is_enabled CONFIG_B; then objs="${objs} not-b.o"; fi
	objs="${objs} always.o"
	${LD} -o ${output} --whole-archive ${objs} --no-whole-archive \\
		$@ ${made}
}

table()
{
	${CC} -c -o "${2}.o" "${2}.S"
	made=${2}.o
}

case "$V" in
*1*)	if true; then made=case.o; fi
	;;
esac
if [ "$1" = "clean" ]; then
	made=cleaned.o
	exit 0
fi
made=
other=""
link .tmp first-pass.o
if [ -n "${CONFIG_C}" ] && [ "${SRCARCH}" != "um" ]; then
	table x .table1
	if [ $size1 -ne $size2 ] || [ -n "${EXTRA}" ]; then
		table x .table2
	fi
elif is_enabled CONFIG_D; then
	if ! table x .table3; then
		exit 1
	fi
fi
for one in a b; do
	made=loop.o
done
${LD} -r -o vmlinux.o relocatable.o
link vmlinux "${other}" last.o
"""


def _linked(folder: Path, script: str, config: dict[str, str]) -> BuildPlan:
    tree = write({"scripts/link-vmlinux.sh": script, "Kbuild": "obj-y := a.o\n"}, folder)
    return kbuild.evaluate(tree, "toy", "toy", config)


@pytest.mark.parametrize(
    ("config", "made"),
    [
        ({}, ["not-b.o", "always.o", "last.o"]),
        ({"A": "y"}, ["not-b.o", "always.o", "last.o"]),
        ({"B": "y"}, ["always.o", "last.o"]),
        ({"B": "m", "C": "y"}, ["not-b.o", "always.o", "last.o", ".table1.o"]),
        ({"C": "y", "D": "y"}, ["not-b.o", "always.o", "last.o", ".table1.o"]),
        ({"D": "y"}, ["not-b.o", "always.o", "last.o", ".table3.o"]),
    ],
)
def test_made_by_the_link(tmp_path: Path, config: dict[str, str], made: list[str]) -> None:
    plan = _linked(tmp_path, SCRIPT, config)
    assert [one.path for one in plan.objects if one.goal == "link"] == made
    assert not plan.unresolved


def test_the_reason_is_the_line_that_names_it_and_what_it_stands_under(tmp_path: Path) -> None:
    objects = {one.path: one for one in _linked(tmp_path, SCRIPT, {"C": "y"}).objects if one.goal == "link"}
    (step,) = objects[".table1.o"].because
    assert (step.where.line, step.variable, step.symbols) == (29, "made", (("C", "y"),))
    (step,) = objects["always.o"].because
    assert (step.where.line, step.variable, step.symbols) == (21, "objs", ())


def test_a_script_that_links_nothing_is_told(tmp_path: Path) -> None:
    plan = _linked(tmp_path, "true\n", {"MODULES": "y"})
    assert [one.path for one in plan.objects] == ["a.o"]
    assert [str(one.where) for one in plan.unresolved] == ["scripts/link-vmlinux.sh:1"]


@pytest.mark.parametrize(
    "script",
    [
        "f()\n{\n\tf\n\tf\n}\nf\n",
        "if true; then\n" * 500,
        "f() {\n" * 500,
        "case x in\n",
        "a=x\n" + 'a="${a}${a}"\n' * 200 + "${LD} -o ${a} ${a}.o\n",
        "if\nfi\nelse\n}\n;;\nthen then\n$(\n`\n",
        "x() { y\n}\n${LD} -o\n",
    ],
)
def test_no_script_makes_it_fail(tmp_path: Path, script: str) -> None:
    assert _linked(tmp_path, f'LD="$1"\n{script}', {}).arch == "toy"
