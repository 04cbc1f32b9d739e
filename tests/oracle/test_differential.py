"""Rule: for any tree and any config, conf writes what we write, byte for byte, in each of its modes.

Trees and configs are drawn by tests/configs/generate.py. KWEIGH_EXAMPLES says how many of each dialect; with it the
examples differ from run to run, without it they are the same ones. Where kconfiglib's own evaluation follows the
kernel, it is asked as well.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import kconfiglib
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from analyzer.configs.write import dotconfig
from analyzer.errors import ToolchainError
from analyzer.judge.conf import AllConfig, Defconfig, Mode, OldDefconfig, ask
from analyzer.model.config import ConfigSource
from analyzer.model.expr import Ref
from analyzer.model.kconfig import ChoiceRules, KconfigModel, Symbol
from analyzer.trees.dialect import detect
from tests.configs.generate import Generated, generated
from tests.configs.small import DIALECTS, FILLS, config_source, small, target_source

ConfOf = Callable[[Path], Path]

bounded = settings(
    max_examples=int(os.environ.get("KWEIGH_EXAMPLES", "250")),
    derandomize="KWEIGH_EXAMPLES" not in os.environ,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _questions(config: str) -> Iterator[tuple[Mode, ConfigSource]]:
    """Each mode of conf, and what it is to us; the config lies in the tree as `config`."""
    yield Defconfig(file="config"), config_source(config)
    for target in FILLS:
        yield AllConfig(target=target), target_source(target)
        yield AllConfig(target=target, preset="config"), target_source(target, config)


def test_conf_writes_the_same(linux_tree: Path, conf_binary: ConfOf) -> None:
    conf, dialect = conf_binary(linux_tree), detect(linux_tree)
    legacy = dialect.choices is ChoiceRules.SYMBOL

    @bounded
    @given(generated("legacy" if legacy else "menu"))
    def check(drawn: Generated) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "Kconfig").write_text(drawn.kconfig)
            (folder / "config").write_text(drawn.config)
            tree = small(folder, dialect)
            environment = {"ARCH": "x86", "SRCARCH": "x86", "srctree": name}

            def judge(mode: Mode) -> str:
                try:
                    return ask(conf, "Kconfig", environment, mode, scratch=folder / "scratch").text
                except ToolchainError as error:
                    assume("recursive dependency" not in error.message)
                    raise

            for mode, source in _questions(drawn.config):
                assert dotconfig(tree.resolve(source)) == judge(mode), mode
            written = judge(Defconfig(file="config"))
            again = judge(OldDefconfig(config=written))
            # conf up to 6.10 may not come to rest at once: it computes some values before it drops
            # numbers out of range.
            if not legacy or again == written:
                assert dotconfig(tree.resolve(config_source(written))) == again
            if not legacy:
                assert dotconfig(tree.resolve(config_source(drawn.config))) == judge(OldDefconfig(config=drawn.config))

    check()


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
