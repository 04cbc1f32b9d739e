"""Bytes: what was measured, and how an image adds up.

Enters: nothing. Leaves: `Observation`, `Image`, `BuildNote`, `BuildRecord`, `Built`, `Account` and
what they hold. Must hold: bytes are whole numbers; every row has a label; a sum is a property, so that it can't differ
from its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from analyzer.model.elf import SectionClass, SizedSymbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a measurement holds for: tree (`Linux 6.1.192`), ARCH, compiler (`gcc 12.2.0 (…)`), one line each."""

    tree: str
    arch: str
    compiler: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What an object was made from, as its `.cmd` file says.

    `flags` is the command with the folders of this machine replaced. `symbols` are the config symbols that the object
    depends on (fixdep's list), sorted, each with its value, `"n"` where it is off.
    """

    flags: str
    symbols: tuple[tuple[str, str], ...]

    def fits(self, settings: Mapping[str, str]) -> bool:
        """Whether a config with these values makes the object from the same; a symbol that is off may be missing."""
        return all(settings.get(name, "n") == value for name, value in self.symbols)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The measured sizes of one object, `path` relative to the build's folder."""

    origin: Origin
    path: str
    recipe: Recipe
    classes: Mapping[SectionClass, int]
    symbols: tuple[SizedSymbol, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The measured sizes of one image. `name` is `vmlinux.o`, `vmlinux`, or the path of a boot image.

    `config` is the text of the .config, `sections` its allocated sections (name, class, bytes) in file order; empty for
    a boot image, of which only the file is measured. `size` is the length of the file.
    """

    origin: Origin
    config: str
    name: str
    size: int
    sections: tuple[tuple[str, SectionClass, int], ...]

    @property
    def loaded(self) -> int:
        """Bytes of all allocated sections."""
        return sum(size for _, _, size in self.sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildNote:
    """What a ledger notes of a build. `config` is the text of the .config, `objects` are the paths of those linked.

    `started` is in seconds since 1970; in `seconds` make compiled `compiled` objects, `jobs` at a time. `failure` is
    what the compiler or the linker said where it could not be built ("": it was built).
    """

    origin: Origin
    config: str
    objects: tuple[str, ...]
    started: float
    seconds: float
    compiled: int
    jobs: int
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecord:
    """What a ledger learns of a build: what its objects and images weigh, the `symbols` of vmlinux.o, and the note; of
    one that could not be built the note alone."""

    note: BuildNote
    observed: tuple[Observation, ...] = ()
    images: tuple[Image, ...] = ()
    symbols: tuple[SizedSymbol, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOrder:
    """A build to be made. `tree` is the root of a Linux tree, which stays untouched; `config` the text of a .config.

    `scratch` is a folder of ours for all builds, made if missing. `targets` are make's; whatever they are, vmlinux is
    built. `kconfig` is a root Kconfig file to read instead of the tree's (KBUILD_KCONFIG). `jobs` is make's -j.
    `expected` is how many objects will be compiled, for the progress; 0 where nobody knows.
    """

    tree: Path
    arch: str
    cross_compile: str
    config: str
    scratch: Path
    jobs: int
    targets: tuple[str, ...] = ("vmlinux",)
    kconfig: Path | None = None
    expected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unkept:
    """A line of the requested config that the tree's Kconfig answered otherwise; `"n"` stands for off or undefined."""

    symbol: str
    asked: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A finished build. `folder` is O=, `config` the text of its .config, `log` what make said.

    `objects` are the paths, relative to `folder`, of the objects that are linked, in the order of the link. `image` is
    the linked file (`vmlinux`), `boot` a compressed or wrapped image when one was built. `archived` are the paths of
    all objects in the archives that the linker could take from, whether it did or not. `started` (seconds since 1970),
    `seconds`, `compiled` and `jobs` are as in `BuildNote`.
    """

    folder: Path
    arch: str
    config: str
    objects: tuple[str, ...]
    archived: tuple[str, ...]
    image: str
    boot: str | None
    log: Path
    started: float = 0.0
    seconds: float = 0.0
    compiled: int = 0
    jobs: int = 1

    def made(self, target: str) -> Path | None:
        """The image that a machine starts which takes `target`: the linked file itself, or the one that was wrapped
        (None: there is none)."""
        if target == self.image:
            return self.folder / self.image
        return self.folder / self.boot if self.boot is not None else None


RowKind = Literal[
    "objects",  # sections of the objects that are linked
    "generated",  # objects that the link itself makes: kallsyms, export tables, BTF, the version
    "linker",  # tables and stubs that the linker writes: .got, .rela.dyn, veneers, bytes that its script spells out
    "reworked",  # added to, or taken from, the linked file by programs that run after the linker: objtool, objcopy
    "merged",  # equal strings and constants of several objects, kept once (negative)
    "discarded",  # sections that the link drops (negative)
    "resized",  # sections that the linker made longer or shorter: relaxation, .eh_frame
    "padding",  # alignment between the pieces of a section
    "step",  # alignment to a boundary of a page or more that the linker script asks for
    "reserved",  # room that the linker script leaves: .brk, the ORC lookup table
    "linked",  # a section of the linked file, where no sum of objects holds
    "loaded",  # of a file: the sections that are loaded from it
    "headers",  # of a file: ELF headers
    "symbols",  # of a file: symbol and string tables
    "other",  # of a file: what is not loaded and is no symbol table, by section
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """Bytes with their label. `where` is a section of the image, or "" for a sum over all.

    `step` is the alignment that a row of kind `step` fills up to; its bytes are then what can still grow in front of it
    before the image does, by that much.
    """

    kind: RowKind
    label: str
    size: int
    where: str = ""
    step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How a file adds up: `rows` sum to `total` bytes, else it is not made.

    `of` says what the total is: `content of vmlinux.o`, `loaded sections of vmlinux`, `file vmlinux`. `limits` says why
    the sum of the objects is missing, where it is (LTO, garbage-collected sections).
    """

    of: str
    total: int
    rows: tuple[AccountRow, ...]
    limits: str = ""
