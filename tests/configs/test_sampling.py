"""Rule: a sample's configs are what each of them gives by itself, and the function for many lanes gives what the levels
give."""

from __future__ import annotations

import pytest

from analyzer import configs
from analyzer.configs import sampling
from analyzer.configs.dotconfig import assignments
from analyzer.configs.sampling import Sample, sample
from analyzer.configs.steps import widened
from analyzer.model.config import ConfigSource
from analyzer.model.expr import And, Compare, Const, Expr, Not, Or, Ref, Tristate
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from tests.configs.small import DIALECTS

EXPRS: tuple[Expr, ...] = (
    Ref("DMA_OPS"),
    Not(Ref("PCI")),
    And((Ref("DMA_OPS"), Not(Ref("INTEL_IOMMU")))),
    Or((Ref("VDPA_SIM"), Ref("XEN"))),
    Compare("=", Ref("VDPA_SIM"), Const("m")),
    Compare("!=", Ref("PCI"), Ref("XEN")),
    Compare("=", Ref("NOT_THERE"), Const("NOT_THERE")),
    Ref("NOT_THERE"),
)


@pytest.fixture(scope="module", params=["x86_64", "mips"])
def opened(request: pytest.FixtureRequest) -> OpenTree:
    return open_tree(TreeRequest(arch=request.param))


def _one(opened: OpenTree, count: int, seed: int) -> Sample:
    (block,) = sample(opened.tree, opened.model, opened.program, count, seed)
    return block


def test_each_lane_is_a_config_of_its_own(opened: OpenTree) -> None:
    block = _one(opened, 40, 7)
    for lane in range(40):
        config = block.config(lane)
        assert config.values == block.planes.values(opened.model.symbols, lane)
        for expr in EXPRS:
            hi, lo = block.where(expr)
            assert Tristate((hi >> lane & 1) + (lo >> lane & 1)) == config.value(expr)
        # Its .config, read back, gives it again.
        text = configs.dotconfig(config)
        lines, _ = assignments(text.encode(), "random", DIALECTS["lenient"])
        again = opened.resolved(ConfigSource(name="random", assignments=lines, files=("random",)))
        assert configs.dotconfig(again) == text


def test_the_seed_decides(opened: OpenTree) -> None:
    first, same, other = _one(opened, 50, 1), _one(opened, 50, 1), _one(opened, 50, 2)
    assert first.answers == same.answers
    assert first.answers != other.answers


def test_choices_have_one_member_each(opened: OpenTree) -> None:
    block = _one(opened, 300, 3)
    for choice in opened.model.choices.values():
        seen = 0
        for name in choice.members:
            hi, _ = block.where(Ref(name))
            assert not seen & hi
            seen |= hi


def test_many_lanes_give_what_few_give(opened: OpenTree, monkeypatch: pytest.MonkeyPatch) -> None:
    few = list(sample(opened.tree, opened.model, opened.program, 700, 5))
    monkeypatch.setattr(sampling, "WIDE", 1)
    many = list(sample(opened.tree, opened.model, opened.program, 700, 5))
    for a, b in zip(few, many, strict=True):
        for hi, lo in opened.program.values.values():
            assert (a.planes.gates[hi], a.planes.gates[lo]) == (b.planes.gates[hi], b.planes.gates[lo])
        assert a.planes.texts == b.planes.texts


def test_blocks_add_up(opened: OpenTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "BLOCK", 64)
    assert [b.lanes for b in sample(opened.tree, opened.model, opened.program, 150, 1)] == [64, 64, 22]


def test_a_bool_is_y_in_half(opened: OpenTree) -> None:
    hi, _ = _one(opened, 8000, 11).where(Ref("PCI"))
    assert 3600 < hi.bit_count() < 4400


def test_the_function_is_small_in_places(opened: OpenTree) -> None:
    wide = widened(opened.program)
    assert wide.code.__code__.co_nlocals < opened.program.circuit.gates
