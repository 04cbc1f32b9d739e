"""Rules: each line has one fate; what is written for the new tree gives there what was resolved; a successor needs two
things that speak for it, and nothing that speaks against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import configs
from analyzer.model.upgrade import Upgraded
from analyzer.pipeline.commands.upgrade import upgrade
from analyzer.reports import upgraded_config
from tests.configs.small import DIALECTS, config_source
from tests.pipeline.small_trees import opened

HELP = "\thelp\n\t  Frobnicates the gizmo behind the second bridge, slowly.\n"
OLD = f"""\
config MODULES
	bool "Modules"
	modules

config OLD_FROB
	tristate "Frobnicate gizmos"
{HELP}
config GONE
	bool "What nobody misses"
	select FREE
	select OTHER_WAY
	select HELD if NARROW=n
	select KNOWING

config KNOWING
	bool "Knowing"

config SYMS
	bool "Symbols" if KNOWING
	default y

config OTHER_WAY
	bool "Was selected"

config HELD
	bool "Was not selected"

config KEPT
	tristate "Kept"

config NARROW
	tristate "Will be bool"

config SET_BY_HAND
	bool "Will be decided"

config HIDDEN_OLD
	def_bool y

config FREE
	bool "Will hang on something"

config DISABLE_WHIZ
	bool "Disable the whiz"

config FOO_A_LAYER
	bool "The layer of A"

config MOVED
	bool
	default n
"""
NEW = f"""\
config MODULES
	bool "Modules"
	modules

config NEW_FROB
	tristate "Frobnicate gizmos"
{HELP}
config KEPT
	tristate "Kept"

config NARROW
	bool "Will be bool"

config SET_BY_HAND
	def_bool y

config OTHER_WAY
	bool "Was selected"

config HELD
	bool "Was not selected"

config FREE
	bool "Will hang on something"
	depends on OTHER

config OTHER
	bool "Other"

config KNOWING
	bool "Knowing"

config SYMS
	bool "Symbols" if KNOWING
	default y

config WHIZ
	bool "Enable the whiz"

config RENAMED
	bool "Renamed by the tree"
	default WAS

config WAS
	bool
	transitional
"""
CONFIG = """\
CONFIG_MODULES=y
CONFIG_OLD_FROB=m
CONFIG_GONE=y
CONFIG_KEPT=m
CONFIG_KEPT=y
CONFIG_NARROW=m
CONFIG_SET_BY_HAND=y
CONFIG_HIDDEN_OLD=y
CONFIG_FREE=y
CONFIG_DISABLE_WHIZ=y
CONFIG_NOWHERE=y
CONFIG_WAS=y
# CONFIG_SYMS is not set
"""
WAS = '\nconfig WAS\n\tbool "Was"\n'


@pytest.fixture
def done(tmp_path: Path) -> Upgraded:
    for name, text in (("old", OLD + WAS), ("new", NEW)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Kconfig").write_text(text)
    old, new = opened(tmp_path / "old"), opened(tmp_path / "new", "today")
    return upgrade(old, new, old.resolved(config_source(CONFIG, dialect=DIALECTS["legacy"])))


def test_fates(done: Upgraded) -> None:
    assert [(one.assignment.name, one.fate, one.line) for one in done.lines] == [
        ("MODULES", "same", "CONFIG_MODULES=y"),
        ("OLD_FROB", "renamed", "CONFIG_NEW_FROB=m"),
        ("GONE", "removed", ""),
        ("KEPT", "overridden", ""),
        ("KEPT", "same", "CONFIG_KEPT=y"),
        ("NARROW", "retyped", "CONFIG_NARROW=y"),
        ("SET_BY_HAND", "decided", "CONFIG_SET_BY_HAND=y"),
        ("HIDDEN_OLD", "computed", ""),
        ("FREE", "lost", "CONFIG_FREE=y"),
        ("DISABLE_WHIZ", "removed", ""),
        ("NOWHERE", "stranger", ""),
        ("WAS", "renamed", "CONFIG_RENAMED=y"),
        ("SYMS", "lost", "# CONFIG_SYMS is not set"),
    ]


def test_a_value_that_the_new_type_refuses_is_told_as_it_is_written(done: Upgraded) -> None:
    """Not as if the old line had set it."""
    assert "NARROW=m: it takes no such value any more: written as CONFIG_NARROW=y\n" in upgraded_config(done)


def test_what_a_removed_one_selected(done: Upgraded) -> None:
    """What it turned on and nothing turns on now; not what it would have selected under another condition."""
    dropped = {one.assignment.name: [name for name, _ in one.dropped] for one in done.lines if one.dropped}
    assert dropped == {"GONE": ["FREE", "OTHER_WAY", "KNOWING"]}
    assert "it selected OTHER_WAY (" in upgraded_config(done)


def test_what_keeps_a_lost_line_from_counting(done: Upgraded) -> None:
    """The prompt that does not show any more, and the removed line that had made it show."""
    (lost,) = (one for one in done.lines if one.assignment.name == "SYMS")
    prompt, gone = (word.text for word in lost.words)
    assert prompt.startswith("what is set does not count, for the prompt does not show; it needs KNOWING: ")
    assert gone == "KNOWING was selected by GONE, which is gone"


def test_what_is_written_gives_what_was_resolved(done: Upgraded, tmp_path: Path) -> None:
    text = upgraded_config(done)
    again = opened(tmp_path / "new", "today").resolved(config_source(text, dialect=DIALECTS["today"]))
    assert configs.dotconfig(again) == configs.dotconfig(done.config)
    assert done.config.values["NEW_FROB"] == "m"
    assert done.config.values["RENAMED"] == "y"
    # Every line is there, or a comment says what became of it.
    assert all(one.assignment.name in text for one in done.lines if one.fate not in {"overridden", "computed"})


def test_a_tree_is_its_own_upgrade(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(OLD)
    it = opened(tmp_path)
    found = upgrade(it, it, it.resolved(config_source(CONFIG.replace("=m", "=y"), dialect=DIALECTS["legacy"])))
    assert {one.fate for one in found.lines} <= {"same", "overridden", "computed", "stranger"}
