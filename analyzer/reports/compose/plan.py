"""Composes the report of `kweigh plan`: which objects a config builds, and why.

Enters: a `BuildPlan` and the config's name. Leaves: a `Report` (`kweigh.plan/1`). Must hold: what could not be worked
out stands there with its place; long lists are counted for people and complete in the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from analyzer.model.report import (
    Block,
    Column,
    Facts,
    Heading,
    Item,
    Json,
    Outline,
    Paragraph,
    Phrase,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.words.forms import location_json
from analyzer.reports.words.phrases import LONGEST_TABLE, at, counted, say, uncounted

if TYPE_CHECKING:
    from analyzer.model.build import BuildPlan, Goal, KbuildObject, Step, Unresolved

_GOALS: dict[Goal, str] = {
    "vmlinux": "in vmlinux",
    "lib": "in libraries",
    "link": "made by the link",
    "module": "parts of modules",
}
_OBJECTS = 8
"""Objects, and lines that were not understood, that people are shown."""


def plan(found: BuildPlan, label: str, wanted: Sequence[str] = ()) -> Report:
    """The report on what `label` builds; with `wanted` (globs over paths) only these objects, each with its chain."""
    objects = [o for o in found.objects if not wanted or any(fnmatchcase(o.path, pattern) for pattern in wanted)]
    blocks: list[Block] = [_facts(found, label)]
    if wanted:
        blocks += _chains(objects, wanted)
    else:
        blocks += [Heading(text="By folder"), _folders(found.objects), *_list(objects)]
    blocks += _unresolved(found.unresolved)
    return Report(
        schema="kweigh.plan/1",
        title=f"What {label} builds",
        blocks=tuple(blocks),
        data={
            "config": label,
            "arch": found.arch,
            "objects": [_json(one) for one in objects],
            "modules": list(found.modules),
            "files": list(found.files),
            "unresolved": [
                {"text": u.text, "reason": u.reason, "affects": u.affects, "location": location_json(u.where)}
                for u in found.unresolved
            ],
        },
        records=Records(
            columns=("object", "goal", "goes_into", "variable", "conditions", "place"),
            rows=tuple(
                (o.path, o.goal, o.into, o.because[-1].variable, " ".join(_conditions(o)), str(o.where))
                for o in objects
            ),
        ),
    )


def _facts(found: BuildPlan, label: str) -> Facts:
    counts = Counter(one.goal for one in found.objects)
    rows = [("config", say(label))]
    rows += [(text, say(counted(counts[goal], "object"))) for goal, text in _GOALS.items() if counts[goal]]
    rows += [
        ("modules", say(f"{len(found.modules):,}")),
        ("makefiles read", say(f"{len(found.files):,}")),
        ("not understood", say(str(len(found.unresolved)), "warn" if found.unresolved else "plain")),
    ]
    return Facts(rows=tuple(rows))


def _folders(objects: Sequence[KbuildObject]) -> Table:
    tops = Counter((one.path.split("/")[0] if "/" in one.path else ".", one.goal) for one in objects)
    names = sorted({name for name, _ in tops})
    return Table(
        columns=(Column(title="folder"), *(Column(title=text, align="right") for text in _GOALS.values())),
        rows=tuple(
            Row(
                cells=(
                    say(name, "name"),
                    *(say(f"{tops[name, goal]:,}" if tops[name, goal] else "") for goal in _GOALS),
                )
            )
            for name in names
        ),
    )


def _list(objects: Sequence[KbuildObject]) -> Iterator[Block]:
    yield Heading(text="Objects")
    rows = (Row(cells=(say(one.path, "name"), say(one.into), (*say(_why(one)), *at(one.where)))) for one in objects)
    columns = (Column(title="object"), Column(title="goes into"), Column(title="because of"))
    yield Table(columns=columns, rows=tuple(rows), stack=1, most=_OBJECTS)


def _why(one: KbuildObject) -> str:
    conditions = ", ".join(_conditions(one))
    return one.because[-1].variable + (f" [{conditions}]" if conditions else "")


def _conditions(one: KbuildObject) -> list[str]:
    """Every symbol that the chain asks, with its value, once."""
    return list(dict.fromkeys(f"{name}={value}" for step in one.because for name, value in step.symbols))


def _chains(objects: Sequence[KbuildObject], wanted: Sequence[str]) -> Iterator[Block]:
    if not objects:
        yield Paragraph(phrase=say(f"No object is called {', '.join(wanted)} in this config.", "missing"))
    for one in objects[:LONGEST_TABLE]:
        head: Phrase = (Span(one.path, "name"), Span(f" goes into {one.into}"))
        items = [Item(0, head), *(Item(depth, _step(step)) for depth, step in enumerate(one.because, 1))]
        yield Outline(items=tuple(items))
    yield from uncounted(len(objects))


def _step(step: Step) -> Phrase:
    asked = ", ".join(f"{name}={value}" for name, value in step.symbols)
    inside = "".join(f", inside {guard.text} ({guard.where})" for guard in step.guards)
    return (
        Span(f"{step.variable} += {step.word}"),
        *at(step.where),
        Span(f" [{asked}]" if asked else ""),
        Span(inside),
    )


def _unresolved(found: Sequence[Unresolved]) -> Iterator[Block]:
    if not found:
        return
    yield Heading(text="Not understood")
    rows = (Row(cells=((Span(u.text), *at(u.where)), say(u.reason, "warn"))) for u in found)
    yield Table(columns=(Column(title="construct"), Column(title="why")), rows=tuple(rows), stack=1, most=_OBJECTS)


def _json(one: KbuildObject) -> Json:
    return {
        "path": one.path,
        "goal": one.goal,
        "into": one.into,
        "because": [
            {
                "location": location_json(step.where),
                "variable": step.variable,
                "word": step.word,
                "symbols": [{"symbol": name, "value": value} for name, value in step.symbols],
                "guards": [{"text": guard.text, "location": location_json(guard.where)} for guard in step.guards],
            }
            for step in one.because
        ],
    }
