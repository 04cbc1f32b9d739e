"""Rule: our answers to `$(shell,…)` are what `sh -c` prints, whether our own code gives them or the tree's own commands
do, confined; our environment is what make exports, and the shipped records say what gcc 12.2 says.

The commands are those that reading the tree asks; sh runs them as conf does, with the same environment, in a folder
of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from analyzer.configs.parser import parse
from analyzer.model.expr import Location
from analyzer.model.tree import ShellAnswers, SourceTree
from analyzer.pipeline import TreeRequest, record
from analyzer.pipeline.asking import Allowed, Answers
from analyzer.pipeline.keeping.trees import with_exports
from analyzer.toolchain import load_profile, shipped_profile
from analyzer.trees import Compilers, architectures, default_config, locate
from tests.oracle.conftest import linux_roots

# Between them they ask everything that 6.1 and 6.12 ask: each has probes of its own, the last two fall back to the
# native gcc.
ASKED = ("arm64", "i386", "m68k", "parisc64", "powerpc", "riscv", "s390", "um", "x86_64", "loongarch", "xtensa")
SHIPPED = (
    "alpha",
    "arc",
    "arm",
    "arm64",
    "i386",
    "m68k",
    "mips",
    "parisc",
    "parisc64",
    "powerpc",
    "riscv",
    "s390",
    "sh",
    "sparc",
    "sparc64",
    "um",
    "x86",
    "x86_64",
)
OPTIONAL = ("rustc", "bindgen", "pahole", "python3")
"""Programs that the shipped records have as missing, so that they do not depend on what else a machine has."""
EXPORTED = (
    *("ARCH", "SRCARCH", "SUBARCH", "HEADER_ARCH", "KERNELVERSION", "srctree", "CROSS_COMPILE", "CROSS_COMPILE_COMPAT"),
    *(
        "CC",
        "LD",
        "AR",
        "NM",
        "OBJCOPY",
        "OBJDUMP",
        "READELF",
        "STRIP",
        "HOSTCC",
        "HOSTCXX",
        "RUSTC",
        "BINDGEN",
        "PAHOLE",
        "PYTHON3",
    ),
    *(
        "CC_VERSION_TEXT",
        "RUSTC_VERSION_TEXT",
        "PAHOLE_VERSION",
        "CLANG_FLAGS",
        "USERCFLAGS",
        "USERLDFLAGS",
        "KBUILD_DEFCONFIG",
    ),
)


class Both:
    """Asks sh and us, and keeps what differs; the reader goes on with what sh said."""

    def __init__(self, tree: SourceTree, folder: Path) -> None:
        self.asked = 0
        self.differ: list[tuple[str, str, str]] = []
        self.ours = Answers(tree, Allowed(), None)
        self._folder = folder
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._environment = {**inherited, **tree.environment}
        self._known: dict[str, str] = {}

    def answer(self, command: str, location: Location) -> str:
        if command not in self._known:
            done = subprocess.run(
                ["sh", "-c", command],
                env=self._environment,
                cwd=self._folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            # As do_shell() of scripts/kconfig/preprocess.c.
            theirs = done.stdout[:4095].decode().rstrip("\n").replace("\n", " ")
            ours = self.ours.answer(command, location)
            self._known[command] = theirs
            self.asked += 1
            if ours != theirs:
                self.differ.append((command, theirs, ours))
        return self._known[command]


def read(tree: SourceTree, answers: ShellAnswers) -> None:
    """Reads all Kconfig files of a tree."""
    parse(tree, answers)


def pairs(arches: Sequence[str], *, every: bool) -> list[tuple[Path, str]]:
    """Trees with architectures that they have: each with each, or each architecture with one tree in turn."""
    roots = linux_roots()
    return [
        (root, arch)
        for turn, root in enumerate(roots)
        for number, arch in enumerate(arches)
        if arch in architectures(root) and (every or number % len(roots) == turn)
    ]


def named(value: object) -> str:
    return value.name if isinstance(value, Path) else str(value)


FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
all_asked = pytest.mark.parametrize(("root", "arch"), pairs(ASKED, every=True), ids=named)
all_recorded = pytest.mark.parametrize(("root", "arch"), pairs(SHIPPED, every=FULL), ids=named)


def seen(root: Path, arch: str, allowed: Allowed | None = None, compilers: Compilers | None = None) -> SourceTree:
    """The tree with the environment that we work out, all questions answered."""
    located = locate(root, arch, compilers)
    return with_exports(located, allowed or Allowed(), None, thorough=True)[0]


@all_asked
def test_answers_are_those_of_sh(root: Path, arch: str, tmp_path: Path) -> None:
    tree = seen(root, arch)
    both = Both(tree, tmp_path)
    read(tree, both)
    assert both.differ == []
    assert both.asked > 50
    # What our own code answers for, and what ran as the tree wrote it: both are compared here.
    assert len(both.ours.confined) < both.asked / 2


def plain_path(folder: Path) -> str:
    """A PATH that has all programs of ours but the optional ones."""
    folder.mkdir()
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for program in Path(place).glob("*"):
            link = folder / program.name
            if not program.name.startswith(OPTIONAL) and os.access(program, os.X_OK):
                link.unlink(missing_ok=True)
                link.symlink_to(program)
    return str(folder)


@all_recorded
def test_shipped_records_say_what_the_compiler_says(
    root: Path, arch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = shipped_profile(arch)
    assert profile is not None
    monkeypatch.setenv("PATH", plain_path(tmp_path / "bin"))
    (tmp_path / "now").write_text(record(TreeRequest(root=root, arch=arch)))
    now = load_profile(tmp_path / "now")
    if now.toolchain.identity != profile.toolchain.identity:
        pytest.skip(f"the record is of {profile.toolchain.identity}, here is {now.toolchain.identity}")
    assert {command: profile.answers.get(command) for command in now.answers} == now.answers
    assert profile.versions == now.versions


@all_recorded
def test_a_record_is_enough_to_read_a_tree(root: Path, arch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = shipped_profile(arch)
    assert profile is not None
    monkeypatch.setenv("PATH", "")
    recorded = Allowed(profile=profile)
    tree = seen(root, arch, recorded, Compilers(toolchain=profile.toolchain, versions=profile.versions))
    read(tree, Answers(tree, recorded, None))


def test_environment_and_default_config_are_those_of_make(linux_tree: Path, tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("no make")
    clean = clean_view(linux_tree, tmp_path / "linux")
    # Each variable as a message of conf, which reads this file instead of the tree's own.
    shown = "".join(f"$(info,{name}=$({name}))\n" for name in EXPORTED)
    (tmp_path / "Kconfig").write_text(shown + 'config X\n\tbool "x"\n')
    differ: list[tuple[str, str, str, str]] = []
    for arch in architectures(linux_tree):
        tree = seen(linux_tree, arch)
        # conf sees a view of the tree, so what names its files there is the same file here.
        seen_there = make(clean, tree, tmp_path)
        theirs = {name: text.replace(str(clean), str(linux_tree)) for name, text in seen_there.items()}
        ours = {**tree.environment, "KBUILD_DEFCONFIG": default_config(tree).name}
        assert set(theirs) == set(EXPORTED)
        theirs["KBUILD_DEFCONFIG"] = theirs["KBUILD_DEFCONFIG"] or "defconfig"
        differ += [
            (arch, name, theirs[name], ours.get(name, "")) for name in EXPORTED if theirs[name] != ours.get(name, "")
        ]
    assert differ == []


def clean_view(root: Path, view: Path) -> Path:
    """A folder of links to a tree without what somebody may have built in it, since make then refuses to build
    elsewhere.
    """
    built = {".config", "include", "config", "generated"}
    for below in ("", "include"):
        (view / below).mkdir()
        for entry in (root / below).iterdir():
            if entry.name not in built:
                (view / below / entry.name).symlink_to(entry)
    return view


def make(root: Path, tree: SourceTree, folder: Path) -> dict[str, str]:
    """The variables that conf sees when make starts it."""
    variables = {
        "O": folder,
        "ARCH": tree.arch,
        "CROSS_COMPILE": tree.toolchain.prefix,
        "KBUILD_KCONFIG": folder / "Kconfig",
    }
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    argv = [
        "make",
        "-s",
        "-C",
        str(root),
        *(f"{name}={value}" for name, value in variables.items()),
        "alldefconfig",
    ]
    done = subprocess.run(argv, env=inherited, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
