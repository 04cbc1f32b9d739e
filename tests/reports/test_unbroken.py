"""Rule: on a page of any width, a line of a config stands on one line."""

from __future__ import annotations

import pytest

from analyzer.model.report import Item, Outline, Paragraph, Records, Report, Span
from analyzer.reports import render

LINE = "# CONFIG_IP6_NF_TARGET is not set"
ODD = "CONFIG_NR_CPUS=16 # sixteen"


@pytest.mark.parametrize("width", range(40, 100, 3))
@pytest.mark.parametrize("before", [0, 10, 25])
def test_a_line_is_not_broken(width: int, before: int) -> None:
    phrase = (Span("word " * before), Span(LINE, "name"), Span(" is dropped, "), Span(ODD, "name"), Span(" more" * 9))
    blocks = (Paragraph(phrase=phrase), Outline(items=(Item(0, phrase), Item(1, phrase))))
    report = Report(schema="kweigh.unmet/1", title="t", blocks=blocks, data={}, records=Records(columns=(), rows=()))
    drawn = render(report, "terminal", width=width, version="")
    assert drawn.count(LINE) == drawn.count(ODD) == 3
    assert "\ue000" not in drawn
    assert max(map(len, drawn.splitlines())) <= width
