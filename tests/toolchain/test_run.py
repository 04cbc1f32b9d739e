"""Rule: a program runs alone, in a fresh folder, with a small environment and bounds on time and size."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from analyzer.errors import ToolchainError
from analyzer.toolchain import LiveAnswers
from analyzer.toolchain.run import OUTPUT_LIMIT, Result, scratch

from .build import HERE, Bench, cc_option

PATH = os.environ["PATH"]


def test_status_and_output() -> None:
    with scratch(PATH) as machine:
        assert machine.run(["sh", "-c", "cat; echo x >&2; exit 3"], b"in") == Result(3, b"in")
        assert machine.run(["sh", "-c", "echo a; echo b >&2"], errors=subprocess.STDOUT).output == b"a\nb\n"
        assert machine.run(["sh", "-c", "kill -9 $$"]).status == 137


def test_missing_and_unfit_programs(tmp_path: Path) -> None:
    unfit = tmp_path / "unfit"
    unfit.touch()
    with scratch(PATH) as machine:
        assert machine.run(["no-such-program"]) == Result(127)
        assert machine.run([str(unfit)]) == Result(126)
        assert machine.run(["a\0b"]) == Result(126)
        assert machine.find("no-such-program") is None
        assert machine.find("sh")


def test_folder_is_fresh_and_goes_away() -> None:
    with scratch(PATH) as machine:
        assert machine.run(["sh", "-c", "ls -A; pwd; echo x > left"]).output.decode().split() == [str(machine.folder)]
        assert machine.file("left").exists()
    assert not machine.folder.exists()


def test_environment_is_the_tree_s(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CPATH", "GCC_EXEC_PREFIX", "LD_PRELOAD_X", "SECRET"):
        monkeypatch.setenv(name, "leak")
    with scratch(PATH, environment={"ARCH": "alpha", "LC_ALL": "de_DE"}) as machine:
        seen = dict(line.split("=", 1) for line in machine.run(["env"]).output.decode().splitlines())
    assert "leak" not in seen.values()
    assert (seen["ARCH"], seen["LC_ALL"], seen["TMPDIR"]) == ("alpha", "C", str(machine.folder))


def test_time_is_bounded_and_children_end() -> None:
    begin = time.monotonic()
    with scratch(PATH, seconds=0.3) as machine, pytest.raises(ToolchainError, match=r"took more than 0\.3 s"):
        machine.run(["sh", "-c", "sleep 60 & sleep 60"])
    assert time.monotonic() - begin < 20


def test_output_is_bounded() -> None:
    with scratch(PATH) as machine:
        result = machine.run(["sh", "-c", "exec cat /dev/zero"])
    assert result.status != 0
    assert len(result.output) == OUTPUT_LIMIT


def test_a_compiler_that_hangs_is_a_toolchain_error(bench: Bench) -> None:
    bench.program("gcc", "sleep 60")
    with pytest.raises(ToolchainError):
        LiveAnswers(bench.tree, seconds=0.3).answer(cc_option("-fx"), HERE)
