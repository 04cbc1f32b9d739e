"""Asks a tree's own make what it exports to conf.

Enters: a tree's root, the variables that a user gives make. Leaves: the whole environment that scripts/kconfig's conf
is run in. Must hold: nothing is written to the tree; make sees PATH, HOME, LANG and those variables, nothing else of
the caller's environment.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from analyzer.errors import ToolchainError
from analyzer.judge.process import environment_of, run

# The top Makefile goes into its configuration mode, with the architecture's Makefile included, for any goal that ends
# in `config`; from there it descends into scripts/kconfig with `$(build)`, which is scripts/Makefile.build. --eval
# gives both the rule of this goal: the first descends as the tree's own `%config` does, the second says what it sees.
_GOAL = "kweigh-envconfig"
_SEEN = "kweigh-environment"
_RULE = (
    f"{_GOAL}: ; $(if $(filter %scripts/Makefile.build,$(MAKEFILE_LIST)),"
    f"@env -0 > {_SEEN},@$(MAKE) $(build)=scripts/kconfig {_GOAL})"
)
# make's talk with its own children; conf and its commands run no make.
_OF_MAKE = frozenset({"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MAKE_TERMOUT", "MAKE_TERMERR"})
# HOME is where toolchain managers such as rustup keep what their programs run.
_INHERITED = ("HOME",)
_SECONDS = 300.0


def environment_of_make(root: Path, given: Mapping[str, str], *, scratch: Path) -> Mapping[str, str]:
    """What `make NAME=VALUE… Xconfig` of the tree in `root` runs conf with, sorted by name.

    `given` are the variables on make's command line: ARCH, CROSS_COMPILE, LLVM. A build folder is made below `scratch`
    and gone afterwards. Raises ToolchainError when there is no make, or when it fails. Source: the part of the top
    Makefile under `ifdef config-build`, and the exports of scripts/kconfig/Makefile.
    """
    if shutil.which("make") is None:
        raise ToolchainError("make is not installed, so the tree cannot be asked what it exports", hint="install make")
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="make-", dir=scratch.absolute()) as folder:
        settings = [f"{name}={value}" for name, value in given.items()]
        home = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        run(
            ["make", "-s", f"O={folder}", *settings, f"--eval={_RULE}", _GOAL],
            cwd=root.absolute(),
            environment=environment_of(home),
            seconds=_SECONDS,
        )
        seen = Path(folder, _SEEN)
        if not seen.is_file():
            raise ToolchainError(f"make of {root} did not come to scripts/kconfig", hint="is this a Linux tree?")
        text = seen.read_bytes().decode("utf-8", "surrogateescape")
    found = dict(entry.split("=", 1) for entry in text.split("\0") if "=" in entry)
    return {name: found[name] for name in sorted(found.keys() - _OF_MAKE)}
