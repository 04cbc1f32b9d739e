"""Builds a kernel where nothing but our own folder changes.

Enters: a `BuildOrder`. Leaves: a `Built`. Must hold: the tree is only read; a tree, ARCH and compiler always build in
the same folder, so that make and ccache use again what is there, and no two processes build in it at once; time stamps
and names are pinned, so that equal orders give equal sizes; an interrupted build goes on where it was, and nothing that
a killed one left half made is taken for whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from analyzer.errors import BuildFailed, FolderBusy, InputError, ToolchainError
from analyzer.model.size import BuildOrder, Built
from analyzer.sizes import wrapper
from analyzer.sizes.dotconfig import unkept
from analyzer.sizes.inputs import archived_objects, linked_objects
from analyzer.sizes.interrupted import marked
from analyzer.sizes.process import follow

Progress = Callable[[str, int, int], None]
"""What is done, how many objects are compiled, how many there will be (0: not known)."""

_INHERITED = ("PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "CCACHE_DIR", "CCACHE_CONFIGPATH")
# init/Makefile and scripts/mkcompile_h take these for the banner, usr/gen_initramfs.sh the time for its files.
_PINNED = {
    "KBUILD_BUILD_TIMESTAMP": "Thu Jan  1 00:00:00 UTC 1970",
    "KBUILD_BUILD_USER": "kweigh",
    "KBUILD_BUILD_HOST": "kweigh",
    "KBUILD_BUILD_VERSION": "1",
    # Else scripts/setlocalversion has what git says of the tree in the release: `+`, a commit, `-dirty`.
    "GIT_DIR": os.devnull,
    "LC_ALL": "C",
}
_COMPILED = re.compile(r"  (?:CC|AS)\s+(?!\[M\])\S+\.o")
_TOLD = re.compile(
    r"\berror:|internal compiler error|undefined reference|multiple definition|No space left on device|^ERROR: |"
    r"\bsegmentation fault\b|cannot find |: not found|syntax error",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"No space left on device|[Cc]annot allocate memory|[Oo]ut of memory|Killed|Terminated")
"""What is this machine's fault, not the config's."""
_GAVE_UP = re.compile(r"^(?:\S*make\S*|\S+:\d+): \*\*\* ")


def build(order: BuildOrder, progress: Progress) -> Built:
    """Build vmlinux, and what else the order asks for. Raises as `building`."""
    with building(order, progress) as built:
        return built


@contextmanager
def building(order: BuildOrder, progress: Progress) -> Iterator[Built]:
    """Build as `build` does, and let nobody else build in the folder until the block ends.

    Raises InputError when the tree is none, ToolchainError when a tool is missing, another process builds in the same
    folder (FolderBusy), the tree's own conf answers a line of the config otherwise (nothing is compiled then), or the
    build fails (BuildFailed, where a tool refused what it was given); then with the first error as the compiler or
    linker told it, and where the log is.
    """
    if not (order.tree / "scripts/link-vmlinux.sh").is_file():
        raise InputError(f"{order.tree} is no Linux tree", hint="there is no scripts/link-vmlinux.sh")
    place = folder_of(order)
    if re.search(r"[\s:]", str(place)):
        raise ToolchainError(f"make cannot build in {place}", hint="its path has a space or a colon")
    with ExitStack() as held:
        try:
            built = _build(order, place, held.enter_context(locked(place)), progress)
        except OSError as error:
            raise ToolchainError(f"cannot build in {place}: {error.strerror or error}") from error
        yield built


def folder_of(order: BuildOrder) -> Path:
    """The folder for builds of the same tree, architecture and compiler; O= is `out` in it."""
    identity = "\0".join((str(order.tree.resolve()), order.arch, order.cross_compile))
    name = f"{order.arch}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    return order.scratch.absolute() / name


@contextmanager
def locked(place: Path, doing: str = "builds") -> Iterator[int]:
    """A folder, made where it is not there, ours alone as long as the `with` lasts; gives the lock's descriptor. Raises
    FolderBusy where another process is `doing` something in it, OSError."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait for it to end, or take another scratch folder"
            raise FolderBusy(f"another process {doing} in {place}", hint=hint) from None
        yield lock.fileno()


def _build(order: BuildOrder, place: Path, lock: int, progress: Progress) -> Built:
    out = place / "out"
    out.mkdir(exist_ok=True)
    with marked(place, out):
        return _made(order, place, out, lock, progress)


def _made(order: BuildOrder, place: Path, out: Path, lock: int, progress: Progress) -> Built:
    started, clock = time.time(), time.monotonic()
    digest = hashlib.sha256(f"{order.config}\0{order.kconfig}".encode("utf-8", "surrogateescape")).hexdigest()[:12]
    log = place / f"build-{digest}.log"
    written = out / ".config"
    fresh = out / ".config.kweigh"
    fresh.write_text(order.config, "utf-8", "surrogateescape")
    fresh.replace(written)
    compilers = _compilers(order, place)
    with log.open("ab") as stream:
        make = _Make(order=order, out=out, lock=lock, log=log, stream=stream, variables=compilers)
        progress("configuring", 0, 1)
        make.run(("olddefconfig",), lambda line: None)
        config = written.read_text("utf-8", "surrogateescape")
        _refuse_unkept(order.config, config)
        compiled = 0

        def count(line: str) -> None:
            nonlocal compiled
            if _COMPILED.match(line):
                compiled += 1
                progress("building", compiled, order.expected)

        make.run(tuple(dict.fromkeys(("vmlinux", *order.targets))), count)
        asked = [target for target in order.targets if target != "vmlinux"]
        boot = _boot_image(make, out, asked) if asked else None
    return Built(
        folder=out,
        arch=order.arch,
        config=config,
        objects=linked_objects(out, f"{order.cross_compile}ar"),
        archived=archived_objects(out, f"{order.cross_compile}ar"),
        image="vmlinux",
        boot=boot,
        log=log,
        started=started,
        seconds=time.monotonic() - clock,
        compiled=compiled,
        jobs=order.jobs,
    )


def _refuse_unkept(asked: str, got: str) -> None:
    if lost := unkept(asked, got):
        first = lost[0]
        raise ToolchainError(
            f"{len(lost)} lines of the config did not stick: {first.symbol}={first.asked} became {first.got}",
            hint="kweigh certify compares kweigh with the tree's conf",
        )


def _compilers(order: BuildOrder, place: Path) -> tuple[str, ...]:
    """The variables that name the tools. Raises ToolchainError when one is missing."""
    prefix = order.cross_compile
    for tool in ("make", f"{prefix}gcc", f"{prefix}ld", f"{prefix}ar"):
        if shutil.which(tool) is None:
            raise ToolchainError(f"{tool} is not installed, so nothing can be built for {order.arch}")
    cached = "ccache " if shutil.which("ccache") else ""
    linker = place / "ld"
    wrapper.write(linker, f"{prefix}ld")
    return (f"CROSS_COMPILE={prefix}", f"CC={cached}{prefix}gcc", f"HOSTCC={cached}gcc", f"LD={linker}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Make:
    """make with all that stays the same from call to call."""

    order: BuildOrder
    out: Path
    lock: int
    log: Path
    stream: BinaryIO
    variables: tuple[str, ...]

    def run(self, targets: tuple[str, ...], listen: Callable[[str], None]) -> None:
        """Make `targets`. Raises ToolchainError with the first error that was told."""
        order = self.order
        kconfig = (f"KBUILD_KCONFIG={order.kconfig.absolute()}",) if order.kconfig else ()
        told: list[str] = []
        gave_up: list[str] = []

        def hear(line: str) -> None:
            if not told and _TOLD.search(line):
                told.append(line.strip())
            if not gave_up and _GAVE_UP.match(line):
                gave_up.append(line.strip())
            listen(line)

        arguments = (
            "make",
            f"--directory={order.tree.resolve()}",
            "--no-print-directory",
            f"O={self.out}",
            f"ARCH={order.arch}",
            *self.variables,
            *kconfig,
            f"-j{order.jobs}",
            *targets,
        )
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ} | _PINNED
        status = follow(arguments, cwd=self.out, environment=environment, log=self.stream, held=self.lock, listen=hear)
        self.stream.flush()
        if status:
            reason = (told or gave_up or [f"exit status {status}"])[0]
            message, hint = f"make {' '.join(targets)} failed: {reason}", f"log: {self.log}"
            if _MACHINE.search(reason):
                raise ToolchainError(message, hint=hint)
            raise BuildFailed(message, told=reason, hint=hint)


def _boot_image(make: _Make, out: Path, asked: Sequence[str]) -> str | None:
    """The image to boot: what was asked for where that is one, else what `make image_name` names, where it was made
    after vmlinux was.

    A target of the architecture's makefile is a file of its boot folder (`$(boot)/$@`), and KBUILD_IMAGE is the one
    that `all` makes: with riscv's of 6.12 that is Image.xz where the config asks for that, and Image.gz one of others.
    """
    said: list[str] = []
    make.run(("image_name", "--silent"), said.append)
    named = said[-1].strip() if said else ""
    # No folders, no objects.
    for target in asked if named else ():
        if "/" not in target and not target.endswith(".o"):
            for image in (out / Path(named).with_name(target), *sorted(out.glob(f"arch/*/boot/{target}"))):
                if image.is_file():
                    return str(image.relative_to(out))
    image = out / named
    fresh = named not in ("", "vmlinux") and image.is_file() and image.stat().st_mtime >= _made_at(out / "vmlinux")
    return named if fresh else None


def _made_at(path: Path) -> float:
    return path.stat().st_mtime if path.is_file() else 0.0
