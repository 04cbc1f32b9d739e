"""Rule: beside a tree stand its own measurements, others only where it has none and defines the symbol.

Enters: random measurements of a few trees, architectures and symbols. Leaves: nothing. Must hold: nothing is of another
architecture, of a symbol that nobody asked for, or nameless.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.gate import GateMeasurement, GateVariant, Weight
from analyzer.model.tree import SourceTree
from analyzer.pipeline.bytes.measured import beside, measured
from analyzer.pipeline.commands.matrix_cells import measurements
from tests.configs.small import DIALECTS, source_tree

TREES = ("Linux 5.10.223", "Linux 6.1.192", "Linux 7.3.4")
ARCHES = ("arm64", "x86_64")
SYMBOLS = ("A", "B", "C", "D")
WEIGHT = Weight(classes={"text": 1000}, loaded=1000, file=1000, objects=1)


def _measurement(arch: str, tree: str, symbols: Set[str]) -> GateMeasurement:
    together = [(name,) for name in sorted(symbols)] + [tuple(sorted(symbols))]
    return GateMeasurement(
        arch=arch,
        config="tinyconfig",
        tree=tree,
        compiler="gcc",
        command="",
        values=tuple((name, "n", "off") for name in sorted(symbols)),
        base=WEIGHT,
        variants=tuple(
            GateVariant(forced=tuple((name, "y") for name in names), weight=WEIGHT) for names in dict.fromkeys(together)
        ),
    )


MEASURED = st.lists(
    st.builds(
        _measurement,
        st.sampled_from(ARCHES),
        st.sampled_from(TREES),
        st.sets(st.sampled_from(SYMBOLS), min_size=1),
    ),
    max_size=8,
).map(tuple)
NAMES = st.sets(st.sampled_from(SYMBOLS))


def _tree(label: str) -> SourceTree:
    return replace(source_tree(Path(), DIALECTS["menu"]), version=label.removeprefix("Linux "), arch="x86_64")


def _turned(found: tuple[GateMeasurement, ...], tree: str) -> set[str]:
    return {name for one in found if one.tree == tree for v in one.variants for name, _ in v.forced}


@given(MEASURED, NAMES, NAMES, st.sampled_from(TREES))
def test_beside_a_tree(known: tuple[GateMeasurement, ...], defined: set[str], asked: set[str], label: str) -> None:
    with patch("analyzer.sizes.gates.load", lambda _: known):
        found = beside(_tree(label), defined, asked, "*")
        everywhere = measured(asked, ("x86_64",), "*")
        cells = measurements(_tree(label), defined & asked)
    assert all(one.arch == "x86_64" for one in found)
    assert {name for tree in TREES for name in _turned(found, tree)} <= defined & asked
    own = _turned(found, label)
    assert own == _turned(everywhere, label) & defined
    for tree in set(TREES) - {label}:
        assert _turned(found, tree) == (_turned(everywhere, tree) & defined) - own
    assert all(one.tree == label and len(v.forced) == 1 for one in cells for v in one.variants)
    assert _turned(cells, label) == own
