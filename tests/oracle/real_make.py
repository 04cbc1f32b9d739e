"""The kernel's own make, asked for a config as a user does.

Enters: the root of a tree, the variables of a command line, goals. Leaves: the .config that make writes, and what its
conf saw of the environment. Must hold: make builds and runs conf itself, in a build folder of its own (O=); only
`environment` puts a script in conf's place, which notes what it sees and calls it. The tree is only read.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import ToolchainError

_PASSES_BY = '#!/bin/sh\nenv -0 > "{seen}"\nexec "{conf}" "$@"\n'
_INHERITED = ("PATH", "HOME", "LANG")


@dataclass(frozen=True, slots=True, kw_only=True)
class RealMake:
    """make for one tree, in the build folder `folder`, which several architectures may share."""

    root: Path
    folder: Path

    def config(self, given: Mapping[str, str], goals: str) -> str:
        """The .config after `make GOAL…`, each goal by itself, beginning without any.

        Raises ToolchainError with all that make says when it fails.
        """
        (self.folder / ".config").unlink(missing_ok=True)
        for goal in goals.split():
            self._make(given, goal)
        return (self.folder / ".config").read_bytes().decode("utf-8", "surrogateescape")

    def header(self, given: Mapping[str, str], goal: str) -> str:
        """The include/generated/autoconf.h after `make GOAL`, begun as in `config`."""
        self.config(given, goal)
        self._make(given, "syncconfig")
        return (self.folder / "include/generated/autoconf.h").read_bytes().decode("utf-8", "surrogateescape")

    def environment(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """What conf sees of the environment in `make defconfig`."""
        self._make(given, "allnoconfig")
        conf = self.folder / "scripts/kconfig/conf"
        real, seen = conf.with_name("conf.real"), self.folder / "seen"
        conf.replace(real)
        try:
            conf.write_text(_PASSES_BY.format(seen=seen, conf=real))
            conf.chmod(0o755)
            self._make(given, "defconfig")
        finally:
            real.replace(conf)
        return dict(entry.split("=", 1) for entry in seen.read_text("utf-8").split("\0") if entry)

    def _make(self, given: Mapping[str, str], goal: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["make", "-s", f"O={self.folder}", *(f"{name}={value}" for name, value in given.items()), goal],
            cwd=self.root,
            env={name: os.environ[name] for name in _INHERITED if name in os.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise ToolchainError(done.stdout)
