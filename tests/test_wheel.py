"""Rule: the wheel holds all that the program needs, and runs from any folder without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = ("kconfig", "arch", "fixtures")


def _run(*arguments: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of a wheel built now, as pip would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    (wheel,) = folder.glob("kweigh-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def _files(root: Path) -> set[str]:
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_data_is_inside(unpacked: Path) -> None:
    expected = {f"{folder}/{name}" for folder in DATA for name in _files(ROOT / folder)}
    assert len(expected) > 14
    assert _files(unpacked / "analyzer/_data") == expected


def test_the_package_is_whole(unpacked: Path) -> None:
    packed = {name for name in _files(unpacked / "analyzer") if not name.startswith("_data/")}
    assert packed == _files(ROOT / "analyzer")


def test_nothing_else_is_inside(unpacked: Path) -> None:
    assert {path.name.split("-")[0] for path in unpacked.iterdir()} == {"analyzer", "kweigh"}


@pytest.mark.parametrize("config", ["tinyconfig", "defconfig"])
def test_it_runs_from_another_folder(config: str, unpacked: Path, tmp_path: Path) -> None:
    where = _run("-c", "import analyzer; print(analyzer.__file__)", cwd=tmp_path, PYTHONPATH=str(unpacked))
    assert where.strip() == str(unpacked / "analyzer/__init__.py")
    report = _run(
        "-m", "analyzer", "analyze", config, "--arch", "powerpc", "--all", cwd=tmp_path, PYTHONPATH=str(unpacked)
    )
    assert "DMA_OPS" in report
    assert "arch/powerpc/Kconfig:" in report
