"""Rule: what a file says is what was found, whatever a test said; make takes it as lines and comments; what is no such
file is one line with its place.

Enters: values of Hypothesis' making.
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import InputError, SourceError
from analyzer.model.shrink import Judged, KeptLine, Proof, ProofKind, Shrunk, Step
from analyzer.pipeline.commands import shrink_file

NAME = st.text("ABZ_09", min_size=1, max_size=6)
NAMES = st.lists(NAME, max_size=4, unique=True).map(tuple)
SIZE = st.none() | st.integers(-(10**9), 10**9)
LINE = st.builds(
    lambda name, value, proof: KeptLine(name=name, text=f"CONFIG_{name}={value}", proof=proof),
    NAME,
    st.sampled_from(["y", "m", "17", '"a b; c"', '""']),
    st.builds(Proof, kind=st.sampled_from(get_args(ProofKind)), reason=st.text(max_size=30), without=NAMES, gain=SIZE),
)
STEP = st.builds(
    lambda away, size: Step(away=away, left=3, key="", judged=Judged(good=True, size=size), taken=True),
    NAMES,
    SIZE,
)
FOUND = st.builds(
    Shrunk,
    config=st.just("tinyconfig"),
    tree=st.just("Linux 6.1"),
    arch=st.just("x86_64"),
    compiler=st.just("gcc 12.2.0 (x86_64-linux-gnu)"),
    test=st.just("boots on qemu-system-x86_64, disk=virtio"),
    keep=st.sampled_from([(), ("EXT4_FS", "NET=y or PCI=y")]),
    first=st.none() | st.integers(0, 10**9),
    size=st.none() | st.integers(0, 10**9),
    lines=st.lists(LINE, max_size=4).map(tuple),
    steps=st.lists(STEP, max_size=4).map(tuple),
    built=st.just(0),
    done=st.booleans(),
)


@settings(max_examples=25)
@given(FOUND)
def test_what_is_written_is_read(found: Shrunk) -> None:
    text = "\n".join(shrink_file.render(found))
    assert all(not line or line.startswith(("# ", "CONFIG_")) for line in text.splitlines())
    assert not any(line.endswith(" is not set") for line in text.splitlines())
    read = shrink_file.parse(text, "file")
    assert (read.config, read.test, read.keep, read.size, read.first) == (
        *(found.config, found.test, found.keep, found.size, found.first),
    )
    assert (read.tests, read.done, read.drops) == (len(found.steps), found.done, found.drops)
    assert [(one.text, one.proof.kind, one.proof.gain, one.proof.without) for one in read.lines] == [
        (one.text, one.proof.kind, one.proof.gain, one.proof.without) for one in found.lines
    ]
    again = shrink_file.parse("\n".join(shrink_file.render(found)), "file")
    assert again == read


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "file:1: is no file of kweigh shrink"),
        ("CONFIG_A=y\n", "file:1: is no file of kweigh shrink"),
        ("# kweigh shrink: x\n# tree: y\n", "file:2: here should stand # from:"),
        ("# kweigh shrink: x\n# from: y\n", "file:2: ends too soon"),
    ],
)
def test_what_is_no_such_file(text: str, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        shrink_file.parse(text, "file")
    assert str(caught.value).startswith(told)


@settings(max_examples=25)
@given(st.text())
def test_any_text_is_a_file_or_an_error(text: str) -> None:
    with pytest.raises(SourceError):
        shrink_file.parse(text, "file")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        shrink_file.read(tmp_path / "none")
