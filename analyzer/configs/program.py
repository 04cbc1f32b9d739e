"""What a Kconfig model compiles to: a circuit, the steps that are not bitwise, and where each symbol's planes lie.

Enters: nothing. Leaves: `Program` and the steps `TextStep`, `CompareStep`, `OrderStep`. Must hold: a tristate is two
planes, `hi` (the value is y) and `lo` (the value is m or y), hi never without lo, so that && is and, || is or, and !
swaps and complements them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analyzer.configs.circuit import FALSE, TRUE, Circuit
from analyzer.model.expr import CompareOp, SymbolType, Tristate

Tri = tuple[int, int]
"""The gates, or the slots, of one tristate: (hi, lo)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOperand:
    """Where a text comes from: the constant `text`, a tristate's planes `tri`, or the earlier TextStep `step`."""

    type: SymbolType
    text: str = ""
    tri: Tri | None = None
    step: int | None = None

    def reads(self) -> tuple[int, ...]:
        """The planes that it needs."""
        return self.tri or ()

    def after(self) -> tuple[int, ...]:
        """The steps that it needs."""
        return () if self.step is None else (self.step,)

    def placed(self, slots: Mapping[int, int]) -> TextOperand:
        """The same with slots for gates."""
        return self if self.tri is None else replace(self, tri=(slots[self.tri[0]], slots[self.tri[1]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDefault:
    """A default of an int, hex or string symbol: the plane of its condition and its value."""

    condition: int
    value: TextOperand


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRange:
    """A range of an int or hex symbol: the plane of its condition and the two bounds."""

    condition: int
    low: TextOperand
    high: TextOperand


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStep:
    """The value of an int, hex or string symbol (the second half of sym_calc_value() in scripts/kconfig/symbol.c).

    `visible` is the plane in which a user's value counts, `empty` the value without any default.
    """

    name: str
    type: SymbolType
    visible: int
    defaults: tuple[TextDefault, ...]
    ranges: tuple[TextRange, ...]
    empty: str

    @property
    def reads(self) -> tuple[int, ...]:
        """The planes that it needs."""
        return (
            self.visible,
            *(d.condition for d in self.defaults),
            *(r.condition for r in self.ranges),
            *(plane for operand in self._operands() for plane in operand.reads()),
        )

    @property
    def after(self) -> tuple[int, ...]:
        """The steps that it needs."""
        return tuple(step for operand in self._operands() for step in operand.after())

    @property
    def width(self) -> int:
        """It gives no plane, but a text."""
        return 0

    def placed(self, slots: Mapping[int, int]) -> TextStep:
        """The same with slots for gates."""
        return replace(
            self,
            visible=slots[self.visible],
            defaults=tuple(
                TextDefault(condition=slots[d.condition], value=d.value.placed(slots)) for d in self.defaults
            ),
            ranges=tuple(
                TextRange(condition=slots[r.condition], low=r.low.placed(slots), high=r.high.placed(slots))
                for r in self.ranges
            ),
        )

    def _operands(self) -> tuple[TextOperand, ...]:
        return (*(d.value for d in self.defaults), *(o for r in self.ranges for o in (r.low, r.high)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareStep:
    """A comparison in which a text takes part; gives one plane."""

    op: CompareOp
    left: TextOperand
    right: TextOperand

    @property
    def reads(self) -> tuple[int, ...]:
        """The planes that it needs."""
        return (*self.left.reads(), *self.right.reads())

    @property
    def after(self) -> tuple[int, ...]:
        """The steps that it needs."""
        return (*self.left.after(), *self.right.after())

    @property
    def width(self) -> int:
        """One plane."""
        return 1

    def placed(self, slots: Mapping[int, int]) -> CompareStep:
        """The same with slots for gates."""
        return replace(self, left=self.left.placed(slots), right=self.right.placed(slots))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStep:
    """Which member of a choice is y where the order of the user's answers matters (sym_calc_choice() from 6.11 on).

    Per member, in the order of the menu: `visible`, `assigned` (the user gave a value), `chosen` (… and it was y) and
    `default` (it is the default when nothing else decides). Gives one plane per member.
    """

    choice: str
    members: tuple[str, ...]
    visible: tuple[int, ...]
    assigned: tuple[int, ...]
    chosen: tuple[int, ...]
    default: tuple[int, ...]

    @property
    def reads(self) -> tuple[int, ...]:
        """The planes that it needs."""
        return (*self.visible, *self.assigned, *self.chosen, *self.default)

    @property
    def after(self) -> tuple[int, ...]:
        """It needs no step."""
        return ()

    @property
    def width(self) -> int:
        """One plane per member."""
        return len(self.members)

    def placed(self, slots: Mapping[int, int]) -> OrderStep:
        """The same with slots for gates."""

        def planes(gates: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(slots[gate] for gate in gates)

        return replace(
            self,
            visible=planes(self.visible),
            assigned=planes(self.assigned),
            chosen=planes(self.chosen),
            default=planes(self.default),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolInput:
    """The input planes of a symbol that a user can set: `assigned`, and the value given (`hi` is `lo` for a bool).

    `in_choice` and `allnoconfig_y` are what the all*config targets ask about it.
    """

    assigned: int
    hi: int
    lo: int
    in_choice: bool = False
    allnoconfig_y: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceInput:
    """The input planes of a choice under the old rules: its own value, and which member was last set to y."""

    hi: int
    lo: int
    picks: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A model, compiled. All planes are slots of `circuit`.

    `inputs` holds the tristate symbols with a prompt, `choice_inputs` the choices of the old rules. `values` and
    `choices` give where the results lie, `visible` the visibility of every symbol and choice, `written` the plane in
    which .config mentions the symbol, `forced` the one in which a select
    exceeds its direct dependency, `texts` the step that computes an int, hex or string symbol.
    """

    circuit: Circuit
    steps: tuple[TextStep | CompareStep | OrderStep, ...]
    inputs: Mapping[str, SymbolInput]
    choice_inputs: Mapping[str, ChoiceInput]
    values: Mapping[str, Tri]
    choices: Mapping[str, Tri]
    visible: Mapping[str, Tri]
    written: Mapping[str, int]
    forced: Mapping[str, int]
    texts: Mapping[str, int]

    def bounds(self, name: str) -> tuple[Tristate, Tristate]:
        """The lowest and the highest value that a bool or tristate symbol may have, as far as folding constants
        tells."""
        hi, lo = self.values[name]
        lowest = Tristate.y if hi == TRUE else Tristate.m if lo == TRUE else Tristate.n
        highest = Tristate.n if lo == FALSE else Tristate.m if hi == FALSE else Tristate.y
        return lowest, highest
