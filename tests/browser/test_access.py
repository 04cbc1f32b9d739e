"""Rule: axe-core finds nothing against WCAG 2 A and AA, in light and dark, wide and narrow, with every fold open."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, WIDE, Open, made

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", NARROW)])
@pytest.mark.parametrize("name", ["report", "hostile"])
def test_everyone_can_use_it(
    name: str, width: int, scheme: Literal["light", "dark"], opened: Open, request: pytest.FixtureRequest
) -> None:
    page = opened(request.getfixturevalue(name), width=width, scheme=scheme)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert len(found.response["passes"]) > 10


@pytest.mark.parametrize("command", [("analyze",), ("why", "DMA_OPS"), ("diff", "tinyconfig", "defconfig"), ("unmet",)])
def test_everyone_can_use_the_page_of(command: tuple[str, ...], opened: Open, tmp_path: Path) -> None:
    found = Axe().run(opened(made(tmp_path, *command, "--arch", "powerpc")), options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("command", [("report",), ("why", "DMA_OPS"), ("graph", "DMA_OPS")])
def test_everyone_can_follow_places_and_read_tables(
    command: tuple[str, ...], opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --source-url, and where what draws is missing."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    page = opened(made(tmp_path, *command, "--source-url", "https://example.org/{path}#L{line}"), scheme="dark")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def test_the_tool_can_find_something(opened: Open, report: Path) -> None:
    page = opened(report)
    page.evaluate("document.getElementById('search').previousElementSibling.remove()")
    found = Axe().run(page, options=RULES)
    assert [one["id"] for one in found.response["violations"]] == ["label"]
