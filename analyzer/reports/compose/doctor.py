"""Composes the diagnosis of fragments.

Enters: a `Diagnosis`. Leaves: the report `kweigh.doctor/1`, its findings among it. Must hold: lost lines come with the
chain that decided and with what brings them back; JSON and CSV have every line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from analyzer.model.doctor import VERDICTS
from analyzer.model.report import Block, Code, Column, Heading, Item, Outline, Paragraph, Report, Row, Table
from analyzer.reports.compose.doctor_lines import (
    LONGEST_FINDING,
    findings,
    line_json,
    records,
    said_of,
    shown_words,
    why_of,
)
from analyzer.reports.words.chain import chain_items
from analyzer.reports.words.commands import command
from analyzer.reports.words.forms import config_json, maybe_missing_json, remedy_json
from analyzer.reports.words.phrases import LONGEST_TABLE, at, say, value
from analyzer.reports.words.remedy import assignment_line, contradiction_items, counted, effect, not_with, unweighed
from analyzer.reports.words.unknown import FEW, strangers

if TYPE_CHECKING:
    from analyzer.model.config import Merge, ResolvedConfig
    from analyzer.model.doctor import Diagnosis, LineState, Remedy
    from analyzer.model.report import Json, Phrase

_LONGEST_CHAIN = 8
"""Lines of a chain that people are shown; JSON has all, and kweigh why draws it."""
_ALONE = 4
"""Lines that one remedy brings back, up to which each is shown with its chain."""


def doctor(diagnosis: Diagnosis, *, unknown: bool = False) -> Report:
    """The report on the lines of fragments; `unknown` tells each line that names no symbol, however many there are."""
    config = diagnosis.config
    strange = [line for line in diagnosis.lines if line.verdict == "unknown"]
    if unknown or len(strange) <= FEW:
        strange = []
    told = [line for line in diagnosis.lines if not strange or line.verdict != "unknown"]
    base = config.origin.source.name if config.origin is not None else ""
    return Report(
        schema="kweigh.doctor/1",
        title=f"{config.source.name} on {config.tree.label}",
        blocks=(
            Paragraph(phrase=merged_as(config)),
            Paragraph(phrase=_summary(diagnosis)),
            *(strangers(strange) if strange else ()),
            *_lost_blocks(diagnosis, [line for line in told if line.is_lost]),
            *_joint_blocks(diagnosis),
            *_unsearched(diagnosis),
            *unweighed(diagnosis.missing),
            *_other_blocks([line for line in told if not line.is_lost]),
        ),
        data={
            "config": config_json(config),
            "base": base,
            "merge": _merge_json(config.source.merge),
            "lines": [line_json(line) for line in diagnosis.lines],
            "unsearched": diagnosis.unsearched,
            "joint": remedy_json(diagnosis.joint) if diagnosis.joint else None,
            "missing": maybe_missing_json(diagnosis.missing),
        },
        records=records(diagnosis),
        findings=tuple(findings(diagnosis)),
    )


def merged_as(config: ResolvedConfig) -> Phrase:
    """How fragments came onto a base, for the heading."""
    merge, origin = config.source.merge, config.origin
    if merge is None or origin is None:
        return ()
    base, flags = origin.source.name, f"{' -n' * (merge.fill == 'n')}{' -y' * merge.builtin}"
    if merge.by == "make":
        way = "as make does (--merge make): one fragment after another, each completed with defaults before the next"
        return say(f"Merged onto {base} {way}.")
    onto = f"the lines of {base}" if config.source.onto_lines else f"the .config that make {base} writes"
    rest = "n" if merge.fill == "n" else "its default"
    return say(f"Merged as merge_config.sh{flags} does: all at once onto {onto}; what nobody sets gets {rest}.")


def _merge_json(merge: Merge | None) -> Json:
    if merge is None:
        return None
    return {"by": merge.by, "fill": merge.fill, "builtin": merge.builtin}


def fixes(diagnosis: Diagnosis) -> Report:
    """What brings lost lines back, for who has seen the verdicts already."""
    report = doctor(diagnosis)
    searched = [line for line in diagnosis.lines if line.remedy is not None and line.verdict != "unknown"]
    return replace(
        report,
        title="Fixes",
        blocks=(
            *_lost_blocks(diagnosis, searched),
            *_joint_blocks(diagnosis),
            *_unsearched(diagnosis),
            *unweighed(diagnosis.missing),
        ),
    )


def _unsearched(diagnosis: Diagnosis) -> Iterator[Block]:
    if diagnosis.unsearched:
        lines = counted(diagnosis.unsearched, "lost line")
        yield Paragraph(phrase=say(f"No fix was looked for for {lines}: --fixes all looks for all, --fixes N for N."))


def _summary(diagnosis: Diagnosis) -> Phrase:
    counts = Counter(line.verdict for line in diagnosis.lines)
    parts = ", ".join(f"{counts[verdict]:,} {verdict}" for verdict in VERDICTS if counts[verdict])
    return say(f"{counted(len(diagnosis.lines), 'line')}: {parts or 'nothing is asked for'}.")


def _lost_blocks(diagnosis: Diagnosis, lost: Sequence[LineState]) -> Iterator[Block]:
    """The lost lines, those together that the same remedy brings back."""
    groups: dict[tuple[str, ...], list[LineState]] = {}
    for line in lost:
        groups.setdefault(_settings(diagnosis, line.remedy) or (line.request.name,), []).append(line)
    if groups:
        yield Heading(text="What is lost")
    for members in groups.values():
        yield Outline(items=tuple(_group_items(diagnosis, members)))


def _settings(diagnosis: Diagnosis, remedy: Remedy | None) -> tuple[str, ...]:
    assignments = remedy.assignments if remedy is not None else ()
    return tuple(assignment_line(diagnosis.config, a.name, a.value) for a in assignments)


def _group_items(diagnosis: Diagnosis, members: Sequence[LineState]) -> Iterator[Item]:
    for line in members:
        yield Item(0, _lost(line))
        yield from (Item(1, said_of(word)) for word in shown_words(line))
        if line.explanation is not None:
            shown = len(members) <= _ALONE and _leads(line)
            chain = list(islice(chain_items(line.explanation), 1, None)) if shown else []
            yield from (Item(item.depth, item.phrase) for item in chain[:_LONGEST_CHAIN])
            if len(chain) > _LONGEST_CHAIN:
                left = counted(len(chain) - _LONGEST_CHAIN, "more line")
                yield Item(1, (*say(f"… and {left}: ", "missing"), command("why", diagnosis.config, line.request.name)))
    # Of a name that nobody knows and of a value that is none, the words have said it, unless more is to be set.
    first = members[0]
    others = [one for one in first.remedy.assignments if one.name != first.request.name] if first.remedy else []
    if first.request.value is not None or others:
        yield from _remedy_items(diagnosis, first.remedy, members)


def _leads(line: LineState) -> bool:
    """Whether the chain says more than that nothing turned on what no line sets, which the words say."""
    assert line.explanation is not None
    first = line.explanation.steps[0]
    return bool(first.evidence) or first.kind != "off" or first.prompted or not line.words


def _lost(line: LineState) -> Phrase:
    phrase = say(line.request.line, "name") + at(line.request.assignment.location) + say(f" is {line.verdict}", "warn")
    if line.verdict == "unknown":
        return phrase + say(f"; {line.hint}" if line.hint else "")
    return phrase + say(f": {line.request.name} is ") + (value(line.value),)


def _remedy_items(diagnosis: Diagnosis, remedy: Remedy | None, members: Sequence[LineState]) -> Iterator[Item]:
    if remedy is None:
        return
    settings = _settings(diagnosis, remedy)
    if settings:
        told = say(", ".join(settings), "name") + say(f" ({effect(remedy)})")
        if len(members) == 1:
            yield Item(1, say("set besides: ", "on") + told)
            return
        # It stands once, below the lines that it is for, and names them.
        for_whom = say(f"For these {len(members)} lines, ") + say(_named(members), "name")
        yield Item(0, for_whom + say(", set besides: ", "on") + told)
    elif remedy.contradiction is not None:
        why = {"impossible": "cannot be had:", "toolchain": f"{not_with(diagnosis.config)}:"}
        yield Item(1, say(why.get(remedy.status, "no way was found, though there may be one:"), "warn"))
        yield from contradiction_items(remedy.contradiction, 2)


def _named(members: Sequence[LineState]) -> str:
    """The symbols of some lines, in a sentence; of very many how many more there are."""
    *names, last = dict.fromkeys(line.request.name for line in members)
    if len(names) >= LONGEST_FINDING:
        return f"{', '.join(names[:LONGEST_FINDING])} and {len(names) + 1 - LONGEST_FINDING:,} more"
    return f"{', '.join(names)} and {last}" if names else last


def _joint_blocks(diagnosis: Diagnosis) -> Iterator[Block]:
    joint = diagnosis.joint
    if joint is None:
        return
    yield Heading(text=f"One fix for {counted(len(joint.wishes), 'lost line')}")
    yield Code(text="\n".join(_settings(diagnosis, joint)), language="kconfig")
    yield Paragraph(phrase=say(f"{effect(joint)[0].upper()}{effect(joint)[1:]}."))


def _other_blocks(lines: Sequence[LineState]) -> Iterator[Block]:
    """A table of the lines that are not lost, but not plainly kept either."""
    shown = [line for line in lines if line.verdict not in {"kept", "redundant"} or line.words]
    if not shown:
        return
    yield Heading(text="Other lines")
    columns = (Column(title="line"), Column(title="verdict"), Column(title="why"))
    rows = (
        Row(
            cells=(
                say(line.request.line, "name") + at(line.request.assignment.location),
                say(line.verdict),
                why_of(line),
            )
        )
        for line in shown
    )
    yield Table(columns=columns, rows=tuple(rows), stack=1, most=LONGEST_TABLE)
