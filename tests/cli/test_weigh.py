"""Rule: what is wrong with a cluster is one line, before anything is built."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh
from tests.pipeline.weighed_tree import TREE
from tests.trees.miniature import plant


@pytest.mark.parametrize(
    ("address", "code", "told"),
    [
        ("tcp://127.0.0.1:{port}", 5, "no scheduler answers at tcp://127.0.0.1:"),
        ("127.0.0.1", 2, "127.0.0.1 cannot be connected to"),
        ("junk:", 2, "junk: cannot be connected to"),
        ("", 2, "cannot be connected to"),
    ],
)
def test_no_scheduler(address: str, code: int, told: str, kweigh: Kweigh, tmp_path: Path) -> None:
    tree = plant(tmp_path / "tree", TREE)
    with socket.socket() as nobody:
        # Bound, but it does not listen.
        nobody.bind(("127.0.0.1", 0))
        words = ("--scheduler", address.format(port=nobody.getsockname()[1]), "--scratch", tmp_path / "scratch")
        done = kweigh("weigh", "allnoconfig", "--tree", tree, "--arch", "x86_64", *words)
    assert done.code == code
    assert told in done.err
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "scratch").exists()
