"""The kernel's own make, asked for a config as a user does.

Enters: the root of a tree, ARCH, goals. Leaves: the .config that make writes, and what its conf saw of the environment.
Must hold: make builds and runs conf itself, in a build folder of its own (O=); only `pass_by` puts a script in conf's
place, which notes the environment and calls it. The tree is only read.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.model.tree import SourceTree
from analyzer.pipeline.verdicts import given_to_make

_PASSES_BY = '#!/bin/sh\nenv -0 > "{seen}"\nexec "{conf}" "$@"\n'
_INHERITED = ("PATH", "HOME", "LANG")


@dataclass(frozen=True, slots=True, kw_only=True)
class RealMake:
    """make for one tree, in the build folder `folder`, which several architectures may share."""

    root: Path
    folder: Path

    def config(self, tree: SourceTree, goals: str) -> str:
        """The .config after `make GOAL…`, each goal by itself, beginning without any."""
        (self.folder / ".config").unlink(missing_ok=True)
        for goal in goals.split():
            self._make(tree, goal)
        return (self.folder / ".config").read_bytes().decode("utf-8", "surrogateescape")

    def environment(self, tree: SourceTree) -> Mapping[str, str]:
        """What conf sees of the environment in `make defconfig`."""
        self._make(tree, "allnoconfig")
        conf = self.folder / "scripts/kconfig/conf"
        real, seen = conf.with_name("conf.real"), self.folder / "seen"
        conf.replace(real)
        try:
            conf.write_text(_PASSES_BY.format(seen=seen, conf=real))
            conf.chmod(0o755)
            self._make(tree, "defconfig")
        finally:
            real.replace(conf)
        return dict(entry.split("=", 1) for entry in seen.read_text("utf-8").split("\0") if entry)

    def _make(self, tree: SourceTree, goal: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        given = [f"{name}={value}" for name, value in given_to_make(tree).items()]
        done = subprocess.run(
            ["make", "-s", f"O={self.folder}", *given, goal],
            cwd=self.root,
            env={name: os.environ[name] for name in _INHERITED if name in os.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        assert done.returncode == 0, done.stdout
