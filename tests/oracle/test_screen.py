"""Rule: a plain `kweigh analyze` of a defconfig fits a terminal of 24 lines and 80 columns, its prompt included; it
begins with the features and ends with what to type for more, and shows nothing expected as failed."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Done
from tests.cli.conftest import kweigh as kweigh  # noqa: PLC0414 (a fixture)


@pytest.mark.parametrize("arch", ["x86_64", "arm64", "powerpc", "s390"])
def test_analyze_fits_one_screen(
    linux_tree: Path, arch: str, kweigh: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(linux_tree)
    done = kweigh("analyze", "--arch", arch)
    lines = done.out.splitlines()
    assert done.code == 0
    assert len(lines) < 24
    command = lines[-1][lines[-1].index("kweigh ") :]
    if arch == "x86_64":
        assert kweigh(*shlex.split(command)[1:]).out.splitlines()[0] == lines[0]
    assert "fail" not in done.out
