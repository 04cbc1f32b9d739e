"""Rule: what a terminal shows fits it, whatever its width, and goes well with pipes and pagers.

Enters: every command that can run on the bundled tree. Leaves: nothing. Must hold: no line is wider than the page or
ends in a space, but for texts that are a file's and not a page's.
"""

from __future__ import annotations

import errno
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len

from analyzer.cli.group import kweigh as group
from tests.cli.conftest import Kweigh

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-c", "from analyzer.cli import main; main()")
POLICY = """\
[[rule]]
name = "a rule with a name that is long enough to need more than one line in a narrow terminal, and then some"
arches = ["powerpc", "x86_64"]
symbol = "DMA_OPS"
value = "off"
"""

PAGES = {
    "analyze": ("analyze", "--arch", "x86_64"),
    "why": ("why", "DMA_OPS", "--arch", "x86_64"),
    "why off": ("why", "DMA_OPS_BYPASS", "tinyconfig", "--arch", "powerpc"),
    "diff": ("diff", "tinyconfig", "defconfig", "--arch", "x86_64"),
    "matrix": ("matrix",),
    "matrix of many": ("matrix", "--arch", "x86_64", "--configs", "*"),
    "query": ("query", "DMA_OPS=y and not PCI"),
    "graph": ("graph", "DMA_OPS", "--arch", "x86_64"),
    "unmet": ("unmet",),
    "series": ("series", str(ROOT / "fixtures/series/dma-bypass-v4.diffstat")),
    "sample": ("sample", "-n", "100", "--arch", "powerpc"),
    "model": ("model", "--arch", "powerpc"),
    "model compared": ("model", "--arch", "powerpc", "--compare", "5.8,v4"),
    "which": ("which", "kernel/dma/dummy.c", "--arch", "powerpc"),
    "new": ("new", "defconfig", "--arch", "powerpc"),
    "minimal": ("minimal", "defconfig", "--arch", "powerpc", "--format", "terminal"),
    "upgrade": ("upgrade", "defconfig", "--from", "bundled", "--arch", "powerpc"),
    "find": ("find", "dma", "--arch", "powerpc"),
    "review": ("review", str(ROOT / "fixtures/series/dma-ops-on-pci.patch")),
    "lint": ("lint", "--arch", "powerpc"),
    "plan": ("plan", "--arch", "powerpc"),
    "gate": ("gate", "DMA_OPS", "DMA_OPS_BYPASS"),
    "gate in detail": ("gate", "DMA_OPS", "--arch", "x86_64", "--functions"),
    "cost": ("cost", "DMA_OPS", "tinyconfig", "--arch", "x86_64"),
    "check": ("check", "--policy", "policy.toml"),
    "doctor": ("doctor", "tinyconfig", "wanted.config", "--arch", "x86_64"),
    "enable": ("enable", "INTEL_IOMMU", "tinyconfig", "--arch", "x86_64", "--format", "terminal"),
    "disable": ("disable", "DMA_OPS", "defconfig", "--arch", "x86_64"),
}

ELSEWHERE = {
    "resolve": "writes a .config",
    "toolchain": "writes a record",
    "completion": "writes a script",
    "report": "writes a page of HTML",
    "cache": "has lines of one form, tested below",
    **dict.fromkeys(
        ("measure", "size", "weigh", "shrink", "rank", "certify"), "needs a real tree; tests/reports draws its report"
    ),
}


UNBROKEN = re.compile(r"\S/\S+:\d+|kweigh [a-z]+ .*--arch \S+$")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("policy.toml").write_text(POLICY, "utf-8")
    Path("wanted.config").write_text("CONFIG_INTEL_IOMMU=y\nCONFIG_SWIOTLB=y\nCONFIG_GONE=y\n", "utf-8")


def test_every_command_is_looked_at() -> None:
    assert {argv[0] for argv in PAGES.values()} | ELSEWHERE.keys() == group.commands.keys()


@pytest.mark.parametrize("page", PAGES)
def test_pages_fit_and_use_what_they_have(page: str, kweigh: Kweigh) -> None:
    """No line is too wide, but for a place or a command; and a wider page never has more of them."""
    counts = []
    for width in (60, 80, 160):
        done = kweigh(*PAGES[page], "--width", str(width))
        assert done.code in {0, 1}
        lines = done.out.split("\n")
        assert [line for line in lines if cell_len(line) > width and not UNBROKEN.search(line)] == []
        assert [line for line in lines if line != line.rstrip()] == []
        counts.append(len(lines))
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("page", PAGES)
def test_markdown_can_be_pasted(page: str, kweigh: Kweigh) -> None:
    """A heading first, every table whole: as many cells in each row as in its head, pipes in texts escaped."""
    text = kweigh(*PAGES[page], "--format", "markdown").out
    assert text.startswith("## ")
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    lines = text.split("\n")
    for token in tokens:
        if token.type == "table_open" and token.map is not None:
            rows = lines[token.map[0] : token.map[1]]
            assert {row.replace("\\|", "").count("|") for row in rows} == {rows[0].count("|")}
    assert "\x1b" not in text
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("command", ["", *group.commands])
@pytest.mark.parametrize("width", [80, 120])
def test_help_fits_and_has_examples(command: str, width: int, kweigh: Kweigh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    done = kweigh(*command.split(), "--help")
    assert done.code == 0
    assert [line for line in done.out.split("\n") if cell_len(line) > width or line != line.rstrip()] == []
    assert "Examples:" in done.out
    assert done.out.count(f"kweigh {command}".rstrip()) > 1


def test_a_help_is_as_wide_as_the_terminal_up_to_100(kweigh: Kweigh, monkeypatch: pytest.MonkeyPatch) -> None:
    widest = {}
    for width in (60, 80, 100, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        widest[width] = max(map(cell_len, kweigh("matrix", "--help").out.split("\n")))
    assert widest[60] <= widest[80] <= 80 < widest[100] <= 100
    assert widest[200] == widest[100]


def test_the_help_lists_every_command_once_by_what_it_is_for(kweigh: Kweigh) -> None:
    shown = kweigh("--help").out
    purposes = [head.partition(" ")[0].rstrip(":") for head in re.findall("^[A-Z][^\n]*:$", shown, re.MULTILINE)]
    assert purposes == ["Options", "Ask", "Compare", "Weigh", "Fix", "Judge", "Maintain"]
    listed = re.findall("^  ([a-z]+)  ", shown, re.MULTILINE)
    assert listed == list(group.commands)


def test_a_page_in_a_pipe_is_as_wide_as_columns_says(kweigh: Kweigh, monkeypatch: pytest.MonkeyPatch) -> None:
    argv = ("analyze", "--arch", "x86_64", "--all")
    monkeypatch.setenv("COLUMNS", "120")
    assert kweigh(*argv).out == kweigh(*argv, "--width", "120").out
    assert kweigh(*argv, "--width", "70").out != kweigh(*argv).out
    monkeypatch.setenv("COLUMNS", "")
    assert kweigh(*argv).out == kweigh(*argv, "--width", "80").out


SHORT_HELP = 65
"""Columns that a list of commands leaves for what each one does, on a page of 80."""


def test_help_is_not_cut() -> None:
    cut = [name for name, command in group.commands.items() if command.get_short_help_str(SHORT_HELP).endswith("...")]
    assert cut == []


def test_cache_lines_are_of_one_form(kweigh: Kweigh) -> None:
    kweigh("analyze", "--arch", "s390")
    *lines, last = kweigh("cache").out.splitlines()
    # Makefiles that another test of this process parsed may be kept now as well.
    labels = {line.split("  ")[-1] for line in lines if not line.endswith(", makefiles parsed")}
    assert labels == {"bundled s390", "bundled s390, compiled", "bundled s390, told by analyze"}
    assert all(cell_len(line) <= 80 for line in lines)
    assert f"in {len(lines)} entries in" in last


@pytest.mark.parametrize(
    ("argv", "code"), [(("matrix", "--format", "json"), 0), (("check", "--policy", "policy.toml"), 1)]
)
def test_a_reader_that_goes_away_is_no_error(argv: tuple[str, ...], code: int) -> None:
    """As with `| head`: nothing on standard error, and the exit code is still that of the answer."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run((*PROGRAM, *argv), stdout=writer, stderr=subprocess.PIPE, timeout=120, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (code, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run((*PROGRAM, "unmet"), stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)
    assert done.returncode == 2
    assert done.stderr.decode() == f"kweigh: cannot write to standard output: {os.strerror(errno.ENOSPC)}\n"


def test_without_a_standard_output_nothing_is_shown() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *PROGRAM, "unmet"], stderr=subprocess.PIPE, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def on_a_terminal(stream: str, *argv: str, **environment: str) -> str:
    """What a command shows on a terminal of 70 columns that is its standard output, or its standard error."""
    ours, theirs = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    whole = plain | {"COLUMNS": "70", "TERM": "xterm-256color"} | environment
    out, err = (theirs, subprocess.DEVNULL) if stream == "out" else (subprocess.DEVNULL, theirs)
    seen = b""
    with subprocess.Popen((*PROGRAM, *argv), env=whole, stdout=out, stderr=err):
        os.close(theirs)
        # A terminal that nobody holds any more is an error to read from.
        with suppress(OSError):
            while chunk := os.read(ours, 1 << 16):
                seen += chunk
    os.close(ours)
    return seen.decode()


def test_a_terminal_has_colours_and_its_own_width() -> None:
    shown = on_a_terminal("out", "unmet")
    assert "\x1b[1m" in shown
    lines = on_a_terminal("out", "analyze", "--no-color").splitlines()
    assert 60 < max(map(cell_len, lines)) <= 70


@pytest.mark.parametrize(
    ("argv", "environment"),
    [
        (("unmet", "--no-color"), {}),
        (("unmet", "--color", "never"), {}),
        (("unmet",), {"NO_COLOR": "1"}),
        (("unmet",), {"TERM": "dumb"}),
    ],
)
def test_colours_can_be_had_without(argv: tuple[str, ...], environment: dict[str, str]) -> None:
    shown = on_a_terminal("out", *argv, **environment)
    assert "No select goes against a dependency" in shown
    assert "\x1b" not in shown


LONG = ("sample", "-n", "200000", "--arch", "x86_64")


def test_long_work_shows_progress_on_a_terminal() -> None:
    shown = on_a_terminal("err", *LONG)
    assert "resolving random configs" in shown


@pytest.mark.parametrize("argv", [(*LONG, "--quiet"), (*LONG, "-q")])
def test_quiet_work_shows_none(argv: tuple[str, ...]) -> None:
    assert on_a_terminal("err", *argv) == ""


def test_progress_without_colour_has_none() -> None:
    shown = on_a_terminal("err", *LONG, "--no-color")
    assert "resolving random configs" in shown
    assert not re.search("\x1b\\[[0-9;]*[1-9][0-9;]*m", shown)


def test_there_is_no_progress_in_a_pipe(kweigh: Kweigh) -> None:
    assert kweigh("sample", "-n", "1000").err == ""
