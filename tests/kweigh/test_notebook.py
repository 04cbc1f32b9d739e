"""Rule: the example notebook runs, cell by cell, and what it shows can be shown.

Enters: examples/*.ipynb. Leaves: nothing. Must hold: every cell runs in the order of the notebook; what a cell ends
with has a text, and what notebooks draw of it is HTML.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "examples").glob("*.ipynb"))


def _run(source: str, names: dict[str, Any]) -> object:
    """Run a cell; what its last line is worth, where that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_it_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = [_run("".join(cell["source"]), names) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    drawn = [one._repr_html_() for one in shown if hasattr(one, "_repr_html_")]
    assert len(drawn) >= 3
    assert all(text.startswith('<div class="kweigh">') for text in drawn)
    assert all(repr(one) for one in shown)


def test_there_is_one_and_no_output_is_kept() -> None:
    assert NOTEBOOKS
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells)
