"""Rule: while a tree is read, nothing runs free but the toolchain's own programs, and nothing is opened but the tree,
the system's programs and libraries, and what is ours. strace is the judge.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import analyzer
from analyzer.trees import bundled_root
from tests.trees.miniature import FILES, plant

CALL = re.compile(r"^(?P<pid>\d+) +(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
FORKS = {"clone", "clone3", "fork", "vfork"}
SYSTEM = ("/usr/", "/bin/", "/sbin/", "/lib", "/etc/ld.so", "/etc/alternatives/", "/dev/", "/proc/", "/sys/")
HOSTILE = """\
CC := EVIL
NM = EVIL
export OBJCOPY := EVIL
define LD
EVIL
endef
$(shell EVIL)
x != EVIL
KBUILD_DEFCONFIG := $(shell EVIL)_defconfig
export CC NM OBJCOPY LD x
"""
KCONFIG = """\
mainmenu "Hostile"
config A
	string
	default "$(x)$(shell,$(CC) --version)$(shell,$(NM) --help)$(shell,EVIL)$(shell,cat CANARY)$(shell,gcc -v)"
"""


@dataclass(slots=True)
class Trace:
    """What strace saw outside of confined commands: programs started, and files opened."""

    ran: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    confined: int = 0


def traced(folder: Path, *argv: str) -> Trace:
    """Runs kweigh under strace."""
    log = folder / "log"
    calls = "execve,execveat,open,openat,openat2,clone,clone3,fork,vfork"
    command = ["strace", "-f", "-qq", "-s", "4096", "-e", f"trace={calls}", "-o", str(log)]
    subprocess.run([*command, sys.executable, "-m", "analyzer", *argv], cwd=folder, capture_output=True, check=False)
    calls_seen = list(_calls(log.read_text(errors="replace")))
    # A child may be heard of before the call that made it returns, so families come first.
    parents = {result: pid for pid, call, _, result in calls_seen if call in FORKS}
    jails = {
        pid
        for pid, call, texts, _ in calls_seen
        if call.startswith("exec") and any(text.endswith("/toolchain/jail.py") for text in texts)
    }
    found = Trace(confined=len(jails))
    for pid, call, texts, _ in calls_seen:
        starts_jail = pid in jails and any(text.endswith("/toolchain/jail.py") for text in texts)
        if call in FORKS or not texts or (_is_within(pid, jails, parents) and not starts_jail):
            continue
        (found.ran if call.startswith("exec") else found.opened).add(texts[0])
    return found


def _calls(log: str) -> Iterator[tuple[str, str, list[str], str]]:
    """Each call that succeeded: its process, its name, the texts among its arguments, its result."""
    # A call that another process interrupts is on two lines; joined, they read as one.
    pending: dict[str, str] = {}
    for line in log.splitlines():
        pid = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>"):
            pending[pid] = line.removesuffix("<unfinished ...>")
            continue
        resumed = re.match(r"^\d+ +<\.\.\. \w+ resumed>(.*)$", line)
        call = CALL.match(pending.pop(pid, "") + resumed[1] if resumed else line)
        if call is not None and not call["result"].startswith("-"):
            yield pid, call["call"], QUOTED.findall(call["arguments"]), call["result"]


def _is_within(pid: str, jails: set[str], parents: Mapping[str, str]) -> bool:
    while pid not in jails and pid in parents:
        pid = parents[pid]
    return pid in jails


@pytest.mark.parametrize("shell", ["--no-shell", None])
def test_nothing_else_runs_and_nothing_else_is_opened(tmp_path: Path, shell: str | None) -> None:
    if shutil.which("strace") is None:
        pytest.skip("no strace")
    tree, canary = tmp_path / "linux", tmp_path / "canary"
    canary.write_text("of the user")

    def text(raw: str) -> str:
        return raw.replace("EVIL", str(tree / "evil")).replace("CANARY", str(canary))

    makefile = FILES["Makefile"].replace("CC = $(CROSS_COMPILE)cc\n", "CC = $(CROSS_COMPILE)gcc\n")
    plant(tree, {**FILES, "Makefile": makefile, "arch/alpha/Makefile": text(HOSTILE), "Kconfig": text(KCONFIG)})
    (tree / "evil").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran {tree}/ran\n")
    (tree / "evil").chmod(0o755)
    options = ("--tree", str(tree), "--arch", "alpha", "--cross-compile", "", "--no-cache")
    seen = traced(tmp_path, "why", "A", "alldefconfig", *options, *([shell] if shell else []))
    assert seen.ran
    tools = {str(Path(found).resolve()) for name in ("gcc", "ld", "nm", "as") if (found := shutil.which(name))}
    ours = {str(Path(sys.executable).resolve())}
    strangers = {program for program in seen.ran if str(Path(program).resolve()) not in tools | ours}
    # What the compiler starts in turn lies in its own installation.
    assert {program for program in strangers if not program.startswith("/usr/lib/gcc")} == set()
    temporary = tempfile.gettempdir()
    mine = (str(Path(analyzer.__file__).parent), str(bundled_root()), sys.prefix, sys.base_prefix, str(tree))
    known = (*SYSTEM, *mine, f"{temporary}/kweigh-", "/etc/localtime")
    # Python looks at its current folder, and tries out with a file of eight letters where temporary ones can go.
    own = re.compile(rf"/proc|{re.escape(str(tmp_path))}|{re.escape(temporary)}(?:/\w{{8}})?")
    assert {p for p in seen.opened if p.startswith("/") and not p.startswith(known) and not own.fullmatch(p)} == set()
    assert str(canary) not in seen.opened
    assert not (tmp_path / "ran").exists()
    assert not (tree / "ran").exists()
    assert (seen.confined > 0) == (shell is None)
