"""Rule: the judge's room, with real tools: conf is built from each tree without touching it and answers as make's does.

The expected values follow from the few lines of Kconfig in this file and from the manual of the language.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.errors import ToolchainError
from analyzer.judge.build import build
from analyzer.judge.conf import (
    AllConfig,
    Defconfig,
    Mode,
    OldDefconfig,
    RandConfig,
    SaveDefconfig,
    ask,
    variables_read,
)
from analyzer.judge.merge import merge
from analyzer.judge.values import parse

KCONFIG = """\
config MODULES
	bool
	default y
	MODULES

config FLAG
	bool "a flag"

config DRIVER
	tristate "a driver"
	default m
	select CORE if FLAG

config CORE
	tristate

config NAME
	string "a text"
	default "$(ARCH) $(LEAK)"

config COUNT
	int "a number"
	default 8 if FLAG
	default 4
"""

ConfOf = Callable[[Path], Path]


@pytest.fixture
def tiny(linux_tree: Path, tmp_path: Path) -> Path:
    """A source tree of one Kconfig file, in the words of the tree whose conf reads it."""
    lexer = (linux_tree / "scripts/kconfig/lexer.l").read_text()
    modules = "option modules" if '"option"' in lexer else "modules"
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "Kconfig").write_text(KCONFIG.replace("\tMODULES\n", f"\t{modules}\n"))
    (folder / "flag.config").write_text("CONFIG_FLAG=y\nCONFIG_DRIVER=y\n")
    return folder


def _values(conf: Path, tree: Path, mode: Mode) -> dict[str, str]:
    environment = {"ARCH": "mips", "srctree": str(tree)}
    verdict = ask(conf, "Kconfig", environment, mode, scratch=tree.parent / "scratch")
    assert verdict.warnings == ()
    return dict(parse(verdict.text))


def _expected(flag: str, driver: str, core: str, count: str) -> dict[str, str]:
    values = {"MODULES": "y", "FLAG": flag, "DRIVER": driver, "CORE": core, "NAME": "mips ", "COUNT": count}
    return {name: value for name, value in values.items() if value}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (AllConfig(target="allnoconfig"), _expected("n", "n", "", "4")),
        (AllConfig(target="allyesconfig"), _expected("y", "y", "y", "8")),
        (AllConfig(target="allmodconfig"), _expected("y", "m", "m", "8")),
        (AllConfig(target="alldefconfig"), _expected("n", "m", "", "4")),
        (AllConfig(target="allnoconfig", preset="flag.config"), _expected("y", "y", "y", "8")),
        (Defconfig(file="flag.config"), _expected("y", "y", "y", "8")),
        (OldDefconfig(config="CONFIG_FLAG=y\n"), _expected("y", "m", "m", "8")),
        (OldDefconfig(config='CONFIG_NAME="mips "\nCONFIG_COUNT=4\n'), _expected("n", "m", "", "4")),
        (SaveDefconfig(config="CONFIG_FLAG=y\nCONFIG_DRIVER=m\nCONFIG_COUNT=9\n"), {"FLAG": "y", "COUNT": "9"}),
    ],
)
def test_modes(
    mode: Mode,
    expected: dict[str, str],
    linux_tree: Path,
    conf_binary: ConfOf,
    tiny: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEAK", "leak")
    assert _values(conf_binary(linux_tree), tiny, mode) == expected


def test_a_seed_gives_one_config(linux_tree: Path, conf_binary: ConfOf, tiny: Path) -> None:
    conf = conf_binary(linux_tree)
    drawn = [_values(conf, tiny, RandConfig(seed=seed)) for seed in range(20)]
    assert drawn == [_values(conf, tiny, RandConfig(seed=seed)) for seed in range(20)]
    assert {values["FLAG"] for values in drawn} == {"n", "y"}
    always = _values(conf, tiny, RandConfig(seed=1, probability="100:0"))
    assert (always["FLAG"], always["DRIVER"]) == ("y", "y")


ASKING = """\
config ANSWER
	string
	default "$(shell,echo asked >> $(COUNTED); printf '%s ' a b; env | grep -c KWEIGH; exit 3)"

config LONG
	string
	default "$(shell,yes long | head -c 10000)"
"""


def test_a_command_is_asked_once_where_its_answers_are_kept(
    linux_tree: Path, conf_binary: ConfOf, tmp_path: Path
) -> None:
    conf, counted = conf_binary(linux_tree), tmp_path / "counted"
    (tmp_path / "Kconfig").write_text(ASKING)
    (tmp_path / "answers").mkdir()
    environment = {"srctree": str(tmp_path), "COUNTED": str(counted)}

    def text(answers: Path | None) -> str:
        mode = AllConfig(target="allnoconfig")
        return ask(conf, "Kconfig", environment, mode, scratch=tmp_path / "scratch", answers=answers).text

    plain = text(None)
    assert dict(parse(plain))["ANSWER"] == "a b 0"
    assert len(dict(parse(plain))["LONG"]) > 4000
    assert [text(tmp_path / "answers") for _ in range(3)] == [plain] * 3
    assert counted.read_text() == "asked\n" * 2


def test_the_variables_that_kconfig_refers_to(linux_tree: Path, conf_binary: ConfOf, tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text('config A\n\tstring\n\tdefault "$(ARCH) $(EMPTY) $(ABSENT)"\nsource "$(KIND)"\n')
    (tmp_path / "more").write_text("config B\n\tdef_bool $(shell,test -n $OUTSIDE && echo y)\n")
    environment = {"srctree": str(tmp_path), "ARCH": "um", "EMPTY": "", "KIND": "more", "OUTSIDE": "x", "OTHER": "y"}
    read = variables_read(conf_binary(linux_tree), "Kconfig", environment, scratch=tmp_path / "scratch")
    assert read == {"ARCH", "EMPTY", "KIND"}


def test_a_syntax_error_is_quoted(linux_tree: Path, conf_binary: ConfOf, tiny: Path) -> None:
    (tiny / "Kconfig").write_text('config A\n\tbool "a"\n\tdepends on && B\n')
    with pytest.raises(ToolchainError, match=r"^conf failed with exit code 1: Kconfig:\d: .*(syntax error|invalid)"):
        _values(conf_binary(linux_tree), tiny, AllConfig(target="allnoconfig"))


def test_the_tree_is_left_alone(linux_tree: Path, conf_binary: ConfOf, tmp_path: Path) -> None:
    def listing() -> list[tuple[str, int, int]]:
        folder = linux_tree / "scripts"
        return sorted((str(p), p.lstat().st_size, p.lstat().st_mtime_ns) for p in folder.rglob("*"))

    before = listing()
    conf = build(linux_tree, tmp_path / "cache")
    assert listing() == before
    assert list((tmp_path / "cache").rglob("*")) == [conf.parent, conf]
    assert conf.parent.name == conf_binary(linux_tree).parent.name


def test_the_trees_own_merge(linux_tree: Path, tmp_path: Path) -> None:
    fragments = [tmp_path / "one.config", tmp_path / "two.config"]
    fragments[0].write_text("CONFIG_A=y\nCONFIG_B=m\n")
    fragments[1].write_text("# CONFIG_A is not set\n")
    merged = merge(
        linux_tree / "scripts/kconfig/merge_config.sh", "CONFIG_A=m\nCONFIG_C=1\n", fragments, scratch=tmp_path
    )
    assert dict(parse(merged)) == {"A": "n", "B": "m", "C": "1"}
