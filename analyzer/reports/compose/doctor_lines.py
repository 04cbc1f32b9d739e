"""What is said of one line of a fragment: for the report on all, for a table, for JSON and for programs.

Enters: a `Diagnosis`, its lines. Leaves: phrases, records, JSON, findings. Must hold: all of them give the same reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from analyzer.model.config import off_in_words
from analyzer.model.finding import Finding, Level
from analyzer.model.graph import spoken
from analyzer.model.report import Records
from analyzer.reports.words.chain import would
from analyzer.reports.words.forms import location_json, remedy_json, step_json
from analyzer.reports.words.phrases import at, plain, say
from analyzer.reports.words.remedy import assignment_line

if TYPE_CHECKING:
    from analyzer.model.doctor import Diagnosis, LineState, Remark
    from analyzer.model.expr import Location
    from analyzer.model.graph import Step
    from analyzer.model.report import Json, Phrase

LONGEST_FINDING = 12
"""Names in a sentence, and lines of a chain, that a finding has."""
_LEVELS: dict[str, Level] = {"changed": "error", "dropped": "error", "overridden": "warning"}


def shown_words(line: LineState) -> Iterator[Remark]:
    """What is said of a line; that merge_config.sh warns of one that is lost goes without saying."""
    return (word for word in line.words if word.by != "merge_config.sh" or line.verdict in {"kept", "redundant"})


def said_of(word: Remark) -> Phrase:
    """Who says what of a line, and where."""
    text = word.text if word.by == "kweigh" else f"{word.by}: {word.text}"
    return say(text) + (at(word.location) if word.location is not None else ())


def why_of(line: LineState) -> Phrase:
    """Why a line has its verdict, in one line."""
    if line.verdict in {"kept", "redundant"}:
        said = list(shown_words(line))
        return tuple(span for word in said for span in (*(say("; ") if word is not said[0] else ()), *said_of(word)))
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
    if step.kind not in {"off", "unmet"}:
        return step.kind
    return off_in_words(step.kind, prompted=step.prompted) + would(step)


def _remedy_text(diagnosis: Diagnosis, line: LineState, *, own: bool = True) -> str:
    """What to set; without the `own` symbol's line where the words have said what to write instead."""
    remedy = line.remedy
    if remedy is None:
        return ""
    if remedy.contradiction is not None:
        return f"{remedy.status}: {remedy.contradiction.text}"
    besides = [one for one in remedy.assignments if own or one.name != line.request.name]
    return " ".join(assignment_line(diagnosis.config, one.name, one.value) for one in besides)


def records(diagnosis: Diagnosis) -> Records:
    """One record per line of a fragment."""
    rows = tuple(
        (
            line.request.name,
            line.request.assignment.value,
            line.value,
            line.verdict,
            str(line.request.assignment.location),
            plain(why_of(line)),
            _remedy_text(diagnosis, line),
        )
        for line in diagnosis.lines
    )
    return Records(columns=("symbol", "asked", "value", "verdict", "place", "why", "fix"), rows=rows)


def line_json(line: LineState) -> Json:
    """A line as JSON has it."""
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


def findings(diagnosis: Diagnosis) -> Iterator[Finding]:
    """A finding for each line that is not plainly kept."""
    for line in diagnosis.lines:
        if line.verdict != "kept":
            level: Level = "error" if line.is_lost else _LEVELS.get(line.verdict, "note")
            yield Finding(
                rule=line.verdict,
                level=level,
                message=_message(diagnosis, line),
                location=line.request.assignment.location,
                chain=tuple(islice(_chain(line), LONGEST_FINDING)),
            )


def _message(diagnosis: Diagnosis, line: LineState) -> str:
    asked = line.request.line
    match line.verdict:
        case "redundant":
            return f"{asked}: the base has it already"
        case "moot":
            return f"{asked}: it has that value, but .config has no such line"
        case "overridden":
            return f"{asked} is overridden: {plain(why_of(line))}"
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
