"""A headless Chromium, and the pages that it opens.

Enters: KWEIGH_CHROMIUM (a program), else chromium of the PATH; KWEIGH_BROWSER_STRICT. Leaves: `opened`. Must hold: a
console line, an error of a script, a request beside the page itself, whether it was let through or not, fails the test;
a Chromium that is missing skips it with a reason, or fails it when KWEIGH_BROWSER_STRICT is set.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, sync_playwright

from analyzer.cli import main
from tests.browser.hostile import plant_hostile

WIDE = 1280
NARROW = 390

# Without these Chromium asks for updates and for a network's name servers as soon as it starts.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    program = os.environ.get("KWEIGH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("KWEIGH_BROWSER_STRICT"):
            pytest.fail("no Chromium (KWEIGH_CHROMIUM names one)")
        pytest.skip("no Chromium (KWEIGH_CHROMIUM names one)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Open]:
    """Opens a page of a file; at the end of the test there must have been nothing to complain of."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def note(complaint: str) -> None:
        complaints.append(complaint)

    def refuse(dialog: Dialog) -> None:
        note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_page(path: Path, *, width: int = WIDE, scheme: Literal["light", "dark"] = "light") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: note(f"console: {line.text}"))
        page.on("pageerror", lambda error: note(f"error: {error}"))
        page.on("dialog", refuse)
        # A request that the policy blocks is a console line; one that it lets through is caught here.
        page.on("request", lambda asked: None if asked.url == path.as_uri() else note(f"asks for {asked.url}"))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def chromium_without_script(chromium: Browser) -> Iterator[Open]:
    """Opens a page of a file in which no script runs."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": WIDE, "height": 900})

    def open_page(path: Path) -> Page:
        page = context.new_page()
        page.goto(path.as_uri())
        return page

    yield open_page
    context.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page about the whole bundled tree."""
    return made(tmp_path_factory.mktemp("report"), "report", "--detail", "powerpc")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page about a tree, a config and a feature set in which every text means harm."""
    folder = tmp_path_factory.mktemp("hostile")
    tree = plant_hostile(folder)
    return made(
        folder,
        "report",
        str(folder / "evil.config"),
        "--tree",
        str(tree),
        "--arch",
        "x86_64",
        "--configs",
        str(folder / "evil.config"),
        "--configs",
        "no such <b>config</b>",
        "--features",
        str(folder / "evil.toml"),
    )


def made(folder: Path, *argv: str) -> Path:
    """The page that a command line writes, cache and all in a folder of its own."""
    path = folder / "page.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        with pytest.raises(SystemExit) as stopped:
            main([*argv, "--quiet", "--format", "html", "-o", str(path)])
    assert stopped.value.code == 0
    return path
