"""Rule: what is kept rests on the files that a command leads to, and on no more than it can read."""

from __future__ import annotations

import os
from pathlib import Path

from analyzer.model.expr import Location
from analyzer.noted import noting
from analyzer.pipeline.asking import Allowed, Answers
from tests.toolchain.build import tree_at

HERE = Location(path="Kconfig", line=1)


def _rests_on(root: Path, command: str) -> set[str]:
    answers = Answers(tree_at(root), Allowed(shell="any"), None)
    answers.answer(command, HERE)
    with noting() as noted:
        answers.note()
    return {path.removeprefix(f"{root}/") for path in noted.paths}


def _plant(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_scripts_are_followed_and_what_documentation_tells_of_is_not(tmp_path: Path) -> None:
    _plant(
        tmp_path,
        scripts__a_sh="#!/bin/sh\n. $(dirname $0)/b.sh # see Documentation/rules.rst\n",
        scripts__b_sh="cat $srctree/scripts/data/list <scripts/none.sh\ncc $(dirname $0)/probe.h\n",
        scripts__probe_h="",
        scripts__data__list="mm/first.c\n",
        mm__first_c="",
        mm__second_c="",
        Documentation__rules_rst="As in mm/second.c, scripts/c.sh does.\n",
        scripts__c_sh="",
    )
    found = _rests_on(tmp_path, f"sh {tmp_path}/scripts/a.sh 2>{os.devnull}")
    assert found - {"scripts/min-tool-version.sh"} == {
        *("scripts/a.sh", "scripts/b.sh", "scripts/data/list", "scripts/probe.h", "mm/first.c"),
        "Documentation/rules.rst",
    }


def test_long_words_take_no_time_and_are_no_files(tmp_path: Path) -> None:
    _plant(
        tmp_path,
        scripts__a_sh=f"#!/bin/sh\n# {'x' * 1_000_000} {'y/' * 500}{'z' * 300} scripts/b.sh\n",
        scripts__b_sh="",
    )
    assert _rests_on(tmp_path, f"sh {tmp_path}/scripts/a.sh") >= {"scripts/a.sh", "scripts/b.sh"}
