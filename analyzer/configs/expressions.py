"""Expressions as they were written, to what they mean in their tree.

Enters: the raw `Expr` of an entry. Leaves: `Expr`, equal ones shared. Must hold: where conf rewrites `m`
(rewrite_m() of scripts/kconfig/menu.c), `m && MODULES` stands; elsewhere the expression is as it was written.
"""

from __future__ import annotations

from collections.abc import Container

from analyzer.model.expr import MOD, NO, YES, And, Compare, Const, Expr, Not, Or, Ref, all_of, any_of


class Expressions:
    """The expressions of one tree; `defined` are its symbols, `modules` names the one that enables m, if any."""

    def __init__(self, defined: Container[str], modules: str | None) -> None:
        self._defined = defined
        self._mod: Expr = And((MOD, Ref(modules))) if modules is not None else NO
        self._shared: dict[Expr, Expr] = {}
        self._conditions: dict[Expr, Expr] = {}
        self._values: dict[Expr, Expr] = {}

    def condition(self, raw: Expr) -> Expr:
        """A dependency, or what stands behind an `if`."""
        if raw is YES:
            return YES
        found = self._conditions.get(raw)
        if found is None:
            found = self._conditions[raw] = self._share(self._rewritten(raw))
        return found

    def value(self, raw: Expr) -> Expr:
        """The value of a default, a bound, or a condition that conf reads as it was written."""
        found = self._values.get(raw)
        if found is None:
            found = self._values[raw] = self._share(self._plain(raw))
        return found

    def _share(self, expr: Expr) -> Expr:
        return self._shared.setdefault(expr, expr)

    def _rewritten(self, raw: Expr) -> Expr:
        match raw:
            case Const("m"):
                return self._mod
            case Not(operand):
                return Not(self.condition(operand))
            case And(operands):
                return all_of([self.condition(o) for o in operands])
            case Or(operands):
                return any_of([self.condition(o) for o in operands])
        return self.value(raw)

    def _plain(self, raw: Expr) -> Expr:
        match raw:
            case Ref():
                return self._leaf(raw)
            case Not(operand):
                return Not(self.value(operand))
            case And(operands):
                return And(tuple(self.value(o) for o in operands))
            case Or(operands):
                return Or(tuple(self.value(o) for o in operands))
            case Compare(op, left, right):
                return Compare(op, self._leaf(left), self._leaf(right))
        return raw

    def _leaf(self, side: Ref | Const) -> Ref | Const:
        # An undefined name stands for its own text; those that are numbers were meant so.
        if isinstance(side, Ref) and side.name not in self._defined and side.name[:1] in "0123456789+-":
            return Const(side.name)
        return side
