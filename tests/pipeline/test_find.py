"""Rule: an option stands in the menus around it, a member of a choice below the choice's prompt as well."""

from __future__ import annotations

from pathlib import Path

from analyzer.pipeline.commands.find import find, option_of
from tests.pipeline.small_trees import opened

KCONFIG = (
    'menu "Outer"\nmenu "Inner"\nchoice\n\tprompt "Speed"\nconfig SLOW\n\tbool "slow"\nconfig FAST\n\tbool "fast"\n'
    'endchoice\nendmenu\nconfig PLAIN\n\tbool "plain"\nendmenu\nconfig TOP\n\tbool "top"\n'
)


def test_the_way_to_an_option(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(KCONFIG)
    config = opened(tmp_path).resolve("alldefconfig")
    ways = {"SLOW": ("Outer", "Inner", "Speed"), "FAST": ("Outer", "Inner", "Speed"), "PLAIN": ("Outer",), "TOP": ()}
    assert {name: option_of(config, name).menu for name in ways} == ways
    assert [hit.menu for hit in find(config, "fast").hits] == [ways["FAST"]]
