"""Makefiles without rules, as GNU make and as we see them.

Enters: a folder with a `Makefile`. Leaves: the values of its variables whose names begin with `r`. Must hold: both are
asked the same; a text that make refuses is an error.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from analyzer.kbuild.probes import no_answers
from analyzer.kbuild.run import include, world_of
from analyzer.kbuild.scope import Scope
from analyzer.kbuild.sources import Sources

MAKE = shutil.which("make")
_PRINT = "\n$(foreach v,$(sort $(filter r%,$(.VARIABLES))),$(info $v=$(subst $(line),~,$($v))))\n"
_LINE = "define line :=\n\n\nendef\nkweigh-nothing: ; @:\n"


def by_us(folder: Path, config: Mapping[str, str]) -> dict[str, str]:
    """What we make of it, newlines as ~; `config` are the variables that begin with CONFIG_."""
    world = world_of(Sources(folder), config, no_answers)
    scope = Scope(world=world)
    include(scope, "Makefile")
    assert world.unknowns.noted() == ()
    return {name: scope.value(name).replace("\n", "~") for name in sorted(scope.own) if name.startswith("r")}


def by_make(folder: Path, config: Mapping[str, str]) -> dict[str, str]:
    """What GNU make makes of it."""
    assert MAKE is not None
    text = "".join(f"CONFIG_{name} := {value}\n" for name, value in config.items())
    done = subprocess.run(
        [MAKE, "-s", "-rR", "-f", "-", "kweigh-nothing"],
        input=f"{text}include Makefile\n{_LINE}{_PRINT}",
        cwd=folder,
        env={"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    pairs = (line.partition("=") for line in done.stdout.splitlines())
    return {name: value for name, _, value in pairs}
