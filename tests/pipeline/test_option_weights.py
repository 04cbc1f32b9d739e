"""Rule: from builds in which options are turned together come the weights that building each alone gives, as far as the
builds tell; and a weight whose option was built alone is what that build says.

Enters: a tree whose objects weigh what a rule says, so that right can be told from wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.errors import UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.size import Image, Observation, Recipe
from analyzer.pipeline import OpenTree, TreeRequest, open_tree, planning
from analyzer.pipeline.building import origin_of, settings_of
from analyzer.pipeline.flips import flips, turned
from analyzer.pipeline.option_weights import table
from analyzer.sizes.ledger import Ledger
from tests.trees.miniature import FILES, plant

NAMES = [f"O{number}" for number in range(6)]
TREE: Mapping[str, str] = {
    **FILES,
    "Kconfig": 'mainmenu "Miniature"\n' + "".join(f'config {name}\n\tbool "{name}"\n' for name in NAMES),
    "Makefile": FILES["Makefile"] + "build-dir := .\nKBUILD_VMLINUX_OBJS := ./built-in.a\nKBUILD_VMLINUX_LIBS :=\n",
    "Kbuild": "obj-y += kernel/\n",
    "kernel/Makefile": "obj-y += main.o core.o\n"
    + "".join(f"obj-$(CONFIG_{name}) += {name.lower()}.o\n" for name in NAMES[:4]),
    "kernel/main.c": "#ifdef CONFIG_O4\n#endif\n",
    "kernel/core.c": "",
    **{f"kernel/{name.lower()}.c": "" for name in NAMES[:4]},
}
PADDING = 8
"""Bytes that linking adds for each object."""


def size(path: str, on: Iterable[str]) -> int:
    """What an object weighs: O4 adds to main.o, O5 by a header to core.o and to o1.o."""
    names = set(on)
    return 1000 + 70 * (path == "kernel/main.o" and "O4" in names) + 5 * (path in READ_O5 and "O5" in names)


READ_O5 = ("kernel/core.o", "kernel/o1.o")


def build(ledger: Path, config: ResolvedConfig) -> None:
    values = settings_of(config)
    origin = origin_of(config)
    paths = [one.path for one in planning.plan(config).objects]
    read = {path: [name for name in NAMES[4:] if name != "O5" or path in READ_O5] for path in paths}
    with Ledger.create(ledger) as opened:
        opened.record(
            Observation(
                origin=origin,
                path=path,
                recipe=Recipe(flags="gcc", symbols=tuple((name, values.get(name, "n")) for name in read[path])),
                classes={"text": size(path, values)},
                symbols=(),
            )
            for path in paths
        )
        content = sum(size(path, values) for path in paths) + PADDING * len(paths)
        text = configs.dotconfig(config)
        image = Image(origin=origin, config=text, name="vmlinux.o", size=9000, sections=((".text", "text", content),))
        opened.record([image])


ALONE = {"O0": 1008, "O1": 1008, "O2": 1008, "O3": 1008, "O4": 70, "O5": 5}
TOGETHER = (("O0", "O1", "O2"), ("O3", "O4", "O5"), ("O0", "O3"), ("O1", "O4"), ("O2", "O5"))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenTree:
    return open_tree(TreeRequest(root=plant(tmp_path_factory.mktemp("tree"), TREE), arch="x86_64"))


@pytest.mark.parametrize("builds", [TOGETHER, TOGETHER[:2], tuple((name,) for name in NAMES)], ids=str)
def test_weights_are_those_of_each_alone(builds: tuple[tuple[str, ...], ...], opened: OpenTree, tmp_path: Path) -> None:
    base = opened.resolve("allnoconfig")
    ledger = tmp_path / "ledger"
    build(ledger, base)
    for names in builds:
        build(ledger, turned(opened, base, dict.fromkeys(names, "y")))
    found = table(base, flips(opened, base), ledger)
    assert {one.symbol: one.content.value for one in found.weights} == ALONE
    # One build alone does not say which of two options that a header names made core.o larger.
    doubtful = {one.symbol for one in found.weights if one.content.width}
    assert doubtful == ({"O5"} if builds == TOGETHER[:2] else set())
    assert {one.alone for one in found.weights} == {len(builds) == len(NAMES)}
    assert (found.builds, found.content, found.missing) == (1 + len(builds), 2016, ())


def test_what_an_option_does_to_an_object_that_another_brings(opened: OpenTree, tmp_path: Path) -> None:
    base, ledger = opened.resolve("allnoconfig"), tmp_path / "ledger"
    for names in ((), ("O1", "O5"), ("O1",), ("O5",)):
        build(ledger, turned(opened, base, dict.fromkeys(names, "y")))
    weights = {one.symbol: one.content.value for one in table(base, flips(opened, base), ledger).weights}
    assert weights == {"O1": 1008, "O5": 5}


def test_what_no_build_has_is_missing(opened: OpenTree, tmp_path: Path) -> None:
    base, ledger = opened.resolve("allnoconfig"), tmp_path / "ledger"
    build(ledger, turned(opened, base, {"O0": "y"}))
    with pytest.raises(UsageError, match="nobody has measured allnoconfig itself"):
        table(base, flips(opened, base), ledger)
    build(ledger, base)
    found = table(base, flips(opened, base), ledger, failed=[("O1", "error: no")])
    assert [one.symbol for one in found.weights] == ["O0"]
    assert found.missing == ("O2", "O3", "O4", "O5")
    assert found.failed == (("O1", "error: no"),)
