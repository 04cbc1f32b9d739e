"""Rule: a model with one file read anew is the model that reading all of it gives, or there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.configs.changed import called_alike, changed
from analyzer.configs.compile import compile_model
from analyzer.configs.dotconfig import assignments
from analyzer.configs.part import may_loop, users
from analyzer.configs.splice import spliced
from analyzer.configs.write import dotconfig
from analyzer.model.config import ConfigSource
from analyzer.model.kconfig import KconfigModel
from tests.configs.small import DIALECTS, DialectName, Small, small

ROOT = """
config MODULES
	bool "modules"
	modules
config PCI
	tristate "PCI"
	select SHARED
config SHARED
	bool
	default y if LATE
menu "a menu"
	visible if PCI
	depends on MODULES
if PCI
source "sub/Kconfig"
endif
config BEHIND
	bool "behind"
	select LEAF
endmenu
config LATE
	bool "late"
"""
SUB = """
config LEAF
	tristate "leaf"
	select SHARED if BEHIND
menu "inside"
choice
	prompt "which"
config ONE
	bool "one"
config TWO
	bool "two"
endchoice
config NUMBER
	int "number"
	range 1 9
	default 4
endmenu
config SHARED
	bool "shared, asked"
comment "the end"
"""
EDITS = {
    "nothing": ("", ""),
    "a dependency": ('\ttristate "leaf"\n', '\ttristate "leaf"\n\tdepends on BEHIND\n'),
    "a line less": ("\tselect SHARED if BEHIND\n", ""),
    "other targets": ("\tselect SHARED if BEHIND\n", "\tselect LATE\n\timply NUMBER\n"),
    "a new entry": ("menu", 'config NEW\n\tbool "new"\n\tdefault LEAF\n\nmenu'),
    "an entry less": ('config NUMBER\n\tint "number"\n\trange 1 9\n\tdefault 4\n', ""),
    "a third member": ("endchoice", 'config THREE\n\tbool "three"\n\nendchoice'),
    "another type": ("\tint", "\thex"),
    "a definition of many": ('\tbool "shared, asked"\n', '\tbool "shared, asked"\n\tdefault LEAF\n'),
    "moved": ("config LEAF", "\n\n# moved\nconfig LEAF"),
    "a menu more": ('comment "the end"', 'menu "more"\nconfig LAST\n\tbool "last"\nendmenu\ncomment "the end"'),
}
REFUSED = {
    "a macro": ("config LEAF", "x := y\nconfig LEAF$(x)"),
    "another file": ('comment "the end"', 'source "other"'),
    "an open menu": ("endmenu", ""),
    "a further definition": ('comment "the end"', "config LATE\n\tdefault y"),
    "a definition of many gone": ('config SHARED\n\tbool "shared, asked"\n', ""),
}
CONFIG = "CONFIG_MODULES=y\nCONFIG_PCI=m\nCONFIG_LEAF=y\nCONFIG_TWO=y\nCONFIG_NUMBER=7\nCONFIG_LATE=y\n"


def tree(folder: Path, sub: str, dialect: DialectName) -> Small:
    (folder / "sub").mkdir(parents=True)
    (folder / "Kconfig").write_text(ROOT)
    (folder / "sub/Kconfig").write_text(sub)
    (folder / "other").write_text("config OTHER\n\tbool\n")
    return small(folder, DIALECTS[dialect])


def listed(model: KconfigModel) -> list[object]:
    menu = [(e.kind, e.name, e.title, e.end, e.condition, e.ended) for e in model.menu]
    lines = ({name: rows for name, rows in table.items() if rows} for table in (model.selectors(), model.impliers()))
    return [dict(model.symbols), dict(model.choices), menu, *lines]


@pytest.mark.parametrize("dialect", ["legacy", "menu", "today"])
@pytest.mark.parametrize("edit", EDITS)
def test_it_is_what_reading_all_gives(edit: str, dialect: DialectName, tmp_path: Path) -> None:
    a = tree(tmp_path / "a", SUB, dialect)
    b = tree(tmp_path / "b", SUB.replace(*EDITS[edit], 1), dialect)
    found = spliced(a.model, a.tree, b.tree, ["sub/Kconfig"])
    assert found is not None
    model, names = found
    whole = called_alike(a.model, b.model)
    assert listed(model) == listed(whole)
    assert set(changed(a.model, whole)) == set(changed(a.model, model, names))


@pytest.mark.parametrize("edit", REFUSED)
def test_what_reaches_other_files_is_left_to_reading_all(edit: str, tmp_path: Path) -> None:
    a = tree(tmp_path / "a", SUB, "legacy")
    (tmp_path / "b/sub").mkdir(parents=True)
    (tmp_path / "b/sub/Kconfig").write_text(SUB.replace(*REFUSED[edit], 1))
    (tmp_path / "b/other").write_text("config OTHER\n\tbool\n")
    b = small(tmp_path / "a", DIALECTS["legacy"])
    assert spliced(a.model, a.tree, replace(b.tree, root=tmp_path / "b"), ["sub/Kconfig"]) is None


def test_a_loop_is_seen_coming(tmp_path: Path) -> None:
    a = tree(tmp_path / "a", SUB, "legacy")
    known = users(a.model)
    for line, loops in (("depends on LATE", False), ("depends on SHARED", True), ("depends on BEHIND", False)):
        folder = tmp_path / line.replace(" ", "-")
        (folder / "sub").mkdir(parents=True)
        (folder / "sub/Kconfig").write_text(SUB.replace('"leaf"\n', f'"leaf"\n\t{line}\n'))
        found = spliced(a.model, a.tree, replace(a.tree, root=folder), ["sub/Kconfig"])
        assert found is not None
        assert may_loop(known, found[0], set(changed(a.model, *found))) == loops


def test_configs_of_it_are_written_alike(tmp_path: Path) -> None:
    a = tree(tmp_path / "a", SUB, "legacy")
    b = tree(tmp_path / "b", SUB.replace(*EDITS["a new entry"], 1), "legacy")
    found = spliced(a.model, a.tree, b.tree, ["sub/Kconfig"])
    assert found is not None
    lines, _ = assignments(CONFIG.encode(), "x.config", a.tree.dialect)
    source = ConfigSource(name="x", assignments=lines)
    mine = Small(tree=b.tree, model=found[0], program=compile_model(found[0]))
    assert dotconfig(b.resolve(source)) == dotconfig(mine.resolve(source))
