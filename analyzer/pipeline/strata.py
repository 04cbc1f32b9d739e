"""How far each option of a config reaches, before anything is built with it turned.

Enters: a config that was built, its flips. Leaves: a `Reach` for each flip. Must hold: it is found by the compiler's
preprocessor and the makefiles' text, so that whole trees are sorted in the time of a few builds; it decides only which
builds are shared, never what an option weighs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from analyzer import configs
from analyzer.model.config import ResolvedConfig
from analyzer.model.size import Built
from analyzer.pipeline.estimating import flag_symbols
from analyzer.pipeline.flips import Flip, turned
from analyzer.pipeline.opening import OpenTree, Progress, silent
from analyzer.sizes import preprocess

Stratum = Literal["still", "narrow", "middle", "broad"]
"""How far: no line of any probe changes; few; more; so many that the option is built alone."""

_NARROW = 10
"""Lines of preprocessed text that a narrow option changes at most in the probe where it changes most."""
_BROAD = 500
_EVERYWHERE = 60
"""Lines that a broad option changes in one probe, or in every one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many lines a flip changes in each probe (None: it cannot be preprocessed), and whether it may change how
    every object is compiled."""

    symbol: str
    lines: tuple[int | None, ...]
    flags: bool

    @property
    def stratum(self) -> Stratum:
        """How the flip shares builds."""
        known = [lines for lines in self.lines if lines is not None]
        if self.flags or len(known) < len(self.lines) or not known:
            return "broad"
        if max(known) >= _BROAD or min(known) >= _EVERYWHERE:
            return "broad"
        if max(known) > _NARROW:
            return "middle"
        return "narrow" if max(known) else "still"


def reaches(
    opened: OpenTree, base: ResolvedConfig, flips: Sequence[Flip], built: Built, progress: Progress = silent
) -> tuple[Reach, ...]:
    """The reach of each flip that sticks, in their order."""
    flags = flag_symbols(opened.tree)
    probes = preprocess.probes(built.folder, built.objects, configs.autoconf_h(base))
    sticking = [flip for flip in flips if flip.sticks]

    def reach(flip: Flip) -> Reach:
        header = configs.autoconf_h(turned(opened, base, {flip.symbol: flip.value}))
        return Reach(
            symbol=flip.symbol,
            lines=tuple(preprocess.changed_lines(built.folder, probe, header) for probe in probes),
            flags=any(name in flags for name, _, _ in flip.changes),
        )

    found = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, one in enumerate(pool.map(reach, sticking)):
            progress("how far options reach", done + 1, len(sticking))
            found.append(one)
    return tuple(found)
