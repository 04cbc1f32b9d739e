"""Rule: a build leaves the tree alone, says what went wrong in the compiler's words, and never runs twice at once.

Enters: a miniature tree and a `make` that is a shell script of the test. What real trees do is for tests/oracle.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.errors import BuildFailed, InputError, ToolchainError
from analyzer.model.size import BuildOrder
from analyzer.sizes.build import build, folder_of
from analyzer.sizes.wrapper import map_of
from tests.sizes.elves import make

MAKE = """\
#!/bin/sh
echo "$*" >> "$HOME/calls"
for word; do case $word in O=*) out=${word#O=};; esac; done
cd "$out" || exit 3
case "$*" in
  *olddefconfig*) grep -v STUCK .config > new; echo CONFIG_NEW=y >> new; mv new .config ;;
  *image_name*) cat "$HOME/image" 2>/dev/null || echo arch/x86/boot/bzImage ;;
  *)
    [ -z "$(cat "$HOME/script" 2>/dev/null)" ] || . "$HOME/script"
    env | sort > "$HOME/environment"
    mkdir -p kernel arch/x86/boot
    for name in kernel/a.o kernel/b.o; do echo "  CC      $name"; cp "$HOME/object" $name; done
    echo "  CC [M]  drivers/c.o"
    cp "$HOME/map" "$HOME/object" .; mv map .kweigh-vmlinux.o.map
    echo 'cmd_vmlinux.o := ld -r -o vmlinux.o --whole-archive vmlinux.a' > .vmlinux.o.cmd
    cp object vmlinux.o; cp object vmlinux; cp object arch/x86/boot/bzImage ;;
esac
"""
TEXTS = {"make": MAKE, "ar": "#!/bin/sh\necho kernel/a.o; echo kernel/b.o; echo gone.o\n"}
MAP = """\
Linker script and memory map

.text           0x0000000000000000        0x0
 .text          0x0000000000000000        0x0 kernel/b.o
 .text          0x0000000000000000        0x0 kernel/a.o
"""
RUN = """
import signal
import sys
from pathlib import Path
from analyzer.model.size import BuildOrder
from analyzer.sizes.build import build
# A shell that starts the tests in the background makes them, and all that they start, ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
tree, scratch = map(Path, sys.argv[1:])
order = BuildOrder(tree=tree, arch="x86_64", cross_compile="", config="", scratch=scratch, jobs=1)
build(order, lambda what, done, total: None)
"""


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BuildOrder:
    home, programs, tree = tmp_path / "home", tmp_path / "bin", tmp_path / "tree"
    for folder in (home, programs, tree / "scripts"):
        folder.mkdir(parents=True)
    (tree / "scripts/link-vmlinux.sh").write_text("")
    for name in ("make", "gcc", "ld", "ar"):
        (programs / name).write_text(TEXTS.get(name, "#!/bin/sh\n"))
        (programs / name).chmod(0o755)
    (home / "object").write_bytes(make(()))
    (home / "map").write_text(MAP)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("MAKEFLAGS", "--touch")
    monkeypatch.setenv("KBUILD_BUILD_HOST", "mine")
    return BuildOrder(
        tree=tree, arch="x86_64", cross_compile="", config="CONFIG_A=y\n", scratch=tmp_path / "scratch", jobs=3
    )


def _silent(what: str, done: int, total: int) -> None:
    pass


def _home(order: BuildOrder) -> Path:
    return order.tree.parent / "home"


def _script(order: BuildOrder, text: str) -> None:
    (_home(order) / "script").write_text(text)


def test_a_build(order: BuildOrder) -> None:
    seen: list[tuple[str, int, int]] = []
    built = build(replace(order, expected=9), lambda *step: seen.append(step))
    assert built.folder == folder_of(order) / "out"
    assert built.config == "CONFIG_A=y\nCONFIG_NEW=y\n"
    assert (built.objects, built.image, built.boot) == (("kernel/b.o", "kernel/a.o"), "vmlinux", None)
    assert built.archived == ("kernel/a.o", "kernel/b.o")
    assert seen == [("configuring", 0, 1), ("building", 1, 9), ("building", 2, 9)]
    assert "  CC      kernel/a.o" in built.log.read_text()
    assert [path.name for path in order.tree.rglob("*")] == ["scripts", "link-vmlinux.sh"], "the tree stays as it is"
    configured, made = (_home(order) / "calls").read_text().splitlines()
    for word in (f"--directory={order.tree}", f"O={built.folder}", "ARCH=x86_64", "CROSS_COMPILE=", "-j3"):
        assert word in configured.split()
        assert word in made.split()
    assert made.split()[-1] == "vmlinux"


def test_what_conf_answers_otherwise_is_not_built(order: BuildOrder) -> None:
    with pytest.raises(ToolchainError, match="1 lines of the config did not stick: STUCK=y became n"):
        build(replace(order, config="CONFIG_A=y\nCONFIG_STUCK=y\n"), _silent)
    (configured,) = (_home(order) / "calls").read_text().splitlines()
    assert configured.split()[-1] == "olddefconfig"


def test_the_environment_is_ours(order: BuildOrder) -> None:
    build(order, _silent)
    lines = dict(line.split("=", 1) for line in (_home(order) / "environment").read_text().splitlines() if "=" in line)
    assert "MAKEFLAGS" not in lines
    assert (lines["KBUILD_BUILD_HOST"], lines["LC_ALL"]) == ("kweigh", "C")
    assert "1970" in lines["KBUILD_BUILD_TIMESTAMP"]


def test_one_folder_for_a_tree_architecture_and_compiler(order: BuildOrder) -> None:
    same = replace(order, config="CONFIG_B=y\n", targets=("vmlinux", "bzImage"), jobs=1)
    assert folder_of(same) == folder_of(order)
    others = [replace(order, arch="i386"), replace(order, cross_compile="x-"), replace(order, tree=order.tree / "..")]
    assert len({folder_of(other) for other in (order, *others)}) == 4


def test_a_boot_image_and_another_kconfig(order: BuildOrder) -> None:
    other = order.tree.parent / "Kconfig"
    built = build(replace(order, targets=("vmlinux", "bzImage"), kconfig=other), _silent)
    assert built.boot == "arch/x86/boot/bzImage"
    calls = (_home(order) / "calls").read_text().splitlines()
    assert all(f"KBUILD_KCONFIG={other}" in call for call in calls)
    assert calls[1].endswith("vmlinux bzImage")


@pytest.mark.parametrize(
    ("named", "target", "made", "expected"),
    [
        pytest.param("arch/x86/boot/bzImage", "bzImage", "", "arch/x86/boot/bzImage", id="what the architecture makes"),
        pytest.param(
            "arch/x86/boot/Image.xz", "Image.gz", "arch/x86/boot/Image.gz", "arch/x86/boot/Image.gz", id="asked"
        ),
        pytest.param("vmlinux", "zImage", "arch/x86/boot/zImage", "arch/x86/boot/zImage", id="where none is named"),
        pytest.param("vmlinuz", "vmlinuz", "vmlinuz", "vmlinuz", id="beside vmlinux"),
        pytest.param("arch/x86/boot/bzImage", "all", "", "arch/x86/boot/bzImage", id="all"),
        pytest.param("arch/x86/boot/Image.xz", "modules", "", None, id="none"),
        pytest.param("vmlinux", "vmlinux.o", "", None, id="an object"),
    ],
)
def test_which_file_is_the_boot_image(
    order: BuildOrder, named: str, target: str, made: str, expected: str | None
) -> None:
    (_home(order) / "image").write_text(f"{named}\n")
    _script(order, f'mkdir -p arch/x86/boot; [ -z "{made}" ] || echo image > "{made}"')
    assert build(replace(order, targets=("vmlinux", target)), _silent).boot == expected


def test_a_boot_image_of_an_earlier_build_is_none(order: BuildOrder) -> None:
    """Nobody asked for it this time."""
    built = build(replace(order, targets=("vmlinux", "bzImage")), _silent)
    old = built.folder / "arch/x86/boot/old"
    old.write_text("image")
    os.utime(old, (1, 1))
    (_home(order) / "image").write_text("arch/x86/boot/old\n")
    assert build(replace(order, targets=("vmlinux", "modules")), _silent).boot is None


SAID = {
    "kernel/a.c:12:3: error: unknown type name 'foo'": "a.c:1:1: warning: x\n%s\nmake: *** [x] Error 1\n",
    "gcc: internal compiler error: Segmentation fault signal terminated program cc1": "%s\nmake: *** [x] Error 4\n",
    "ld: kernel/a.o: undefined reference to `dma_ops'": "%s\nmake[1]: *** [vmlinux] Error 1\n",
    "fatal error: error writing to a.s: No space left on device": "%s\n",
    "make[1]: *** [scripts/Makefile.build:250: kernel/a.o] Killed": "%s\nmake: *** [Makefile:1] Error 2\n",
    "exit status 2": "",
}  # fmt: skip


@pytest.mark.parametrize("line", SAID)
def test_a_failure_is_told_in_the_compilers_words(order: BuildOrder, line: str) -> None:
    (_home(order) / "said").write_text(SAID[line].replace("%s", line))
    _script(order, 'cat "$HOME/said"; exit 2')
    with pytest.raises(ToolchainError) as failed:
        build(order, _silent)
    assert failed.value.message == f"make vmlinux failed: {line}"
    log = Path(failed.value.hint.removeprefix("log: "))
    assert line in log.read_text() or not SAID[line]
    _script(order, "")
    assert build(order, _silent).objects, "the next one goes on"


def test_what_can_not_be_built(order: BuildOrder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="is no Linux tree"):
        build(replace(order, tree=tmp_path), _silent)
    with pytest.raises(ToolchainError, match="cannot build in"):
        build(replace(order, scratch=tmp_path / "my folder"), _silent)
    with pytest.raises(ToolchainError, match="alpha-gcc is not installed"):
        build(replace(order, cross_compile="alpha-"), _silent)
    (tmp_path / "file").write_text("")
    with pytest.raises(ToolchainError, match="cannot build in"):
        build(replace(order, scratch=tmp_path / "file"), _silent)


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _started(order: BuildOrder) -> tuple[subprocess.Popen[bytes], int]:
    """A build in another process, and the id of a process that its compiler started."""
    pids = _home(order) / "pids"
    _script(order, 'sleep 60 & echo $! > "$HOME/new"; mv "$HOME/new" "$HOME/pids"; wait')
    root = Path(__file__).parents[2]
    argv = [sys.executable, "-c", RUN, str(order.tree), str(order.scratch)]
    process = subprocess.Popen(argv, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not pids.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return process, int(pids.read_text())


def _gone(pid: int) -> bool:
    deadline = time.monotonic() + 30
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not _alive(pid)


def test_an_interrupt_leaves_nothing_running(order: BuildOrder) -> None:
    process, pid = _started(order)
    with pytest.raises(ToolchainError, match="another process builds in"):
        build(order, _silent)
    process.send_signal(signal.SIGINT)
    process.wait()
    assert _gone(pid)
    _script(order, "")
    assert build(order, _silent).objects


def test_the_lock_outlives_us_as_long_as_make_runs(order: BuildOrder) -> None:
    process, pid = _started(order)
    process.kill()
    process.wait()
    with pytest.raises(ToolchainError, match="another process builds in"):
        build(order, _silent)
    os.kill(pid, signal.SIGKILL)
    assert _gone(pid)
    _script(order, "")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            assert build(order, _silent).objects
        except ToolchainError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("the lock was never given back")


def test_what_a_killed_build_left_is_made_again(order: BuildOrder) -> None:
    build(order, _silent)
    out = folder_of(order) / "out"
    seen = _home(order) / "seen"
    look = f"find . -type f | sort > {seen}\n"
    _script(order, look)
    build(order, _silent)
    whole = seen.read_text()
    assert "./kernel/a.o" in whole
    os.utime(out / "kernel/b.o", (1, 1))
    half = (
        "mkdir -p include/config; for name in kernel/a.o kernel/.a.o.cmd include/config/A; do echo half > $name; done"
    )
    _script(order, f"{half}\nkill -9 $PPID $$\n")
    argv = [sys.executable, "-c", RUN, str(order.tree), str(order.scratch)]
    assert subprocess.run(argv, check=False).returncode == -signal.SIGKILL
    assert (out / "kernel/a.o").read_text() == "half\n"
    _script(order, f"{look}exit 1\n")
    with pytest.raises(ToolchainError):
        build(order, _silent)
    left = seen.read_text().splitlines()
    assert "./kernel/a.o" not in left
    assert {"./kernel/b.o", "./kernel/.a.o.cmd", "./include/config/A"} <= {*left}
    # What ended by itself, though badly, was ended by make in good order.
    _script(order, "echo half > kernel/a.o; exit 1\n")
    with pytest.raises(ToolchainError):
        build(order, _silent)
    _script(order, look)
    build(order, _silent)
    assert "./kernel/a.o" in seen.read_text()


def test_the_linker_gets_a_map_for_vmlinux_only(order: BuildOrder) -> None:
    programs = order.tree.parent / "bin"
    (programs / "ld").write_text('#!/bin/sh\necho "$@" >> "$HOME/linked"\n')
    build(order, _silent)
    linker = folder_of(order) / "ld"
    for arguments in (
        "-r -o vmlinux.o a.o",
        "--script=x -o vmlinux a.o",
        "-o arch/x86/boot/compressed/vmlinux b.o",
        "-v",
    ):
        subprocess.run([str(linker), *arguments.split()], check=True)
    assert (_home(order) / "linked").read_text().splitlines() == [
        f"-r -o vmlinux.o a.o -Map={map_of(Path('vmlinux.o'))}",
        f"--script=x -o vmlinux a.o -Map={map_of(Path('vmlinux'))}",
        "-o arch/x86/boot/compressed/vmlinux b.o",
        "-v",
    ]


def test_a_build_says_what_it_took(order: BuildOrder) -> None:
    before = time.time()
    built = build(order, _silent)
    assert before <= built.started <= time.time()
    assert 0 < built.seconds < time.time() - before + 1
    assert (built.compiled, built.jobs) == (2, 3)


@pytest.mark.parametrize("line", SAID)
def test_only_what_a_tool_refused_is_the_configs_fault(order: BuildOrder, line: str) -> None:
    """What this machine ran out of, it may have next time."""
    (_home(order) / "said").write_text(SAID[line].replace("%s", line))
    _script(order, 'cat "$HOME/said"; exit 2')
    with pytest.raises(ToolchainError) as failed:
        build(order, _silent)
    refused = "No space left" not in line and "Killed" not in line
    assert isinstance(failed.value, BuildFailed) is refused
    if isinstance(failed.value, BuildFailed):
        assert failed.value.told == line
