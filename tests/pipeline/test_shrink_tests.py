"""Rule: a program of the user's own judges by its exit status; what keeps it from judging is an error, and a test that
was changed is another test.

Enters: scripts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import ToolchainError, UsageError
from analyzer.model.size import Built
from analyzer.pipeline.commands import shrink_tests


@pytest.fixture
def built(tmp_path: Path) -> Built:
    (tmp_path / "bzImage").write_text("image")
    (tmp_path / ".config").write_text("CONFIG_A=y\n")
    return Built(
        folder=tmp_path,
        arch="x86_64",
        config="CONFIG_A=y\n",
        objects=(),
        archived=(),
        image="vmlinux",
        boot="bzImage",
        log=tmp_path / "log",
    )


def script(folder: Path, text: str) -> str:
    path = folder / "test.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_it_gets_image_and_config(built: Built, tmp_path: Path) -> None:
    test = shrink_tests.command_test(f"{script(tmp_path, 'cat $2 $3; echo $1; test $KWEIGH_IMAGE = $2')} word", ())
    assert test.run(built, tmp_path) == ("", "test", "imageCONFIG_A=y\nword\n")


def test_another_status_is_bad(built: Built, tmp_path: Path) -> None:
    test = shrink_tests.command_test(script(tmp_path, "echo no; exit 3"), ())
    assert test.run(built, tmp_path) == ("exit status 3", "test", "no\n")


def test_one_that_cannot_run_is_no_verdict(built: Built, tmp_path: Path) -> None:
    test = shrink_tests.command_test(script(tmp_path, "no-such-program-at-all"), ())
    with pytest.raises(ToolchainError, match=r"cannot be run: .*no-such-program-at-all"):
        test.run(built, tmp_path)


def test_one_that_is_killed_is_no_verdict(built: Built, tmp_path: Path) -> None:
    test = shrink_tests.command_test(script(tmp_path, "kill -9 $$"), ())
    with pytest.raises(ToolchainError, match="cannot be run: exit status -9"):
        test.run(built, tmp_path)


def test_a_script_that_an_interpreter_runs_counts_as_well(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (elsewhere := tmp_path / "elsewhere").mkdir()
    Path("boots.sh").write_text("exit 0\n")
    test = shrink_tests.command_test("sh boots.sh", ())
    assert test.run(built, elsewhere) == ("", "test", "")
    Path("boots.sh").write_text("exit 1\n")
    assert shrink_tests.command_test("sh boots.sh", ()).digest != test.digest
    with pytest.raises(ToolchainError, match="its files are others here"):
        test.check()


def test_one_that_hangs_is_ended(built: Built, tmp_path: Path) -> None:
    test = shrink_tests.CommandTest(command=(script(tmp_path, "echo begun; sleep 60 & wait"),), seconds=0.5)
    reason, _, said = test.run(built, tmp_path)
    assert reason.startswith("the test took longer than")
    assert said in ("", "begun\n")


def test_a_changed_program_is_another_test(tmp_path: Path) -> None:
    first = shrink_tests.command_test(script(tmp_path, "exit 0"), ()).digest
    assert shrink_tests.command_test(script(tmp_path, "exit 0"), ()).digest == first
    assert shrink_tests.command_test(script(tmp_path, "exit 1"), ()).digest != first


@pytest.mark.parametrize(("text", "told"), [("", "it is empty"), ("'", "no command"), ("./none", "no program ./none")])
def test_what_is_no_command(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        shrink_tests.command_test(text, ())
