"""kconfiglib's expressions as our own.

Enters: the tuples of the parser. Leaves: `Expr`, equal ones shared. Must hold: an expression means what the kernel's
grammar says; nothing of kconfiglib is left in it.
"""

from __future__ import annotations

from typing import Any

import kconfiglib

from analyzer.configs.parser import Parsed
from analyzer.configs.properties import IfThen
from analyzer.errors import SourceError
from analyzer.model.expr import (
    MOD,
    NO,
    YES,
    And,
    Compare,
    CompareOp,
    Const,
    Expr,
    Not,
    Or,
    Ref,
    all_of,
    any_of,
)

_OPS: dict[int, CompareOp] = {
    kconfiglib.EQUAL: "=",
    kconfiglib.UNEQUAL: "!=",
    kconfiglib.LESS: "<",
    kconfiglib.LESS_EQUAL: "<=",
    kconfiglib.GREATER: ">",
    kconfiglib.GREATER_EQUAL: ">=",
}
_NEGATED: dict[CompareOp, CompareOp] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

_NESTING = 200
"""Levels of parentheses and negations in one expression; the kernel's deepest is below 10."""


class Expressions:
    """Converts the expressions of one parse; `modules` names the symbol that enables m, if any, and `root` the file
    that errors name."""

    def __init__(self, parsed: Parsed, root: str) -> None:
        self._parsed = parsed
        self._root = root
        self._modules = parsed.modules.name if parsed.modules is not None else None
        self._interned: dict[Expr, Expr] = {}

    def expr(self, raw: Any, level: int = 0) -> Expr:
        """kconfiglib's tuples as our own expressions, equal ones shared."""
        expr = self._convert(raw, level)
        return self._interned.setdefault(expr, expr)

    def _convert(self, raw: Any, level: int) -> Expr:
        if level > _NESTING:
            raise SourceError("an expression is nested too deeply", path=self._root)
        if isinstance(raw, kconfiglib.Symbol):
            return self.leaf(raw)
        if isinstance(raw, IfThen):
            condition = self.expr(raw.condition, level + 1)
            return any_of([self.expr(raw.consequence, level + 1), _is_no(condition)])
        operator = raw[0]
        if operator == kconfiglib.NOT:
            return Not(self.expr(raw[1], level + 1))
        if operator in _OPS:
            return Compare(_OPS[operator], self.leaf(raw[1]), self.leaf(raw[2]))
        if self._is_rewritten_m(raw):
            return And((MOD, Ref(self._modules))) if self._modules else NO
        operands: list[Expr] = []
        while isinstance(raw, tuple) and raw[0] == operator and not self._is_rewritten_m(raw):
            operands.append(self.expr(raw[1], level + 1))
            raw = raw[2]
        operands.append(self.expr(raw, level + 1))
        return _flat(And if operator == kconfiglib.AND else Or, operands)

    def _is_rewritten_m(self, raw: Any) -> bool:
        """Whether this is what the parser makes of `m`: `m && MODULES`, whatever symbol has the modules attribute."""
        return raw[0] == kconfiglib.AND and raw[2] is self._parsed.parsed_modules and _is_mod(raw[1])

    def leaf(self, symbol: Any) -> Ref | Const:
        if symbol.is_constant:
            return Const(symbol.name)
        # An undefined name stands for its own text; those that are numbers were meant so.
        if not symbol.nodes and (symbol.name[:1].isdigit() or symbol.name[:1] in "+-"):
            return Const(symbol.name)
        return Ref(symbol.name)


def _is_mod(raw: Any) -> bool:
    return isinstance(raw, kconfiglib.Symbol) and raw.is_constant and raw.name == "m"


def _flat(kind: type[And] | type[Or], operands: list[Expr]) -> Expr:
    flat: list[Expr] = []
    for operand in operands:
        if isinstance(operand, kind):
            flat.extend(operand.operands)
        else:
            flat.append(operand)
    return kind(tuple(flat))


def _is_no(expr: Expr) -> Expr:
    """`expr = n`, which is y or n, pushed down to the names (`A || (B = n)` of 76df6815 takes whole expressions)."""
    match expr:
        case Const(text):
            return NO if text in {"m", "y"} else YES
        case Ref():
            return Compare("=", expr, NO)
        case Not(operand):
            return _is_yes(operand)
        case And(operands):
            return any_of([_is_no(o) for o in operands])
        case Or(operands):
            return all_of([_is_no(o) for o in operands])
        case Compare(op, left, right):
            return Compare(_NEGATED[op], left, right)


def _is_yes(expr: Expr) -> Expr:
    """`expr = y`, pushed down to the names."""
    match expr:
        case Const(text):
            return YES if text == "y" else NO
        case Ref():
            return Compare("=", expr, YES)
        case Not(operand):
            return _is_no(operand)
        case And(operands):
            return all_of([_is_yes(o) for o in operands])
        case Or(operands):
            # min(…) = y of the operands cannot come from two m's: one of them is y.
            return any_of([_is_yes(o) for o in operands])
        case Compare():
            return expr
