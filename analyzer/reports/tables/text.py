"""Draws a report as CSV.

Enters: a `Report`. Leaves: its records as RFC 4180 text with LF line ends, a header line first. Must hold: one line
per record, no control character, and no field that a spreadsheet would run as a formula.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from analyzer.model.neutral import neutral

if TYPE_CHECKING:
    from analyzer.model.report import Report

_NUMBER = re.compile(r"[+-]?[0-9]+")


def draw_csv(report: Report) -> str:
    """The main table of `report`; see `Records`."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(report.records.columns)
    writer.writerows([_field(text) for text in row] for row in report.records.rows)
    return page.getvalue()


def _field(text: str) -> str:
    text = neutral(text)
    # Spreadsheets take these for formulas; a quote in front is their own way to say "text".
    return "'" + text if text.lstrip()[:1] in {"=", "+", "-", "@"} and not _NUMBER.fullmatch(text) else text
