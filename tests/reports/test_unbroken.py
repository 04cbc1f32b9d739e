"""Rule: on a page of any width, a line of a config stands on one line, and so does a place."""

from __future__ import annotations

from typing import Literal

import pytest

from analyzer.model.report import Code, Column, Facts, Item, Outline, Paragraph, Records, Report, Row, Span, Table
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


@pytest.mark.parametrize("width", range(40, 130, 9))
def test_a_command_is_not_broken(width: int) -> None:
    command = "kweigh measure x86_64_defconfig --arch x86_64 --tree /some/where/deep/below"
    said = (Span("nobody has measured it: "), Span(command, "command"), Span(" (so far)"))
    blocks = (
        Paragraph(phrase=said),
        Facts(rows=(("a label", said), ("other", (Span("x"),)))),
        Outline(items=(Item(0, said),)),
    )
    report = Report(schema="kweigh.unmet/1", title="t", blocks=blocks, data={}, records=Records(columns=(), rows=()))
    drawn = render(report, "terminal", width=width, version="")
    assert drawn.count(command) == 3
    assert all(len(line) <= width or command in line for line in drawn.splitlines())


PLACES = ("arch/x86/Kconfig:85", "drivers/media/platform/renesas/rcar-vin/Kconfig:12", f"{'long/' * 20}Kconfig:1234")


@pytest.mark.parametrize("width", range(40, 130, 9))
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("stack", [0, 1])
def test_a_place_is_not_broken(width: int, place: str, stack: int) -> None:
    said = (Span("selected by something long "), Span(f"({place})", "place"), Span(" and more" * 9))
    columns = (Column(title="symbol"), Column(title="why"), Column(title="bytes", align="right"))
    row = Row(cells=(said, said, (Span("12,345"),)))
    turned = Row(cells=((Span("12,345"),), said, said))
    blocks = (
        Paragraph(phrase=said),
        Facts(rows=(("a label", said),)),
        Outline(items=(Item(0, said), Item(1, said))),
        Table(columns=columns, rows=(row,), stack=stack),
        Table(columns=columns[::-1], rows=(turned,), stack=stack),
        Table(columns=columns[:2], rows=(Row(cells=row.cells[:2]),)),
    )
    report = Report(schema="kweigh.unmet/1", title="t", blocks=blocks, data={}, records=Records(columns=(), rows=()))
    drawn = render(report, "terminal", width=width, version="")
    assert drawn.count(f"({place})") == 10
    assert all(len(line) <= width or place in line for line in drawn.splitlines())


LONG = ("A" * 100_000 + ":", "a/" * 50_000 + ":", "a:" * 50_000, "a/b:c" * 20_000, "1:2" * 30_000)


@pytest.mark.parametrize("word", LONG, ids=["letters", "folders", "colons", "paths", "places"])
@pytest.mark.parametrize("format", ["terminal", "html", "markdown"])
def test_a_long_word_is_looked_through_once(word: str, format: Literal["terminal", "html", "markdown"]) -> None:
    """One that is looked through from each of its letters takes hours."""
    said = (Span(word),)
    table = Table(columns=(Column(title="c"),), rows=(Row(cells=(said,)),))
    blocks = (Paragraph(phrase=said), Facts(rows=(("a label", said),)), table)
    report = Report(schema="kweigh.unmet/1", title="t", blocks=blocks, data={}, records=Records(columns=(), rows=()))
    drawn = render(report, format, version="1", colour="ansi", link=lambda path, line: "")
    assert len(drawn) > len(word)


def test_what_is_pasted_stays_lines_of_a_config() -> None:
    comment = "# A was y; it is selected by something (drivers/gpu/drm/a/Kconfig:29)"
    text = f'{comment}\n# CONFIG_A_RATHER_LONG_NAME is not set\nCONFIG_B="{"b" * 60}"'
    blocks = (Code(text=text, language="kconfig"),)
    report = Report(schema="kweigh.unmet/1", title="t", blocks=blocks, data={}, records=Records(columns=(), rows=()))
    shown = render(report, "terminal", width=40, version="1").split("\n\n", 1)[1].splitlines()
    assert shown == [
        "# A was y; it is selected by something",
        "#   (drivers/gpu/drm/a/Kconfig:29)",
        "# CONFIG_A_RATHER_LONG_NAME is not set",
        f'CONFIG_B="{"b" * 60}"',
    ]
