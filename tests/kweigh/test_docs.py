"""Rule: docs/api.md names what there is, and all of it."""

from __future__ import annotations

import re
from pathlib import Path

import kweigh
import kweigh.cache

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
OWNERS = {"tree": kweigh.Tree, "config": kweigh.Config, "result": kweigh.Result}
BEHIND = {"keeps", "must_build", "at_hand", "of", "label", "root", "arch", "ledger", "baselines", "tree", "resolved"}
BEHIND |= {
    "folder",
    "kind_of",
    "serves",
    "config",
    "asked",
    "name",
    "is_own",
    "missing",
    "taken",
    "compose",
    "texts",
    "whole_page",
    "report",
    "lacks",
}
"""What the page leaves to the docstrings."""


def test_what_the_page_names_is_there() -> None:
    for owner, name in re.findall(r"\b(tree|config|result)\.(\w+)", PAGE):
        assert hasattr(OWNERS[owner], name) or name in getattr(OWNERS[owner], "__dataclass_fields__", {}), name
    for name in re.findall(r"kweigh\.(\w+)\(", PAGE):
        assert name in kweigh.__all__, name
    for name in re.findall(r"`(\w+(?:Error|Failed))`", PAGE):
        assert name in kweigh.__all__, name


def test_what_is_there_the_page_names() -> None:
    for owner in OWNERS.values():
        members = {name for name in dir(owner) if not name.startswith("_")} - BEHIND
        assert {name for name in members if not re.search(rf"\b{name}\b", PAGE)} == set()
