"""Rule: a program sees what it was given and nothing else, and whatever happens to it becomes one clear line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from analyzer.errors import ToolchainError
from analyzer.judge.process import environment_of, run


def sh(script: str, cwd: Path, *, seconds: float = 30.0) -> str:
    """Run a line of shell through the code under test."""
    return run(["sh", "-c", script], cwd=cwd, environment=environment_of({"ARCH": "alpha"}), seconds=seconds)


def test_the_callers_environment_stays_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KCONFIG_ALLCONFIG", "leak")
    monkeypatch.setenv("LANG", "C.UTF-8")
    seen = dict(line.split("=", 1) for line in sh("env >&2", tmp_path).splitlines())
    # The shell adds PWD, SHLVL and _ by itself.
    assert set(seen) - {"PWD", "SHLVL", "_", "OLDPWD"} == {"ARCH", "LANG", "LC_COLLATE", "LC_NUMERIC", "PATH"}
    assert (seen["ARCH"], seen["LANG"], seen["LC_COLLATE"]) == ("alpha", "C.UTF-8", "C")


def test_the_callers_words_win() -> None:
    assert environment_of({"PATH": "elsewhere"})["PATH"] == "elsewhere"


def test_stdin_is_empty(tmp_path: Path) -> None:
    assert sh("cat; echo read it all >&2", tmp_path) == "read it all\n"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "echo >&2; echo '***' >&2; echo first >&2; echo then an error: x >&2; exit 3",
            "exit code 3: then an error: x",
        ),
        ("echo '  first' >&2; echo second >&2; exit 1", "sh failed with exit code 1: first"),
        ("exit 1", "sh failed with exit code 1"),
        ("kill -SEGV $$", "sh was killed by SIGSEGV"),
    ],
)
def test_a_failure_is_one_line(script: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ToolchainError) as caught:
        sh(script, tmp_path)
    assert caught.value.line().endswith(message)
    assert "\n" not in caught.value.line()


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match="no-such-program cannot be run: No such file"):
        run(["no-such-program"], cwd=tmp_path, environment={}, seconds=30.0)


def test_a_program_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    with pytest.raises(ToolchainError, match=r"sh did not end within 0\.2 s and was stopped"):
        sh("(sleep 1; touch alive) & sleep 30", tmp_path, seconds=0.2)
    time.sleep(1.2)
    assert not mark.exists()


def test_a_child_left_behind_holds_nobody_up(tmp_path: Path) -> None:
    started = time.monotonic()
    assert sh("sleep 20 & echo done >&2", tmp_path) == "done\n"
    assert time.monotonic() - started < 10
