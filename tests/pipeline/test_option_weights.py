"""Rule: from builds in which options are turned together come the weights that building each alone gives, as far as the
builds tell; and a weight whose option was built alone is what that build says.

Enters: a tree whose objects weigh what a rule says, so that right can be told from wrong.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.model.estimate import less
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.bytes.built import built_configs
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.option_weights import BESIDE, PADDING, UNLIKE, table
from analyzer.pipeline.bytes.toggles import toggles, turned
from analyzer.pipeline.commands.rank_savings import savings
from tests.pipeline.weighed_tree import ALONE, NAMES, TREE, build, opened_in
from tests.trees.miniature import plant

TOGETHER = (("O0", "O1", "O2"), ("O3", "O4", "O5"), ("O0", "O3"), ("O1", "O4"), ("O2", "O5"))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenTree:
    return opened_in(tmp_path_factory.mktemp("tree"))


@pytest.mark.parametrize("noted", [True, False], ids=["with notes", "of version 1"])
@pytest.mark.parametrize("builds", [TOGETHER, TOGETHER[:2], tuple((name,) for name in NAMES)], ids=str)
def test_weights_are_those_of_each_alone(
    builds: tuple[tuple[str, ...], ...], opened: OpenTree, tmp_path: Path, *, noted: bool
) -> None:
    base = opened.resolve("allnoconfig")
    ledger = tmp_path / "ledger"
    for names in ((), *builds):
        build(ledger, turned(opened, base, dict.fromkeys(names, "y")), noted=noted)
    found = table(base, toggles(opened, base), ledger)
    assert {one.symbol: one.content.value for one in found.weights} == ALONE
    # One build alone does not say which of two options that a header names made core.o larger.
    rivals = {"O5": 5} if builds == TOGETHER[:2] else {}
    # Nor what o3.o weighs without O4, which its list names.
    unlike = {"O3": round(UNLIKE * 1000)} if builds == TOGETHER[:2] else {}
    doubt = {one.symbol: one.content.high - one.content.value for one in found.weights}
    assert doubt == {
        name: 0
        if len(builds) == len(NAMES)
        else PADDING + round(BESIDE * gain) + rivals.get(name, 0) + unlike.get(name, 0)
        for name, gain in ALONE.items()
    }
    assert {one.alone for one in found.weights} == {len(builds) == len(NAMES)}
    assert (found.builds, found.content, found.missing) == (1 + len(builds), 2016, ())


def test_what_an_option_does_to_an_object_that_another_brings(opened: OpenTree, tmp_path: Path) -> None:
    base, ledger = opened.resolve("allnoconfig"), tmp_path / "ledger"
    for names in ((), ("O1", "O5"), ("O1",), ("O5",)):
        build(ledger, turned(opened, base, dict.fromkeys(names, "y")))
    weights = {one.symbol: one.content.value for one in table(base, toggles(opened, base), ledger).weights}
    assert weights == {"O1": 1008, "O5": 5}


def test_what_an_object_weighs_belongs_to_whatever_brings_it(tmp_path: Path) -> None:
    """Not to one of them; and one that takes two symbols comes with neither."""
    kconfig = TREE["Kconfig"] + "".join(
        f'config {name}\n\tbool "{name}"\n{select}' for name, select in (("A", "\tselect O0\n"), ("B", "\tselect O0\n"))
    )
    makefile = TREE["kernel/Makefile"].replace("obj-$(CONFIG_O1)", "obj-$(if $(CONFIG_A),$(CONFIG_O1))")
    assert makefile != TREE["kernel/Makefile"]
    tree = plant(tmp_path / "tree", {**TREE, "Kconfig": kconfig, "kernel/Makefile": makefile})
    several = open_tree(TreeRequest(root=tree, arch="x86_64"))
    base, ledger = several.resolve("allnoconfig"), tmp_path / "ledger"
    for names in ((), ("A", "O2"), ("B", "O3"), ("A", "O1", "B")):
        build(ledger, turned(several, base, dict.fromkeys(names, "y")))
    weights = {one.symbol: one.content.value for one in table(base, toggles(several, base), ledger).weights}
    assert (weights["A"], weights["B"], weights["O0"], weights["O1"]) == (ALONE["O0"],) * 3 + (0,)


def test_what_a_folders_flags_hang_on_may_change_its_objects(tmp_path: Path) -> None:
    makefile = TREE["kernel/Makefile"] + "ifdef CONFIG_O5\nCFLAGS_main.o := -fno-omit-frame-pointer\nendif\n"
    tree = plant(tmp_path / "tree", {**TREE, "kernel/Makefile": makefile})
    flagged = open_tree(TreeRequest(root=tree, arch="x86_64"))
    config = flagged.resolve("allnoconfig")
    build(tmp_path / "ledger", config)
    assert {path: "O5" in names for path, names in built_configs(config, tmp_path / "ledger").reads.items()} == {
        "kernel/core.o": True,
        "kernel/main.o": True,
    }


def test_what_no_build_has_is_missing(opened: OpenTree, tmp_path: Path) -> None:
    base, ledger = opened.resolve("allnoconfig"), tmp_path / "ledger"
    build(ledger, turned(opened, base, {"O0": "y"}))
    with pytest.raises(UsageError, match="nobody has measured allnoconfig itself"):
        table(base, toggles(opened, base), ledger)
    build(ledger, base)
    found = table(base, toggles(opened, base), ledger, failed=[("O1", "error: no")])
    assert [one.symbol for one in found.weights] == ["O0"]
    assert found.missing == ("O2", "O3", "O4", "O5")
    assert found.failed == (("O1", "error: no"),)


def test_a_pick_weighs_what_comes_for_it(tmp_path: Path) -> None:
    """O0 is picked by default; O2 comes for it, or O1 where the user says so."""
    one_of = "".join(f'config {name}\n\tbool "{name}"\n' for name in NAMES[:3])
    kconfig = TREE["Kconfig"].replace(
        one_of, f'choice\n\tprompt "one of"\n\tdefault O0\n\tdefault O2\n{one_of}endchoice\n'
    )
    opened = open_tree(TreeRequest(root=plant(tmp_path / "tree", {**TREE, "Kconfig": kconfig}), arch="x86_64"))
    base, ledger = opened.resolve("allnoconfig"), tmp_path / "ledger"
    build(ledger, base)
    found = table(base, toggles(opened, base), ledger)
    assert found.missing[-1] == "O0"
    build(ledger, turned(opened, base, {"O2": "y"}))
    rows = {one.symbol: one for one in table(base, toggles(opened, base), ledger).weights}
    assert rows.keys() == {"O0", "O2"}
    assert (rows["O0"].before, rows["O0"].value, rows["O0"].follows) == ("y", "n", (("O2", "n", "y"),))
    assert (rows["O0"].content, rows["O0"].alone) == (rows["O2"].content, True)
    told = table(base, toggles(opened, base), ledger, [("O1", "error: no")], ["O1"])
    assert "O0" not in {one.symbol for one in told.weights}
    assert dict(told.failed) == {"O1": "error: no", "O0": "O1: error: no"}
    saved = savings(opened, base, Known(ledger), "content")
    assert {name: one.size for name, one in saved.items()} == {"O0": less(rows["O2"].content)}
    assert savings(opened, base, Known(ledger), "loaded").keys() == {"O0"}


def test_what_another_always_brings_is_not_told(tmp_path: Path) -> None:
    kconfig = TREE["Kconfig"].replace('config O1\n\tbool "O1"\n', 'config O1\n\tbool "O1"\n\tdepends on O0\n')
    both = open_tree(TreeRequest(root=plant(tmp_path / "tree", {**TREE, "Kconfig": kconfig}), arch="x86_64"))
    base = turned(both, both.resolve("allnoconfig"), {"O0": "y", "O1": "y"})
    build(tmp_path / "ledger", base)
    build(tmp_path / "ledger", turned(both, base, {"O0": "n"}))
    found = table(base, toggles(both, base), tmp_path / "ledger")
    assert {one.symbol: one.content.value for one in found.weights} == {"O0": -2016}
    assert "O1" in found.missing
    build(tmp_path / "ledger", turned(both, base, {"O1": "n"}))
    found = table(base, toggles(both, base), tmp_path / "ledger")
    assert {one.symbol: one.content.value for one in found.weights} == {"O0": -2016, "O1": -1008}


def test_a_build_that_differs_by_something_else_tells_nothing(opened: OpenTree, tmp_path: Path) -> None:
    base, ledger = opened.resolve("allnoconfig"), tmp_path / "ledger"
    for wanted in ({}, {"O0": "y"}, {"O1": "y", "NUMBER": "4"}):
        build(ledger, turned(opened, base, wanted))
    found = table(base, toggles(opened, base), ledger)
    assert [one.symbol for one in found.weights] == ["O0"]
    assert found.builds == 2
