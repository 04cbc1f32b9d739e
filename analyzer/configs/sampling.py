"""Random configs, thousands at a time, and questions to all of them.

Enters: a model, its program, how many, and a seed. Leaves: `Sample`. Must hold: the same seed gives the same configs;
every one is what conf would make of the random answers.

The distribution is that of the answers, not of the configs that they lead to: every symbol with a prompt is answered, a
bool y with probability 1/2, a tristate y, m and n with 85/256, 85/256 and 86/256 (conf --randconfig has 33, 33 and 34
of 100); in a choice every member is equally likely to be the one answered y. Numbers and texts keep their defaults. As
in randconfig, most answers to symbols that are not visible count for nothing, so options deep below others are rarer
than one in two.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.configs.answers import Accepted, Answers
from analyzer.configs.program import OrderStep, Program
from analyzer.configs.resolve import Lane, config_of
from analyzer.configs.run import Planes, run
from analyzer.configs.steps import widened
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.expr import (
    And,
    Compare,
    Const,
    Expr,
    Location,
    Not,
    Operand,
    Or,
    Ref,
    SymbolType,
    Tristate,
    compare,
    holds,
)
from analyzer.model.kconfig import KconfigModel, OutOfRange
from analyzer.model.tree import SourceTree

BLOCK = 8192
"""Lanes of one pass: wide enough for the arithmetic to count, narrow enough for the processor's cache."""
WIDE = 16 * BLOCK
"""Lanes from which on compiling the program to one function pays."""

Mask = tuple[int, int]
"""The lanes in which something is y, and those in which it is m or y."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One block of random configs, resolved. `lanes` is how many, `planes` their values."""

    tree: SourceTree
    model: KconfigModel
    answers: Answers
    planes: Planes
    lanes: int

    def where(self, expr: Expr) -> Mask:
        """The lanes in which `expr` is y, and in which it is m or y."""
        ones = self.planes.ones
        match expr:
            case Const(text):
                return (ones if text == "y" else 0, ones if text in ("m", "y") else 0)
            case Ref(name):
                tri = self.planes.program.values.get(name) or self.planes.program.choices.get(name)
                return (0, 0) if tri is None else (self.planes.gates[tri[0]], self.planes.gates[tri[1]])
            case Not(operand):
                hi, lo = self.where(operand)
                return ones & ~lo, ones & ~hi
            case And(operands):
                hi = lo = ones
                for operand in operands:
                    h, low = self.where(operand)
                    hi, lo = hi & h, lo & low
                return hi, lo
            case Or(operands):
                hi = lo = 0
                for operand in operands:
                    h, low = self.where(operand)
                    hi, lo = hi | h, lo | low
                return hi, lo
            case Compare(op, left, right):
                lanes = 0
                for text, here, type_ in self._texts(left):
                    for other, there, other_type in self._texts(right):
                        order = compare(Operand(text=text, type=type_), Operand(text=other, type=other_type))
                        if holds(op, order):
                            lanes |= here & there
                return lanes, lanes

    def _texts(self, side: Ref | Const) -> Iterator[tuple[str, int, SymbolType]]:
        """The texts of a name or constant, the lanes that have each, and the type."""
        program, ones = self.planes.program, self.planes.ones
        name = side.text if isinstance(side, Const) else side.name
        symbol = self.model.symbols.get(name) if isinstance(side, Ref) else None
        if symbol is None:
            yield name, ones, "tristate" if isinstance(side, Const) and name in ("n", "m", "y") else "unknown"
        elif name in program.values:
            hi, lo = self.where(side)
            for text, mask in (("y", hi), ("m", lo & ~hi), ("n", ones & ~lo)):
                yield text, mask, symbol.type
        elif name in program.texts:
            for text, mask in self.planes.texts[program.texts[name]]:
                yield text, mask, symbol.type
        else:
            yield name, ones, "unknown"

    def config(self, lane: int) -> ResolvedConfig:
        """One of the configs with all that a ResolvedConfig has, reasons included; it is resolved again by itself."""
        found: dict[str, tuple[str, Assignment]] = {}
        place = Location(path=f"random config {lane}", line=0)
        for name, given in self.planes.program.inputs.items():
            if self.answers.planes[given.assigned - 2] >> lane & 1:
                value = Tristate(
                    (self.answers.planes[given.hi - 2] >> lane & 1) + (self.answers.planes[given.lo - 2] >> lane & 1)
                )
                found[name] = (str(value), Assignment(name=name, value=str(value), location=place))
        source = ConfigSource(name=place.path, assignments=tuple(a for _, a in found.values()))
        accepted = Accepted(values=found, ignored=(), rejected=())
        single = Answers(
            planes=tuple(plane >> lane & 1 for plane in self.answers.planes),
            ones=1,
            texts={},
            orders={key: ((order, 1),) for key, ((order, _),) in self.answers.orders.items()},
            checked=0,
        )
        planes = _run(self.model, self.planes.program, single)
        return config_of(self.tree, self.model, planes, 0, Lane(source=source, whole=source, accepted=accepted))


def sample(tree: SourceTree, model: KconfigModel, program: Program, count: int, seed: int) -> Iterator[Sample]:
    """`count` random configs, in blocks of at most `BLOCK`."""
    source = random.Random(seed)
    wide = widened(program) if count >= WIDE else None
    while count > 0:
        lanes = min(count, BLOCK)
        answers = random_answers(program, lanes, source)
        planes = run(program, answers, drops_out_of_range=_drops(model), wide=wide)
        yield Sample(tree=tree, model=model, answers=answers, planes=planes, lanes=lanes)
        count -= lanes


def _run(model: KconfigModel, program: Program, answers: Answers) -> Planes:
    return run(program, answers, drops_out_of_range=_drops(model))


def _drops(model: KconfigModel) -> bool:
    return model.dialect.out_of_range is OutOfRange.DROPPED


def random_answers(program: Program, lanes: int, source: random.Random) -> Answers:
    """Random answers for `lanes` configs, distributed as the module says."""
    ones = (1 << lanes) - 1
    planes = [0] * program.circuit.inputs
    for given in program.inputs.values():
        planes[given.assigned - 2] = ones
        if given.hi == given.lo:
            planes[given.hi - 2] = source.getrandbits(lanes)
        else:
            yes = _rare(source, lanes, 85, 8)
            # Of those that are not y, m in 85 of 171: close to one in two.
            planes[given.hi - 2] = yes
            planes[given.lo - 2] = yes | (source.getrandbits(lanes) & ~yes & ones)
    for given in program.inputs.values():
        if given.in_choice:
            planes[given.hi - 2] = planes[given.lo - 2] = 0
    orders = {step.choice: ((step.members, ones),) for step in program.steps if isinstance(step, OrderStep)}
    for members in (*(tuple(c.picks) for c in program.choice_inputs.values()), *(o[0][0] for o in orders.values())):
        for name, mask in zip(members, _one_of(source, lanes, len(members)), strict=True):
            if name in program.inputs:
                planes[program.inputs[name].hi - 2] = planes[program.inputs[name].lo - 2] = mask
    for choice in program.choice_inputs.values():
        planes[choice.hi - 2] = planes[choice.lo - 2] = ones
        for name, slot in choice.picks.items():
            planes[slot - 2] = planes[program.inputs[name].hi - 2] if name in program.inputs else 0
    return Answers(planes=tuple(planes), ones=ones, texts={}, orders=orders, checked=0)


def _rare(source: random.Random, lanes: int, share: int, bits: int) -> int:
    """A plane in which each bit is set with probability `share` / 2^`bits`."""
    plane = 0
    for bit in range(bits):
        draw = source.getrandbits(lanes)
        plane = plane | draw if share >> bit & 1 else plane & draw
    return plane


def _one_of(source: random.Random, lanes: int, count: int) -> Iterator[int]:
    """`count` planes, of which exactly one has each bit, all equally likely (to 1 in 65,536)."""
    free = (1 << lanes) - 1
    for left in range(count, 1, -1):
        taken = free & _rare(source, lanes, 65536 // left, 16)
        free &= ~taken
        yield taken
    if count:
        yield free
