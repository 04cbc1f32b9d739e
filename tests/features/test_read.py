"""Rule: a feature file is read as it is meant, or refused in one clear line.

Enters: cases/<name>/<name>.toml. Leaves: nothing. Must hold: each case's error is the line in cases/<name>/expected.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.documents import LARGEST
from analyzer.errors import AnalyzerError, SourceError, UsageError
from analyzer.features import built_in, load
from analyzer.features.read import parse
from analyzer.model.feature import Feature

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_a_bad_file_is_refused_in_one_line(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / case)
    with pytest.raises(SourceError) as refused:
        load(f"{case}.toml")
    assert refused.value.exit_code == 4
    assert refused.value.line() + "\n" == (CASES / case / "expected").read_text(encoding="utf-8")


def test_all_that_can_be_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "offloads.toml"
    path.write_text(
        """
        title = "Network offloads"
        [[feature]]
        name = "TLS offload"
        symbols = ["TLS_DEVICE", "TLS_HW"]
        group = "Crypto"
        about = "in the card"
        [[feature]]
        name = "XDP_SOCKETS"
        """,
        encoding="utf-8",
    )
    found = load(str(path))
    assert (found.name, found.title, found.origin) == ("offloads", "Network offloads", str(path))
    assert found.features == (
        Feature(name="TLS offload", symbols=("TLS_DEVICE", "TLS_HW"), group="Crypto", about="in the card"),
        Feature(name="XDP_SOCKETS", symbols=("XDP_SOCKETS",)),
    )


def test_name_in_the_file_wins_over_the_name_of_the_file() -> None:
    found = parse('name = "mine"\n[[feature]]\nname = "A"\n', path="other.toml")
    assert (found.name, found.title) == ("mine", "mine")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\xff\xfe", "{}:1: is not a text file in UTF-8"),
        (b'title = "a"\n\x80', "{}:2: is not a text file in UTF-8"),
        (b'title = "a"\n\n\0', "{}:3: is a binary file, not TOML"),
        (b"#" * (LARGEST + 1), "{}: is too large (more than 1048576 bytes)"),
        (b"a = " + b"[" * 100_000, "{}: not valid TOML: nested too deeply, or a number is too long"),
        (b"a = " + b"1" * 100_000, "{}: not valid TOML: nested too deeply, or a number is too long"),
    ],
    ids=["utf-16", "latin-1", "binary", "huge", "deep", "long number"],
)
def test_what_is_no_toml_at_all(content: bytes, line: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(SourceError) as refused:
        load(str(path))
    assert refused.value.line() == line.format(path)


def test_a_folder_is_no_feature_set(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        load(str(tmp_path))
    assert refused.value.line() == f"{tmp_path}: can't be read: Is a directory"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless file here")
def test_an_endless_file_is_not_read_to_its_end() -> None:
    with pytest.raises(SourceError, match="Not a regular file"):
        load("/dev/zero")


@pytest.mark.parametrize("name", ["dmaa", "DMA"])
def test_a_name_near_a_built_in_one_is_suggested(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        load(name)
    assert refused.value.line() == f"no feature set and no file is called {name!r} (did you mean dma?)"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.toml")
    with pytest.raises(UsageError, match="no feature set and no file is called"):
        load(missing)
    with pytest.raises(UsageError, match="no feature set and no file is called"):
        load("a\0b")


def test_a_file_called_like_a_built_in_set_needs_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dma").write_text('[[feature]]\nname = "MINE"\n', encoding="utf-8")
    assert load("dma").origin == "dma.toml"
    assert [feature.name for feature in load(f".{os.sep}dma").features] == ["MINE"]


@given(st.text(alphabet='[]{}="\n.,1ae feature symbols name title_#', max_size=60))
def test_any_text_is_a_feature_set_or_refused(text: str) -> None:
    line = ""
    try:
        line = parse(text, path="any.toml").features[0].name
    except AnalyzerError as refused:
        line = refused.line()
    assert line.isprintable()
    assert line


def test_built_in_sets_load() -> None:
    assert built_in() == ("dma",)
    for name in built_in():
        found = load(name)
        assert found.name == name
        assert all(feature.about and feature.group for feature in found.features)
        groups = [feature.group for feature in found.features]
        assert groups == sorted(groups, key=groups.index), "rows of one group stand together"
