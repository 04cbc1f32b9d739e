"""Composes the report of `kweigh size --compare`: what one config weighs in several trees.

Enters: a `SizeHistory`. Leaves: a `Report` (`kweigh.history/1`). Must hold: every change is of content; what is shown
of a step sums to its gain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Facts, Heading, Json, Paragraph, Phrase, Records, Report, Row, Table
from analyzer.reports.words.phrases import say

if TYPE_CHECKING:
    from analyzer.model.history import Change, HistoryStep, SizeHistory, TreeSize

MOST = 10
"""Folders, options and objects of a step that people are shown; with details, four times as many."""
_ALWAYS = "built always"


def history(found: SizeHistory, *, detailed: bool = False) -> Report:
    """The report: a table of the trees, then for each step which folders, options and objects made the difference."""
    most = MOST * 4 if detailed else MOST
    blocks: list[Block] = [_trees(found)]
    compilers = sorted({one.compiler for one in found.trees})
    text = "Bytes. content: allocated sections of vmlinux.o; loaded: those of vmlinux, padding included; built with "
    blocks.append(Paragraph(phrase=say(f"{text}{' and '.join(compilers)}.")))
    for step in found.steps:
        blocks += _step(step, most)
    return Report(
        schema="kweigh.history/1",
        title=f"What {found.config} weighs on {found.arch}, tree by tree",
        blocks=tuple(blocks),
        data=_data(found),
        records=Records(
            columns=("old_tree", "new_tree", "object", "option", "before", "after", "gain"),
            rows=tuple(row for step in found.steps for row in _records(step)),
        ),
    )


def _trees(found: SizeHistory) -> Table:
    titles = ("tree", "content", "change", "loaded", "boot image", "objects", "symbols on")
    first = found.trees[0].content
    rows = [
        (
            f"{one.content:,}",
            "" if one is found.trees[0] else _percent(one.content, first),
            f"{one.loaded:,}",
            f"{one.boot:,}" if one.boot is not None else "",
            f"{len(one.objects):,}",
            f"{len(one.on):,}",
        )
        for one in found.trees
    ]
    return Table(
        columns=tuple(Column(title=title, align="right" if number else "left") for number, title in enumerate(titles)),
        rows=tuple(
            Row(cells=(say(one.tree, "name"), *map(say, row))) for one, row in zip(found.trees, rows, strict=True)
        ),
    )


def _step(step: HistoryStep, most: int) -> Iterator[Block]:
    percent = _percent(step.after.content, step.before.content)
    yield Heading(text=f"{step.before.tree} to {step.after.tree}: {step.gain:+,} bytes ({percent})")
    here, there = ({one.path for one in tree.objects} for tree in (step.after, step.before))
    changed = [one for one in step.objects if one.before is not None and one.after is not None]
    facts = [
        ("objects", say(f"{len(here - there):,} came, {len(there - here):,} went, {len(changed):,} changed")),
        ("symbols on", say(f"{len(step.came):,} came, {len(step.went):,} went")),
        ("by linking", say(f"{step.linked:+,} bytes that no object has: alignment, tables")),
    ]
    yield Facts(rows=tuple(facts))
    yield _changes("folder", step.folders, most)
    yield _changes("option", step.options, most)
    yield _changes("object", step.objects, most)


def _changes(title: str, changes: Sequence[Change], most: int) -> Table:
    columns: tuple[str, ...] = (title, "before", "after", "gain", "objects")
    shown = [
        Row(cells=(_name(one, title), _bytes(one.before), _bytes(one.after), say(f"{one.gain:+,}"), _count(one, title)))
        for one in changes[:most]
    ]
    if rest := changes[most:]:
        label = say(f"and {len(rest):,} more", "missing")
        shown.append(Row(cells=(label, say(""), say(""), say(f"{sum(one.gain for one in rest):+,}"), say(""))))
    if title == "object":
        columns, shown = columns[:-1], [Row(cells=row.cells[:-1]) for row in shown]
    return Table(
        columns=tuple(Column(title=text, align="right" if number else "left") for number, text in enumerate(columns)),
        rows=tuple(shown),
    )


def _name(one: Change, title: str) -> Phrase:
    return say(one.name, "name") if one.name else say(_ALWAYS if title == "option" else ".", "missing")


def _count(one: Change, title: str) -> Phrase:
    return say("" if title == "object" else f"{one.objects:,}")


def _bytes(size: int | None) -> Phrase:
    return say("-", "missing") if size is None else say(f"{size:,}")


def _percent(after: int, before: int) -> str:
    return f"{100 * (after - before) / before:+.1f} %" if before else ""


def _records(step: HistoryStep) -> Iterator[tuple[str, ...]]:
    options = {one.path: one.option for tree in (step.before, step.after) for one in tree.objects}
    for one in step.objects:
        before, after = ("" if size is None else str(size) for size in (one.before, one.after))
        yield step.before.tree, step.after.tree, one.name, options[one.name], before, after, str(one.gain)


def _data(found: SizeHistory) -> dict[str, Json]:
    return {
        "config": found.config,
        "arch": found.arch,
        "trees": [_tree(one) for one in found.trees],
        "steps": [
            {
                "from": step.before.tree,
                "to": step.after.tree,
                "gain": step.gain,
                "linked": step.linked,
                "came": list(step.came),
                "went": list(step.went),
                "folders": _list(step.folders),
                "options": _list(step.options),
                "objects": _list(step.objects),
            }
            for step in found.steps
        ],
    }


def _tree(one: TreeSize) -> dict[str, Json]:
    return {
        "tree": one.tree,
        "compiler": one.compiler,
        "content": one.content,
        "classes": [{"class": kind, "bytes": size} for kind, size in one.classes.items()],
        "loaded": one.loaded,
        "boot": one.boot,
        "objects": len(one.objects),
        "on": len(one.on),
    }


def _list(changes: Sequence[Change]) -> list[Json]:
    return [
        {"name": one.name, "before": one.before, "after": one.after, "gain": one.gain, "objects": one.objects}
        for one in changes
    ]
