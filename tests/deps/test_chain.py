"""Rule: a chain tells for each kind of reason who decided, and follows it to what nobody else decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.deps.chain import chain
from analyzer.model.config import ReasonKind
from analyzer.model.expr import Tristate
from analyzer.model.graph import Explanation
from analyzer.reports.words.chain import chain_items
from analyzer.reports.words.phrases import plain
from tests.configs.generate import Generated, generated
from tests.deps.cases import case

MODULES = "config MODULES\n\tbool\n\tmodules\n\tdefault y\n"
SELECTED = MODULES + (
    "config DMA_OPS\n\tbool\n"
    'config PCI\n\tbool "PCI"\n'
    'config IOMMU\n\tbool "IOMMU"\n\tselect DMA_OPS if PCI\n'
    "config IOMMU_DMA\n\tdef_bool y if IOMMU\n\tselect DMA_OPS\n"
    'config GART\n\tbool "GART"\n\tselect DMA_OPS\n'
)
CHOICE = (
    'choice\n\tprompt "speed"\n\tdefault FAST if HURRY\n'
    'config SLOW\n\tbool "slow"\nconfig FAST\n\tbool "fast"\nendchoice\n'
    'config HURRY\n\tbool "hurry"\n'
)


def test_every_active_selector_is_listed_and_explained(tmp_path: Path) -> None:
    steps = chain(case(tmp_path, SELECTED, "CONFIG_PCI=y\nCONFIG_IOMMU=y\n").config, "DMA_OPS")
    assert [(s.name, s.kind, s.because) for s in steps] == [
        ("DMA_OPS", "selected", ("IOMMU", "PCI", "IOMMU_DMA")),
        ("IOMMU", "user", ()),
        ("PCI", "user", ()),
        ("IOMMU_DMA", "default", ("IOMMU",)),
    ]
    first, second = steps[0].evidence
    assert (first.text, str(first.location), first.value) == ("select DMA_OPS if PCI", "Kconfig:11", Tristate.y)
    assert [(m.name, m.value) for m in first.mentions] == [("IOMMU", "y"), ("PCI", "y")]
    assert (second.name, second.because) == ("IOMMU_DMA", ("IOMMU_DMA",))


def test_a_dependency_that_only_permits_is_not_followed(tmp_path: Path) -> None:
    kconfig = 'config A\n\tbool "A"\nconfig B\n\tdef_bool y\n\tdepends on A\n'
    (step,) = chain(case(tmp_path, kconfig, "CONFIG_A=y\n").config, "B")
    assert (step.kind, step.because) == ("default", ())
    assert [(m.name, m.value) for m in step.evidence[0].mentions] == [("A", "y")]


@pytest.mark.parametrize(
    ("kconfig", "config", "symbol", "kind", "because"),
    [
        (CHOICE, "CONFIG_HURRY=y\n", "FAST", "choice", ("HURRY",)),
        (CHOICE, "CONFIG_HURRY=y\n", "SLOW", "choice", ("FAST", "HURRY")),
        (CHOICE, "CONFIG_SLOW=y\n", "FAST", "choice", ("SLOW",)),
        ('config A\n\tbool "A"\n\timply B\nconfig B\n\tbool "B"\n', "CONFIG_A=y\n", "B", "implied", ("A",)),
        ('config A\n\tbool "A"\n', "CONFIG_A=y\n", "A", "user", ()),
        ('config A\n\tbool "A"\n', "", "A", "off", ()),
        ("config A\n\tbool\n", "", "A", "off", ()),
        ('config A\n\tbool "A"\nconfig B\n\tbool "B"\n\tdepends on A\n', "", "B", "unmet", ("A",)),
        ('config A\n\tbool "A"\nconfig B\n\tdef_bool !A\n', "", "B", "default", ("A",)),
        ('config A\n\tbool "A"\nconfig B\n\tdef_bool A\n', "", "B", "default", ("A",)),
        ("config A\n\tint\n\tdefault 3\nconfig B\n\tint\n\tdefault A\n", "", "B", "default", ("A",)),
        ('config A\n\tbool "A"\nconfig B\n\tstring\n\tdefault "x" if !A\n', "", "B", "default", ("A",)),
        (
            'config L\n\tint\n\tdefault 4\nconfig B\n\tint "B"\n\trange L 9\n\tdefault 1\n',
            "",
            "B",
            "range",
            ("L",),
        ),
    ],
)
def test_each_kind_of_reason(
    tmp_path: Path, kconfig: str, config: str, symbol: str, kind: ReasonKind, because: tuple[str, ...]
) -> None:
    step = chain(case(tmp_path, kconfig, config).config, symbol)[0]
    assert (step.kind, step.because) == (kind, because)


def test_a_value_of_the_environment_is_a_root(tmp_path: Path) -> None:
    (step,) = chain(case(tmp_path, 'config A\n\tstring\n\toption env="ARCH"\n', dialect="lenient").config, "A")
    assert (step.value, step.kind) == ("x86", "environment")


def test_a_choice_that_is_off_is_a_step_of_its_own(tmp_path: Path) -> None:
    kconfig = 'config P\n\tbool "P"\nchoice\n\tprompt "c"\n\tdepends on P\nconfig A\n\tbool "A"\nendchoice\n'
    member, choice, last = chain(case(tmp_path, kconfig).config, "A")
    assert (member.kind, member.because) == ("unmet", ('<choice "c" Kconfig:3>',))
    assert (choice.name, choice.value, choice.kind, choice.because) == ('<choice "c" Kconfig:3>', "n", "unmet", ("P",))
    assert (last.name, last.kind) == ("P", "off")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("CONFIG_SLOW=y\n", ["FAST = n", 'the choice "speed" at Kconfig:1 picks SLOW: CONFIG_SLOW=y (config:1)']),
        ("CONFIG_FAST=y\n", ["FAST = y", 'the choice "speed" at Kconfig:1 picks it: CONFIG_FAST=y (config:1)']),
        ("", ["FAST = n", 'the choice "speed" at Kconfig:1 picks SLOW, the first that shows (Kconfig:4)']),
        (
            "CONFIG_HURRY=y\n",
            [
                "FAST = y",
                'the choice "speed" at Kconfig:1 picks it: default FAST if HURRY (Kconfig:3) [HURRY=y]',
                "HURRY = y",
                "CONFIG_HURRY=y (config:1)",
            ],
        ),
    ],
)
def test_a_choice_is_named_and_its_pick_is_told_once(tmp_path: Path, lines: str, told: list[str]) -> None:
    config = case(tmp_path, CHOICE, lines).config
    explanation = Explanation(symbol="FAST", value=config.values["FAST"], type="bool", steps=chain(config, "FAST"))
    assert [plain(item.phrase) for item in chain_items(explanation)] == told


def test_a_chain_of_a_thousand_hops_is_followed(tmp_path: Path) -> None:
    lines = ['config S0\n\tbool "S0"\n'] + [f"config S{i}\n\tbool\n\tdefault S{i - 1}\n" for i in range(1, 1000)]
    steps = chain(case(tmp_path, "".join(lines), "CONFIG_S0=y\n").config, "S999")
    assert [step.name for step in steps] == [f"S{i}" for i in range(999, -1, -1)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(tree=st.one_of(generated("legacy"), generated("menu")))
def test_whatever_a_step_leans_on_has_one_step_and_an_on_symbol_leans_on_lines_that_hold(
    tmp_path: Path, tree: Generated
) -> None:
    config = case(tmp_path, tree.kconfig, tree.config).config
    for name in config.model.symbols:
        steps = chain(config, name)
        known = [step.name for step in steps]
        assert known[0] == name
        assert len(known) == len(set(known))
        named = {other for step in steps for other in step.because}
        assert named | {name} == set(known)
        for step in steps:
            root = step.kind in {"user", "fill", "environment"}
            assert not (root and step.because)
            if step.value in {"m", "y"}:
                assert all(e.value > Tristate.n for e in step.evidence if e.because)


@pytest.mark.parametrize("selectors", [0, 1, 2, 3, 5])
def test_what_nothing_selects_names_who_would(tmp_path: Path, selectors: int) -> None:
    names = [f"S{number}" for number in range(selectors)]
    kconfig = "config X\n\tbool\n" + 'config USER\n\tbool "user"\n\tdepends on X\n'
    kconfig += "".join(f'config {name}\n\tbool "{name}"\n\tselect X\n' for name in names)
    steps = chain(case(tmp_path, kconfig, "").config, "USER")
    drawn = [
        plain(item.phrase) for item in chain_items(Explanation(symbol="USER", value="n", type="bool", steps=steps))
    ]
    told = {0: "", 1: " (S0 would)", 2: " (S0 and S1 would)", 3: " (S0, S1 and S2 would)"}
    ends = told.get(selectors, " (S0, S1, S2 and 2 more would)")
    assert drawn[-1] == f"it has no prompt that shows, and nothing selects it (Kconfig:1){ends}"
