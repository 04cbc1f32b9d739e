"""Rule: a compiled expression is worth what `evaluate` makes of it, and a dependency loop is named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.configs.answers import accept, prepare
from analyzer.configs.compile import compile_model
from analyzer.configs.loops import DependencyLoop
from analyzer.configs.run import run
from analyzer.model.config import Assignment, ConfigSource, operand
from analyzer.model.expr import (
    MOD,
    NO,
    YES,
    And,
    Compare,
    CompareOp,
    Const,
    Expr,
    Location,
    Not,
    Or,
    Ref,
    SymbolType,
    evaluate,
)
from analyzer.model.kconfig import Default, Definition, KconfigModel, Prompt, Symbol
from tests.configs.small import DIALECTS, DialectName, small

HERE = Location(path="Kconfig", line=1)
TYPES: Mapping[str, SymbolType] = {
    "T1": "tristate",
    "T2": "tristate",
    "B1": "bool",
    "INT1": "int",
    "INT2": "int",
    "HEX1": "hex",
    "STRING1": "string",
    "STRING2": "string",
}
VALUES: Mapping[SymbolType, tuple[str, ...]] = {
    "bool": ("y", "n"),
    "tristate": ("y", "m", "n"),
    "int": ("0", "1", "2", "10", "-1"),
    "hex": ("0", "0x1", "a", "0x10"),
    "string": ('""', '"m"', '"10"', '"x"', '"0x1"'),
}

refs = st.sampled_from([*TYPES, "NOWHERE"]).map(Ref)
TEXTS = ("y", "m", "n", "", "0", "1", "010", "0xa", "x")
sides: st.SearchStrategy[Ref | Const] = refs | st.sampled_from(TEXTS).map(Const)
operators: st.SearchStrategy[CompareOp] = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
leaves: st.SearchStrategy[Expr] = refs | st.sampled_from([YES, MOD, NO]) | st.builds(Compare, operators, sides, sides)


def _with_operands(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return inner.map(Not) | several.map(And) | several.map(Or)


expressions = st.recursive(leaves, _with_operands, max_leaves=8)
assignments = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(VALUES[type_]) for name, type_ in TYPES.items()}
).map(lambda found: tuple(Assignment(name=name, value=value, location=HERE) for name, value in found.items()))


def _model(dialect: DialectName, expr: Expr) -> KconfigModel:
    """A symbol with a prompt for each type, a symbol that enables m, and one whose default is `expr`."""
    prompt = Prompt(text="prompt", condition=YES, location=HERE)
    symbols = {
        name: Symbol(name=name, type=type_, definitions=(Definition(location=HERE, prompt=prompt),))
        for name, type_ in TYPES.items()
    }
    for name, type_, value in (("MODULES", "bool", YES), ("RESULT", "tristate", expr)):
        default = Default(value=value, condition=YES, location=HERE)
        definition = Definition(location=HERE, defaults=(default,))
        symbols[name] = Symbol(name=name, type="bool" if type_ == "bool" else "tristate", definitions=(definition,))
    return KconfigModel(
        mainmenu="",
        dialect=DIALECTS[dialect],
        symbols=MappingProxyType(symbols),
        choices=MappingProxyType({}),
        menu=(),
        modules="MODULES",
        files=(),
        environment=MappingProxyType({}),
    )


@given(st.sampled_from(list(DIALECTS)), expressions, st.lists(assignments, min_size=1, max_size=4))
def test_expression(dialect: DialectName, expr: Expr, lanes: list[tuple[Assignment, ...]]) -> None:
    model = _model(dialect, expr)
    program = compile_model(model)
    sources = [ConfigSource(name="", assignments=found) for found in lanes]
    answers = prepare(program, model, [(source, accept(model, source.assignments)) for source in sources])
    planes = run(program, answers, drops_out_of_range=False)
    for lane in range(len(lanes)):
        values = {name: planes.value(name, lane) for name in model.symbols}
        expected = evaluate(expr, lambda side, values=values: operand(model, values, {}, side))  # type: ignore[misc]
        assert planes.value("RESULT", lane) == str(expected)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("kconfig", "line", "loop"),
    [
        ("config A\n\tbool\n\tdefault A\n", 1, "A -> A"),
        ("config A\n\tbool\n\tdepends on B\n\tdefault y\n\nconfig B\n\tbool\n\tdefault A\n", 1, "A -> B -> A"),
        (
            "config A\n\tbool\n\tselect B\n\tdefault C\n\nconfig B\n\tbool\n\nconfig C\n\tdef_bool B\n",
            1,
            "A -> C -> B -> A",
        ),
        ("config A\n\tint\n\tdefault 1 if B > 1\n\nconfig B\n\tint\n\tdefault A\n", 1, "A -> B -> A"),
        ("config A\n\tint\n\trange A 5\n", 1, "A -> A"),
        ('menu "m"\n\tvisible if A\n\nconfig A\n\tbool "a"\n\nendmenu\n', 4, "A -> A"),
        ('choice\n\tprompt "c"\n\tdepends on A\n\nconfig A\n\tbool "a"\n\nendchoice\n', 5, "A -> A"),
    ],
)
def test_dependency_loop(dialect: DialectName, kconfig: str, line: int, loop: str, tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(kconfig)
    with pytest.raises(DependencyLoop) as caught:
        small(tmp_path, DIALECTS[dialect])
    assert caught.value.line() == f"Kconfig:{line}: dependency loop: {loop} (break one of the links)"
    assert caught.value.exit_code == 4
