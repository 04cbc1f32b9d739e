"""Rule: what the system refuses is one line with the right exit code, whichever command meets it, and never a bug of
ours; and a file that is written keeps what it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from tests.cli.conftest import Kweigh

LONG = "A" * 300
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "argv",
    [
        ("resolve", LONG),
        ("resolve", f"tinyconfig+{LONG}"),
        ("resolve", f"{LONG}/x"),
        ("resolve", "--tree", LONG),
        ("analyze", LONG * 100),
        ("doctor", "tinyconfig", LONG),
        ("diff", "tinyconfig", LONG),
        ("why", "DMA_OPS", f"./{LONG}"),
    ],
)
def test_a_name_beyond_what_the_system_takes(argv: tuple[str, ...], kweigh: Kweigh) -> None:
    done = kweigh(*argv)
    assert done.code == 3
    assert len(done.err) <= 301
    assert done.err.count("\n") == 1


def test_a_long_line_keeps_its_end(kweigh: Kweigh) -> None:
    done = kweigh("enable", f"DMA_OPS={LONG}", "tinyconfig")
    assert done.code == 2
    assert done.err.endswith("A is no value for DMA_OPS, which is of type bool\n")
    assert len(done.err) <= 301


@pytest.mark.parametrize("sign", ["\x1b", "\u2028", "\u202e", "\udc80", "\U0010ffff", "\\\n"])
def test_a_long_line_is_no_longer_as_it_is_shown(sign: str, kweigh: Kweigh, tmp_path: Path) -> None:
    for argv in (("resolve", sign * 280), ("enable", f"DMA_OPS={sign * 100}", "tinyconfig")):
        done = kweigh(*argv)
        assert done.code in {2, 3}
        assert len(done.err) <= 301
    (tmp_path / "config").write_bytes(f"CONFIG_{sign * 90}=y\nCONFIG_A{sign * 90}=y\n".encode("utf-8", "replace"))
    done = kweigh("minimal", tmp_path / "config", "--arch", "x86_64")
    assert all(len(line) <= 300 for line in done.err.splitlines())


@pytest.mark.parametrize("argv", [("--help",), ("resolve", "--help"), ("--version",), (), ("resolve", "tinyconfig")])
def test_a_full_device(argv: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = _process(*argv, stdout=full)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become a user that the system does not know")
def test_a_user_without_a_home() -> None:
    environ = {name: value for name, value in os.environ.items() if name not in {"HOME", "XDG_CACHE_HOME"}}
    if os.path.realpath(sys.executable).startswith("/root/"):
        pytest.skip("this Python is root's own")
    own = {"user": 54321, "group": 54321, "extra_groups": []}
    argv = [sys.executable, "-m", "analyzer", "resolve", "tinyconfig"]
    done = subprocess.run(argv, env=environ, cwd="/", capture_output=True, text=True, check=False, **own)  # type: ignore[call-overload]
    if "Permission denied" in done.stderr or "No module named" in done.stderr:
        pytest.skip("this kweigh is root's own")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_scratch_folder_that_is_none(where: str, kweigh: Kweigh, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert kweigh("measure", "tinyconfig", "--scratch", tmp_path / where).code == 2


@pytest.mark.parametrize("name", ["new/", "file/", "folder", "file/below", "loop"])
def test_what_cannot_be_written(name: str, kweigh: Kweigh, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    before = sorted(path.name for path in tmp_path.iterdir())
    done = kweigh("resolve", "tinyconfig", "-o", f"{tmp_path}/{name}")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert (tmp_path / "file").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_file_keeps_its_mode_and_a_link_stays_one(kweigh: Kweigh, tmp_path: Path) -> None:
    file, link, ahead = tmp_path / "file", tmp_path / "link", tmp_path / "ahead"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to("file")
    ahead.symlink_to("later")
    for target in (link, ahead):
        assert kweigh("resolve", "tinyconfig", "-o", target).code == 0
    assert link.is_symlink()
    assert file.read_text().startswith("#")
    assert file.stat().st_mode & 0o777 == 0o640
    assert ahead.is_symlink()
    assert (tmp_path / "later").is_file()


@pytest.mark.parametrize("milliseconds", range(20, 220, 40))
def test_an_interrupt_at_any_time(milliseconds: int) -> None:
    with subprocess.Popen(
        # A shell in the background lets its children ignore interrupts.
        [sys.executable, "-c", "import signal; signal.signal(2, signal.default_int_handler); " + _MAIN, "matrix"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "begun\n"
        time.sleep(milliseconds / 1000)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert "Traceback" not in said
    assert process.returncode in (0, 130, -signal.SIGINT)


_MAIN = "import sys; from analyzer.start import main; print('begun', file=sys.stderr, flush=True); main()"


def _process(*argv: str, stdout: IO[bytes]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyzer", *argv],
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        check=False,
    )
