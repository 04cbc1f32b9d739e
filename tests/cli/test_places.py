"""Rule: places lead to files that are there: on a terminal with colour to the files, on pages to --source-url."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from analyzer.trees import bundled_root
from tests.cli.conftest import Kweigh
from tests.cli.test_widths import on_a_terminal

URL = "https://example.org/tree/{path}#L{line}"
WHY = ("why", "DMA_OPS", "--arch", "x86_64")


def links(shown: str) -> list[str]:
    return [one for one in re.findall("\x1b\\]8;;([^\x1b]*)\x1b", shown) if one]


def test_a_terminal_leads_to_the_files() -> None:
    found = links(on_a_terminal("out", *WHY))
    assert len(found) > 2
    for one in found:
        address = urlsplit(one)
        assert address.scheme == "file"
        path = Path(unquote(address.path))
        assert path.is_relative_to(bundled_root())
        assert 0 < int(address.fragment) <= len(path.read_text("utf-8").splitlines())
    assert links(on_a_terminal("out", *WHY, "--source-url", URL))[0].startswith("https://example.org/tree/")


@pytest.mark.parametrize("environment", [{"TERM": "linux"}, {"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_other_terminals_have_no_links(environment: dict[str, str]) -> None:
    assert links(on_a_terminal("out", *WHY, **environment)) == []


def test_a_pipe_has_none(kweigh: Kweigh) -> None:
    assert links(kweigh(*WHY, "--color", "always").out) == []


def test_pages_lead_to_an_address(kweigh: Kweigh) -> None:
    plain = kweigh(*WHY, "--format", "html").out
    shown = kweigh(*WHY, "--format", "html", "--source-url", URL).out
    found = re.findall('<a href="https://example.org/tree/([^"#]*)#L', shown)
    assert len(found) > 2
    assert all((bundled_root() / path).is_file() for path in found)
    assert re.sub('<a href="https:[^>]*>(.*?)</a>', r"\1", shown) == plain


def test_places_of_two_trees_have_no_links(kweigh: Kweigh) -> None:
    argv = ("upgrade", "tinyconfig", "--from", "bundled", "--arch", "x86_64", "--format", "html", "--source-url", URL)
    assert "example.org" not in kweigh(*argv).out


@pytest.mark.parametrize("url", ["x", "https://example.org/", "javascript:{path}", "file:///{path}"])
def test_an_address_that_is_none(url: str, kweigh: Kweigh) -> None:
    done = kweigh(*WHY, "--source-url", url)
    assert (done.code, done.out) == (2, "")
    assert f"{url} is no address with {{path}}, such as https://" in done.err
