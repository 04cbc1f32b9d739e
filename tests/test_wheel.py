"""Rule: the wheel holds all that the program needs, and runs from any folder without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from analyzer.cli.group import kweigh as group

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


@pytest.mark.parametrize("package", ["analyzer", "kweigh"])
def test_the_packages_are_whole(package: str, unpacked: Path) -> None:
    packed = {name for name in _files(unpacked / package) if not name.startswith("_data/")}
    assert packed == _files(ROOT / package)
    assert "py.typed" in packed


def test_nothing_else_is_inside(unpacked: Path) -> None:
    assert {path.name.split("-")[0] for path in unpacked.iterdir()} == {"analyzer", "kweigh"}


def test_it_has_a_man_page_for_every_command(unpacked: Path) -> None:
    (share,) = unpacked.glob("kweigh-*.data/data/share")
    pages = {path.name: path.read_text("utf-8") for path in (share / "man/man1").iterdir()}
    assert pages.keys() == {"kweigh.1", *(f"kweigh-{name}.1" for name in group.commands)}
    for name, text in pages.items():
        assert text.startswith('.TH "KWEIGH'), name
        assert "Examples:" in text
        assert "..." not in text.split(".SH SYNOPSIS")[0], "a summary is whole"
    assert "What each Kconfig" not in pages["kweigh-why.1"]


def test_it_completes_in_three_shells(unpacked: Path) -> None:
    (share,) = unpacked.glob("kweigh-*.data/data/share")
    starts = {
        "bash-completion/completions/kweigh": "_kweigh_completion() {",
        "zsh/site-functions/_kweigh": "#compdef kweigh",
        "fish/vendor_completions.d/kweigh.fish": "function _kweigh_completion;",
    }
    for place, start in starts.items():
        assert (share / place).read_text("utf-8").startswith(start), place


def test_its_readme_stands_alone(unpacked: Path) -> None:
    (metadata,) = unpacked.glob("kweigh-*.dist-info/METADATA")
    about = message_from_string(metadata.read_text("utf-8"))
    assert about["Author"] == "kweigh developers"
    text = str(about.get_payload())
    assert text.startswith("# kweigh\n")
    links = [token for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text) if token.type == "inline"]
    found = [child.attrs for token in links for child in token.children or () if child.type in {"link_open", "image"}]
    assert [one for one in found if not str(one.get("href", one.get("src"))).startswith("https://")] == []


@pytest.mark.parametrize("config", ["tinyconfig", "defconfig"])
def test_it_runs_from_another_folder(config: str, unpacked: Path, tmp_path: Path) -> None:
    where = _run("-c", "import analyzer; print(analyzer.__file__)", cwd=tmp_path, PYTHONPATH=str(unpacked))
    assert where.strip() == str(unpacked / "analyzer/__init__.py")
    report = _run(
        "-m", "analyzer", "analyze", config, "--arch", "powerpc", "--all", cwd=tmp_path, PYTHONPATH=str(unpacked)
    )
    assert "DMA_OPS" in report
    assert "arch/powerpc/Kconfig:" in report
    code = f"import kweigh; print(kweigh.open(arch='powerpc').resolve({config!r})['DMA_OPS'].value)"
    assert _run("-c", code, cwd=tmp_path, PYTHONPATH=str(unpacked)).strip() in ("y", "n")
