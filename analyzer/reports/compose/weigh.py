"""Composes the report of `kweigh weigh`: what every option of a config weighs.

Enters: an `OptionTable`, the builds that are left. Leaves: a `Report` (`kweigh.weigh/1`). Must hold: the heaviest
first; what was built alone and what was told apart from shared builds can be seen; what has no number has a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Facts, Heading, Json, Paragraph, Phrase, Records, Report, Row, Table
from analyzer.reports.words.forms import interval_json
from analyzer.reports.words.phrases import LONGEST_TABLE, needed, say

if TYPE_CHECKING:
    from analyzer.model.boot import Booted
    from analyzer.model.known import Onward
    from analyzer.model.option import OptionTable, OptionWeight


_LEGEND = (
    "content: bytes of vmlinux.o's sections that an option adds when it is turned on (NAME=n: off), with the symbols "
    "that change with it (with) and the objects that come, go or change. built: alone, or told apart from so many "
    "builds that it shared with others; doubt is what others of them could explain as well."
)

_OF_MEMORY = (
    "memory: bytes that a booted kernel has less of free memory once init runs; of the config with what a boot needs, "
    "under qemu."
)


def weigh(found: OptionTable, onward: Onward, booted: Booted | None = None) -> Report:
    """The report on all options, on the builds that would say more, and what came of boots."""
    weights = tuple(sorted(found.weights, key=lambda one: (-abs(one.content.value), one.symbol)))
    label = f"{found.config} on {found.tree} {found.arch}"
    rows: list[tuple[str, Phrase]] = [
        ("config", say(label)),
        ("compiler", say(found.compiler)),
        ("content", say(f"{found.content:,} bytes as it is")),
        ("options", say(_counts(found))),
        ("builds", say(f"{found.builds:,} measured") + (say(", ") + needed(onward) if onward.builds else ())),
    ]
    if booted is not None:
        rows.append(("boots", say(f"{booted.done:,} reached init")))
        rows += [("", (*say(name, "name"), *say(f": {reason}", "warn"))) for name, reason in booted.failed]
    blocks: list[Block] = [Facts(rows=tuple(rows))]
    if weights:
        blocks.append(_table(weights))
        blocks.append(Paragraph(phrase=say(_LEGEND)))
        if any(one.memory for one in weights):
            blocks.append(Paragraph(phrase=say(_OF_MEMORY)))
    blocks += _failed(found)
    return Report(
        schema="kweigh.weigh/1",
        title=f"What every option weighs in {label}",
        blocks=tuple(blocks),
        data=_data(found, weights, onward),
        records=Records(
            columns=("symbol", "value", "low", "content", "high", "symbols", "objects", "how", "memory"),
            rows=tuple(
                (
                    one.symbol,
                    one.value,
                    str(one.content.low),
                    str(one.content.value),
                    str(one.content.high),
                    str(one.changes),
                    str(one.objects),
                    _how(one),
                    "" if one.memory is None else str(one.memory.taken),
                )
                for one in weights
            ),
        ),
    )


def _counts(found: OptionTable) -> str:
    parts = [f"{len(found.weights):,} weighed"]
    if found.missing:
        parts.append(f"{len(found.missing):,} not yet")
    if found.failed:
        parts.append(f"{len(found.failed):,} cannot be")
    return ", ".join(parts)


def _how(one: OptionWeight) -> str:
    return "alone" if one.alone else f"{one.builds} shared"


def _table(weights: tuple[OptionWeight, ...]) -> Table:
    booted = any(one.memory for one in weights)
    return Table(
        columns=(
            Column(title="option"),
            Column(title="content", align="right"),
            Column(title="doubt", align="right"),
            *([Column(title="memory", align="right")] if booted else []),
            Column(title="with", align="right"),
            Column(title="objects", align="right"),
            Column(title="built"),
        ),
        rows=tuple(
            Row(
                cells=(
                    say(one.symbol if one.value == "y" else f"{one.symbol}={one.value}", "name"),
                    say(f"{one.content.value:+,}" if one.content.value else "0"),
                    say(f"±{one.content.width // 2:,}" if one.content.width else ""),
                    *([say(_memory(one))] if booted else []),
                    say(f"{len(one.follows):,}" if one.follows else ""),
                    say(f"{one.objects:,}"),
                    say(_how(one)),
                )
            )
            for one in weights
        ),
        most=LONGEST_TABLE,
    )


def _memory(one: OptionWeight) -> str:
    if one.memory is None:
        return ""
    return f"{one.memory.taken:+,}" if one.memory.taken else "0"


def _failed(found: OptionTable) -> Iterator[Block]:
    if not found.failed:
        return
    yield Heading(text="Without a number")
    yield Table(
        columns=(Column(title="option"), Column(title="because")),
        rows=tuple(Row(cells=(say(name, "name"), say(reason))) for name, reason in found.failed),
        most=LONGEST_TABLE,
    )
    yield Paragraph(phrase=say("They were tried and have no weight here, which is not the same as weighing nothing."))


def _data(found: OptionTable, weights: tuple[OptionWeight, ...], onward: Onward) -> dict[str, Json]:
    return {
        "config": found.config,
        "tree": found.tree,
        "arch": found.arch,
        "compiler": found.compiler,
        "content": found.content,
        "builds": found.builds,
        "left": onward.builds,
        "seconds": None if onward.seconds is None else round(onward.seconds),
        "timed": onward.timed,
        "command": onward.command if onward.builds else None,
        "options": [
            {
                "symbol": one.symbol,
                "value": one.value,
                "symbols": one.changes,
                "content": interval_json(one.content),
                "classes": [{"class": kind, "bytes": size} for kind, size in one.classes.items()],
                "objects": one.objects,
                "alone": one.alone,
                "builds": one.builds,
                "memory": None
                if one.memory is None
                else {
                    "taken": one.memory.taken,
                    "reserved": one.memory.reserved,
                    "machine": one.memory.machine,
                },
            }
            for one in weights
        ],
        "missing": list(found.missing),
        "failed": [{"symbol": name, "reason": reason} for name, reason in found.failed],
    }
