"""Rule: the cache gives back what was put in, or nothing; it never fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analyzer.cache import clear, entries, get, put, store


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    put(tmp_path / "new", "k1", "one\nline", b"con\ntent")
    assert get(tmp_path / "new", "k1") == b"con\ntent"
    assert get(tmp_path / "new", "k2") is None
    (entry,) = entries(tmp_path / "new")
    assert (entry.label, entry.path.parent) == ("one line", tmp_path / "new")


@pytest.mark.parametrize("damage", [b"", b"x", b"\xff" * 100, b"0" * 64 + b" label\ncontent"])
def test_a_damaged_entry_is_missing_and_goes(tmp_path: Path, damage: bytes) -> None:
    put(tmp_path, "k", "label", b"content")
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage)
    assert get(tmp_path, "k") is None
    assert list(tmp_path.iterdir()) == []


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    for at in range(7):
        put(tmp_path, "k", "label", b"content")
        (path,) = tmp_path.iterdir()
        data = bytearray(path.read_bytes())
        data[-1 - at] ^= 1
        path.write_bytes(data)
        assert get(tmp_path, "k") is None


def test_an_unusable_folder_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    put(tmp_path / "file" / "below", "k", "label", b"content")
    assert get(tmp_path / "file" / "below", "k") is None
    assert entries(tmp_path / "none") == ()
    assert clear(tmp_path / "none") == 0


def test_writers_at_once_leave_one_whole_entry(tmp_path: Path) -> None:
    contents = [bytes([i]) * 200_000 for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: put(tmp_path, "k", "label", content), contents * 4))
    assert get(tmp_path, "k") in contents
    assert len(list(tmp_path.iterdir())) == 1


def test_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 64)
    for number in range(64 + 3):
        put(tmp_path, f"k{number:03}", str(number), b"content")
        assert get(tmp_path, "k000") == b"content", "used, so it stays"
    assert len(entries(tmp_path)) == 64


def test_all_together_stay_within_their_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "ROOM", 1000)
    for number in range(9):
        put(tmp_path, f"k{number}", str(number), bytes(200))
        assert get(tmp_path, "k0") == bytes(200), "used, so it stays"
        assert sum(entry.size for entry in entries(tmp_path)) <= 1000
    assert get(tmp_path, "k8") == bytes(200)
    assert get(tmp_path, "k1") is None


def test_clear_removes_all(tmp_path: Path) -> None:
    put(tmp_path, "a", "a", b"1")
    put(tmp_path, "b", "b", b"2")
    assert clear(tmp_path) == 2
    assert get(tmp_path, "a") is None
