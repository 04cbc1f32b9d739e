"""What a booted kernel says of itself.

Enters: nothing. Leaves: `Machine`, `Checks`, `Boot`, `Tried`, `Booted`, `Memory`. Must hold: immutable; bytes are
whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

Lines = tuple[tuple[str, str], ...]
"""Symbols with their values, in the order in which they are set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine that qemu makes, and what a kernel needs to reach our init on it.

    `arch` as make spells it, `qemu` the program, `package` Debian's name of what holds it, `arguments` those of qemu
    besides image and initramfs, `memory` its size in bytes, `target` what make is asked for, `append` the kernel's
    command line, `early` what it has besides for a kernel to print without a console. `speaks` is the name of its
    serial line there, `device` the end of the names of qemu's virtio devices. `init`, `prints`, `console` and `bus` are
    what a kernel needs to run our init, to print, to have that console, and to find those devices. `calls` are the
    numbers of system calls, `flags` what the compiler is told besides.
    """

    arch: str
    qemu: str
    package: str
    arguments: tuple[str, ...]
    memory: int
    target: str
    append: str
    early: str
    speaks: str
    device: str
    init: Lines
    prints: Lines
    console: Lines
    bus: Lines
    calls: tuple[tuple[str, int], ...]
    flags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The machine in a few words, as a ledger notes it."""
        return f"{self.qemu} {' '.join(self.arguments)}, {self.memory >> 20} MiB"

    @property
    def needs(self) -> Lines:
        """What a kernel needs to reach our init and to say so."""
        return (*self.init, *self.prints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What a guest tries besides reaching our init: that `console` speaks, that a `disk` of a kind is there (virtio)
    and, with a file system `fs`, can be mounted and read, that over a `net` of a kind the host answers ("": not
    tried)."""

    console: str = ""
    disk: str = ""
    fs: str = ""
    net: str = ""

    @property
    def text(self) -> str:
        """As a person writes it."""
        return ",".join(
            f"{name}={value}" for name in ("console", "disk", "fs", "net") if (value := getattr(self, name))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a boot with checks. `failure` says what went wrong first ("": nothing did), `stage` where: `start`
    (the guest said nothing), `init`, or the check's name. `said` is what the guest printed."""

    failure: str
    stage: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """What came of a boot, in bytes. `failure` says why our init was not reached ("": it was).

    `present` and `available` are those of the line `Memory: …K/…K available` (mem_init_print_info()), which the kernel
    prints before any initcall (None: it printed none). `free` is what sysinfo(2) told our init.
    """

    machine: str
    failure: str = ""
    present: int | None = None
    available: int | None = None
    free: int = 0

    @property
    def reserved(self) -> int | None:
        """Bytes that the kernel took before it counted."""
        return None if self.present is None or self.available is None else self.present - self.available

    @property
    def taken(self) -> int | None:
        """Bytes that are not free once init runs: what was freed after booting is free again."""
        return None if self.present is None or self.failure else self.present - self.free


@dataclass(frozen=True, slots=True, kw_only=True)
class Booted:
    """How many of the options that were to be booted have a boot now, and why others have none (symbol, reason)."""

    done: int
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What turning an option adds to the memory of a booted kernel, in bytes: to what is taken once init runs, and to
    what the kernel's own line counts as taken before."""

    taken: int
    reserved: int
    machine: str
