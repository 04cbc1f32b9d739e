"""Rule: for any tree and any config, conf writes what we write, byte for byte, in each of its modes.

Trees and configs are drawn by tests/configs/generate.py, and damaged by generate_damage.py: then conf and we refuse the
same ones. KWEIGH_EXAMPLES says how many of each tree; with it the examples differ from run to run, without it they are
the same ones. How many comparisons that were stands in the report (--junitxml). Where kconfiglib's own evaluation
follows the kernel, it is asked as well.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import kconfiglib
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from analyzer.configs.loops import DependencyLoop
from analyzer.configs.write import dotconfig
from analyzer.errors import SourceError, ToolchainError
from analyzer.judge.conf import AllConfig, Defconfig, Mode, OldDefconfig, ask
from analyzer.model.config import ConfigSource
from analyzer.model.expr import Ref
from analyzer.model.kconfig import ChoiceRules, Dialect, KconfigModel, Symbol
from analyzer.trees.dialect import detect
from tests.configs.generate import Generated, generated
from tests.configs.generate_damage import damaged
from tests.configs.small import DIALECTS, FILLS, config_source, small, target_source

ConfOf = Callable[[Path], Path]
Record = Callable[[str, object], None]

bounded = settings(
    max_examples=int(os.environ.get("KWEIGH_EXAMPLES", "250")),
    derandomize="KWEIGH_EXAMPLES" not in os.environ,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _questions(config: str, dialect: Dialect) -> Iterator[tuple[Mode, ConfigSource]]:
    """Each mode of conf, and what it is to us; the config lies in the tree as `config`."""
    yield Defconfig(file="config"), config_source(config, dialect=dialect)
    for target in FILLS:
        yield AllConfig(target=target), target_source(target)
        yield AllConfig(target=target, preset="config"), target_source(target, config, dialect)


@dataclass(slots=True)
class Judge:
    """One tree's conf, and how often it was asked; a conf that crashed has said nothing."""

    conf: Path
    compared: int = 0
    refused: int = 0
    crashed: int = 0

    def text(self, folder: Path, mode: Mode) -> str | None:
        """What conf writes for the tree in `folder`; None where it refuses that."""
        environment = {"ARCH": "x86", "SRCARCH": "x86", "srctree": str(folder)}
        try:
            text = ask(self.conf, "Kconfig", environment, mode, scratch=folder / "scratch").text
        except ToolchainError as error:
            if "was killed by" in error.message:
                self.crashed += 1
                assume(False)
            assume("recursive dependency" not in error.message)
            self.refused += 1
            return None
        self.compared += 1
        return text

    def told(self, record: Callable[[str, object], None]) -> None:
        """What the report of the test run says."""
        record("compared", self.compared)
        record("refused", self.refused)
        record("crashed", self.crashed)
        assert self.crashed * 20 <= self.compared + self.refused, "a conf that crashes this often judges nothing"


def test_conf_writes_the_same(linux_tree: Path, conf_binary: ConfOf, record_property: Record) -> None:
    dialect = detect(linux_tree)
    legacy = dialect.choices is ChoiceRules.SYMBOL
    judge = Judge(conf_binary(linux_tree))

    @bounded
    @given(generated(dialect))
    def check(drawn: Generated) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "Kconfig").write_text(drawn.kconfig)
            (folder / "config").write_text(drawn.config)
            tree = small(folder, dialect)
            for mode, source in _questions(drawn.config, dialect):
                assert dotconfig(tree.resolve(source)) == judge.text(folder, mode), mode
            written = judge.text(folder, Defconfig(file="config")) or ""
            again = judge.text(folder, OldDefconfig(config=written))
            # conf up to 6.10 may not come to rest at once: it computes some values before it drops
            # numbers out of range.
            if not legacy or again == written:
                assert dotconfig(tree.resolve(config_source(written))) == again
            if not legacy:
                source = config_source(drawn.config, dialect=dialect)
                assert dotconfig(tree.resolve(source)) == judge.text(folder, OldDefconfig(config=drawn.config))

    check()
    judge.told(record_property)


def _ours(folder: Path, dialect: Dialect) -> tuple[str | None, SourceError | None]:
    """What we write for the tree in `folder`, or why we do not."""
    try:
        return dotconfig(small(folder, dialect).resolve(target_source("alldefconfig"))), None
    except DependencyLoop:
        assume(False)
        raise
    except SourceError as error:
        return None, error


def test_conf_refuses_the_same(linux_tree: Path, conf_binary: ConfOf, record_property: Record) -> None:
    dialect = detect(linux_tree)
    judge = Judge(conf_binary(linux_tree))

    @bounded
    @given(generated(dialect).flatmap(lambda drawn: damaged(drawn.kconfig)))
    def check(kconfig: str) -> None:
        # What expr_transform() makes of `A != y` is anything, and so are the values of symbols that need each other.
        assume(not re.search(r"!=[ \t]*[\"']?y", kconfig))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "Kconfig").write_text(kconfig)
            theirs = judge.text(folder, AllConfig(target="alldefconfig"))
            ours, refusal = _ours(folder, dialect)
            assert ours == theirs, refusal
            if refusal is not None:
                assert refusal.path == "Kconfig"
                assert 0 < refusal.lineno <= kconfig.count("\n") + 1

    check()
    judge.told(record_property)


def _is_known_to_differ(symbol: Symbol, model: KconfigModel) -> bool:
    """Whether kconfiglib has other rules for the defaults of a symbol.

    A member of a choice has none; a text whose default is a bool or tristate symbol has that symbol's value, where to
    conf it is always n.
    """
    values = [default.value for d in symbol.definitions for default in d.defaults]
    others = [model.symbols.get(value.name) for value in values if isinstance(value, Ref)]
    if symbol.is_tristate_valued:
        return symbol.choice is not None and bool(values)
    return any(other is not None and other.is_tristate_valued for other in others)


@bounded
@given(generated("legacy"))
def test_kconfiglib_finds_the_same(drawn: Generated) -> None:
    # It takes no symbol but MODULES for the one that enables m. It follows the kernel up to 5.6 where something
    # is implied
    # (3a9dd3ecb207); its hexes get a 0x; tristate choices, and numbers moved to a bound that is empty, differ.
    kconfig = re.sub(r"\bS0\b", "MODULES", drawn.kconfig) if "\tmodules\n" in drawn.kconfig else drawn.kconfig
    config = re.sub(r"\bCONFIG_S0\b", "CONFIG_MODULES", drawn.config) if kconfig is not drawn.kconfig else drawn.config
    assume(not re.search(r"^\t(imply|hex|range S|range [0-9x-]+ S)", kconfig, re.MULTILINE))
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("srctree", name)
        folder = Path(name)
        (folder / "Kconfig").write_text(kconfig)
        (folder / "for-kconfiglib").write_text(re.sub(r"^\tmodules$", "\toption modules", kconfig, flags=re.MULTILINE))
        (folder / "config").write_text(config)
        tree = small(folder, DIALECTS["legacy"])
        assume(all(choice.type == "bool" for choice in tree.model.choices.values()))
        assume(not any(_is_known_to_differ(symbol, tree.model) for symbol in tree.model.symbols.values()))
        values = tree.resolve(config_source(config)).values
        try:
            theirs = kconfiglib.Kconfig("for-kconfiglib", warn=False)
        except kconfiglib.KconfigError:
            # It stops at some things that conf only warns of.
            assume(False)
        theirs.load_config(str(folder / "config"))
        assert {symbol: theirs.syms[symbol].str_value for symbol in values} == dict(values)
