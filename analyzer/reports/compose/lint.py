"""Composes the report of `kweigh lint`: faults of a tree that hold for any config.

Enters: `Linted`. Leaves: a `Report` with findings (`kweigh.lint/1`). Must hold: every fault stands with its place;
what may happen with the lines that make it happen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.finding import Finding
from analyzer.model.lint import FAULT_KINDS
from analyzer.model.report import Block, Facts, Heading, Item, Outline, Paragraph, Records, Report
from analyzer.reports.words.forms import location_json
from analyzer.reports.words.phrases import at, counted, joined, say

if TYPE_CHECKING:
    from analyzer.model.lint import Fault, FaultKind, Linted
    from analyzer.model.report import Json, Phrase

_TITLES: dict[FaultKind, tuple[str, str]] = {
    "unmet-select": ("Selects that may go against dependencies", "select"),
    "member-select": ("Selects of a choice's member that may not hold", "selected member"),
    "empty-choice": ("Choices that may show without a member", "choice"),
    "never-on": ("Symbols that no config has on", "symbol"),
    "default-never-taken": ("Defaults that no config takes", "default"),
    "unknown-name": ("Names that no Kconfig file defines", "name"),
    "unknown-in-makefile": ("The same in makefiles", "name"),
    "unknown-in-code": ("The same in code", "name"),
}
_SHORT: dict[FaultKind, str] = {
    "never-on": "never on",
    "default-never-taken": "default never taken",
    "unknown-name": "unknown in Kconfig",
    "unknown-in-makefile": "in makefiles",
    "unknown-in-code": "in code",
}
_WITNESSED: tuple[FaultKind, ...] = ("unmet-select", "member-select", "empty-choice")
_LOOKED_AT = FAULT_KINDS[: FAULT_KINDS.index("unknown-name")]
_MOST = 3
"""Faults of one kind, and lines of a config, that are shown without --all."""
_LINES = 6


def lint(found: Linted, *, whole: bool = False) -> Report:
    """The report; with `whole` every fault is shown."""
    return Report(
        schema="kweigh.lint/1",
        title=f"Faults for any config: {found.tree}",
        blocks=tuple(_blocks(found, whole=whole)),
        data={
            "tree": found.tree,
            "arch": found.arch,
            "looked_at": {str(kind): count for kind, count in found.counts.items()},
            "undecided": list(found.undecided),
            "faults": [fault_json(one) for one in found.faults],
        },
        records=Records(
            columns=("kind", "name", "what", "place", "witness"),
            rows=tuple((f.kind, f.name, f.text, str(f.location), " ".join(f.witness)) for f in found.faults),
        ),
        findings=tuple(
            Finding(rule=f.kind, level="warning", message=fault_message(f), location=f.location, chain=f.lines)
            for f in found.faults
        ),
    )


def fault_json(fault: Fault) -> dict[str, Json]:
    """A fault as JSON has it."""
    return {
        "kind": fault.kind,
        "name": fault.name,
        "text": fault.text,
        "location": location_json(fault.location),
        "lines": [{"text": text, "location": location_json(place)} for text, place in fault.lines],
        "witness": list(fault.witness),
        "more": fault.more,
    }


def fault_message(fault: Fault) -> str:
    """A fault in a sentence, with a config that has it."""
    with_ = f"; it happens with {', '.join(fault.witness)}" if fault.witness else ""
    return f"{fault.text}{with_}"


def _blocks(found: Linted, *, whole: bool) -> Iterator[Block]:
    by_kind = Counter(fault.kind for fault in found.faults)
    looked = ", ".join(f"{by_kind[kind]:,} of {counted(found.counts[kind], _TITLES[kind][1])}" for kind in _LOOKED_AT)
    yield Paragraph(
        phrase=say(
            f"{looked}; {counted(sum(by_kind[kind] for kind in FAULT_KINDS[len(_LOOKED_AT) :]), 'unknown name')}."
        )
    )
    yield from _every_kind(found) if whole else _in_short(found)
    if found.undecided:
        yield Heading(text="Not decided")
        yield Outline(items=tuple(Item(0, say(one, "missing")) for one in found.undecided))


def _every_kind(found: Linted) -> Iterator[Block]:
    for kind in FAULT_KINDS:
        if faults := [fault for fault in found.faults if fault.kind == kind]:
            yield Heading(text=_TITLES[kind][0])
            yield Outline(items=tuple(item for fault in faults for item in fault_items(fault)))


def _in_short(found: Linted) -> Iterator[Block]:
    """What some config has, each with the beginning of one; of the rest the first names of each kind."""
    rows: list[tuple[str, Phrase]] = []
    for kind in FAULT_KINDS:
        faults = [fault for fault in found.faults if fault.kind == kind]
        shown = faults[:_MOST]
        left = f" and {len(faults) - len(shown):,} more" if len(faults) > len(shown) else ""
        if kind in _WITNESSED and faults:
            yield Heading(text=_TITLES[kind][0])
            yield Outline(items=tuple(item for fault in shown for item in _with_a_config(fault)))
            if left:
                yield Paragraph(phrase=say(f"…{left}.", "missing"))
        elif faults:
            rows.append((_SHORT[kind], (*joined([say(one.name, "name") for one in shown]), *say(left))))
    if rows:
        yield Heading(text="What no config has, and names that nothing defines")
        yield Facts(rows=tuple(rows))
    if found.faults:
        yield Paragraph(phrase=say("Every fault with its place, and the lines that it rests on: --all.", "missing"))


def _with_a_config(fault: Fault) -> Iterator[Item]:
    yield Item(0, (*say(fault.text), *at(fault.location)))
    left = len(fault.witness) - _MOST
    more = f" and {counted(left, 'more line')}" if left > 0 else ""
    yield Item(1, (*say("with "), *joined([say(line, "name") for line in fault.witness[:_MOST]]), *say(more)))


def fault_items(fault: Fault) -> Iterator[Item]:
    """A fault with what leads to it, and a config that has it."""
    more = f", and {counted(fault.more, 'more place')}" if fault.more else ""
    yield Item(0, (*say(fault.text), *at(fault.location), *say(more)))
    for text, place in fault.lines[:_LINES]:
        yield Item(1, (*say(text), *at(place)))
    if fault.witness:
        yield Item(1, say("it happens with ") + joined([say(line, "name") for line in fault.witness]))
