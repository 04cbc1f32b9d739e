"""Rule: a page is well-formed, complete and harmless, whatever is on it.

Enters: the hand-made reports of build.py, and reports made of hostile texts. Leaves: snapshots. Must hold: a browser is
not needed here; what only one can tell is in tests/browser/.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from dataclasses import replace

import pytest
from hypothesis import example, given
from syrupy.assertion import SnapshotAssertion

from analyzer.model.neutral import neutral
from analyzer.model.report import Column, Grid, GridColumn, GridRow, Outline, Report, Row, Span, Table
from analyzer.model.report import Item as OutlineItem
from analyzer.reports import render
from analyzer.reports.html.draw import DEEPEST, MOST_COLUMNS, draw_html
from analyzer.reports.words.phrases import say
from tests.reports.build import reports
from tests.reports.parse_html import Document, parse
from tests.reports.test_hostile import EVIL, texts, whole

REPORTS = reports()
PLAIN = {name: report for name, report in REPORTS.items() if not name.startswith("page")}

LARGEST = 47_000
"""Bytes of a page about a small config, style and script with it."""


def page(report: Report) -> Document:
    return parse(draw_html(report, version="1"))


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_a_well_formed_page(name: str) -> None:
    document = page(REPORTS[name])
    assert document.titles == [REPORTS[name].title]
    assert len(document.ids) == len(set(document.ids))
    assert document.named <= set(document.ids)
    assert [link for link in document.links if not link.startswith("#")] == ["data:,"]


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_is_small(name: str) -> None:
    # What shows hundreds of rows is as large as they are.
    bound = LARGEST + 150 * len(PLAIN[name].records.rows)
    assert len(draw_html(PLAIN[name], version="1").encode()) < bound


@pytest.mark.parametrize("name", REPORTS)
def test_inputs_and_tables_are_labelled(name: str) -> None:
    document = page(REPORTS[name])
    assert {one["id"] for one in document.attributes("input")} == {one["for"] for one in document.attributes("label")}
    assert document.count("table") == document.count("caption")
    assert all(one.get("aria-label") for one in document.attributes("div") if one.get("role") == "region")
    assert all(one.get("scope") for one in document.attributes("th"))


def test_only_our_own_script_and_style_may_run() -> None:
    text = draw_html(REPORTS["matrix"], version="1")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for kind in ("script", "style"):
        (inline,) = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"


def test_a_small_page(snapshot: SnapshotAssertion) -> None:
    text = draw_html(REPORTS["analyze"], version="1")
    assert re.sub(r"<(style|script)>.*?</\1>|sha256-[^']+", r"<\1/>", text, flags=re.DOTALL) == snapshot


@given(texts)
@example("</script><script>alert(1)</script>")
@example("\"><img src=x onerror=alert(1)>'")
@example("</style></title></textarea><!--")
def test_no_text_changes_the_structure(text: str) -> None:
    if text.strip() and text != "b":
        assert page(whole(text, drawn=False)).structure == page(whole("a", drawn=False)).structure


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", *(evil for evil in EVIL if evil.strip())])
def test_no_text_changes_the_structure_of_a_drawing(text: str) -> None:
    document, plain = page(whole(text)), page(whole("a"))
    assert document.structure == plain.structure
    assert document.count("path") > 6


@given(texts)
def test_all_that_is_shown_is_neutral(text: str) -> None:
    document = page(whole(text, drawn=False))
    assert all(part.isprintable() for part in document.shown)
    if text.strip():
        assert neutral(text).strip() in "".join(document.shown)


def test_without_the_extra_every_drawing_is_an_open_table_and_one_line_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = render(whole("a"), "html", version="1")
    assert "kweigh[html]" not in drawn
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert "kweigh[html]" not in render(whole("a", drawn=False), "html", version="1")
    text = render(whole("a"), "html", version="1")
    assert text.count("kweigh[html]") == 1
    assert text.count('<details class="fold" data-text open>') == drawn.count("<svg viewBox") > 0
    assert 'aria-label="Drawing' not in text


def wide(columns: int) -> Report:
    """A grid of one row whose cells are all explained by one table row."""
    grid = Grid(
        columns=tuple(GridColumn(title=f"c{number}", group="arm") for number in range(columns)),
        rows=(GridRow(title="DMA_OPS", cells=(Span("y", "on"),) * columns, links=("why",) * columns),),
    )
    table = Table(columns=(Column(title="why"),), rows=(Row(cells=(say("set"),), anchor="why"),))
    return replace(REPORTS["unmet none"], blocks=(grid, table))


def test_a_cell_leads_to_its_reason() -> None:
    document = page(wide(2))
    assert [one["href"] for one in document.attributes("a") if "data-tip" in one] == ["#row-1"] * 2
    assert [one["id"] for one in document.attributes("tr") if "id" in one] == ["row-1"]


@pytest.mark.parametrize(("columns", "parts"), [(MOST_COLUMNS, 1), (MOST_COLUMNS + 1, 2), (5 * MOST_COLUMNS, 5)])
def test_a_very_wide_grid_is_drawn_in_parts(columns: int, parts: int) -> None:
    document = page(wide(columns))
    # The table of reasons has one column.
    assert len([one for one in document.attributes("th") if one["scope"] == "col"]) == columns + 1
    assert len([one for one in document.attributes("th") if one["scope"] == "row"]) == parts + 1


def test_a_very_deep_outline_is_drawn() -> None:
    items = tuple(OutlineItem(depth, say(f"level {depth}")) for depth in range(2000))
    document = page(replace(REPORTS["unmet none"], blocks=(Outline(items=items),)))
    assert document.count("li") == 2000
    assert document.deepest < DEEPEST * 2 + 20
