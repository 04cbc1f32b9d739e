"""What a `Series` tells, as plain data that a case's expected.json can hold.

Enters: a `Series`. Leaves: a JSON-able mapping. Must hold: nothing of the series is left out but values that are the
default.
"""

from __future__ import annotations

from dataclasses import fields

from analyzer.model.series import FileChange, Series, Totals


def told(series: Series) -> dict[str, object]:
    """The whole series; places as line numbers, since every place is in the input."""
    return {
        "title": series.title,
        "form": series.form,
        "stated": None if series.stated is None else {"line": _line(series.stated), **_sums(series.stated)},
        "counted": _sums(series.counted),
        "files": [_file(change) for change in series.files],
        "problems": [[problem.kind, problem.location.line, problem.text] for problem in series.problems],
    }


def _line(totals: Totals) -> int:
    assert totals.location is not None
    return totals.location.line


def _sums(totals: Totals) -> dict[str, object]:
    return {name: getattr(totals, name) for name in ("files", "insertions", "deletions", "changes")}


def _file(change: FileChange) -> dict[str, object]:
    defaults = {f.name: f.default for f in fields(FileChange)}
    told = {name: getattr(change, name) for name in defaults if getattr(change, name) != defaults[name]}
    told["line"] = told.pop("location").line
    if change.ranges is not None:
        told["ranges"] = [[r.first, r.count] for r in change.ranges]
    return told
