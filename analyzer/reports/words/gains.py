"""Says what a config gains in bytes, for the reports of causes and fixes.

Enters: `Gain` values, possibly none. Leaves: texts. Must hold: nothing is said where nothing was measured; a figure
of a config near says so wherever it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.estimate import Interval
    from analyzer.model.gain import Gain, GainBasis

_BASES: dict[GainBasis, str] = {
    "builds": "builds in the ledger",
    "gates": "measured gates",
    "options": "the options measured in it",
}


def amount(size: Interval) -> str:
    """`+1,771 bytes`, `-3,251 ±194 bytes`.

    >>> from analyzer.model.estimate import Interval, exactly
    >>> amount(exactly(1771)), amount(Interval(low=-3445, value=-3251, high=-3057))
    ('+1,771 bytes', '-3,251 ±194 bytes')
    """
    doubt = max(size.high - size.value, size.value - size.low)
    return f"{signed(size.value)}{f' ±{doubt:,}' if doubt else ''} bytes"


def signed(size: int) -> str:
    """Bytes with their sign.

    >>> signed(0), signed(1000)
    ('0', '+1,000')
    """
    return f"{size:+,}" if size else "0"


def told(gain: Gain | None) -> str:
    """`+1,771 bytes in tinyconfig`: what is gained, and where that was measured if elsewhere; "" where nobody knows."""
    if gain is None:
        return ""
    return amount(gain.bytes) + (f" as in {gain.near}" if gain.near else "")


def grounds(gains: Iterable[Gain]) -> str:
    """On what some gains rest, and how many on each."""
    counts = Counter(_BASES.get(one.basis) or f"the options of {one.near}, which is near" for one in gains)
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{number:,} by {what}" for what, number in counts.most_common())
