"""Rule: whatever a Kconfig file holds, reading it gives a model or one clear line, and soon; nothing outside the tree
is read, nothing runs, and nothing of the caller's environment comes in.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.configs.sources import MAX_FILE_BYTES
from analyzer.configs.write import dotconfig
from analyzer.errors import AnalyzerError, SourceError
from tests.configs.small import DIALECTS, config_source, small

ROOT = Path(__file__).parents[2]
MANY = 1_000_000


def _read(folder: Path, kconfig: str | bytes) -> None:
    data = kconfig.encode() if isinstance(kconfig, str) else kconfig
    (folder / "Kconfig").write_bytes(data)
    small(folder, DIALECTS["menu"])


def _refused(folder: Path, kconfig: str | bytes) -> str:
    """The one line of the error."""
    with pytest.raises(SourceError) as caught:
        _read(folder, kconfig)
    assert caught.value.exit_code == 4
    line = caught.value.line()
    assert "\n" not in line
    assert len(line) < 300
    return line


@pytest.mark.parametrize(
    ("kconfig", "line"),
    [
        ("config\n", 1),
        ("config A\n\tbool\n\nnonsense\n", 4),
        ("config A\n\tbool\n\tdepends on &&\n", 3),
        ("config A\n\tbool\n\tdepends on (B\n", 3),
        ("config A\n\tbool\n\tdepends B\n", 3),
        ("config A\n\tbool\n\tdefault y extra\n", 3),
        ("config A\n\tselect\n", 2),
        ('choice\n\tprompt "c"\n\tselect B\n\nendchoice\n', 3),
        ("config A\n\tbool\n\toptional\n", 3),
        ("if A\n", 1),
        ('menu "m"\n', 1),
        ("endmenu\n", 1),
        ("endif\n", 1),
        ('config A\n\tbool\n\tdefault "$("\n', 3),
        ('a = $(a)\nconfig A\n\tstring\n\tdefault "$(a)"\n', 4),
        ("$(error-if,y,stop here)\n", 1),
        ('config A\n\tstring\n\tdefault "$(shell,echo)"\n', 3),
        ("config A\n\tbool\n\toption nonsense\n", 3),
        ("config A\n\tvisible if B\n", 2),
        ("config A\n\tbool\n\tdepends on A\x0bB\n", 3),
        ("config A\n\trange 1\n", 2),
        ("mainmenu\n", 1),
        ("source\n", 1),
        ('comment "c"\n\tdefault y\n', 2),
    ],
)
def test_syntax(kconfig: str, line: int, tmp_path: Path) -> None:
    assert _refused(tmp_path, kconfig).startswith(f"Kconfig:{line}: ")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("missing", "source of missing, which does not exist"),
        ("../outside", "outside the tree"),
        ("/etc/passwd", ""),
        ("link", "outside the tree"),
        ("link_to_folder/file", "outside the tree"),
        ("folder", "folder is not a regular file"),
        ("pipe", "is not a regular file"),
        ("device", ""),
        ("binary", "binary"),
        ("huge", f"has more than {MAX_FILE_BYTES} bytes"),
        ("secret", "cannot read"),
        ("*", "does not exist"),
        ("", "not a regular file"),
    ],
)
def test_source(target: str, reason: str, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tmp_path / "outside").write_text("config A\n\tbool\n")
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside/file").write_text("config A\n\tbool\n")
    (tree / "link").symlink_to("../outside")
    (tree / "link_to_folder").symlink_to("../beside")
    (tree / "folder").mkdir()
    os.mkfifo(tree / "pipe")
    (tree / "device").symlink_to("/dev/zero")
    (tree / "binary").write_bytes(b"config A\n\0\1\2")
    with (tree / "huge").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    (tree / "secret").write_text("config A\n\tbool\n")
    (tree / "secret").chmod(0)
    if target == "secret" and os.access(tree / "secret", os.R_OK):
        pytest.skip("this user may read everything")
    line = _refused(tree, f'config FIRST\n\tbool\n\nsource "{target}"\n')
    assert line.startswith(("Kconfig:4: ", "binary: "))
    assert reason in line


def test_recursive_source(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('config A\n\tbool\n\nsource "b"\n')
    (tmp_path / "b").write_text('source "a"\n')
    assert re.fullmatch(r"b:1: recursive source \(.*a:4.*\)", _refused(tmp_path, 'source "a"\n'))


def test_root_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(AnalyzerError):
        small(tmp_path, DIALECTS["menu"])


@pytest.mark.parametrize(
    "kconfig",
    [
        "config A\n\tbool\n\tdepends on " + "(" * MANY + "B" + ")" * MANY + "\n",
        "config A\n\tbool\n\tdepends on " + "!" * MANY + "B\n",
        "config A\n\tbool\n\tdepends on " + "B && " * MANY + "B\n",
        "config A\n\tbool\n\tdepends on " + "(B || " * 300_000 + "B" + ")" * 300_000 + "\n",
        "if A\n" * MANY + "endif\n" * MANY,
        'menu "m"\n' * 400_000 + "endmenu\n" * 400_000,
        'config A\n\tstring\n\tdefault "' + "$(a," * MANY + ")" * MANY + '"\n',
        'config A\n\tstring\n\tdefault "' + "$(" * MANY + ")" * MANY + '"\n',
        "a0 = x\n"
        + "".join(f"a{i} = $(a{i - 1})$(a{i - 1})\n" for i in range(1, 60))
        + 'config A\n\tstring\n\tdefault "$(a59)"\n',
        "a0 =\n"
        + "".join(f"a{i} = $(a{i - 1})$(a{i - 1})\n" for i in range(1, 60))
        + 'config A\n\tstring\n\tdefault "$(a59)"\n',
        "f0 = $(1)\n"
        + "".join(f"f{i} = $(f{i - 1},$(1)$(1))\n" for i in range(1, 60))
        + 'config A\n\tstring\n\tdefault "$(f59,xxxxxxxxxxxxxxxx)"\n',
        "f = $(f,$(1)$(1))\n" + 'config A\n\tstring\n\tdefault "$(f,x)"\n',
        "f = $(f)$(f,$(1))\n$(f,x)\n",
        "a = " + "x" * 100_000 + "\n" + "a += $(a)\n" * 1000 + "$(a)\n",
        "a := " + "x" * 1_000_000 + "\n" + "".join(f"b{i} := $(a)\n" for i in range(10_000)),
        b"\x7fELF\0\0\0",
        b"config A\0\n\tbool\n",
        "#" * (MAX_FILE_BYTES + 1),
    ],
    ids=[
        "parentheses",
        "negations",
        "conjuncts",
        "nested disjunctions",
        "ifs",
        "menus",
        "macro arguments",
        "macro names",
        "growing macros",
        "many macros",
        "doubling arguments",
        "doubling recursion",
        "recursion",
        "growing variable",
        "many variables",
        "binary",
        "NUL",
        "huge",
    ],
)
def test_hostile_files(kconfig: str | bytes, tmp_path: Path) -> None:
    assert "Kconfig" in _refused(tmp_path, kconfig)


def test_macros_are_stopped_before_they_grow(tmp_path: Path) -> None:
    # In a process that may not have the memory that they would take.
    (tmp_path / "Kconfig").write_text(
        "f0 = $(1)\n"
        + "".join(f"f{i} = $(f{i - 1},$(1)$(1))\n" for i in range(1, 60))
        + 'config A\n\tstring\n\tdefault "$(f59,xxxxxxxxxxxxxxxx)"\n'
    )
    code = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))\n"
        "from analyzer.errors import SourceError\n"
        "from tests.configs.small import DIALECTS, small\n"
        "try: small(Path(sys.argv[1]), DIALECTS['legacy'])\n"
        "except SourceError as error: assert 'without end' in error.message\n"
        "else: sys.exit('read')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True, timeout=600)


def test_files_that_source_each_other_without_end(tmp_path: Path) -> None:
    for level in range(40):
        (tmp_path / f"level{level}").write_text(f'source "level{level + 1}"\n' * 2)
    (tmp_path / "level40").write_text("\n")
    assert "too many" in _refused(tmp_path, 'source "level0"\n')


@pytest.mark.parametrize(
    "kconfig",
    [
        "".join(f"config S{i}\n\tdef_bool y\n\tdepends on S{i + 1}\n" for i in range(8_000)),
        "".join(f"config S{i}\n\tint\n\tdefault S{i + 1}\n" for i in range(8_000)),
        "".join(f"config S{i}\n\tbool\n\tselect S{i - 1}\n" for i in range(1, 8_000)),
        "if A\n" * 3_000 + "config B\n\tbool\n" + "endif\n" * 3_000,
        'menu "m"\n' * 3_000 + "config B\n\tbool\n" + "endmenu\n" * 3_000,
    ],
    ids=["dependencies", "numbers", "selects", "ifs", "menus"],
)
def test_long_chains_are_read_or_refused(kconfig: str, tmp_path: Path) -> None:
    # In a process of its own: what must not happen is that the interpreter itself gives up.
    (tmp_path / "Kconfig").write_text(kconfig)
    code = (
        "import sys; from pathlib import Path\n"
        "from analyzer.errors import AnalyzerError\n"
        "from tests.configs.small import DIALECTS, small\n"
        "try: small(Path(sys.argv[1]), DIALECTS['legacy'])\n"
        "except AnalyzerError as error: assert len(error.line()) < 300, error\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True, timeout=60)


def test_the_current_folder_is_not_imported_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kconfigfunctions.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("KCONFIG_FUNCTIONS", "kconfigfunctions")
    _read(tmp_path, "config A\n\tbool\n")
    assert "kconfigfunctions" not in sys.modules


def _texts(folder: Path, *expressions: str, environment: dict[str, str] | None = None) -> list[str]:
    """What macros expand to."""
    lines = [f'config S{i}\n\tstring\n\tdefault "{text}"\n' for i, text in enumerate(expressions)]
    (folder / "Kconfig").write_text("\n".join(lines))
    values = small(folder, DIALECTS["menu"], environment).resolve(config_source("")).values
    return [values[f"S{i}"] for i in range(len(expressions))]


def test_the_callers_environment_stays_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FOO", "HOME", "PATH", "ARCH", "CONFIG_", "KCONFIG_CONFIG", "LC_ALL"):
        monkeypatch.setenv(name, "leak")
    seen = _texts(tmp_path, "$(FOO)", "$(HOME)", "$(PATH)", "$(KCONFIG_FUNCTIONS)", "$(ARCH)", "$(LC_ALL)")
    assert seen == ["", "", "", "", "x86", ""]
    assert _texts(tmp_path, "$(FOO)$(PATH)", environment={"FOO": "own", "PATH": "/own"}) == ["own/own"]
    assert os.environ["FOO"] == "leak"


def test_the_environment_comes_back_after_an_error(tmp_path: Path) -> None:
    before, limit = dict(os.environ), sys.getrecursionlimit()
    _refused(tmp_path, "nonsense\n")
    assert dict(os.environ) == before
    assert sys.getrecursionlimit() == limit


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _read(tmp_path, "$(info,said)\n$(warning-if,y,warned)\nconfig A\n\tbool\n\tdefault B\n\nconfig A\n\tint\n")
    assert capfd.readouterr() == ("", "")
    model = small(tmp_path, DIALECTS["menu"]).model
    assert [str(w.location) for w in model.warnings if "said" in w.text or "warned" in w.text] == [
        "Kconfig:1",
        "Kconfig:2",
    ]


@pytest.mark.parametrize("name", ["with [brackets]", "with * and ?", "wïth ünicode", "with spaces"])
def test_any_folder_may_hold_a_tree(name: str, tmp_path: Path) -> None:
    tree = tmp_path / name
    tree.mkdir()
    (tree / "more").write_text("config B\n\tdef_bool y\n")
    (tree / "Kconfig").write_text('source "more"\n')
    model = small(tree, DIALECTS["menu"]).model
    assert [str(s.location) for s in model.symbols.values()] == ["more:1"]


def test_bytes_that_are_no_text_go_through(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_bytes(b'mainmenu "caf\xe9"\n\nconfig A\n\tstring\n\tdefault "\xff\xe4"\n')
    config = small(tmp_path, DIALECTS["menu"]).resolve(config_source(""))
    written = dotconfig(config).encode("utf-8", "surrogateescape")
    assert b"# caf\xe9\n" in written
    assert b'CONFIG_A="\xff\xe4"\n' in written
