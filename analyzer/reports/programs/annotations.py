"""Draws a report's findings as workflow commands of GitHub Actions.

Enters: a `Report`. Leaves: one `::error file=…,line=…,title=…::message` per finding; nothing when there is none. Must
hold: one line per finding, and no text of a tree ends a property or starts a command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.model.neutral import neutral

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.model.finding import Finding, Level
    from analyzer.model.report import Report

_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def draw_annotations(report: Report) -> str:
    """The findings of `report`; a chain is further lines of the message.

    Source: "Workflow commands for GitHub Actions" of GitHub's documentation, and escapeData() and escapeProperty() of
    actions/toolkit, packages/core/src/command.ts.
    """
    return "".join(f"{line}\n" for line in map(_command, report.findings))


def _command(finding: Finding) -> str:
    properties = ",".join(f"{name}={_property(text)}" for name, text in _properties(finding))
    lines = [finding.message]
    lines += [f"{text} ({place})" if place else text for text, place in finding.chain]
    return f"::{_COMMANDS[finding.level]} {properties}::{_data(chr(10).join(map(neutral, lines)))}"


def _properties(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.location is not None:
        yield "file", neutral(finding.location.path)
        if finding.location.line:
            yield "line", str(finding.location.line)
    yield "title", f"kweigh: {finding.rule}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
