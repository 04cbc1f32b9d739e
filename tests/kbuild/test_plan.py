"""Rule: a config builds what Kbuild says that it builds, in small trees.

One folder per case below plans/: a tree without its top makefile, which is the same for all, and for each NAME.conf
(lines of include/config/auto.conf) the plan, NAME.plan.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import kbuild
from analyzer.model.build import BuildPlan
from tests.kbuild.judge import read_auto_conf
from tests.kbuild.trees import copy

HERE = Path(__file__).parent / "plans"
CASES = sorted(path.relative_to(HERE) for path in HERE.glob("*/*.conf"))


def told(plan: BuildPlan) -> str:
    """A plan as the files of the cases have it."""
    lines = [f"{one.goal} {one.into} {one.path}" for one in plan.objects]
    lines += [f"? {one.where} {one.text}: {one.reason} [{one.affects}]" for one in plan.unresolved]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_plan(case: Path, tmp_path: Path) -> None:
    config = read_auto_conf((HERE / case).read_text(encoding="utf-8"))
    plan = kbuild.evaluate(copy((HERE / case).parent, tmp_path), "toy", "toy", config)
    assert told(plan) == (HERE / case).with_suffix(".plan").read_text(encoding="utf-8")


def test_many_configs_parse_once(tmp_path: Path) -> None:
    sources = kbuild.Sources(copy(HERE / "composites", tmp_path))
    first = kbuild.evaluate(sources, "toy", "toy", {"Y": "y"})
    (tmp_path / "Kbuild").write_text("obj-y += another.o\n", encoding="utf-8")
    second = kbuild.evaluate(sources, "toy", "toy", {})
    assert [one.path for one in first.objects] == [one.path for one in second.objects]
    assert first.files == second.files == ("Kbuild", "Makefile", "arch/toy/Makefile")
