"""One config with other answers to a few symbols, many times over, in one pass.

Enters: a Program, a flat ConfigSource (no base, no extras), and per variant what is answered otherwise. Leaves: the
values of symbols in each variant. Must hold: a variant gives what `resolve` gives for the source with the variant's
lines behind its own.

The inputs of the source are made once and spread over all lanes, which is what makes a thousand variants cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from analyzer.configs.answers import Answers, accept, prepare
from analyzer.configs.program import Program
from analyzer.configs.run import Planes, run
from analyzer.model.config import ConfigSource
from analyzer.model.kconfig import KconfigModel, OutOfRange

_T = TypeVar("_T")


def vary(model: KconfigModel, program: Program, source: ConfigSource, off: Sequence[Sequence[str]]) -> Planes:
    """A run with one lane per entry of `off`, in which the bool and tristate symbols named there are answered n.

    Members of choices cannot be varied so, since what they are answered depends on their order.
    """
    base = prepare(program, model, [(source, accept(model, source.assignments))])
    ones = (1 << len(off)) - 1
    planes = [ones if plane else 0 for plane in base.planes]
    for lane, names in enumerate(off):
        for name in names:
            given = program.inputs[name]
            # Slots 0 and 1 are the constants, the inputs follow.
            planes[given.assigned - 2] |= 1 << lane
            planes[given.lo - 2] &= ~(1 << lane)
            planes[given.hi - 2] &= ~(1 << lane)
    answers = Answers(
        planes=tuple(planes),
        ones=ones,
        texts={name: _spread(texts, ones) for name, texts in base.texts.items()},
        orders={key: _spread(orders, ones) for key, orders in base.orders.items()},
        checked=ones if base.checked else 0,
    )
    return run(program, answers, drops_out_of_range=model.dialect.out_of_range is OutOfRange.DROPPED)


def _spread(found: Sequence[tuple[_T, int]], ones: int) -> tuple[tuple[_T, int], ...]:
    return tuple((what, ones) for what, _ in found)
