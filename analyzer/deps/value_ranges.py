"""The lowest and the highest value that an expression may have.

Enters: a config, what the toolchain and the tree fix, and what a proof narrows. Leaves: `Bounds`. Must hold: an
expression is worth a value within its bounds in every config that is as narrow.
"""

from __future__ import annotations

from collections.abc import Callable

from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import (
    TRISTATES,
    And,
    Answered,
    Compare,
    Const,
    Expr,
    Not,
    Operand,
    Or,
    Ref,
    Tristate,
    compare,
    holds,
)

Bounds = tuple[Tristate, Tristate]
Constants = Callable[[str], Bounds]
"""The lowest and the highest value that a bool or tristate symbol has in any config of the tree."""
ANY: Bounds = (Tristate.n, Tristate.y)
_NEVER: Bounds = (Tristate.n, Tristate.n)


class ValueRanges:
    """`narrowed` are the names of which more is known than the tree tells."""

    def __init__(self, config: ResolvedConfig, constants: Constants, *, any_toolchain: bool = False) -> None:
        self._config = config
        self._constants = constants
        self._any_toolchain = any_toolchain
        self.narrowed: dict[str, Bounds] = {}

    def values(self, side: Ref | Const) -> list[Operand]:
        """What a side may be worth; none stands for anything."""
        if isinstance(side, Ref):
            if self.is_tristate(side.name):
                low, high = self.of(side)
                return [Operand(text=str(v), type="tristate") for v in Tristate if low <= v <= high]
            symbol = self._config.model.symbols.get(side.name)
            if symbol is not None and symbol.env is None:
                return []
        return [self._config.operand(side)]

    def is_tristate(self, name: str) -> bool:
        """Whether a name is that of a bool, a tristate or a choice."""
        symbol = self._config.model.symbols.get(name)
        return name in self._config.model.choices or (symbol is not None and symbol.is_tristate_valued)

    def of(self, expr: Expr) -> Bounds:
        """The lowest and the highest value that `expr` may have."""
        match expr:
            case Answered() if self._any_toolchain:
                return ANY
            case Const(text):
                value = TRISTATES.get(text, Tristate.n)
                # Without modules, an m counts as n or y.
                return ANY if value == Tristate.m else (value, value)
            case Ref(name):
                return self.narrowed.get(name) or self.initial(name)
            case Not(operand):
                low, high = self.of(operand)
                return Tristate(2 - high), Tristate(2 - low)
            case And(operands):
                ranges = [self.of(operand) for operand in operands]
                return min(low for low, _ in ranges), min(high for _, high in ranges)
            case Or(operands):
                ranges = [self.of(operand) for operand in operands]
                return max(low for low, _ in ranges), max(high for _, high in ranges)
            case Compare(op, left, right):
                lefts, rights = self.values(left), self.values(right)
                found = {holds(op, compare(a, b)) for a in lefts for b in rights}
                if len(found) != 1:
                    return ANY
                value = Tristate.y if found == {True} else Tristate.n
                return value, value

    def initial(self, name: str) -> Bounds:
        """What a name may be worth before anything narrows it."""
        symbol = self._config.model.symbols.get(name)
        if symbol is not None and symbol.env is not None:
            value = self._config.tristate(name)
            return value, value
        if name in self._config.model.choices:
            return ANY
        return self._constants(name) if self.is_tristate(name) else _NEVER
