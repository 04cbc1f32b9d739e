"""How far each option of a config reaches, before anything is built with it turned.

Enters: a config that was built, its toggles. Leaves: a `Reach` for each toggle. Must hold: it is found by some
objects' texts, the bytes of some others and the makefiles' text, so that whole trees are sorted in the time of a few
builds; it decides only which builds are shared, never what an option weighs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from analyzer import configs
from analyzer.model.config import ResolvedConfig
from analyzer.model.size import Built
from analyzer.pipeline.build import planning
from analyzer.pipeline.bytes.built import symbols_named
from analyzer.pipeline.bytes.toggles import Toggle, turned
from analyzer.pipeline.opening import OpenTree, Progress, silent
from analyzer.sizes import probes

Extent = Literal["still", "narrow", "middle", "broad"]
"""How far: no line of any probe changes; few; more, but few objects' bytes; so far that the option is built alone."""

_OF_EACH_OBJECT = ("scripts/Makefile.lib", "scripts/Makefile.build")
"""The makefiles that say what is done to an object besides compiling it (objtool)."""
_NARROW = 10
"""Lines of preprocessed text that a narrow option changes at most in the probe where it changes most."""
_BROAD = 500
_EVERYWHERE = 60
"""Lines in one probe, or in every one, with which an option may be broad: then objects are compiled."""
_TOO_MANY = 0.15
"""The share of compiled objects of which a broad option changes bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many lines a toggle changes in each text looked at (None: it cannot be preprocessed), by how many bytes it
    changes each object that was compiled (None: it cannot be; empty: none was), and whether it may change how every
    object is compiled."""

    symbol: str
    lines: tuple[int | None, ...]
    bytes: tuple[int | None, ...] = ()
    flags: bool

    @property
    def everywhere(self) -> bool:
        """Whether the compiler reads another text everywhere."""
        known = [lines for lines in self.lines if lines is not None]
        return len(known) < len(self.lines) or not known or max(known) >= _BROAD or min(known) >= _EVERYWHERE

    @property
    def extent(self) -> Extent:
        """How the toggle shares builds."""
        if self.flags or (self.everywhere and self._share_of_objects > _TOO_MANY):
            return "broad"
        most = max(lines or 0 for lines in self.lines)
        if self.everywhere or most > _NARROW:
            return "middle"
        return "narrow" if most else "still"

    @property
    def _share_of_objects(self) -> float:
        return sum(1 for each in self.bytes if each != 0) / len(self.bytes) if self.bytes else 1.0


def reaches(
    opened: OpenTree, base: ResolvedConfig, toggles: Sequence[Toggle], built: Built, progress: Progress = silent
) -> tuple[Reach, ...]:
    """The reach of each toggle that sticks, in their order."""
    flags, each_object = planning.flags(base), symbols_named(opened.tree, _OF_EACH_OBJECT)
    header = configs.autoconf_h(base)
    texts = probes.texts(built.folder, built.objects, header)
    objects = probes.objects(built.folder, built.objects, header)
    sticking = [toggle for toggle in toggles if toggle.sticks]

    def reach(toggle: Toggle) -> Reach:
        there = turned(opened, base, {toggle.symbol: toggle.value})
        other = configs.autoconf_h(there)
        found = Reach(
            symbol=toggle.symbol,
            lines=tuple(probes.changed_lines(built.folder, probe, other) for probe in texts),
            flags=planning.flags(there) != flags or any(name in each_object for name, _, _ in toggle.changes),
        )
        # What changes text everywhere may still change few objects; nothing else is worth the compiler's time.
        if found.flags or not found.everywhere:
            return found
        return replace(found, bytes=tuple(probes.changed_bytes(built.folder, probe, other) for probe in objects))

    found = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, one in enumerate(pool.map(reach, sticking)):
            progress("how far options reach", done + 1, len(sticking))
            found.append(one)
    return tuple(found)
