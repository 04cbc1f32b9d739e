"""Rule: an option is as heavy as the objects that its name stands behind, each with the bytes that the ledger tells of
this very config, else of others; what turning it off saves is what builds tell; what nobody measured has no bytes.

Enters: a tree whose objects weigh what a rule says, so that right can be told from wrong.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.errors import UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Interval, exactly
from analyzer.model.option import OptionTable
from analyzer.model.rank import RankedOption, Ranking, Saved, What
from analyzer.model.size import BuildNote, Image, Observation, Recipe
from analyzer.pipeline import OpenTree, TreeRequest, makefiles, open_tree
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import origin_of, settings_of
from analyzer.pipeline.bytes import option_weights
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.option_weights import BESIDE, PADDING
from analyzer.pipeline.bytes.toggles import Toggle, turned
from analyzer.pipeline.commands.rank import rank
from analyzer.sizes.ledger import Ledger
from tests.trees.miniature import FILES, plant

NAMES = ("OUTER", "INNER", "PLAIN", "OTHER")
TREE: Mapping[str, str] = {
    **FILES,
    "Kconfig": 'mainmenu "Miniature"\n'
    + "".join(f'config {name}\n\tbool "{name}"\n' + "\tdepends on OUTER\n" * (name == "INNER") for name in NAMES)
    + 'config FULL\n\tbool "FULL"\n\tdefault y\n',
    "Makefile": FILES["Makefile"] + "build-dir := .\nKBUILD_VMLINUX_OBJS := ./built-in.a\nKBUILD_VMLINUX_LIBS :=\n",
    "Kbuild": "obj-y += kernel/\n",
    "kernel/Makefile": """\
obj-y += main.o
obj-$(CONFIG_OUTER) += outer/
obj-$(CONFIG_PLAIN) += plain.o twice.o
obj-$(CONFIG_OTHER) += other.o
ifndef CONFIG_OTHER
obj-y += without.o
endif
""",
    "kernel/outer/Makefile": "obj-y += outer.o\nobj-$(CONFIG_INNER) += inner.o\n",
    **{f"kernel/{name}.c": "" for name in ("main", "plain", "twice", "other", "without", "outer/outer", "outer/inner")},
}
SIZES = {"main": 1000, "outer/outer": 200, "inner": 30, "plain": 4, "twice": 50_000, "other": 7, "without": 600_000}
DISCARDED = 16
"""Bytes of each object that the link throws away."""
FULL = 100
"""Bytes that main.o has more with FULL."""
PAGE = 4096


def size(path: str, on: Iterable[str]) -> int:
    found = next(size for name, size in SIZES.items() if path.endswith(f"{name}.o"))
    return found + FULL * (path == "kernel/main.o" and "FULL" in on)


def build(ledger: Path, config: ResolvedConfig, *, noted: bool = True, without: Sequence[str] = ()) -> None:
    """Record what a build of a config leaves; `without` are objects that the link did not take."""
    values, origin, text = settings_of(config), origin_of(config), configs.dotconfig(config)
    paths = [one.path for one in planning.plan(config).objects if one.path not in without]
    content = sum(size(path, values) + DISCARDED for path in paths)
    loaded = -(-sum(size(path, values) for path in paths) // PAGE) * PAGE
    names = {path: ["FULL"] if path == "kernel/main.o" else [] for path in paths}
    observed = [
        Observation(
            origin=origin,
            path=path,
            recipe=Recipe(flags="gcc", symbols=tuple((name, values.get(name, "n")) for name in names[path])),
            classes={"text": size(path, values), "discarded": DISCARDED},
            symbols=(),
        )
        for path in paths
    ]
    images = [
        Image(origin=origin, config=text, name="vmlinux.o", size=9, sections=((".text", "text", content),)),
        Image(origin=origin, config=text, name="vmlinux", size=9, sections=((".text", "text", loaded),)),
    ]
    note = BuildNote(
        origin=origin, config=text, objects=tuple(paths), started=1.0, seconds=1.0, compiled=len(paths), jobs=1
    )
    with Ledger.create(ledger) as opened:
        opened.record([*observed, *images], note if noted else None)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenTree:
    return open_tree(TreeRequest(root=plant(tmp_path_factory.mktemp("tree"), TREE), arch="x86_64"))


@pytest.fixture
def config(opened: OpenTree) -> ResolvedConfig:
    return turned(opened, opened.resolve("allnoconfig"), dict.fromkeys((*NAMES[:3], "FULL"), "y"))


def of(found: Ranking) -> dict[str, RankedOption]:
    return {one.symbol: one for one in found.options}


@pytest.mark.parametrize("noted", [True, False])
@pytest.mark.parametrize("what", ["content", "loaded"])
def test_an_option_has_the_objects_of_its_chains(
    what: What, noted: bool, opened: OpenTree, config: ResolvedConfig, tmp_path: Path
) -> None:
    build(tmp_path / "ledger", config, noted=noted, without=["kernel/plain.o"])
    found = rank(opened, config, Known(tmp_path / "ledger"), what)
    each = DISCARDED if what == "content" else 0
    options = of(found)
    assert list(options) == ["PLAIN", "OUTER", "INNER"]
    assert {name: one.size for name, one in options.items()} == {
        "PLAIN": 50_000 + each,  # plain.o was not linked
        "OUTER": 230 + 2 * each,
        "INNER": 30 + each,
    }
    assert {name: one.alone for name, one in options.items()} == {
        "PLAIN": 50_000 + each,
        "OUTER": 200 + each,
        "INNER": 0,
    }
    # What a line asks to be off is behind no option; that has no part in any.
    assert {one.path: one.options for one in found.objects} == {
        "kernel/main.o": (),
        "kernel/outer/outer.o": ("OUTER",),
        "kernel/outer/inner.o": ("INNER", "OUTER"),
        "kernel/twice.o": ("PLAIN",),
        "kernel/without.o": (),
    }
    content = 1000 + FULL + 230 + 50_000 + 600_000
    assert found.total == (content + 5 * DISCARDED if what == "content" else -(-content // PAGE) * PAGE)
    assert (found.basis, found.missing, found.unknown) == ("measured", None, 0)


def test_what_was_built_otherwise_and_what_nobody_measured(
    opened: OpenTree, config: ResolvedConfig, tmp_path: Path
) -> None:
    build(tmp_path / "ledger", turned(opened, config, {"INNER": "n"}))
    found = rank(opened, config, Known(tmp_path / "ledger", words="--tree T"))
    options = of(found)
    assert options["OUTER"].size == 200 + DISCARDED
    assert (options["INNER"].unknown, options["OUTER"].unknown) == (("kernel/outer/inner.o",),) * 2
    assert (options["INNER"].is_known, options["OUTER"].is_known) == (False, True)
    assert (options["INNER"].saved, found.unknown) == (None, 1)
    assert found.basis == "estimated"
    assert found.missing is not None
    assert found.missing.command.startswith("kweigh measure ")
    assert rank(opened, config, Known(tmp_path / "ledger"), "loaded").total is None


def test_what_turning_off_saves(opened: OpenTree, config: ResolvedConfig, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    for off in ((), ("OUTER",), ("PLAIN", "FULL"), ("PLAIN",)):
        build(ledger, turned(opened, config, dict.fromkeys(off, "n")))
    content = of(rank(opened, config, Known(ledger)))
    doubt = PADDING + round(FULL * BESIDE)
    assert {name: one.saved for name, one in content.items()} == {
        "PLAIN": Saved(size=exactly(50_004 + 2 * DISCARDED), changes=1, alone=True),
        # INNER goes along.
        "OUTER": Saved(size=exactly(230 + 2 * DISCARDED), changes=2, alone=True),
        "INNER": None,
        "FULL": Saved(size=Interval(low=FULL - doubt, value=FULL, high=FULL + doubt), changes=1, alone=False),
    }
    assert content["OUTER"].saved is not None
    assert content["OUTER"].saved.each == 131
    # What is loaded is rounded up to pages, so builds of several options do not tell it.
    # 160 of them hold all, 147 what is left without PLAIN, 159 what is left without OUTER.
    loaded = {name: one.saved for name, one in of(rank(opened, config, Known(ledger), "loaded")).items() if one.saved}
    assert loaded == {
        "PLAIN": Saved(size=exactly(13 * PAGE), changes=1, alone=True),
        "OUTER": Saved(size=exactly(PAGE), changes=2, alone=True),
    }


def _anew(opened: OpenTree, folder: Path) -> OpenTree:
    """The same tree, opened as another process would, once what was written is older than that."""
    time.sleep(0.03)
    makefiles._sources.cache_clear()
    return open_tree(TreeRequest(root=opened.tree.root, arch="x86_64", cache=folder))


def test_savings_are_told_once_and_anew_when_the_ledger_learns(
    opened: OpenTree, config: ResolvedConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, folder = tmp_path / "ledger", tmp_path / "cache"
    table = option_weights.table
    asked: list[str] = []

    def counted(base: ResolvedConfig, toggles: Sequence[Toggle], ledger: Path) -> OptionTable:
        asked.append(base.source.name)
        return table(base, toggles, ledger)

    monkeypatch.setattr("analyzer.pipeline.commands.rank_savings.table", counted)
    build(ledger, config)
    for _ in range(2):
        assert not any(one.saved for one in rank(_anew(opened, folder), config, Known(ledger)).options)
    assert len(asked) == 1
    build(ledger, turned(opened, config, {"PLAIN": "n"}))
    found = [of(rank(_anew(opened, folder), config, Known(ledger)))["PLAIN"].saved for _ in range(2)]
    assert found == [Saved(size=exactly(50_004 + 2 * DISCARDED), changes=1, alone=True)] * 2
    assert len(asked) == 2


def test_what_was_kept_does_not_outlive_a_makefile(tmp_path: Path) -> None:
    opened = open_tree(TreeRequest(root=plant(tmp_path / "tree", TREE), arch="x86_64"))
    ledger, folder = tmp_path / "ledger", tmp_path / "cache"
    config = turned(opened, opened.resolve("allnoconfig"), {"PLAIN": "y"})
    build(ledger, config)
    assert of(rank(_anew(opened, folder), config, Known(ledger))).keys() == {"PLAIN"}
    # A Kbuild file counts before the Makefile beside it, which stays as it was.
    (tmp_path / "tree/kernel/Kbuild").write_text("obj-$(CONFIG_PLAIN) += plain.o\nobj-y += main.o\n", "utf-8")
    found = rank(_anew(opened, folder), config, Known(ledger))
    assert {one.path for one in found.objects} == {"kernel/plain.o", "kernel/main.o"}
    assert of(found)["PLAIN"].size == 4 + DISCARDED


def test_without_any_build_the_command_is_named(opened: OpenTree, config: ResolvedConfig, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nobody has measured") as caught:
        rank(opened, config, Known(tmp_path / "none", words="--tree T"))
    assert caught.value.exit_code == 2
    assert "kweigh measure allnoconfig --arch x86_64 --tree T" in caught.value.line()


def test_a_config_that_does_not_build(opened: OpenTree, config: ResolvedConfig, tmp_path: Path) -> None:
    note = BuildNote(
        origin=origin_of(config),
        config=configs.dotconfig(config),
        objects=(),
        started=1.0,
        seconds=0.0,
        compiled=0,
        jobs=1,
        failure="a.c:1: error: no",
    )
    with Ledger.create(tmp_path / "ledger") as ledger:
        ledger.record((), note)
    with pytest.raises(UsageError, match=r"does not build, so nothing of it can be weighed: a\.c:1: error: no"):
        rank(opened, config, Known(tmp_path / "ledger"))
