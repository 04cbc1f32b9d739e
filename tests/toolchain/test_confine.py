"""Rule: whatever a tree's own command does, it reads the system, the toolchain and the tree, writes its scratch folder,
reaches nobody, takes bounded time, memory and processes, and leaves nothing running.

Each command of a hostile tree tries one thing, and says with its output whether it came through.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from analyzer.errors import ToolchainError
from analyzer.toolchain import confine
from analyzer.toolchain.confine import Reach, Way, run

SECRET = "canary-of-the-home-folder"
PATH = os.environ.get("PATH", os.defpath)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bait:
    """A tree, a home and a folder beside them, each with a file that must stay what it is and, but for the tree's,
    unread."""

    tree: Path
    home: Path
    beside: Path
    how: Way

    def run(self, command: str) -> str:
        """What a command of the tree prints."""
        environment = {"PATH": PATH, "srctree": str(self.tree)}
        return run(command, Reach(read=(self.tree,), environment=environment), self.how).output.decode().strip()


@pytest.fixture(params=["landlock", "bwrap"])
def bait(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bait:
    """The bait, for each way of confining that works here."""
    how: Way = request.param
    if not confine.works(how):
        pytest.skip(f"{how} does not work here")
    folders = {name: tmp_path / name for name in ("tree", "home", "beside")}
    for name, folder in folders.items():
        folder.mkdir()
        (folder / "canary").write_text(SECRET if name != "tree" else "of the tree")
    monkeypatch.setenv("HOME", str(folders["home"]))
    monkeypatch.setenv("SECRET", SECRET)
    return Bait(**folders, how=how)


def test_what_it_may_do(bait: Bait) -> None:
    assert bait.run(f"cat {bait.tree}/canary") == "of the tree"
    assert bait.run("echo x > a; mkdir b; mv a b/c; cat b/c; ls -A") == "x\nb"
    assert bait.run('echo "$srctree"') == str(bait.tree)
    assert bait.run("expr 22 '*' 2 | tr 4 5 | sed s/5/x/") == "x5"
    assert bait.run("ls -A; pwd | grep -c kweigh-") == "1"


READS: dict[str, Callable[[Bait], str]] = {
    "the home": lambda b: f"cat {b.home}/canary",
    "the home by its variable": lambda _: "cat $HOME/canary ~/canary",
    "beside": lambda b: f"cat {b.beside}/canary",
    "a link in the tree": lambda b: f"cat {b.tree}/link",
    "a link of its own": lambda b: f"ln -s {b.beside}/canary x && cat x",
    "a hard link": lambda b: f"ln {b.beside}/canary x && cat x",
    "a listing": lambda b: f"ls {b.beside}",
    "the caller's variables": lambda _: "env",
    "those of the caller's process": lambda _: f"cat /proc/{os.getpid()}/environ | tr '\\0' '\\n'",
    "its files": lambda _: f"cat /proc/{os.getpid()}/root{SECRET}; ls /proc/{os.getpid()}/fd",
    "passwords": lambda _: f"cat /etc/passwd /etc/shadow | grep -q root && echo {SECRET}",
    "a mount": lambda b: f"unshare -Urm sh -c 'mount --bind {b.beside} /mnt && cat /mnt/canary'",
    "another root": lambda b: f"chroot {b.beside} /canary; cat /canary",
    "a program": lambda b: f"{b.home}/program",
}


@pytest.mark.parametrize("name", READS)
def test_it_reads_nothing_else(bait: Bait, name: str) -> None:
    (bait.tree / "link").symlink_to(bait.beside / "canary")
    (bait.home / "program").write_text(f"#!/bin/sh\necho {SECRET}\n")
    (bait.home / "program").chmod(0o755)
    said = bait.run(READS[name](bait))
    assert SECRET not in said
    assert "canary" not in said


WRITES: dict[str, Callable[[Bait], str]] = {
    "over a file of the tree": lambda b: f"echo x > {b.tree}/canary",
    "behind one": lambda b: f"echo x >> {b.tree}/canary",
    "a new one": lambda b: f"echo x > {b.tree}/new",
    "a folder": lambda b: f"mkdir {b.tree}/new",
    "away with one": lambda b: f"rm -rf {b.tree}/canary",
    "another name": lambda b: f"mv {b.tree}/canary {b.tree}/new",
    "out of the tree": lambda b: f"mv {b.tree}/canary .",
    "into the tree": lambda b: f"echo x > y; mv y {b.tree}/new; ln y {b.tree}/new; cp y {b.tree}/new",
    "a link": lambda b: f"ln -s /etc/passwd {b.tree}/new",
    "shorter": lambda b: f"truncate -s 0 {b.tree}/canary",
    "the home": lambda b: f"echo x > {b.home}/new; rm {b.home}/canary",
    "beside": lambda b: f"echo x > {b.beside}/new; rm {b.beside}/canary",
    "the mode": lambda b: f"chmod 777 {b.tree}/canary {b.home} {b.beside}",
    "the owner": lambda b: f"chown 12345 {b.tree}/canary {b.home} {b.beside}",
    "the times": lambda b: f"touch -d 2001-01-01 {b.tree}/canary {b.home} {b.beside}",
    "an attribute": lambda b: f"setfattr -n user.x -v 1 {b.tree}/canary; chattr +i {b.tree}/canary",
}


def _state(folder: Path) -> list[tuple[str, int, int, int, bytes]]:
    found = []
    for path in sorted([folder, *folder.rglob("*")]):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found.append((str(path), status.st_mode, status.st_uid, status.st_mtime_ns, content))
    return found


@pytest.mark.parametrize("name", WRITES)
def test_it_writes_nowhere_else(bait: Bait, name: str) -> None:
    before = [_state(folder) for folder in (bait.tree, bait.home, bait.beside)]
    bait.run(WRITES[name](bait))
    assert [_state(folder) for folder in (bait.tree, bait.home, bait.beside)] == before


CALLS = {
    "tcp": "import socket; socket.create_connection(('127.0.0.1', PORT), 2)",
    "udp": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))",
    "a name": "import socket; s = socket.socket(socket.AF_UNIX); s.connect('FOLDER/socket')",
    "an abstract name": "import socket; s = socket.socket(socket.AF_UNIX); s.connect('\\0kweigh-test-PORT')",
}


@pytest.mark.parametrize("name", CALLS)
def test_it_reaches_nobody(bait: Bait, name: str) -> None:
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket(socket.AF_UNIX) as named:
        tcp.bind(("127.0.0.1", 0))
        port = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", port))
        named.bind(f"\0kweigh-test-{port}" if name == "an abstract name" else str(bait.beside / "socket"))
        for one in (tcp, named):
            one.listen()
        for one in (tcp, udp, named):
            one.setblocking(False)
        code = CALLS[name].replace("PORT", str(port)).replace("FOLDER", str(bait.beside))
        assert bait.run(f'python3 -c "{code}" && echo sent') == ""
        for listener in (tcp, named):
            with pytest.raises(BlockingIOError):
                listener.accept()
        with pytest.raises(BlockingIOError):
            udp.recv(1)


def test_it_signals_nobody(bait: Bait) -> None:
    with subprocess.Popen(["sleep", "60"]) as victim:
        bait.run(f"kill -9 {victim.pid}; python3 -c 'import os; os.kill({victim.pid}, 9)'")
        time.sleep(0.05)
        assert victim.poll() is None
        bait.run(f"renice 19 {victim.pid}; prlimit --pid {victim.pid} --nofile=1:1")
        assert os.getpriority(os.PRIO_PROCESS, victim.pid) == os.getpriority(os.PRIO_PROCESS, 0)
        victim.kill()


def _alive(mark: str) -> list[str]:
    """What runs with `mark` in its command; each test has another one, since others run beside it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark in entry.read_text(errors="replace"):
                found.append(str(entry))
        except OSError:
            continue
    return found


@pytest.fixture
def mark() -> str:
    """Seconds, long, that nobody else sleeps."""
    return f"{os.getpid()}.{next(_NUMBERS)}1234"


_NUMBERS = count()


@pytest.mark.parametrize(
    "command",
    ["sleep MARK &", "setsid sleep MARK &", "nohup sleep MARK >/dev/null 2>&1 &", "(sleep MARK & sleep MARK &) &"],
)
def test_nothing_is_left_running(bait: Bait, command: str, mark: str) -> None:
    assert bait.run(f"{command.replace('MARK', mark)} echo begun") == "begun"
    assert _alive(mark) == []


BOMBS = {
    "processes": ("for i in $(seq 90); do sleep MARK & done; wait", "started more than 64 processes"),
    "memory together": (
        "for i in 1 2 3 4; do python3 -c 'import time; x = bytearray(180 << 20); time.sleep(MARK)' & done; wait",
        "took more than 512 MiB of memory",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_it_takes_is_bounded(bait: Bait, name: str, mark: str) -> None:
    command, reason = BOMBS[name]
    with pytest.raises(ToolchainError, match=reason):
        bait.run(command.replace("MARK", mark))
    assert _alive(mark) == []


def test_one_process_has_bounded_memory_and_files(bait: Bait) -> None:
    assert bait.run("python3 -c 'x = bytearray(600 << 20)' || echo refused") == "refused"
    assert bait.run("head -c 20000000 /dev/zero > big; stat -c %s big") == str(16 << 20)
    assert len(bait.run("yes | head -c 1000000")) == confine.OUTPUT - 1


def test_time_is_bounded(bait: Bait, monkeypatch: pytest.MonkeyPatch, mark: str) -> None:
    monkeypatch.setattr(confine, "SECONDS", 0.2)
    with pytest.raises(ToolchainError, match=r"took more than 0\.4 s"):
        bait.run(f"sleep {mark}")
    assert _alive(mark) == []


def test_where_nothing_confines_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "python").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "python").chmod(0o755)
    # An interpreter that does not do what it is told stands for a kernel that refuses.
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert not confine.works("landlock")


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc to make a library with")
def test_no_variable_of_the_tree_reaches_what_confines(bait: Bait) -> None:
    source = '#include <stdio.h>\n__attribute__((constructor)) static void f(void) { fclose(fopen("BAIT", "w")); }\n'
    (bait.tree / "evil.c").write_text(source.replace("BAIT", str(bait.beside / "loaded")))
    library = bait.tree / "evil.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(library), str(bait.tree / "evil.c")], check=True)
    environment = {
        "PATH": PATH,
        "LD_PRELOAD": str(library),
        "LD_AUDIT": str(library),
        "LD_LIBRARY_PATH": str(bait.tree),
        "PYTHONPATH": str(bait.tree),
        "PYTHONSTARTUP": str(library),
        "ENV": str(library),
        "BASH_ENV": str(library),
    }
    run("true; ls; echo", Reach(read=(bait.tree,), environment=environment), bait.how)
    assert not (bait.beside / "loaded").exists()
