"""One report, one renderer per format.

Enters: a `Report`, the format, the width of the page and whether it has colour. Leaves: the whole text to print or
write. Must hold: pure; reads no environment variable, terminal or clock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from analyzer.model.report import Paragraph
from analyzer.reports.formats.markdown import draw_markdown
from analyzer.reports.formats.shortened import ALL, shortened
from analyzer.reports.programs.annotations import draw_annotations
from analyzer.reports.programs.json_text import draw_json
from analyzer.reports.programs.sarif import draw_sarif
from analyzer.reports.tables.text import draw_csv
from analyzer.reports.terminal.draw import Colour, draw_terminal
from analyzer.reports.words.phrases import say
from analyzer.reports.words.places import Link, on_page, on_terminal

if TYPE_CHECKING:
    from analyzer.model.report import Report

UNTOLD = ("csv", "json", "sarif", "github", "parquet", "duckdb")
"""The formats that have no line for what a report took; JSON has a field."""

Format = Literal["terminal", "markdown", "csv", "json", "html", "sarif", "github", "parquet", "duckdb"]


def render(
    report: Report,
    to: Format,
    *,
    width: int = 80,
    colour: Colour = "none",
    version: str,
    link: Link | None = None,
    rest: str = ALL,
) -> str:
    """The text of `report` in the format `to`, ending in a newline.

    `link` makes links of places, on pages and on terminals with colour. `rest` says where the rows are that a long
    table leaves out on terminals and in markdown ("": nothing is left out).
    `width` (columns, at least 40 are used) and `colour` (`none`, `ansi`) matter to the terminal only, `version` (of
    the program) to JSON, HTML and SARIF. `sarif` and `github` (annotations) show the findings alone; of a report
    without any, `github` is empty. HTML has tables in the place of
    drawings where the extra that draws them is missing.
    """
    if report.taken and to not in UNTOLD:
        told = Paragraph(phrase=say(", ".join(str(one) for one in report.taken), "place"))
        report = replace(report, blocks=(told, *report.blocks))
    if rest and to in {"terminal", "markdown"}:
        report = replace(report, blocks=tuple(shortened(report.blocks, rest)))
    match to:
        case "terminal":
            text = draw_terminal(report, width=width, colour=colour)
            return on_terminal(text, link) if link is not None and colour == "ansi" else text
        case "markdown":
            return draw_markdown(report)
        case "csv":
            return draw_csv(report)
        case "json":
            return draw_json(report, version=version)
        case "html":
            # Imported late: the library of templates takes longer than most answers.
            from analyzer.reports.html.draw import draw_html

            page = draw_html(report, version=version)
            return on_page(page, link) if link is not None else page
        case "sarif":
            return draw_sarif(report, version=version)
        case "github":
            return draw_annotations(report)
        case "parquet" | "duckdb":
            from analyzer.reports.tables.database import draw_tables

            # Bytes as Python carries them in a text; encoding it the same way gives them back.
            return draw_tables(report, to).decode("utf-8", "surrogateescape")
