"""One report, four formats.

Enters: a `Report`, the format, the width of the page and whether it has colour. Leaves: the whole text to print or
write. Must hold: pure; reads no environment variable, terminal or clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from analyzer.reports.draw_csv import draw_csv
from analyzer.reports.draw_json import draw_json
from analyzer.reports.draw_markdown import draw_markdown
from analyzer.reports.draw_terminal import Colour, draw_terminal

if TYPE_CHECKING:
    from analyzer.model.report import Report

Format = Literal["terminal", "markdown", "csv", "json"]


def render(report: Report, to: Format, *, width: int = 80, colour: Colour = "none", version: str) -> str:
    """The text of `report` in the format `to`, ending in a newline.

    `width` (columns, at least 40 are used) and `colour` (`none`, `ansi`) matter to the terminal only, `version` (of
    the program) to JSON only.
    """
    match to:
        case "terminal":
            return draw_terminal(report, width=width, colour=colour)
        case "markdown":
            return draw_markdown(report)
        case "csv":
            return draw_csv(report)
        case "json":
            return draw_json(report, version=version)
