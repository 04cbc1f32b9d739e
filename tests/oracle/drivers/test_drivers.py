"""Rule: of real drivers every call of the DMA API is read, and what is called broken is what reading them confirmed.

Enters: a real tree; findings.toml. Must hold: calls are counted apart from our reading, by their names in the text
without comments and strings.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from analyzer.drivers import study
from analyzer.drivers.api import calls
from tests.oracle.conftest import NO_TREE, linux_roots

FOUND: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "findings.toml").read_text())
READ = ("linux-source-6.1", "linux-source-7.3")
_SILENT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
_CALL = re.compile(rf"(?<![\w.>])({'|'.join(calls())})\s*\(")


def _counted(file: Path) -> set[tuple[int, str]]:
    text = _SILENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), file.read_text(errors="replace"))
    return {(text.count("\n", 0, found.start()) + 1, found[1]) for found in _CALL.finditer(text)}


THERE = [root / driver for root in linux_roots() if root.name in READ for driver in FOUND if (root / driver).is_file()]
"""7.3 has two of them no more."""


@pytest.mark.parametrize("file", THERE or [pytest.param(None, marks=pytest.mark.skip(reason=NO_TREE))], ids=str)
def test_driver(file: Path) -> None:
    driver = next(name for name in FOUND if str(file).endswith(f"/{name}"))
    found = study(file)
    ours = {(call.at.line, call.function) for call in found.calls if call.at.path == str(file)}
    assert {one for one in ours if one[1] != "DMA_MAPPING_ERROR"} == _counted(file)
    assert sorted({f"{one.call.inside} {one.rule.name}" for one in found.broken}) == FOUND[driver]
