"""Rule: below a cause every symbol stands once, under one that its value follows from."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from analyzer.deps.followers import Followers
from tests.deps.cases import case

KCONFIG = """
config A
	bool "a"
	select B
config B
	bool
config C
	bool
	default y if B
config D
	bool "d"
	depends on !A
	default y
config E
	int
	default 2 if C
	default 1
config LONE
	bool "lone"
choice
	prompt "c"
	depends on C
config C1
	bool "c1"
config C2
	bool "c2"
endchoice
"""


def kin(folder: Path) -> Followers:
    off = case(folder, KCONFIG, "")
    return Followers(off.config, off.again({"A": "y", "LONE": "y"}))


def test_the_nearest_that_leads_there_stands_above(tmp_path: Path) -> None:
    found = kin(tmp_path).tree(("A",), ("A", "B", "C", "C1", "D", "E", "LONE"))
    assert [(f.name, f.depth) for f in found] == [
        ("A", 0),
        ("B", 1),
        ("C", 2),
        ("C1", 3),
        ("E", 3),
        ("D", 1),
        ("LONE", 0),
    ]


def test_without_a_root_all_stand_beside_each_other(tmp_path: Path) -> None:
    assert [(f.name, f.depth) for f in kin(tmp_path).tree((), ("B", "C"))] == [("B", 0), ("C", 0)]


def test_a_deep_chain_does_not_need_a_deep_stack(tmp_path: Path) -> None:
    names = [f"S{i:04}" for i in range(1500)]
    below = (f"config {name}\n\tbool\n\tdefault {above}\n" for above, name in pairwise(names))
    text = f'config {names[0]}\n\tbool "first"\n' + "".join(below)
    off = case(tmp_path, text, "")
    found = Followers(off.config, off.again({names[0]: "y"})).tree(names[:1], names)
    assert [f.depth for f in found] == list(range(1500))
