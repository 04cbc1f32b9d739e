"""Rule: the names that decide an expression decide it alone, and what fails is as small as it can be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.deps.conditions import decisive, failures
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import And, Compare, CompareOp, Const, Expr, Not, Or, Ref, Tristate, show
from tests.deps.cases import case

NAMES = ("A", "B", "C", "D")
KCONFIG = "config MODULES\n\tbool\n\tmodules\n\tdefault y\n" + "".join(
    f'config {name}\n\ttristate "{name}"\n' for name in NAMES
)
M_OR_Y = st.sampled_from((Tristate.m, Tristate.y))
VALUES = st.fixed_dictionaries({name: st.sampled_from("nmy") for name in NAMES})
OPS: tuple[CompareOp, ...] = ("=", "!=", "<", ">=")
LEAVES: st.SearchStrategy[Expr] = st.one_of(
    st.sampled_from(NAMES).map(Ref),
    st.sampled_from("nmy").map(Const),
    st.builds(Compare, st.sampled_from(OPS), st.sampled_from(NAMES).map(Ref), st.sampled_from("nmy").map(Const)),
)
EXPRS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> ResolvedConfig:
    return case(tmp_path_factory.mktemp("conditions"), KCONFIG).config


def with_values(base: ResolvedConfig, values: dict[str, str]) -> ResolvedConfig:
    return ResolvedConfig(
        tree=base.tree,
        model=base.model,
        source=base.source,
        values={**base.values, **values},
        choice_values={},
        visibility=base.visibility,
        written=base.written,
        reasons={},
    )


@given(expr=EXPRS, want=M_OR_Y, now=VALUES, other=VALUES)
def test_the_other_names_do_not_matter(
    base: ResolvedConfig, expr: Expr, want: Tristate, now: dict[str, str], other: dict[str, str]
) -> None:
    config = with_values(base, now)
    deciding = decisive(config, expr, want)
    changed = with_values(base, {**other, **{name: now[name] for name in deciding}})
    assert (config.value(expr) >= want) == (changed.value(expr) >= want)


@pytest.mark.parametrize(
    ("expr", "want", "deciding"),
    [
        (And((Ref("Y"), Ref("M"), Ref("N"), Ref("N2"))), Tristate.m, ("N", "N2")),
        (And((Ref("Y"), Ref("M"))), Tristate.m, ("Y", "M")),
        (And((Ref("Y"), Ref("M"))), Tristate.y, ("M",)),
        (Or((Ref("Y"), Ref("M"), Ref("N"))), Tristate.m, ("Y", "M")),
        (Or((Ref("Y"), Ref("M"), Ref("N"))), Tristate.y, ("Y",)),
        (Or((Ref("M"), Ref("N"))), Tristate.y, ("M", "N")),
        (Not(Or((Ref("M"), Ref("N")))), Tristate.m, ("M", "N")),
        (Not(Or((Ref("M"), Ref("Y")))), Tristate.m, ("Y",)),
        (Not(Or((Ref("M"), Ref("N")))), Tristate.y, ("M",)),
        (Compare("=", Ref("M"), Ref("Y")), Tristate.y, ("M", "Y")),
    ],
)
def test_which_names_decide(base: ResolvedConfig, expr: Expr, want: Tristate, deciding: tuple[str, ...]) -> None:
    names = {"Y": ("A", "y"), "M": ("B", "m"), "N": ("C", "n"), "N2": ("D", "n")}
    config = with_values(base, dict(names.values()))
    assert decisive(config, _renamed(expr, {n: real for n, (real, _) in names.items()}), want) == tuple(
        names[name][0] for name in deciding
    )


def _renamed(expr: Expr, names: dict[str, str]) -> Expr:
    match expr:
        case Ref(name):
            return Ref(names[name])
        case Not(operand):
            return Not(_renamed(operand, names))
        case And(operands):
            return And(tuple(_renamed(o, names) for o in operands))
        case Or(operands):
            return Or(tuple(_renamed(o, names) for o in operands))
        case Compare(op, Ref(left), Ref(right)):
            return Compare(op, Ref(names[left]), Ref(names[right]))
    raise AssertionError(expr)


@given(expr=EXPRS, want=M_OR_Y, now=VALUES)
def test_failures_are_there_exactly_when_something_fails(
    base: ResolvedConfig, expr: Expr, want: Tristate, now: dict[str, str]
) -> None:
    config = with_values(base, now)
    failing = failures(config, expr, want)
    assert bool(failing) == (config.value(expr) < want)
    for failure in failing:
        assert failure.value == config.value(failure.expr) < want
        assert not isinstance(failure.expr, And)
        assert {m.name for m in failure.mentions} <= set(decisive(config, expr, want))


def test_every_conjunct_that_fails_is_named_and_a_disjunction_names_all_of_its_operands(
    base: ResolvedConfig,
) -> None:
    config = with_values(base, dict.fromkeys(NAMES, "n"))
    expr = And((Ref("A"), Or((Ref("B"), And((Ref("C"), Not(Ref("D"))))))))
    found = [(show(f.expr), [m.name for m in f.mentions]) for f in failures(config, expr, Tristate.m)]
    assert found == [("A", ["A"]), ("B || C && !D", ["B", "C"])]


def test_a_name_that_nobody_defines_is_said_to_be_so(tmp_path: Path) -> None:
    config = case(tmp_path, 'config A\n\tbool "A"\n\tdepends on NOWHERE\n').config
    (failure,) = failures(config, Ref("NOWHERE"), Tristate.m)
    assert [(m.name, m.value, m.defined) for m in failure.mentions] == [("NOWHERE", "n", False)]
