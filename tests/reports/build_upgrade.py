"""Upgraded configs, hand-made.

Enters: nothing. Leaves: `Upgraded`. Must hold: as in build_configs.py.
"""

from __future__ import annotations

from analyzer.model.config import Assignment
from analyzer.model.doctor import Remark
from analyzer.model.stranger import STRANGER_KINDS, Stranger
from analyzer.model.upgrade import FATES, Fate, Likeness, Successor, Trace, Upgraded, UpgradedLine
from tests.reports.build_chains import at
from tests.reports.build_configs import REASONS, config

_HEIRS = {"renamed": "renamed", "lost": "renamed", "merged": "merged"}


def _one(fate: Fate, line: int, name: str) -> UpgradedLine:
    there = fate in {"same", "renamed", "lost", "retyped", "decided"}
    likeness = Likeness(
        kind="object", text="drivers/a.o is built for it", weight=4.0, old=at("a/Makefile", 3), new=at("a/Makefile", 4)
    )
    looks = Likeness(kind="help", text="90% of the words are the same", weight=3.6, old=at("K", 1), new=at("K", 2))
    kind = _HEIRS.get(fate)
    number = line % len(STRANGER_KINDS)
    return UpgradedLine(
        assignment=Assignment(name=name, value="n" if line % 20 else "y", location=at("my.config", line)),
        fate=fate,
        line=f"CONFIG_{name}=y" if there else "",
        value="y" if there else None,
        reason=REASONS["DMA_OPS"] if there else None,
        successor=Successor(
            name=name,
            became=(f"{name}_NEW",),
            kind="merged" if kind == "merged" else "renamed",
            evidence=(likeness, looks) if kind == "renamed" else (likeness,),
        )
        if kind
        else None,
        old=Trace(name=name, type="bool", prompt="", location=at("Kconfig", line), objects={"a.o": at("Makefile", 1)})
        if fate in {"removed", "computed"}
        else None,
        stranger=Stranger(name=name, kind=STRANGER_KINDS[number], near="NAME" if number == 2 else "")
        if fate == "stranger"
        else None,
        words=(Remark(by="kweigh", text="what is set does not count", location=at("Kconfig", line)),)
        if fate == "lost"
        else (),
        dropped=(("EXPERT", at("Kconfig", line + 1)),) if fate == "removed" else (),
    )


def upgraded(times: int = 1) -> Upgraded:
    """A line of every fate, `times` over."""
    lines = (_one(fate, 10 * i + at, f"S{i}_{at}") for i in range(times) for at, fate in enumerate(FATES, 1))
    return Upgraded(before=config(), config=config(), lines=tuple(lines))
