"""Rule: no text of a tree or user can do anything in any format but be seen.

Enters: reports made of arbitrary texts. Leaves: nothing. Must hold: this is where a renderer that forgets to
neutralise a text fails.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import cell_len

from analyzer.model.neutral import neutral
from analyzer.model.report import (
    Block,
    Code,
    Column,
    Curve,
    CurvePoint,
    Facts,
    Fold,
    Grid,
    GridColumn,
    GridRow,
    Heading,
    Item,
    Network,
    NetworkEdge,
    NetworkNode,
    Outline,
    Paragraph,
    Records,
    Report,
    Row,
    Span,
    Table,
    Tile,
    Treemap,
)
from analyzer.reports import analyze, render
from analyzer.reports.formats.markdown import inline
from analyzer.reports.render import Format
from analyzer.reports.words.phrases import say
from tests.reports.build_configs import analysis

EVIL = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b31m",
    "a\rb\x08c\nd\te\x0bf\x0cg\x1ch\x85i\u2028j",
    "\u202egnp.exe\u202c\u2066\u200b\ufeff",
    "[bold red]markup[/] :skull: [link=file:///x]y[/link]",
    "| a | <script>alert(1)</script> `b` **c** _d_ ~~e~~ [f](javascript:g) ![h](i) &lt; &#60; \\| $x$",
    "```\nfence",
    "# heading",
    "1. one",
    "- [ ] list",
    "=cmd|' /C calc'!A0",
    " @SUM(1)",
    "\udcff\ud800",
    "\U000e0041\u00ad\U0001f468\u200d\U0001f469",
    "a" * 300,
    "",
)

texts = st.one_of(
    st.sampled_from(EVIL), st.text(max_size=30), st.text(alphabet="`|*_<&[]()#\\~$ a1.;-=\n", max_size=20)
)
SGR = re.compile(r"\x1b\[[0-9;]*m")


def drawings(text: str) -> tuple[Block, ...]:
    """What a page draws, with `text` wherever there is one."""
    nodes = (NetworkNode(name=text, value=Span(text, "on"), note=text), NetworkNode(name="b", value=Span("n", "off")))
    edge = NetworkEdge(source=text, verb=text, target="b", active=True, place=text)
    tiles = (Tile(path=(text, text, text), size=7), Tile(path=("b", text), size=3))
    points = (CurvePoint(number=1, size=7, kept=True, note=text), CurvePoint(number=2, size=3, kept=False))
    curve = Curve(title=text, points=points)
    return Treemap(title=text, tiles=tiles), Network(title=text, nodes=nodes, edges=(edge,)), curve


def whole(text: str, *, drawn: bool = True) -> Report:
    """A report with every kind of block and `text` wherever there is one; without drawings, which take their time."""
    phrase = (Span(text, "name"), Span(text))
    row = Row(cells=(phrase, phrase, phrase), group=text, anchor=text)
    columns = tuple(Column(title=text, align=align) for align in ("left", "right", "left"))
    cells = (Span(text, "on"), Span(text[:1]))
    grid_rows = (
        GridRow(title=text, cells=cells, group=text, links=(text, "")),
        GridRow(title=text, cells=cells),
    )
    blocks: tuple[Block, ...] = (
        Heading(text=text),
        Paragraph(phrase=phrase),
        Facts(rows=((text, phrase), (text, phrase))),
        Table(columns=columns, rows=(row, replace(row, group=""))),
        Table(columns=columns, rows=(row,), stack=2),
        Grid(columns=(GridColumn(title=text, group=text), GridColumn(title=text, group=text + "2")), rows=grid_rows),
        Grid(columns=(GridColumn(title=text, group=text), GridColumn(title="b", group=text)), rows=grid_rows),
        Outline(items=(Item(0, phrase), Item(1, phrase), Item(2, phrase), Item(1, phrase), Item(0, phrase))),
        Code(text=text, language="kconfig"),
        Fold(title=phrase, blocks=(Paragraph(phrase=phrase), Table(columns=columns, rows=(row,)))),
        *(drawings(text) if drawn else ()),
    )
    records = Records(columns=("a", "b"), rows=((text, text), (text, "")))
    return Report(schema="kweigh.test/1", title=text, blocks=blocks, data={"text": text, text: [text]}, records=records)


@given(texts)
def test_neutral_text_is_one_printable_line(text: str) -> None:
    assert neutral(text).isprintable()
    assert neutral(neutral(text)) == neutral(text)


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"])))
def test_printable_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@given(texts, st.integers(min_value=40, max_value=200))
def test_terminal_lines_are_plain_and_fit_the_page(text: str, width: int) -> None:
    report = whole(text)
    page = render(report, "terminal", width=width, version="1")
    # Lines of a config stay whole, so that they can be pasted.
    pasted = " ".join(neutral(block.text) for block in report.blocks if isinstance(block, Code))
    for line in page.split("\n"):
        assert line.isprintable()
        assert line == line.rstrip(" ")
        assert cell_len(line) <= width or line.removeprefix("#   ") in pasted


@given(texts)
def test_colour_adds_nothing_but_colour(text: str) -> None:
    report = whole(text)
    coloured = SGR.sub("", render(report, "terminal", colour="ansi", version="1"))
    drawn = render(report, "terminal", version="1")
    assert [line.rstrip() for line in coloured.split("\n")] == [line.rstrip() for line in drawn.split("\n")]


@given(texts)
def test_csv_fields_are_the_records_and_no_formulas(text: str) -> None:
    page = render(whole(text), "csv", version="1")
    assert all(line.isprintable() for line in page.split("\n"))
    header, first, second = csv.reader(io.StringIO(page))
    assert header == ["a", "b"]
    assert first[0].removeprefix("'") == neutral(text).removeprefix("'")
    assert second[1] == ""
    assert not first[0].lstrip().startswith(("=", "+", "-", "@")) or first[0].lstrip("+-").isdigit()


@given(texts)
def test_json_is_ascii_and_says_the_same(text: str) -> None:
    page = render(whole(text), "json", version="1")
    assert all(line.isascii() and line.isprintable() for line in page.split("\n"))
    shown = re.sub("[\ud800-\udfff]", "\ufffd", text)
    assert json.loads(page)["data"] == {"text": shown, shown: [shown]}


MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


def leaves(tokens: list[Token]) -> list[Token]:
    """The tokens of a document, those of its lines included."""
    return [leaf for token in tokens for leaf in ([token] if not token.children else leaves(token.children))]


@given(texts)
def test_markdown_shows_the_text_and_nothing_of_it_is_markup(text: str) -> None:
    shown = [
        t for t in leaves(MARKDOWN.parse(f"x {inline(text)} x")) if t.type not in {"paragraph_open", "paragraph_close"}
    ]
    assert {token.type for token in shown} <= {"text", "text_special"}
    assert "".join(token.content for token in shown) == f"x {neutral(text).strip()} x"


@given(texts)
def test_markdown_has_the_same_structure_whatever_the_text(text: str) -> None:
    report = whole(text)
    page = render(report, "markdown", version="1")
    assert all(line.isprintable() for line in page.split("\n"))
    if text.strip():
        expected = [token.type for token in MARKDOWN.parse(render(_spelled(report, "a"), "markdown", version="1"))]
        assert [token.type for token in MARKDOWN.parse(page)] == expected


def _spelled(report: Report, text: str) -> Report:
    return replace(whole(text), schema=report.schema)


@pytest.mark.parametrize("to", ["terminal", "markdown", "csv"])
@pytest.mark.parametrize("evil", EVIL)
def test_a_hostile_config_is_harmless_in_a_whole_report(to: Format, evil: str) -> None:
    found = analysis()
    source = replace(found.config.source, name=evil, files=(evil, evil))
    reasons = {
        name: replace(reason, causes=tuple(replace(c, name=evil, text=evil) for c in reason.causes))
        for name, reason in found.config.reasons.items()
    }
    ignored = tuple(replace(a, name=evil, value=evil) for a in found.config.ignored)
    config = replace(found.config, source=source, reasons=reasons, ignored=ignored)
    features = tuple(replace(s, reason=config.reasons[s.symbol.name] if s.symbol else None) for s in found.features)
    page = render(analyze(replace(found, config=config, features=features)), to, version="1")
    assert all(line.isprintable() for line in page.split("\n"))


def test_a_very_deep_outline_is_drawn() -> None:
    items = tuple(Item(depth, say(f"level {depth}")) for depth in range(5000))
    report = replace(whole("a"), blocks=(Outline(items=items),))
    page = render(report, "terminal", version="1").split("\n")
    assert page[-2].endswith("└─ level 4999")
    assert max(cell_len(line) for line in page) <= 80
