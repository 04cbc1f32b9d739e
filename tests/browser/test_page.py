"""Rule: the page does what it offers, with a mouse, with the keyboard, on paper, in any width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Open

SHOWN = "tr[data-row]:not(.unmatched)"


def section(page: Page, title: str) -> str:
    """A selector of the section with this heading."""
    ident = page.get_by_role("heading", name=title, exact=True).get_attribute("id")
    assert ident
    return f"section[aria-labelledby='{ident}']"


def test_it_opens_without_a_word_and_asks_for_nothing(opened: Open, report: Path) -> None:
    page = opened(report)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "ppc64_defconfig on bundled powerpc: DMA mapping features"
    )
    assert page.locator("h2").count() >= 8
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("width", [NARROW, WIDE, 2400])
@pytest.mark.parametrize("name", ["report", "hostile"])
def test_no_width_scrolls_sideways(name: str, width: int, opened: Open, request: pytest.FixtureRequest) -> None:
    page = opened(request.getfixturevalue(name), width=width)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# What a reader can't get at: an element, or the text in it, that goes beyond the page or beyond what clips it.
_CUT = """
(() => {
  const scrolls = (part) => ["auto", "scroll"].includes(getComputedStyle(part).overflowX);
  const out = [];
  for (const part of document.querySelectorAll("main *, header *, footer *")) {
    if (part.closest(".spoken, caption, .skip, svg *") || !part.getClientRects().length) continue;
    const style = getComputedStyle(part);
    if (style.overflowX === "hidden" && part.scrollWidth > part.clientWidth) out.push(`clipped: ${part.outerHTML}`);
    const box = part.parentElement.closest(".scroll, pre, nav");
    const inside = box && scrolls(box);
    const right = inside ? box.getBoundingClientRect().left - box.scrollLeft + box.scrollWidth : innerWidth;
    if (part.getBoundingClientRect().right > right + 1) out.push(`beyond: ${part.outerHTML}`);
  }
  return out.map((text) => text.slice(0, 300));
})()
"""


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", ["report", "hostile"])
def test_nothing_is_cut(name: str, width: int, opened: Open, request: pytest.FixtureRequest) -> None:
    page = opened(request.getfixturevalue(name), width=width)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate(_CUT) == []
    page.evaluate("document.querySelector('dd').style.minWidth = '200vw'")
    assert page.evaluate(_CUT) != []


@pytest.mark.parametrize("width", [NARROW, WIDE, 2400])
def test_what_scrolls_says_so(width: int, opened: Open, report: Path) -> None:
    page = opened(report, width=width)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_timeout(100)
    wide = "part.scrollWidth > part.clientWidth"
    told = "part.previousElementSibling.matches('.hint:not([hidden])')"
    both = page.evaluate(f"[...document.querySelectorAll('.scroll')].map((part) => [{wide}, {told}])")
    assert both
    assert all(scrolls == said for scrolls, said in both)
    if width == NARROW:
        assert any(scrolls for scrolls, _ in both)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_names_in_a_drawing_can_be_read(width: int, opened: Open, report: Path) -> None:
    page = opened(report, width=width)
    boxes = page.evaluate(
        "[...document.querySelectorAll('svg.network text')].map((text) => text.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) > 5
    assert min(box["height"] for box in boxes) >= 11
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            assert min(across, down) < 3


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_place_stands_on_one_line(width: int, opened: Open, report: Path) -> None:
    page = opened(report, width=width)
    heights = page.evaluate(
        "[...document.querySelectorAll('samp')].filter((part) => part.offsetParent)"
        ".map((part) => part.getBoundingClientRect().height)"
    )
    assert len(heights) > 50
    assert max(heights) < 2 * min(heights)


def test_search_leaves_what_has_all_words(opened: Open, report: Path) -> None:
    page = opened(report)
    rows = page.locator(SHOWN)
    before = rows.count()
    page.get_by_label("Search the page").fill("dma_ops_bypass POWERPC")
    expect(page.locator("#found")).to_have_text(re.compile(r"^\d+ match"))
    assert 0 < rows.count() < before
    for text in rows.all_text_contents():
        assert "dma_ops_bypass" in text.lower()
    expect(page.get_by_role("heading", name="Why each cell is so")).to_be_visible()
    expect(page.get_by_role("heading", name="DMA mapping: per packet")).to_be_hidden()
    page.get_by_label("Search the page").fill("")
    expect(page.locator("#found")).to_have_text("")
    assert rows.count() == before
    assert page.locator("details[open]").count() == 0


def test_search_opens_the_fold_that_has_it(opened: Open, report: Path) -> None:
    page = opened(report)
    page.get_by_label("Search the page").fill("cpu_write")
    expect(page.locator("details[open] li", has_text="cpu_write").first).to_be_visible()


def test_search_for_nothing_there_says_so(opened: Open, report: Path) -> None:
    page = opened(report)
    page.get_by_label("Search the page").fill("no such thing anywhere")
    expect(page.locator("#found")).to_have_text("0 matches")
    expect(page.locator(SHOWN)).to_have_count(0)


def test_a_filter_is_for_its_own_table(opened: Open, report: Path) -> None:
    page = opened(report)
    reasons = page.locator(section(page, "Why each cell is so"))
    others = page.locator(section(page, "DMA mapping: scenarios")).locator(SHOWN)
    whole, beside = reasons.locator(SHOWN).count(), others.count()
    reasons.get_by_role("searchbox").fill("powerpc")
    expect(reasons.get_by_role("status")).to_have_text(re.compile(rf"^\d+ of {whole} rows$"))
    assert 0 < reasons.locator(SHOWN).count() < whole
    assert all("powerpc" in text for text in reasons.locator(SHOWN).all_text_contents())
    assert others.count() == beside


def test_a_cell_says_why_to_mouse_and_keyboard(opened: Open, report: Path) -> None:
    page = opened(report)
    cell = page.get_by_label("DMA_OPS_BYPASS, powerpc tinyconfig: off", exact=True)
    tip = page.get_by_role("tooltip")
    cell.hover()
    expect(tip).to_contain_text("would be selected by PPC if PPC64 (arch/powerpc/Kconfig:")
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()
    cell.focus()
    expect(tip).to_contain_text("PPC64")
    expect(cell).to_have_attribute("aria-describedby", "tip")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_cell_leads_to_its_reason(opened: Open, report: Path) -> None:
    page = opened(report)
    reasons = page.locator(section(page, "Why each cell is so"))
    reasons.get_by_role("searchbox").fill("nothing at all")
    expect(reasons.locator(SHOWN)).to_have_count(0)
    page.get_by_label("DMA_OPS, arm defconfig: y", exact=True).click()
    row = page.locator("tr:target")
    expect(row).to_be_in_viewport()
    expect(row).to_contain_text("selected by ARM")


def test_arrow_keys_walk_the_heat_map(opened: Open, report: Path) -> None:
    page = opened(report)
    heat = page.locator("table.heat")
    assert heat.locator("a[tabindex='0']").count() == 1
    heat.locator("a[tabindex='0']").focus()
    focused = "document.activeElement.getAttribute('aria-label')"
    first = page.evaluate(focused)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused).startswith("DMA_OPS, alpha defconfig")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == first
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == first
    page.keyboard.press("End")
    assert page.evaluate(focused) != first
    assert heat.locator("a[tabindex='0']").count() == 1


def test_arrow_keys_walk_a_drawing(opened: Open, report: Path) -> None:
    page = opened(report)
    network = page.locator("svg.network")
    network.locator("[tabindex='0']").focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(network.locator("[tabindex='0']")).to_be_focused()
    assert network.locator("[tabindex='0']").count() == 1


def test_a_trace_unfolds_by_keyboard(opened: Open, report: Path) -> None:
    page = opened(report)
    trace = page.locator(section(page, "DMA mapping: step by step")).locator("details").first
    expect(trace.locator("li").first).to_be_hidden()
    trace.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(trace.locator("li").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(trace.locator("li").first).to_be_hidden()


def test_tab_goes_from_the_skip_link_through_the_tools_to_the_content(opened: Open, report: Path) -> None:
    page = opened(report)
    order = []
    for _ in range(18):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert order[:5] == ["Skip to the content", "search", "theme", "Matrix", "Why each cell is so"]
    assert len(set(order)) == len(order)
    page.keyboard.press("Home")
    page.get_by_role("link", name="Skip to the content").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_toggle_turns_what_the_system_has(scheme: str, opened: Open, report: Path) -> None:
    page = opened(report, scheme=scheme)
    ground = "getComputedStyle(document.body).backgroundColor"
    light, dark = "rgb(255, 255, 255)", "rgb(16, 21, 27)"
    here, there = (light, dark) if scheme == "light" else (dark, light)
    assert page.evaluate(ground) == here
    button = page.locator("#theme")
    # It says what it does, not what is.
    expect(button).to_have_accessible_name("Switch to dark" if scheme == "light" else "Switch to light")
    button.click()
    assert page.evaluate(ground) == there
    expect(button).to_have_accessible_name("Switch to light" if scheme == "light" else "Switch to dark")
    button.click()
    assert page.evaluate(ground) == here


def test_paper_has_everything_and_is_white(opened: Open, report: Path) -> None:
    page = opened(report, scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("#theme")).to_be_hidden()
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF-")
    assert printed.count(b"/Type /Page\n") > 10


def test_it_reads_without_a_script(chromium_without_script: Open, report: Path) -> None:
    page = chromium_without_script(report)
    expect(page.get_by_label("Search the page")).to_be_hidden()
    expect(page.get_by_role("heading", name="Matrix", exact=True)).to_be_visible()
    page.locator("summary").first.click()
    assert page.locator("details[open]").count() == 1
