"""Draws a report's findings as SARIF.

Enters: a `Report` and the program's version. Leaves: one SARIF 2.1.0 log with one run. Must hold: paths are URI
references with everything escaped that a URI does not allow; no text of a tree becomes a link or a placeholder; a
report without findings is a run without results, which says that all is well.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from analyzer.model.neutral import neutral

if TYPE_CHECKING:
    from analyzer.model.expr import Location
    from analyzer.model.finding import Finding
    from analyzer.model.report import Json, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SPECIAL = re.compile(r"[\[\]]")


def draw_sarif(report: Report, *, version: str) -> str:
    """The findings of `report`, chains as related locations, in their order.

    Source: Static Analysis Results Interchange Format (SARIF) Version 2.1.0, OASIS.
    """
    rules = tuple(dict.fromkeys(finding.rule for finding in report.findings))
    driver: Json = {"name": "kweigh", "version": version, "rules": [_rule(rule) for rule in rules]}
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules.index(finding.rule)) for finding in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, allow_nan=False) + "\n"


def _rule(rule: str) -> Json:
    return {"id": rule, "shortDescription": {"text": rule.replace("-", " ").capitalize()}}


def _result(finding: Finding, index: int) -> Json:
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level,
        "message": _message(finding.message),
    }
    if finding.location is not None:
        result["locations"] = [{"physicalLocation": _place(finding.location)}]
    if finding.chain:
        result["relatedLocations"] = [
            {"id": number, "message": _message(text)} | ({"physicalLocation": _place(place)} if place else {})
            for number, (text, place) in enumerate(finding.chain, start=1)
        ]
    return result


def _message(text: str) -> Json:
    # Brackets could make a link (3.11.6), braces a placeholder (3.11.5).
    return {"text": _SPECIAL.sub(r"\\\g<0>", neutral(text)).replace("{", "{{").replace("}", "}}")}


def _place(location: Location) -> Json:
    place: dict[str, Json] = {"artifactLocation": {"uri": _uri(location.path)}}
    if location.line:
        place["region"] = {"startLine": location.line}
    return place


def _uri(path: str) -> str:
    """A path as a URI reference: relative as it is, absolute as a file URI."""
    escaped = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    return f"file:///{escaped.lstrip('/')}" if path.startswith("/") else escaped
