"""Rule: a mixture of two configs is the first where nothing is taken from the second, and the second where all is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.configs.answers import accept
from analyzer.configs.mixing import Mixture, apart, lanes_of, lanes_with
from analyzer.configs.mixing import shown as shown_in
from analyzer.configs.write import dotconfig
from analyzer.configs.write import settings as settings_of
from analyzer.model.analysis import shown
from analyzer.model.config import ConfigSource
from analyzer.sizes.dotconfig import values
from tests.configs.generate import generated
from tests.configs.generate_config import configs
from tests.configs.small import DIALECTS, DialectName, Small, Target, config_source, small, target_source

NAMES: tuple[DialectName, ...] = ("legacy", "menu")
TARGETS: tuple[Target, ...] = ("allnoconfig", "allmodconfig", "allyesconfig")


def _target(target: Target) -> ConfigSource:
    return target_source(target)


def mixture(built: Small, a: ConfigSource, b: ConfigSource) -> Mixture:
    model = built.model
    return Mixture(built.program, model, (a, accept(model, a.assignments)), (b, accept(model, b.assignments)))


@pytest.mark.parametrize("dialect", NAMES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_ends_are_the_configs(dialect: DialectName, tmp_path: Path, data: st.DataObject) -> None:
    tree = data.draw(generated(dialect))
    (tmp_path / "Kconfig").write_text(tree.kconfig)
    built = small(tmp_path, DIALECTS[dialect])
    symbols = [(s.name, s.type) for s in built.model.symbols.values()]
    a = config_source(tree.config)
    b = data.draw(st.sampled_from(TARGETS).map(_target) | configs(symbols).map(config_source))
    mixed = mixture(built, a, b)
    planes = mixed.run(dict.fromkeys(mixed.keys, 0b10), 2)
    for lane, source in enumerate((a, b)):
        config = built.resolve(source)
        assert dict(planes.values(built.model.symbols, lane).items()) == dict(config.values.items())
        said = shown(config)
        assert {name: shown_in(planes, name, lane) for name in said} == said
        assert all(lanes >> lane & 1 for lanes in lanes_with(planes, said).values())


KCONFIG = """
config A
	bool "a"
config B
	bool "b"
	default A
config N
	int "n" if A
	default 3
choice
	prompt "c"
config C1
	bool "c1"
config C2
	bool "c2"
endchoice
"""


@pytest.mark.parametrize("dialect", NAMES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_lane_is_a_config(dialect: DialectName, tmp_path: Path, data: st.DataObject) -> None:
    tree = data.draw(generated(dialect))
    (tmp_path / "Kconfig").write_text(tree.kconfig)
    built = small(tmp_path, DIALECTS[dialect])
    symbols = [(s.name, s.type) for s in built.model.symbols.values()]
    texts = [data.draw(configs(symbols)) for _ in range(2)]
    sources = [config_source(text) for text in texts]
    mixed = mixture(built, sources[0], sources[1])
    planes = mixed.run(dict.fromkeys(mixed.keys, 0b10), 2)
    wanted = [built.resolve(source) for source in sources]
    for lane, config in zip(lanes_of(planes, wanted[0]), wanted, strict=True):
        assert dict(lane.values.items()) == dict(config.values.items())
        assert settings_of(lane) == values(dotconfig(config))
    first, second = apart(planes, built.model)
    ends = [dict(config.values.items()) for config in wanted]
    assert first == []
    assert second == [(name, text, ends[1][name]) for name, text in ends[0].items() if text != ends[1][name]]


def test_what_differs_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(KCONFIG)
    built = small(tmp_path, DIALECTS["legacy"])
    same = "CONFIG_B=y\n"
    mixed = mixture(built, config_source(same), config_source(same + "CONFIG_A=y\nCONFIG_N=7\nCONFIG_C2=y\n"))
    choice = built.model.symbols["C1"].choice
    assert set(mixed.keys) == {"A", "N", choice}
    # Lane by lane: nothing, a alone, n alone, both, the choice.
    planes = mixed.run({"A": 0b01010, "N": 0b01100, str(choice): 0b10000}, 5)
    assert [planes.value("N", lane) for lane in range(5)] == ["3", "3", "3", "7", "3"]
    assert [planes.value("C2", lane) for lane in range(5)] == ["n", "n", "n", "n", "y"]
    assert [planes.value("A", lane) for lane in range(5)] == ["n", "y", "n", "y", "n"]
    assert lanes_with(planes, {"N": "7", "A": "n", "C2": "m"}) == {"N": 0b01000, "A": 0b10101, "C2": 0}


def test_nothing_differs(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(KCONFIG)
    built = small(tmp_path, DIALECTS["legacy"])
    source = config_source("CONFIG_A=y\nCONFIG_C2=y\n")
    assert mixture(built, source, source).keys == ()
