"""Rules: what the toolchain answered is no constant of the tree: it is shown as the tree writes it, a proof that rests
on it says so, and one that holds whatever it answers does not.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.configs.tables import Reader, Writer
from analyzer.deps.remedy import remedy
from analyzer.model.expr import Answered, Const, answers, show
from tests.deps.cases import Case, case

ANSWERS = {"has plugins": "n", "has asm": "y", "version": "12", "late": "n"}
MACROS = "has = $(shell,has $(1))\nlate := $(shell,late)\n"


def tree(folder: Path, kconfig: str) -> Case:
    return case(folder, MACROS + kconfig, answers=ANSWERS)


def test_an_answer_is_shown_as_the_tree_writes_it(tmp_path: Path) -> None:
    it = tree(tmp_path, 'config X\n\tbool "X"\n\tdepends on A || $(has,plugins)\nconfig A\n\tbool "A"\n')
    (dependency,) = it.config.model.symbols["X"].definitions[0].dependencies
    assert show(dependency.expr) == "A || $(has,plugins)"
    assert [(one.text, one.command) for one in answers(dependency.expr)] == [("n", "has plugins")]
    (evidence,) = it.step("X", "X").evidence
    assert evidence.text == "depends on A || $(has,plugins)"
    assert [(one.name, one.value) for one in evidence.mentions] == [("A", "n"), ("$(has,plugins)", "n")]


@pytest.mark.parametrize(
    ("written", "command"),
    [("$(has,plugins)", "has plugins"), ("$(late)", "late"), ("$(shell,late)", "late")],
)
def test_what_asked(tmp_path: Path, written: str, command: str) -> None:
    it = tree(tmp_path, f"config X\n\tdef_bool {written}\n")
    (default,) = it.config.model.symbols["X"].definitions[0].defaults
    assert default.value == Answered("n", written, command)
    assert isinstance(default.value, Answered)
    assert (default.value.command, default.word) == (command, "def_bool")


@pytest.mark.parametrize("written", ["n", "y", "$(shell,version)", "$(nothing)y"])
def test_what_is_no_answer(tmp_path: Path, written: str) -> None:
    it = tree(tmp_path, f"config X\n\tbool\n\tdefault {written}\n")
    (default,) = it.config.model.symbols["X"].definitions[0].defaults
    assert not isinstance(default.value, Answered)
    assert isinstance(default.value, Const)


def test_it_is_kept(tmp_path: Path) -> None:
    it = tree(tmp_path, "config X\n\tdef_bool $(has,plugins)\nconfig Y\n\tdef_bool n\n")
    writer = Writer()
    records = json.loads(json.dumps([writer.symbol(symbol) for symbol in it.config.model.symbols.values()]))
    reader = Reader(json.loads(json.dumps(writer.exprs)), json.loads(json.dumps(writer.blocks)), writer.paths())
    read = [reader.symbol(record) for record in records]
    assert read == list(it.config.model.symbols.values())
    assert [one.command for one in answers(read[0].definitions[0].defaults[0].value)] == ["has plugins"]


PLUGINS = "config PLUGINS\n\tdef_bool $(has,plugins)\n"


@pytest.mark.parametrize(
    ("kconfig", "status", "last"),
    [
        pytest.param(
            'config X\n\tbool "X"\n\tdepends on $(has,plugins)\n',
            "toolchain",
            "X: depends on $(has,plugins)",
            id="a dependency",
        ),
        pytest.param(
            PLUGINS + 'config X\n\tbool "X"\n\tdepends on PLUGINS\n',
            "toolchain",
            "PLUGINS is n in every config: def_bool $(has,plugins)",
            id="behind a symbol",
        ),
        pytest.param(
            PLUGINS + "config Q\n\tdef_bool PLUGINS && A\nconfig A\n\tdef_bool y\n"
            'config X\n\tbool "X"\n\tdepends on Q\n',
            "toolchain",
            "Q is n in every config: def_bool PLUGINS && A",
            id="behind two",
        ),
        pytest.param(
            'config X\n\tbool "X"\n\tdepends on $(has,plugins)\n\tdepends on PPC\n',
            "impossible",
            "PPC is not defined in Linux  x86",
            id="with another reason besides",
        ),
        pytest.param(
            'config X\n\tbool "X"\n\tdepends on N\nconfig N\n\tdef_bool n\n',
            "impossible",
            "N is n in every config: def_bool n",
            id="what is written down",
        ),
        pytest.param(
            'config X\n\tbool "X"\n\tdepends on !$(has,asm)\n',
            "toolchain",
            "X: depends on !$(has,asm)",
            id="what is answered y",
        ),
    ],
)
def test_not_with_this_toolchain(tmp_path: Path, kconfig: str, status: str, last: str) -> None:
    it = tree(tmp_path, kconfig)
    found = remedy(it.config, {"X": "y"}, it.aids, keep={})
    assert found.status == status
    assert found.contradiction is not None
    assert found.contradiction.steps[-1][0] == last
    assert bool(found.contradiction.answers) == (status == "toolchain")


def test_a_reason_in_every_config_holds_in_every_config(tmp_path: Path) -> None:
    """S selects it here, and may be off; H, which is always on, is the reason."""
    text = 'config S\n\tbool "S"\n\tselect X\nconfig H\n\tdef_bool y\n\tselect X\nconfig X\n\tbool\n'
    it = case(tmp_path, text + "config Y\n\tdef_bool y\n\tdepends on !X\n", "CONFIG_S=y")
    found = remedy(it.config, {"Y": "y"}, it.aids, keep={})
    assert found.contradiction is not None
    assert found.contradiction.steps[-1][0] == "X is y in every config: H: select X"
