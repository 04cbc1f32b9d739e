"""Composes the report of `kweigh series`: the files of a series beside a tree.

Enters: a `Series` and one `SeriesRow` per file. Leaves: a `Report` (`kweigh.series/1`). Must hold: figures that the
input does not give are not made up; every select has its place; every contradiction in the input is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.expr import YES, show
from analyzer.model.report import (
    Block,
    Column,
    Facts,
    Heading,
    Item,
    Outline,
    Paragraph,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.words.forms import location_json
from analyzer.reports.words.phrases import at, joined, plain, say

if TYPE_CHECKING:
    from analyzer.model.report import Json, Phrase
    from analyzer.model.series import (
        Applied,
        AppliedKind,
        Counterpart,
        EditKind,
        FeatureSelect,
        FileChange,
        Problem,
        Series,
        SeriesRow,
        SymbolEdit,
        Totals,
    )


def series(
    found: Series,
    rows: Sequence[SeriesRow],
    edits: Sequence[SymbolEdit] = (),
    fits: Applied | None = None,
    *,
    tree: str,
) -> Report:
    """The report on a series beside the tree that `tree` names (`bundled`, `Linux 6.1.192`): what it does about symbols
    (`edits`), and whether it applies (`fits`; None: nobody can say)."""
    return Report(
        schema="kweigh.series/1",
        title=found.title,
        blocks=(
            _facts(found, rows, fits, tree),
            *_edit_blocks(edits),
            *_file_blocks(rows),
            *_problem_blocks(found.problems),
        ),
        data={
            "name": found.name,
            "title": found.title,
            "form": found.form,
            "tree": tree,
            "stated": _totals_json(found.stated) if found.stated else None,
            "counted": _totals_json(found.counted),
            "applied": _applied_json(fits),
            "edits": [_edit_json(edit) for edit in edits],
            "files": [_row_json(row) for row in rows],
            "problems": [
                {"kind": p.kind, "text": p.text, "location": location_json(p.location)} for p in found.problems
            ],
        },
        records=Records(
            columns=("file", "changes", "insertions", "deletions", "role", "counterpart", "reason", "selects"),
            rows=tuple(_record(row) for row in rows),
        ),
    )


def _facts(found: Series, rows: Sequence[SeriesRow], fits: Applied | None, tree: str) -> Facts:
    matched = sum(row.counterpart.path is not None for row in rows)
    return Facts(
        rows=(
            ("input", say(f"{found.name} ({found.form})")),
            ("it says", _stated(found.stated)),
            ("counted", say(_sums(found.counted))),
            ("tree", say(f"{tree}: {matched} of {len(rows)} file{'s' * (len(rows) != 1)} found there")),
            *([("patch", _fits(fits))] if fits else []),
        )
    )


_FITS: dict[AppliedKind, str] = {
    "applies": "applies to this tree",
    "applied": "is in this tree already (it applies reversed)",
    "partly applied": "is in this tree in part: some hunks apply, the others are there already",
    "does not apply": "does not apply to this tree, and is not in it",
}


def _fits(fits: Applied) -> Phrase:
    reason = say(f": {fits.reason}") if fits.reason else ()
    return (*say(_FITS[fits.kind]), *reason, *(at(fits.location) if fits.location else ()))


_KINDS: dict[EditKind, str] = {
    "defined": "is defined",
    "removed": "is removed",
    "changed": "is changed",
    "select added": "selects",
    "select dropped": "no longer selects",
    "object added": "builds",
    "object dropped": "no longer builds",
    "set": "is set to",
    "unset": "was set to",
    "named": "is named",
}


def _edit_blocks(edits: Sequence[SymbolEdit]) -> Iterator[Block]:
    if not edits:
        return
    yield Heading(text="What it does about symbols")
    columns = (Column(title="symbol"), Column(title="what"), Column(title="in the patch"), Column(title="in the tree"))
    yield Table(columns=columns, rows=tuple(_edit_row(edit) for edit in edits))


def _edit_row(edit: SymbolEdit) -> Row:
    new = () if edit.known or edit.kind == "removed" else say(" (not in the tree)", "missing")
    what = say(f"{_KINDS[edit.kind]} {edit.detail}".rstrip())
    return Row(cells=((*say(edit.symbol, "name"), *new), what, say(str(edit.location)), say(str(edit.place))))


def _edit_json(edit: SymbolEdit) -> Json:
    return {
        "symbol": edit.symbol,
        "kind": edit.kind,
        "detail": edit.detail,
        "location": location_json(edit.location),
        "place": location_json(edit.place),
        "known": edit.known,
    }


def _applied_json(fits: Applied | None) -> Json:
    if fits is None:
        return None
    place = location_json(fits.location) if fits.location else None
    return {"kind": fits.kind, "location": place, "reason": fits.reason}


def _stated(totals: Totals | None) -> Phrase:
    if totals is None:
        return say("no totals", "missing")
    return say(_sums(totals)) + (at(totals.location) if totals.location else ())


def _sums(totals: Totals) -> str:
    parts = [_number(totals.files, "file")]
    if totals.insertions is not None:
        parts.append(_number(totals.insertions, "insertion"))
    if totals.deletions is not None:
        parts.append(_number(totals.deletions, "deletion"))
    if totals.changes is not None and (totals.insertions is None or totals.deletions is None):
        parts.append(_number(totals.changes, "changed line"))
    return ", ".join(parts)


def _number(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _file_blocks(rows: Sequence[SeriesRow]) -> Iterator[Block]:
    if not rows:
        yield Paragraph(phrase=say("It changes no file.", "missing"))
        return
    columns = (Column(title="file"), Column(title="changes", align="right"), Column(title="in the tree"))
    lines = (Row(cells=(say(row.change.path, "name"), say(_changes(row.change)), _counterpart(row))) for row in rows)
    yield Table(columns=columns, rows=tuple(lines))
    items = [item for row in rows for item in _feature_items(row)]
    if items:
        yield Heading(text="The features in these files, as the tree has them")
        yield Outline(items=tuple(items))


def _feature_items(row: SeriesRow) -> Iterator[Item]:
    """The features that a file defines, and its lines that select one."""
    defined = [(*say(symbol.name), *at(symbol.location)) for symbol in row.symbols if symbol.features]
    if defined or row.selects:
        yield Item(0, say(row.counterpart.path or row.change.path, "name"))
    if defined:
        yield Item(1, say("defines ") + joined(defined))
    for line in row.selects:
        yield Item(1, _select(line))


def _changes(change: FileChange) -> str:
    if change.insertions is not None and change.deletions is not None:
        return f"+{change.insertions} -{change.deletions}"
    return str(change.changes) if change.changes is not None else "binary" if change.binary else "?"


def _counterpart(row: SeriesRow) -> Phrase:
    found = row.counterpart
    if found.kind == "not kept":
        return say(f"not kept here ({row.role})", "missing")
    if found.path is None:
        nearest = f"; perhaps {', '.join(found.nearest)}" if found.nearest else ""
        return (Span(found.reason or found.kind, "missing"), Span(nearest))
    reason = f" ({found.reason})" if found.reason else ""
    return say(("as it is" if found.path == row.change.path else found.path) + reason)


def _select(line: FeatureSelect) -> Phrase:
    condition = "" if line.condition == YES else f" if {show(line.condition)}"
    return (*say(f"{line.symbol} selects {line.target}{condition}"), *at(line.location))


def _problem_blocks(problems: Sequence[Problem]) -> Iterator[Block]:
    if problems:
        yield Heading(text="What does not fit in the input")
        columns = (Column(title="problem"), Column(title="what it is"))
        rows = (Row(cells=(say(p.kind, "warn"), (*say(p.text), *at(p.location)))) for p in problems)
        yield Table(columns=columns, rows=tuple(rows))


def _record(row: SeriesRow) -> tuple[str, ...]:
    change, found = row.change, row.counterpart
    figures = (_figure(change.changes), _figure(change.insertions), _figure(change.deletions))
    selects = "; ".join(plain(_select(line)) for line in row.selects)
    return (change.path, *figures, row.role, found.path or "", found.reason, selects)


def _figure(count: int | None) -> str:
    return "" if count is None else str(count)


def _totals_json(totals: Totals) -> Json:
    return {
        "files": totals.files,
        "insertions": totals.insertions,
        "deletions": totals.deletions,
        "changes": totals.changes,
        "location": location_json(totals.location) if totals.location else None,
    }


def _row_json(row: SeriesRow) -> Json:
    change = row.change
    return {
        "path": change.path,
        "old_path": change.old_path,
        "kind": change.kind,
        "role": row.role,
        "changes": change.changes,
        "insertions": change.insertions,
        "deletions": change.deletions,
        "binary": change.binary,
        "abbreviated": change.abbreviated,
        "ranges": None if change.ranges is None else [{"first": r.first, "count": r.count} for r in change.ranges],
        "location": location_json(change.location),
        "counterpart": _counterpart_json(row.counterpart),
        "read_for": list(row.read_for),
        "symbols": [
            {"name": s.name, "location": location_json(s.location), "features": list(s.features)} for s in row.symbols
        ],
        "selects": [
            {
                "symbol": line.symbol,
                "target": line.target,
                "condition": show(line.condition),
                "location": location_json(line.location),
            }
            for line in row.selects
        ],
    }


def _counterpart_json(found: Counterpart) -> Json:
    return {"kind": found.kind, "path": found.path, "reason": found.reason, "nearest": list(found.nearest)}
