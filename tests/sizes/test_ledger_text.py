"""Rule: the text of a ledger holds all of it; a line that is no entry is refused with its number."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from analyzer.errors import SourceError
from analyzer.model.size import Image, Observation
from analyzer.sizes.ledger_text import parse, render
from tests.sizes.measured import ENTRIES, observation

HEAD = '{"kweigh-ledger": 1}'
LINE = list(render([observation(1)]))[1]


@given(ENTRIES)
def test_what_is_written_is_read(entries: list[Observation | Image]) -> None:
    lines = list(render(entries))
    assert all(line.isascii() and "\n" not in line for line in lines)
    assert list(parse(lines, path="ledger")) == entries


def test_a_line() -> None:
    assert json.loads(LINE) == {
        "object": "kernel/o1.o",
        "tree": "Linux 6.1.192",
        "arch": "powerpc",
        "compiler": "gcc 12.2.0 (powerpc64-linux-gnu)",
        "flags": "gcc -O2",
        "symbols": {"DMA_OPS": "n", "SMP": "y"},
        "classes": {"text": 100, "bss": 8},
        "sizes": [["f", "T", 100], ["g", "b", 8]],
    }


def _changed(**changes: object) -> str:
    return json.dumps(json.loads(LINE) | changes)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "the line should be a table"),
        ("{}", "tree should be a text"),
        (_changed(arch=3), "arch should be a text"),
        (_changed(symbols={"A": 1}), "A should be a text"),
        (_changed(symbols={"A": "y\nB=y"}), "a symbol with an end of line"),
        (_changed(classes={"txt": 1}), "no class of sections: txt"),
        (_changed(classes={"text": -1}), "no number of bytes: -1"),
        (_changed(classes={"text": True}), "no number of bytes: True"),
        (_changed(classes={"text": 1 << 63}), "no number of bytes"),
        (_changed(sizes=[["f", "T"]]), "sizes should hold lists"),
        (_changed(sizes={}), "sizes should be a list"),
        (_changed(image="vmlinux"), "config should be a text"),
        (_changed(flags="\ud800"), "half a character"),
        (_changed(symbols={"\udfff": "y"}), "half a character"),
        (_changed(sizes=[["\ud800", "T", 1]]), "half a character"),
    ],
)
def test_what_is_no_entry(line: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as refused:
        list(parse([HEAD, LINE, line], path="ledger.jsonl"))
    assert refused.value.line().startswith("ledger.jsonl:3: ")


def test_what_is_no_text_of_a_ledger() -> None:
    with pytest.raises(SourceError, match="it begins with"):
        list(parse([LINE], path="x"))
