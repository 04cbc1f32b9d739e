"""What definitions mean, apart from where they stand and what their prompts say.

Enters: definitions. Leaves: values to compare, and definitions that name other symbols. Must hold: two definitions of
equal meaning can stand for each other in any config.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analyzer.model.expr import And, Compare, Const, Expr, Not, Or, Ref, names
from analyzer.model.kconfig import Definition, Dependency, Symbol

Meaning = tuple[object, ...]


def mean(definitions: Sequence[Definition]) -> list[Meaning]:
    """What `definitions` say, in their order."""
    return [
        (
            [d.expr for d in definition.dependencies],
            [v.expr for v in definition.visibility] if definition.prompt else [],
            definition.prompt.condition if definition.prompt else None,
            [(d.value, d.condition) for d in definition.defaults],
            [(s.target, s.condition) for s in definition.selects],
            [(s.target, s.condition) for s in definition.implies],
            [(r.low, r.high, r.condition) for r in definition.ranges],
        )
        for definition in definitions
    ]


def special(symbol: Symbol) -> tuple[object, ...]:
    """What a symbol has beside its definitions and its type."""
    return symbol.env, symbol.allnoconfig_y, symbol.transitional, symbol.hidden


def retold(definition: Definition, to: Mapping[str, str]) -> Definition:
    """The same with other names where expressions name what `to` has; targets of selects stay."""

    def expr(old: Expr) -> Expr:
        return renamed(old, to)

    def lines(old: Sequence[Dependency]) -> tuple[Dependency, ...]:
        return tuple(replace(line, expr=expr(line.expr)) for line in old)

    prompt = definition.prompt
    return replace(
        definition,
        dependencies=lines(definition.dependencies),
        visibility=lines(definition.visibility),
        prompt=None if prompt is None else replace(prompt, condition=expr(prompt.condition)),
        defaults=tuple(replace(d, value=expr(d.value), condition=expr(d.condition)) for d in definition.defaults),
        selects=tuple(replace(s, condition=expr(s.condition)) for s in definition.selects),
        implies=tuple(replace(s, condition=expr(s.condition)) for s in definition.implies),
        ranges=tuple(
            replace(r, low=expr(r.low), high=expr(r.high), condition=expr(r.condition)) for r in definition.ranges
        ),
    )


def renamed(expr: Expr, to: Mapping[str, str]) -> Expr:
    """The same with other names for those that `to` has."""
    return _renamed(expr, to) if any(name in to for name in names(expr)) else expr


def _renamed(expr: Expr, to: Mapping[str, str]) -> Expr:
    match expr:
        case Const():
            return expr
        case Ref(name):
            return Ref(to.get(name, name))
        case Not(operand):
            return Not(_renamed(operand, to))
        case And(operands):
            return And(tuple(_renamed(o, to) for o in operands))
        case Or(operands):
            return Or(tuple(_renamed(o, to) for o in operands))
        case Compare(op, left, right):
            return Compare(op, _side(left, to), _side(right, to))


def _side(side: Ref | Const, to: Mapping[str, str]) -> Ref | Const:
    return Ref(to.get(side.name, side.name)) if isinstance(side, Ref) else side
