"""Source trees and toolchains, as values.

Enters: nothing. Leaves: `SourceTree`, `Toolchain`, `ShellAnswers`. Must hold: a `SourceTree` was looked at and is a
tree; nothing here reads a file or runs a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from analyzer.model.expr import Location
from analyzer.model.kconfig import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """The programs that a tree's Kconfig asks, by the make variable that names them.

    `programs` maps CC, LD, NM, OBJCOPY, HOSTCC, RUSTC, BINDGEN, PAHOLE, PYTHON3 … to the command as Kconfig sees it
    (`alpha-linux-gnu-gcc`); `prefix` is CROSS_COMPILE (may be empty), `llvm` is LLVM as make takes it (`1`, `-15`,
    `/bin/`; may be empty). `identity` is one line that a report can cite, such as `gcc 12.2.0 (alpha-linux-gnu)`.
    `path` is where programs are looked for: the user's PATH without what is relative or lies in the tree; empty when
    none is to be run.
    """

    prefix: str
    programs: Mapping[str, str]
    identity: str
    llvm: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """A Linux tree, or the bundled one, seen as one architecture.

    `arch` is ARCH as make spells it (x86_64, sparc64, um …), `srcarch` the folder under arch/. `kconfig` is the root
    Kconfig file relative to `root`. `version` is KERNELVERSION (`6.1.192`), for display only. `environment` is what the
    tree's Kconfig sees of the environment: ARCH, SRCARCH, srctree, KERNELVERSION, CC, LD …; nothing else of the
    caller's environment reaches it. `unanswered` maps variables that make exports, but whose value nobody knows, to
    what they hang on, `confined` is how many of the tree's own commands ran, confined, to answer it. `overlay` are
    Kconfig files, relative to `root`, that are read as another text. `variant` tells a tree from another of its version
    where measurements are kept ("": it is the one that goes by the version's name).
    """

    root: Path
    kind: Literal["bundled", "linux"]
    version: str
    arch: str
    srcarch: str
    kconfig: str
    dialect: Dialect
    toolchain: Toolchain
    environment: Mapping[str, str]
    confined: int = 0
    unanswered: Mapping[str, str] = field(default_factory=dict)
    overlay: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""

    @property
    def answered_by(self) -> str:
        """What answered its `$(shell,…)`: `gcc 12.2.0 (x86_64-linux-gnu)`, and how much ran as the tree wrote it."""
        if not self.confined:
            return self.toolchain.identity
        commands = "one command" if self.confined == 1 else f"{self.confined} commands"
        return f"{self.toolchain.identity}; {commands} of the tree ran confined"

    @property
    def title(self) -> str:
        """How measurements of it name it: `Linux 6.1.192`, and which variant of that."""
        return f"Linux {self.version}{f' ({self.variant})' if self.variant else ''}"

    @property
    def label(self) -> str:
        """How reports name it: `Linux 6.1.192 x86_64`, `bundled powerpc`."""
        return f"bundled {self.arch}" if self.kind == "bundled" else f"Linux {self.version} {self.arch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A config target that an architecture's Makefile makes: of `files`, relative to the root, merged base first.

    `boards` are files laid over as far as the config meets what they require (`X=y`, `X=n`). With a `target` (one of
    the all*config), the files are its seed; with `goals`, no file is read, but each is made onto the one before, as
    `make defconfig 32-bit.config` does.
    """

    files: tuple[str, ...] = ()
    boards: tuple[tuple[str, tuple[str, ...]], ...] = ()
    target: str = ""
    goals: tuple[str, ...] = ()


class ShellAnswers(Protocol):
    """Answers a tree's `$(shell,…)`."""

    def answer(self, command: str, location: Location) -> str:
        """What the command prints, as Kconfig takes it (no trailing newlines, inner ones as spaces).

        `command` is the text after macro expansion, `location` where it stands. Raises SourceError for a command that
        the policy refuses, with the flag that would allow it, and ToolchainError when the compiler cannot be run.
        """
        ...
