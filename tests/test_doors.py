"""Rule: a room offers what its imports say, at whatever moment it is asked, and loads no more than that."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

ROOT = Path(__file__).parents[1] / "analyzer"
ROOMS = sorted(
    path.parent.name for path in ROOT.glob("*/__init__.py") if "import_lazily(" in path.read_text(encoding="utf-8")
)


def _offered(room: str) -> list[tuple[str, str]]:
    """(module, name) of what a room's imports say."""
    tree = ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))
    return [
        (node.module or "", alias.name)
        for block in tree.body
        if isinstance(block, ast.If)
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


def _run(code: str) -> str:
    """What a fresh interpreter prints."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    return run.stdout.strip()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_offers_all_that_it_names(room: str) -> None:
    opened = import_module(f"analyzer.{room}")
    offered = _offered(room)
    assert sorted(name for _, name in offered) == sorted(opened.__all__)
    for module, name in offered:
        assert getattr(opened, name) is vars(import_module(module))[name]


def test_there_are_rooms() -> None:
    assert {"configs", "deps", "reports", "pipeline", "trees"} <= set(ROOMS)


def test_a_module_of_the_same_name_does_not_take_the_place() -> None:
    for first in (
        "import analyzer.reports.compose.analyze",
        "from analyzer.reports.compose.analyze import analyze",
        "pass",
    ):
        found = _run(f"{first}; from analyzer import reports; print(type(reports.analyze).__name__)")
        assert found == FunctionType.__name__


def test_what_nobody_asks_for_is_not_loaded() -> None:
    loaded = _run("import sys; from analyzer import reports; reports.why; print(*sys.modules)").split()
    assert "analyzer.reports.compose.why" in loaded
    assert "analyzer.reports.compose.doctor" not in loaded


def test_what_a_room_does_not_offer_is_an_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'analyzer.deps' has no attribute 'nonsense'"):
        import_module("analyzer.deps").nonsense  # noqa: B018
