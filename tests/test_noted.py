"""Rule: what is looked at is noted for everybody who listens, and for nobody else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer import documents
from analyzer.noted import Noted, note, note_fleeting, noting, unnoted, which


def test_what_is_read_or_looked_for_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_text("a")
    with noting() as noted:
        documents.read_regular(tmp_path / "a", 10)
        assert not documents.is_file(tmp_path / "b")
        with pytest.raises(FileNotFoundError):
            documents.read_regular("c", 10)
        note(tmp_path)
        which("sh", "/bin")
    assert noted.paths == {str(tmp_path), *(f"{tmp_path}/{name}" for name in "abc")}
    assert noted.programs == {("sh", "/bin")}
    assert not noted.fleeting
    note(os.devnull)
    assert os.devnull not in noted.paths


def test_who_listens_outside_hears_what_is_noted_inside() -> None:
    with noting() as outer:
        note("/first")
        with noting() as inner:
            note("/second")
            note_fleeting()
        with unnoted():
            note("/third")
    assert (inner.paths, outer.paths) == ({"/second"}, {"/first", "/second"})
    assert outer.fleeting
    assert outer.began <= inner.began


def test_what_was_read_before_counts_from_when_it_was_read() -> None:
    with noting() as before:
        note("/first")
    with noting() as now:
        assert now.began >= before.began
        before.again()
    assert (now.paths, now.began) == (before.paths, before.began)
    assert Noted().paths == set()
