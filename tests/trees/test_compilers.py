"""Rule: the prefix that is given, else the native compiler where it serves, else a known cross compiler, else the
native one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.trees import find_compilers
from analyzer.trees.compilers import search_path

GCC = """\
#!/bin/sh
case "$1" in
--version) echo "gcc (Distro 13.2.0-1) # 13.2.1 20240101"; echo more;;
-dumpmachine) echo some-triplet;;
esac
"""
CLANG = "#!/bin/sh\necho 'Distro clang version 14.0.6 (x)'\n"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it but what a test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put(path: Path, *names: str, text: str = GCC) -> None:
    """Programs on the PATH."""
    for name in names:
        (path / name).write_text(text)
        (path / name).chmod(0o755)


@pytest.mark.parametrize(
    ("installed", "arch", "srcarch", "prefix"),
    [
        (["gcc", "alpha-linux-gnu-gcc"], "alpha", "alpha", "alpha-linux-gnu-"),
        (["gcc", "alpha-linux-gcc"], "alpha", "alpha", "alpha-linux-"),
        (["gcc"], "alpha", "alpha", ""),
        (["gcc", "x86_64-linux-gnu-gcc"], "x86_64", "x86", ""),
        (["gcc", "i686-linux-gnu-gcc"], "i386", "x86", ""),
        (["i686-linux-gnu-gcc", "x86_64-linux-gnu-gcc"], "i386", "x86", "i686-linux-gnu-"),
        (["gcc"], "um", "um", ""),
        (["gcc", "hppa-linux-gnu-gcc", "hppa64-linux-gnu-gcc"], "parisc64", "parisc", "hppa64-linux-gnu-"),
        (["gcc", "hppa-linux-gnu-gcc", "hppa64-linux-gnu-gcc"], "parisc", "parisc", "hppa-linux-gnu-"),
        (["gcc", "powerpc-linux-gnu-gcc", "powerpc64-linux-gnu-gcc"], "powerpc", "powerpc", "powerpc64-linux-gnu-"),
    ],
)
def test_choice(path: Path, installed: list[str], arch: str, srcarch: str, prefix: str) -> None:
    put(path, *installed)
    found = find_compilers(arch, srcarch, host_srcarch="x86", path=str(path)).toolchain
    assert found.prefix == prefix
    assert (found.programs["CC"], found.programs["LD"], found.programs["RUSTC"]) == (
        f"{prefix}gcc",
        f"{prefix}ld",
        "rustc",
    )


def test_a_given_prefix_wins(path: Path) -> None:
    put(path, "gcc", "alpha-linux-gnu-gcc", "mine-gcc")
    assert (
        find_compilers("alpha", "alpha", host_srcarch="x86", path=str(path), prefix="mine-").toolchain.programs["CC"]
        == "mine-gcc"
    )
    assert (
        find_compilers("alpha", "alpha", host_srcarch="x86", path=str(path), prefix="").toolchain.programs["CC"]
        == "gcc"
    )


def test_what_the_compiler_says_of_itself(path: Path) -> None:
    put(path, "gcc")
    assert find_compilers("x86_64", "x86", host_srcarch="x86", path=str(path)).toolchain.identity == (
        "gcc 13.2.1 (some-triplet)"
    )


@pytest.mark.parametrize(
    ("llvm", "clang", "lld"),
    [("1", "clang", "ld.lld"), ("-15", "clang-15", "ld.lld-15"), ("FOLDER/", "FOLDER/clang", "FOLDER/ld.lld")],
)
def test_llvm_as_make_takes_it(path: Path, llvm: str, clang: str, lld: str) -> None:
    clang, lld, llvm = (text.replace("FOLDER", str(path)) for text in (clang, lld, llvm))
    put(path, Path(clang).name, text=CLANG)
    found = find_compilers("arm64", "arm64", host_srcarch="x86", path=str(path), llvm=llvm).toolchain
    assert (found.programs["CC"], found.programs["LD"], found.programs["HOSTCC"]) == (clang, lld, clang)
    assert (found.prefix, found.llvm, found.identity.split(" (")[0]) == ("", llvm, "clang 14.0.6")


def test_programs_are_not_looked_for_in_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, away = tmp_path / "linux", tmp_path / "bin"
    (tree / "scripts").mkdir(parents=True)
    away.mkdir()
    (tmp_path / "link").symlink_to(tree / "scripts")
    folders = [str(tree), str(tree / "scripts"), ".", "", "scripts", str(tmp_path / "link"), str(away)]
    monkeypatch.setenv("PATH", ":".join(folders))
    assert search_path(tree) == str(away)


def test_clang_is_told_apart(path: Path) -> None:
    put(path, "gcc", text=CLANG)
    assert find_compilers("x86_64", "x86", host_srcarch="x86", path=str(path)).toolchain.identity.startswith(
        "clang 14.0.6 ("
    )
