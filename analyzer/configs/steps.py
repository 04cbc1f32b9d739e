"""The steps of a program that are not bitwise: comparisons, numbers and texts, the order in which a choice is answered.

Enters: planes by slot, the texts of each lane. Leaves: the planes of a step. Must hold: lanes that see the same values
are worked out once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from analyzer.configs.answers import Answers
from analyzer.configs.program import CompareStep, OrderStep, Program, TextOperand, TextStep
from analyzer.configs.wide import Wide, widen
from analyzer.model.expr import Operand, compare, holds

Gates = Mapping[int, int] | Sequence[int]
"""Planes by slot: of all gates, or of those that were asked for."""


Texts = tuple[tuple[str, int], ...]
"""Texts and the lanes that have each."""


def widened(program: Program) -> Wide:
    """The program's values as one function; takes seconds to make."""
    wanted = [slot for tri in (*program.values.values(), *program.choices.values()) for slot in tri]
    return widen(program.circuit, wanted, [s.reads for s in program.steps], [s.after for s in program.steps])


class Runner:
    def __init__(self, program: Program, answers: Answers, checked: int) -> None:
        self._program = program
        self._answers = answers
        self._checked = checked
        self.texts: list[Texts] = [()] * len(program.steps)

    def step(self, number: int, planes: Gates) -> Sequence[int]:
        step = self._program.steps[number]
        match step:
            case TextStep():
                self.texts[number] = self._text(step, planes)
                return ()
            case CompareStep():
                return (self._compare(step, planes),)
            case OrderStep():
                return self._order(step, planes)

    def _partition(self, operand: TextOperand, planes: Gates) -> Texts:
        """The texts of an operand and the lanes that have each."""
        if operand.step is not None:
            return self.texts[operand.step]
        ones = self._answers.ones
        if operand.tri is None:
            return ((operand.text, ones),)
        hi, lo = planes[operand.tri[0]], planes[operand.tri[1]]
        return tuple((text, mask) for text, mask in (("y", hi), ("m", lo & ~hi), ("n", ones & ~lo)) if mask)

    def _compare(self, step: CompareStep, planes: Gates) -> int:
        result = 0
        rights = self._partition(step.right, planes)
        for text, here in self._partition(step.left, planes):
            left = Operand(text=text, type=step.left.type)
            for other, there in rights:
                both = here & there
                if both and holds(step.op, compare(left, Operand(text=other, type=step.right.type))):
                    result |= both
        return result

    def _text(self, step: TextStep, planes: Gates) -> Texts:
        found: dict[str, int] = {}
        free = self._answers.ones
        for text, mask in self._answers.texts.get(step.name, ()):
            counts = mask & planes[step.visible]
            if counts and step.ranges and self._checked:
                counts &= ~(self._checked & self._outside(step, text, counts, planes))
            if counts:
                found[text] = counts
                free &= ~counts
        for default in step.defaults:
            holding = free & planes[default.condition]
            if holding:
                free &= ~holding
                for text, mask in self._partition(default.value, planes):
                    if mask & holding:
                        found[text] = found.get(text, 0) | (mask & holding)
        if free:
            found[step.empty] = found.get(step.empty, 0) | free
        return self._clamped(step, found, planes) if step.ranges else tuple(found.items())

    def _clamped(self, step: TextStep, found: dict[str, int], planes: Gates) -> Texts:
        """sym_validate_range()."""
        result: dict[str, int] = {}
        for text, mask in found.items():
            rest = mask
            for low, high, lanes in self._bounds(step, mask, planes):
                rest &= ~lanes
                value = number(text, _BASE[step.type])
                moved = text
                if value < number(low[0], low[1]):
                    moved = low[0]
                elif value > number(high[0], high[1]):
                    moved = high[0]
                result[moved] = result.get(moved, 0) | lanes
            if rest:
                result[text] = result.get(text, 0) | rest
        return tuple(result.items())

    def _outside(self, step: TextStep, text: str, mask: int, planes: Gates) -> int:
        """The lanes of `mask` in which `text` is out of its range (sym_string_within_range())."""
        value = number(text, _BASE[step.type])
        outside = 0
        for low, high, lanes in self._bounds(step, mask, planes):
            if not number(low[0], low[1]) <= value <= number(high[0], high[1]):
                outside |= lanes
        return outside

    def _bounds(self, step: TextStep, mask: int, planes: Gates) -> list[tuple[tuple[str, int], tuple[str, int], int]]:
        """The first range that holds, per lane of `mask`: both bounds with their base, and the lanes.

        A bound that is an int or hex symbol is read by its own type, anything else by that of the symbol
        (sym_get_range_val()).
        """
        base = _BASE[step.type]
        found = []
        for line in step.ranges:
            holding = mask & planes[line.condition]
            mask &= ~holding
            if not holding:
                continue
            for low, below in self._partition(line.low, planes):
                for high, above in self._partition(line.high, planes):
                    lanes = holding & below & above
                    if lanes:
                        found.append(
                            ((low, _BASE.get(line.low.type, base)), (high, _BASE.get(line.high.type, base)), lanes)
                        )
        return found

    def _order(self, step: OrderStep, planes: Gates) -> list[int]:
        """sym_calc_choice() from 6.11 on."""
        ones = self._answers.ones
        index = {name: i for i, name in enumerate(step.members)}
        visible = [planes[slot] for slot in step.visible]
        assigned = [planes[slot] for slot in step.assigned]
        chosen = [planes[slot] for slot in step.chosen]
        picked = [0] * len(step.members)
        orders = list(self._answers.orders.get(step.choice, ()))
        seen = 0
        for _, mask in orders:
            seen |= mask
        if ones & ~seen:
            orders.append(((), ones & ~seen))
        for order, lanes in orders:
            free = lanes
            # The last member that was answered y, where it can be seen.
            for i in (index[name] for name in order if name in index):
                taken = free & visible[i] & chosen[i]
                picked[i] |= taken
                free &= ~taken
            # The default, unless it was answered n; then the first that nobody answered.
            for i, slot in enumerate(step.default):
                taken = free & planes[slot] & ~(assigned[i] & ~chosen[i])
                picked[i] |= taken
                free &= ~taken
            for i in range(len(step.members)):
                taken = free & visible[i] & ~assigned[i]
                picked[i] |= taken
                free &= ~taken
            # All were answered n: the one that was answered first.
            for i in (index[name] for name in reversed(order) if name in index):
                taken = free & visible[i]
                picked[i] |= taken
                free &= ~taken
        return picked


_BASE = {"int": 10, "hex": 16}


_MANY = 100


_NUMBER = {
    10: re.compile(r"\s*([+-]?[0-9]+)"),
    16: re.compile(r"\s*([+-]?(?:0[xX](?=[0-9a-fA-F]))?[0-9a-fA-F]+)"),
}


def number(text: str, base: int) -> int:
    """What strtoll(text, NULL, base) gives: the longest number that `text` begins with, 0 without any, and the nearest
    that 64 bits hold."""
    match = _NUMBER[base].match(text)
    if match is None:
        return 0
    digits = match[1].lstrip("+-0xX")
    # Python refuses to read thousands of digits, and what has more than 19 is beyond 64 bits anyway.
    value = int(digits or "0", base) if len(digits) < _MANY else 1 << 64
    return min((1 << 63) - 1, value) if not match[1].startswith("-") else max(-(1 << 63), -value)
