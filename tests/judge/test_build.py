"""Rule: conf is made of the tree's own sources, once, outside the tree; what misses is said in one line.

Small scripts stand in for flex, bison and gcc; tests/oracle/test_judge.py uses the real ones.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import InputError, ToolchainError
from analyzer.judge.build import build

MAKEFILE = """\
# object files used by all kconfig flavours
common-objs := confdata.o lexer.lex.o \\
 parser.tab.o
conf-objs := conf.o $(common-objs)
mconf-objs := mconf.o $(common-objs)
"""
FILES = {"conf.c": "c", "confdata.c": "d", "lexer.l": "l", "parser.y": "y", "lkc.h": "h", "Makefile": MAKEFILE}

FLEX = '#!/bin/sh\necho "flex $*" >> "$LOG"; : > "${1#-o}"\n'
BISON = '#!/bin/sh\necho "bison $*" >> "$LOG"; : > "$2"; : > "${3#--defines=}"\n'
GCC = '#!/bin/sh\necho "gcc $*" >> "$LOG"; ls >> "$LOG"; echo "made" > conf; chmod +x conf\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with nothing in it but the sources of a conf."""
    folder = tmp_path / "tree/scripts/kconfig"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return tmp_path / "tree"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the stand-ins, which write what they were called with to log.txt beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in {"flex": FLEX, "bison": BISON, "gcc": GCC}.items():
        (folder / name).write_text(text.replace("$LOG", str(tmp_path / "log.txt")))
        (folder / name).chmod(0o755)
    (folder / "sh").symlink_to("/bin/sh")
    for name in ("ls", "chmod"):
        (folder / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_the_commands_are_those_of_the_kernels_make(root: Path, tools: Path, tmp_path: Path) -> None:
    conf = build(root, tmp_path / "cache")
    assert conf.read_text() == "made\n"
    log = (tmp_path / "log.txt").read_text().splitlines()
    assert log[0] == "flex -olexer.lex.c -L lexer.l"
    assert log[1] == "bison -o parser.tab.c --defines=parser.tab.h -t -l parser.y"
    assert log[2].startswith("gcc ")
    assert log[2].endswith(" -o conf confdata.c lexer.lex.c parser.tab.c conf.c ../../again.c")
    assert set(log[3:]) >= {"conf.c", "lkc.h", "lexer.lex.c", "parser.tab.h"}
    assert list((tmp_path / "cache").rglob("*")) == [conf.parent, conf]


def test_the_tree_is_left_alone(root: Path, tools: Path, tmp_path: Path) -> None:
    build(root, tmp_path / "cache")
    assert {path.name: path.read_text() for path in root.rglob("*") if path.is_file()} == FILES


def test_equal_sources_are_built_once(root: Path, tools: Path, tmp_path: Path) -> None:
    first = build(root, tmp_path / "cache")
    (root / "scripts/kconfig/parser.tab.c").write_text("left by a build in the tree")
    (root / "scripts/kconfig/mconf.c~").write_text("an editor's copy")
    (tools / "gcc").unlink()
    assert build(root, tmp_path / "cache") == first


def test_changed_sources_are_built_anew(root: Path, tools: Path, tmp_path: Path) -> None:
    first = build(root, tmp_path / "cache")
    (root / "scripts/kconfig/conf.c").write_text("another")
    assert build(root, tmp_path / "cache") != first


@pytest.mark.parametrize("tool", ["flex", "bison", "gcc"])
def test_a_missing_tool_is_named(tool: str, root: Path, tools: Path, tmp_path: Path) -> None:
    (tools / tool).unlink()
    with pytest.raises(ToolchainError) as caught:
        build(root, tmp_path / "cache")
    assert caught.value.line() == (
        f"{tool} is not installed, so the tree's conf cannot be built (install flex, bison and gcc)"
    )


def test_a_compiler_that_fails_leaves_nothing(root: Path, tools: Path, tmp_path: Path) -> None:
    (tools / "gcc").write_text("#!/bin/sh\necho 'conf.c:1:1: error: odd' >&2; exit 1\n")
    with pytest.raises(ToolchainError, match=r"gcc failed with exit code 1: conf\.c:1:1: error: odd"):
        build(root, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        ("Makefile", "no list of conf's objects in scripts/kconfig/Makefile"),
        ("confdata.c", "no scripts/kconfig/confdata.c"),
        ("lexer.l", "no scripts/kconfig/lexer.l"),
        ("parser.y", "no scripts/kconfig/parser.y"),
    ],
)
def test_what_is_no_tree_is_said(gone: str, message: str, root: Path, tmp_path: Path) -> None:
    (root / "scripts/kconfig" / gone).unlink()
    with pytest.raises(InputError) as caught:
        build(root, tmp_path / "cache")
    assert caught.value.message == f"{message} in {root}"
    assert not (tmp_path / "cache").exists()
