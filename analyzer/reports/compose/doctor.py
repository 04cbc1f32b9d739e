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

from analyzer.model.config import off_in_words
from analyzer.model.doctor import VERDICTS
from analyzer.model.finding import Finding, Level
from analyzer.model.graph import spoken
from analyzer.model.report import Block, Code, Column, Heading, Item, Outline, Paragraph, Records, Report, Row, Table
from analyzer.reports.words.chain import chain_items
from analyzer.reports.words.forms import config_json, location_json, maybe_missing_json, remedy_json, step_json
from analyzer.reports.words.phrases import LONGEST_TABLE, at, plain, say, value
from analyzer.reports.words.remedy import assignment_line, contradiction_items, counted, effect, not_with, unweighed
from analyzer.reports.words.unknown import FEW, strangers

if TYPE_CHECKING:
    from analyzer.model.config import Merge, ResolvedConfig
    from analyzer.model.doctor import Diagnosis, LineState, Remark, Remedy
    from analyzer.model.expr import Location
    from analyzer.model.graph import Step
    from analyzer.model.report import Json, Phrase

_LONGEST_CHAIN = 8
"""Lines of a chain that people are shown; JSON has all, and kweigh why draws it."""
_LONGEST_FINDING = 12
_ALONE = 4
"""Lines that one remedy brings back, up to which each is shown with its chain."""
_LEVELS: dict[str, Level] = {"changed": "error", "dropped": "error", "overridden": "warning"}


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
            "lines": [_line_json(line) for line in diagnosis.lines],
            "unsearched": diagnosis.unsearched,
            "joint": remedy_json(diagnosis.joint) if diagnosis.joint else None,
            "missing": maybe_missing_json(diagnosis.missing),
        },
        records=_records(diagnosis),
        findings=tuple(_findings(diagnosis)),
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
        yield from (Item(1, _said(word)) for word in _shown_words(line))
        if line.explanation is not None:
            shown = len(members) <= _ALONE and _leads(line)
            chain = list(islice(chain_items(line.explanation), 1, None)) if shown else []
            yield from (Item(item.depth, item.phrase) for item in chain[:_LONGEST_CHAIN])
            if len(chain) > _LONGEST_CHAIN:
                left = counted(len(chain) - _LONGEST_CHAIN, "more line")
                yield Item(1, say(f"… and {left} (kweigh why has them)", "missing"))
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


def _shown_words(line: LineState) -> Iterator[Remark]:
    """What is said of a line; that merge_config.sh warns of one that is lost goes without saying."""
    return (word for word in line.words if word.by != "merge_config.sh" or line.verdict in {"kept", "redundant"})


def _said(word: Remark) -> Phrase:
    text = word.text if word.by == "kweigh" else f"{word.by}: {word.text}"
    return say(text) + (at(word.location) if word.location is not None else ())


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
    if len(names) >= _LONGEST_FINDING:
        return f"{', '.join(names[:_LONGEST_FINDING])} and {len(names) + 1 - _LONGEST_FINDING:,} more"
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
                _why(line),
            )
        )
        for line in shown
    )
    yield Table(columns=columns, rows=tuple(rows), stack=1, most=LONGEST_TABLE)


def _why(line: LineState) -> Phrase:
    """Why a line has its verdict, in one line."""
    if line.verdict in {"kept", "redundant"}:
        said = list(_shown_words(line))
        return tuple(span for word in said for span in (*(say("; ") if word is not said[0] else ()), *_said(word)))
    if (over := line.request.override) is not None:
        return say(over.line) + at(over.location)
    if line.verdict == "unknown":
        return say(line.hint or "no symbol of this tree has that name")
    if line.explanation is not None:
        step = line.explanation.steps[0]
        evidence = step.evidence[:1]
        return say(evidence[0].text) + at(evidence[0].location) if evidence else say(_alone(step)) + at(step.location)
    return ()


def _alone(step: Step) -> str:
    """Why a symbol has a value that no line gave it."""
    return off_in_words(step.kind, prompted=step.prompted) if step.kind in {"off", "unmet"} else step.kind


def _remedy_text(diagnosis: Diagnosis, line: LineState, *, own: bool = True) -> str:
    """What to set; without the `own` symbol's line where the words have said what to write instead."""
    remedy = line.remedy
    if remedy is None:
        return ""
    if remedy.contradiction is not None:
        return f"{remedy.status}: {remedy.contradiction.text}"
    besides = [one for one in remedy.assignments if own or one.name != line.request.name]
    return " ".join(assignment_line(diagnosis.config, one.name, one.value) for one in besides)


def _records(diagnosis: Diagnosis) -> Records:
    """One record per line of a fragment."""
    rows = tuple(
        (
            line.request.name,
            line.request.assignment.value,
            line.value,
            line.verdict,
            str(line.request.assignment.location),
            plain(_why(line)),
            _remedy_text(diagnosis, line),
        )
        for line in diagnosis.lines
    )
    return Records(columns=("symbol", "asked", "value", "verdict", "place", "why", "fix"), rows=rows)


def _line_json(line: LineState) -> Json:
    override = line.request.override
    return {
        "text": line.request.line,
        "symbol": line.request.name,
        "asked": line.request.value,
        "value": line.value,
        "verdict": line.verdict,
        "lost": line.is_lost,
        "location": location_json(line.request.assignment.location),
        "override": {"value": override.value, "location": location_json(override.location)} if override else None,
        "hint": line.hint,
        "words": [
            {
                "by": word.by,
                "text": word.text,
                "location": location_json(word.location) if word.location is not None else None,
            }
            for word in line.words
        ],
        "steps": [step_json(step) for step in line.explanation.steps] if line.explanation else [],
        "remedy": remedy_json(line.remedy) if line.remedy else None,
    }


def _findings(diagnosis: Diagnosis) -> Iterator[Finding]:
    for line in diagnosis.lines:
        if line.verdict != "kept":
            level: Level = "error" if line.is_lost else _LEVELS.get(line.verdict, "note")
            yield Finding(
                rule=line.verdict,
                level=level,
                message=_message(diagnosis, line),
                location=line.request.assignment.location,
                chain=tuple(islice(_chain(line), _LONGEST_FINDING)),
            )


def _message(diagnosis: Diagnosis, line: LineState) -> str:
    asked = line.request.line
    match line.verdict:
        case "redundant":
            return f"{asked}: the base has it already"
        case "moot":
            return f"{asked}: it has that value, but .config has no such line"
        case "overridden":
            return f"{asked} is overridden: {plain(_why(line))}"
        case "unknown":
            return f"{asked}: the tree has no such symbol" + (f"; {line.hint}" if line.hint else "")
        case _:
            fix = _remedy_text(diagnosis, line, own=line.request.value is not None)
            verified = line.remedy is not None and line.remedy.status == "verified"
            said = [word.text for word in line.words if word.by == "kweigh"]
            told = [*said, *([f"to have it set besides: {fix}" if verified else fix] if fix else [])]
            return "; ".join((f"{asked} is {line.verdict}, the value is {line.value or 'empty'}", *told))


def _chain(line: LineState) -> Iterator[tuple[str, Location | None]]:
    for step in line.explanation.steps if line.explanation else ():
        for evidence in step.evidence:
            yield f"{spoken(step.name)} is {step.value or 'empty'}: {spoken(evidence.text)}", evidence.location
        if not step.evidence:
            yield f"{spoken(step.name)} is {step.value or 'empty'}: {_alone(step)}", step.location
    if line.remedy is not None and line.remedy.contradiction is not None:
        yield from line.remedy.contradiction.steps
