"""Rule: what one cell says about its value, and how equal reasons of many cells stand together.

Enters: states of hand-made configs. Leaves: nothing. Must hold: every state has words of its own; no config is lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from analyzer.features import features_of
from analyzer.model.analysis import FeatureState
from analyzer.model.config import Reason
from analyzer.model.expr import YES, Ref, Tristate
from analyzer.model.graph import Failure, Mention
from analyzer.model.kconfig import Definition, Prompt
from analyzer.reports.words.phrases import plain
from analyzer.reports.words.reasons import configs_of, gathered, off_ways, on_ways, why_cell
from tests.reports.build_chains import at
from tests.reports.build_configs import FEATURES, config, side_by_side

STATES = {state.feature.name: state for state in features_of(config(), FEATURES)}
FAILURE = Failure(expr=Ref("MMU"), value=Tristate.n, mentions=(Mention(name="MMU", value="n", defined=True),))


def _prompted(state: FeatureState) -> FeatureState:
    assert state.symbol is not None
    where = at("kernel/dma/Kconfig", 20)
    prompt = Prompt(text="Bypass", condition=YES, location=where)
    return replace(state, symbol=replace(state.symbol, definitions=(Definition(location=where, prompt=prompt),)))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (STATES["HELPERS"], "DMA_OPS_HELPERS is not defined for arm"),
        (STATES["DMA_OPS_BYPASS"], "nothing selects it, and no default turns it on (kernel/dma/Kconfig:20)"),
        (_prompted(STATES["DMA_OPS_BYPASS"]), "nobody sets it (kernel/dma/Kconfig:20)"),
        (
            replace(STATES["SYNC"], lacks=(FAILURE, FAILURE)),
            "ARCH_HAS_SYNC: a dependency is not met: depends on HAS_DMA && !MMU (kernel/dma/Kconfig:64) [MMU=n]",
        ),
        (STATES["INTEL_IOMMU"], "set (x86_64_defconfig:236)"),
    ],
)
def test_why_of_one_cell(state: FeatureState, words: str) -> None:
    assert plain(why_cell(state, "arm")) == words


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_on_or_off_and_has_a_way(name: str) -> None:
    state = STATES[name]
    assert bool(list(on_ways(state))) == state.is_on
    assert bool(list(off_ways(state))) != state.is_on


def test_every_config_stands_beside_its_way() -> None:
    rows = side_by_side().rows
    of = Counter(row.arch for row in rows)
    said = [plain(item.phrase) for item in gathered(rows, 3, off_ways, of)]
    assert said == [
        "turned off by the config itself in alpha (tinyconfig), arm (tinyconfig), x86_64 (tinyconfig)",
        "not defined in alpha (defconfig), arm (defconfig)",
    ]


def test_an_architecture_alone_stands_for_all_its_configs() -> None:
    rows = side_by_side().rows
    of = Counter(row.arch for row in rows)
    assert configs_of(rows, of) == "everywhere"
    assert configs_of(rows[:3], of) == "in alpha, arm (tinyconfig)"


def test_lines_of_configs_are_one_way() -> None:
    state = replace(STATES["DMA_OPS"], value="n", reason=Reason(kind="user", location=at("x.config", 1)))
    assert [plain(way) for way in off_ways(state)] == ["turned off by the config itself"]
