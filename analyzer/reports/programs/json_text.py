"""Draws a report as JSON.

Enters: a `Report` and the program's version. Leaves: `{"schema", "kweigh", "taken", "data"}`, indented. Must hold: pure
ASCII without control characters but the line ends, readable by strict readers (no unpaired surrogates), valid under
the schema that it names.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.report import Report

_UNPAIRED = re.compile(r"[\ud800-\udfff]")
_NOT_ASCII = re.compile(r"[^\n\x20-\x7e]")


def draw_json(report: Report, *, version: str) -> str:
    """The data of `report` in its envelope. Bytes that were no UTF-8 are U+FFFD in it."""
    taken = [{"name": one.name, "value": one.value, "why": one.why} for one in report.taken]
    whole = {"schema": report.schema, "kweigh": version, "taken": taken, "data": report.data}
    text = json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False)
    return _NOT_ASCII.sub(_escaped, _UNPAIRED.sub("\ufffd", text)) + "\n"


def _escaped(match: re.Match[str]) -> str:
    digits = match[0].encode("utf-16-be").hex()
    return "".join(f"\\u{digits[i : i + 4]}" for i in range(0, len(digits), 4))
