"""Rule: a place is a link where links are wanted, whatever stands around it; without links a text is as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from analyzer.reports import render
from analyzer.reports.words.places import on_page, on_terminal
from tests.reports.build import reports
from tests.reports.parse_html import parse
from tests.reports.test_hostile import texts, whole

REPORTS = reports()
_LINKS = re.compile("\x1b\\]8;;([^\x1b]*)\x1b\\\\")


def to(path: str, line: str) -> str:
    return f"https://example.org/{path}?a=1&l={line}" if path.endswith("Kconfig") else ""


@pytest.mark.parametrize("name", REPORTS)
def test_links_leave_a_terminal_as_it_was(name: str) -> None:
    plain = render(REPORTS[name], "terminal", colour="ansi", version="1")
    linked = render(REPORTS[name], "terminal", colour="ansi", version="1", link=to)
    assert _LINKS.sub("", linked) == plain
    opened = _LINKS.findall(linked)
    assert [bool(one) for one in opened] == [True, False] * (len(opened) // 2)
    assert render(REPORTS[name], "terminal", version="1", link=to) == render(REPORTS[name], "terminal", version="1")


@pytest.mark.parametrize("name", REPORTS)
def test_links_leave_a_page_as_it_was(name: str) -> None:
    plain, linked = (render(REPORTS[name], "html", version="1", link=link) for link in (None, to))
    assert re.sub(r"<a href=\"https:[^>]*>(.*?)</a>", r"\1", linked) == plain
    assert "".join(parse(linked).shown) == "".join(parse(plain).shown)


@pytest.mark.parametrize("link", ["", "x"])
def test_a_place_behind_an_escape(link: str) -> None:
    text = "\x1b[2mKconfig:7\x1b[0m 2:30 (a/Kconfig:12)"
    shown = on_terminal(text, lambda path, line: link and f"{link}/{path}#{line}")
    assert _LINKS.findall(shown) == (["x/Kconfig#7", "", "x/2#30", "", "x/a/Kconfig#12", ""] if link else [])
    assert _LINKS.sub("", shown) == text


def test_an_address_is_escaped() -> None:
    assert on_page("<samp>(a/Kconfig:1).</samp>", to) == (
        '<samp>(<a href="https://example.org/a/Kconfig?a=1&amp;l=1">a/Kconfig:1</a>).</samp>'
    )


@given(texts)
def test_hostile_texts_make_no_other_links(text: str) -> None:
    page = parse(render(whole(text, drawn=False), "html", version="1", link=to))
    assert all(link.startswith(("#", "data:,", "https://example.org/")) for link in page.links)
