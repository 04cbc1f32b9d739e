"""Rule: the README's pictures show what commands show today, load nothing and are small; its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.pictures import HERE, PICTURES, draw

ROOT = Path(__file__).parents[1]


def test_there_is_no_other_picture() -> None:
    assert {path.stem for path in HERE.iterdir()} == PICTURES.keys()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_is_shown(name: str) -> None:
    """`make pictures` draws them again."""
    text = (HERE / f"{name}.svg").read_text("utf-8")
    assert text == draw(name)
    assert len(text) < 40_000
    assert "url(http" not in text
    assert ElementTree.fromstring(text).tag.endswith("svg")


@pytest.mark.parametrize("name", ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", (ROOT / name).read_text("utf-8"))
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []
