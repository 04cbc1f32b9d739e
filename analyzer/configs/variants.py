"""One config with other answers to a few symbols, many times over, in one pass.

Enters: a Program, a flat ConfigSource (no base, no extras, nothing that a target fills in), and per variant what is
answered otherwise. Leaves: the values of symbols in each variant. Must hold: a variant gives what `resolve` gives for
the source with the variant's lines behind its own.

The inputs of the source are made once and spread over all lanes, which is what makes thousands of variants cheap: a
pass over 13,000 costs what three resolutions do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from analyzer.configs.answers import Answers, accept, prepare
from analyzer.configs.program import ChoiceInput, Program
from analyzer.configs.run import Planes, run
from analyzer.model.config import ConfigSource
from analyzer.model.kconfig import ChoiceRules, KconfigModel, OutOfRange

_T = TypeVar("_T")

Answered = Mapping[str, str]
"""What a variant answers: names and values, unquoted, in the order of its lines."""


class Variants:
    """The variants of one source; made once, run for as many variants as there are questions."""

    def __init__(self, model: KconfigModel, program: Program, source: ConfigSource) -> None:
        self._program = program
        self._drops = model.dialect.out_of_range is OutOfRange.DROPPED
        self._legacy = model.dialect.choices is ChoiceRules.SYMBOL
        self._base = prepare(program, model, [(source, accept(model, source.assignments))])
        self._choice = {name: choice.key for choice in model.choices.values() for name in choice.members}

    def run(self, variants: Sequence[Answered]) -> Planes:
        """A run with one lane per entry of `variants`. Raises KeyError for no symbol that a user can answer."""
        base, ones = self._base, (1 << len(variants)) - 1
        lanes = _Lanes(planes=[ones if plane else 0 for plane in base.planes])
        texts: dict[str, dict[str, int]] = {}
        orders = {key: dict(_spread(found, ones)) for key, found in base.orders.items()}
        for lane, answered in enumerate(variants):
            for name, value in answered.items():
                if name in self._program.texts:
                    texts.setdefault(name, {}).setdefault(value, 0)
                    texts[name][value] |= 1 << lane
                elif name in self._program.inputs:
                    self._answer(lanes, name, value, 1 << lane)
            if not self._legacy:
                self._reorder(orders, answered, 1 << lane)
        answers = Answers(
            planes=tuple(lanes.planes),
            ones=ones,
            texts={
                **{name: _spread(found, ones) for name, found in base.texts.items()},
                **{name: self._over(name, found, ones) for name, found in texts.items()},
            },
            orders={key: tuple(found.items()) for key, found in orders.items()},
            checked=ones if base.checked else 0,
        )
        return run(self._program, answers, drops_out_of_range=self._drops)

    def _answer(self, lanes: _Lanes, name: str, value: str, bit: int) -> None:
        given = self._program.inputs[name]
        lanes.set(given.assigned, bit, on=True)
        lanes.set(given.lo, bit, on=value != "n")
        if given.hi != given.lo:
            lanes.set(given.hi, bit, on=value == "y")
        choice = self._program.choice_inputs.get(self._choice.get(name, ""))
        if choice is not None:
            _pick(lanes, choice, name, value, bit)

    def _reorder(self, orders: dict[str, dict[tuple[str, ...], int]], answered: Answered, bit: int) -> None:
        """Every member that is answered moves to the head of its choice, as in conf_read_simple() from 6.11 on."""
        for key in {self._choice[name] for name in answered if name in self._choice}:
            found = orders.setdefault(key, {})
            before = next((order for order, lanes in found.items() if lanes & bit), ())
            if before in found:
                found[before] &= ~bit
            moved = [name for name in answered if self._choice.get(name) == key]
            order = (*reversed(moved), *(name for name in before if name not in answered))
            found[order] = found.get(order, 0) | bit

    def _over(self, name: str, found: Mapping[str, int], ones: int) -> tuple[tuple[str, int], ...]:
        """The texts that variants give, and what the source gives in all other lanes."""
        rest = ones
        for lanes in found.values():
            rest &= ~lanes
        merged = dict(found)
        for text, _ in self._base.texts.get(name, ()):
            merged[text] = merged.get(text, 0) | rest
        return tuple(merged.items())


class _Lanes:
    """Input planes that are being answered."""

    def __init__(self, planes: list[int]) -> None:
        self.planes = planes

    def set(self, slot: int, bit: int, *, on: bool) -> None:
        """Answer in the lane of `bit`; slots 0 and 1 are the constants, the inputs follow."""
        plane = self.planes[slot - 2]
        self.planes[slot - 2] = plane | bit if on else plane & ~bit


def _pick(lanes: _Lanes, choice: ChoiceInput, name: str, value: str, bit: int) -> None:
    """What a member's line says of its choice, as in conf_read_simple() up to 6.10."""
    if value == "y":
        for member, slot in choice.picks.items():
            lanes.set(slot, bit, on=member == name)
        lanes.set(choice.hi, bit, on=True)
    if value != "n":
        lanes.set(choice.lo, bit, on=True)


def _spread(found: Iterable[tuple[_T, int]], ones: int) -> tuple[tuple[_T, int], ...]:
    return tuple((what, ones) for what, _ in found)
