"""Rule: a file that was read for one tree says the same in the next, whatever stands around it there."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.configs import leaves
from analyzer.configs.parser import parse
from analyzer.configs.raw import Parsed
from tests.configs.small import DIALECTS, Answering, source_tree

LEAF = """config A
\tbool "a"
\thelp
\t  Some text.

menu "more"
\tdepends on A
if B
config C
\ttristate "c"
\tselect D if A && B
endif
endmenu
config E
\tint "e"
\tdefault 3
"""
AROUND = {
    "alone": 'source "leaf"\n',
    "a line of its last entry behind it": 'source "leaf"\n\trange 1 5\n\thelp\n\t  More.\n',
    "another type before it": 'config A\n\ttristate\nsource "leaf"\nconfig C\n\tbool\n',
    "twice": 'source "leaf"\nif A\nsource "leaf"\nendif\n',
    "in a menu": 'menu "m"\nvisible if A\nsource "leaf"\nendmenu\n',
    "in a choice": 'choice\n\tprompt "p"\nsource "leaf"\nendchoice\n',
    "an assignment behind it": 'source "leaf"\nX = y\nconfig F\n\tdef_bool $(X)\n',
}
OTHERS = {
    "help at its end": "config A\n\tbool\n\thelp\n\t  Text.\n",
    "a macro": "config A\n\tdef_bool $(shell,is it)\n",
    "a choice": 'choice\n\tprompt "p"\nconfig A\n\tbool "a"\nendchoice\n',
    "modules": "config A\n\tbool\n\tmodules\n",
    "nothing": "# nothing\n",
    "no end of line": "config A\n\tbool",
    "a prompt twice": 'config A\n\tbool "a"\n\tprompt "b"\n',
}


@pytest.fixture(autouse=True)
def more() -> None:
    leaves.expect_more()


def _parsed(folder: Path, root: str, leaf: str) -> Parsed | str:
    folder.mkdir(exist_ok=True)
    (folder / "Kconfig").write_text(root)
    (folder / "leaf").write_text(leaf)
    try:
        return parse(source_tree(folder, DIALECTS["legacy"]), Answering({"is it": "y"}))
    except Exception as error:
        return str(error)


@pytest.mark.parametrize("leaf", [LEAF, *OTHERS.values()], ids=["leaf", *OTHERS])
def test_what_was_read_before_says_the_same(tmp_path: Path, leaf: str) -> None:
    fresh = {}
    for name, root in AROUND.items():
        leaves.forget()
        fresh[name] = _parsed(tmp_path / "tree", root, leaf)
    for first in AROUND.values():
        leaves.forget()
        _parsed(tmp_path / "tree", first, leaf)
        for name, root in AROUND.items():
            assert _parsed(tmp_path / "tree", root, leaf) == fresh[name]


def test_a_file_that_says_the_same_everywhere_is_kept(tmp_path: Path) -> None:
    leaves.forget()
    _parsed(tmp_path / "tree", AROUND["a line of its last entry behind it"], LEAF)
    (key,) = (key for key in leaves.known() if key[0] == "leaf")
    assert leaves.find_leaf(key) is not None
    for other in (OTHERS["a macro"], OTHERS["a choice"], OTHERS["modules"]):
        leaves.forget()
        _parsed(tmp_path / "tree", AROUND["a line of its last entry behind it"], other)
        assert not leaves.known()
