"""Rule: a text of a tree, a config or a feature set is only ever seen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Open, made
from tests.browser.hostile import FOLDER, TEXTS, plant_hostile


def test_hostile_texts_show_as_text_and_run_nothing(opened: Open, hostile: Path) -> None:
    page = opened(hostile)
    for folded in page.locator("details > summary").all():
        folded.click()
    for part in page.locator("[data-tip]").all()[:40]:
        part.hover()
    page.get_by_label("Search the page").fill("<script>")
    expect(page.locator("#found")).not_to_have_text("")
    page.get_by_label("Search the page").fill("")
    expect(page.locator("#found")).to_have_text("")
    assert page.evaluate("window.harmed") is None
    # Ours are one script and no image.
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, form, base").count() == 0
    text = page.locator("body").inner_text()
    for one in TEXTS:
        assert one.replace("\u202e", "\\u202e").replace("\u202c", "\\u202c") in text
    assert FOLDER in text
    assert "no such <b>config</b>" in text


def test_other_pages_are_harmless_too(opened: Open, tmp_path: Path) -> None:
    tree = plant_hostile(tmp_path)
    config = str(tmp_path / "evil.config")
    where = ("--tree", str(tree), "--arch", "x86_64")
    commands = (
        ("analyze", config, "--features", str(tmp_path / "evil.toml"), *where),
        ("graph", "EVIL_0", config, *where),
        ("why", "EVIL_1", config, *where),
    )
    for command in commands:
        page = opened(made(tmp_path, *command))
        assert page.evaluate("window.harmed") is None
        assert page.locator("script").count() == 1
        expect(page.locator("main")).to_contain_text("EVIL_")
