"""Rule: every cell of a matrix says why, and what is known besides.

Enters: the bundled tree. Leaves: nothing. Must hold: bytes belong to the cell's own architecture, config and value;
what fails is named with its value.
"""

from __future__ import annotations

import pytest

from analyzer.errors import InputError, UsageError
from analyzer.features import load
from analyzer.model.analysis import FeatureState, Matrix
from analyzer.model.expr import Ref
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.commands.matrix import gather
from analyzer.pipeline.commands.matrix_cells import tallies

TREE = TreeRequest()


def _gathered(features: str, *arches: str) -> Matrix:
    return gather(TREE, arches, (), load(features))


def _state(found: Matrix, arch: str, config: str, feature: str) -> FeatureState:
    (row,) = (row for row in found.rows if (row.arch, row.config) == (arch, config))
    return next(state for state in row.features if state.feature.name == feature)


def test_every_cell_has_its_reason() -> None:
    found = _gathered("dma")
    for row in found.rows:
        for state in row.features:
            assert (state.reason is None) == (state.symbol is None)
            if state.reason is not None and state.reason.kind == "unmet":
                assert state.lacks


def test_what_fails_is_named_with_its_value() -> None:
    state = _state(_gathered("PCI,DMA_OPS", "arm", "powerpc"), "arm", "tinyconfig", "PCI")
    assert [part.expr for part in state.lacks] == [Ref("HAVE_PCI")]
    assert state.lacks[0].mentions[0].value == "n"


def test_a_line_that_nearly_selects_it_names_what_it_lacks() -> None:
    state = _state(_gathered("DMA_OPS,", "powerpc"), "powerpc", "tinyconfig", "DMA_OPS")
    assert state.reason is not None
    assert (state.reason.kind, [part.expr for part in state.lacks]) == ("off", [Ref("PPC64")])


def test_bytes_stand_where_they_were_measured_and_nowhere_else() -> None:
    found = _gathered("DMA_OPS,PCI")
    turned = {
        (row.arch, row.config, state.feature.name): state.turned
        for row in found.rows
        for state in row.features
        if state.turned
    }
    assert turned
    for (arch, config, name), measured in turned.items():
        weighed = (arch, config, measured.tree, name)
        gate = next(one for one in found.gates if (one.arch, one.config, one.tree, one.values[0][0]) == weighed)
        assert gate.base is not None
        (weight,) = (v.weight for v in gate.variants if v.forced == ((name, measured.value),))
        assert weight is not None
        assert measured.content == weight.content - gate.base.content
        assert _state(found, arch, config, name).value != measured.value


def test_the_mapping_model_is_asked_once_per_platform() -> None:
    tally = tallies()
    found = gather(TREE, ("powerpc",), ("defconfig", "defconfig+debug.config", "tinyconfig"), load("dma"), tally)
    told = [row.mapping for row in found.rows if not row.error]
    assert told[0] is not None
    assert told[0] != told[-1]
    assert sum(number for _, number in told[0].verdicts) >= len(told[0].bad) > 0
    again = gather(TREE, ("powerpc",), ("defconfig",), load("dma"), tally)
    assert again.rows[0].mapping is told[0]


def test_listed_symbols_must_be_somewhere() -> None:
    with pytest.raises(UsageError, match="no symbol DMA_OPZ in bundled tree"):
        _gathered("PCI,DMA_OPZ", "arm")


def test_nothing_to_look_at_is_an_error() -> None:
    with pytest.raises(InputError, match="no config nothing"):
        gather(TREE, ("arm",), ("nothing",), load("dma"))
