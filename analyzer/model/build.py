"""What a config builds: objects, modules and the reasons for them.

Enters: nothing. Leaves: `BuildPlan` and what it holds. Must hold: every object says where it goes and why, from the
top of the tree down; what a makefile says and we did not understand is an `Unresolved`, never left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.model.expr import Location

Goal = Literal[
    "vmlinux",  # linked as a whole, whether something refers to it or not
    "lib",  # in an archive from which the linker takes what something refers to
    "module",  # linked into a module
    "link",  # made by the link of vmlinux itself (scripts/link-vmlinux.sh)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A conditional of a makefile that encloses a line: where it stands, and what it asks.

    `text` is the directive as written (`ifdef CONFIG_X86_32`), behind `else of` where the line stands in its other
    branch.
    """

    where: Location
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One link of the chain that leads to an object: the line of a makefile that names `word`.

    `variable` is the list as written (`obj-$(CONFIG_PCI)`, `nfs-y`), `word` what the line puts there (`pci/`, `bus.o`).
    `symbols` are the config symbols that the name of the list and the guards ask, with their values as text, "n" where
    the symbol is off; without the CONFIG_ prefix, sorted by name. `guards` run from the outermost to the innermost.
    `also` are other lines that put the same word on the same list, each of which would do.
    """

    where: Location
    variable: str
    word: str
    guards: tuple[Guard, ...] = ()
    symbols: tuple[tuple[str, str], ...] = ()
    also: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KbuildObject:
    """An object file that the build makes, and what it is linked into.

    `path` is relative to the build's folder (`kernel/dma/mapping.o`). `into` is the archive (`kernel/dma/built-in.a`,
    `lib/lib.a`), the module (`drivers/net/dummy.ko`), or `vmlinux` for what the link makes. `because` leads from the
    top of the tree to the line that names the object; a part of a composite object has both lines. An object with two
    uses is two entries with different `into`.
    """

    path: str
    goal: Goal
    into: str
    because: tuple[Step, ...]

    @property
    def where(self) -> Location:
        """The line that names the object."""
        return self.because[-1].where


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """Something in a makefile that may decide what is built and that we could not work out.

    `text` is the construct as written, `reason` says what is missing. `affects` is what it may decide: a list of
    objects (`obj-y of lib/`), or "" when that is not known.
    """

    where: Location
    text: str
    reason: str
    affects: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """Everything that a config builds into vmlinux and its modules.

    `objects` are in the order in which Kbuild links them: the archives of vmlinux first, then libraries, what the link
    makes, and modules. `modules` names every module (`drivers/net/dummy.ko`), sorted. `files` are the makefiles read,
    relative to the tree, sorted. `unresolved` is sorted by place; when it is empty, the plan is whole.
    """

    arch: str
    objects: tuple[KbuildObject, ...]
    modules: tuple[str, ...]
    files: tuple[str, ...]
    unresolved: tuple[Unresolved, ...]
