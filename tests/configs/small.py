"""Small trees for tests.

Enters: a folder with a Kconfig file, the name of a dialect. Leaves: a `SourceTree`, and what our own code makes of a
config in it. Must hold: nothing of the machine or of the caller's environment comes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from analyzer.configs.compile import compile_model
from analyzer.configs.dotconfig import assignments
from analyzer.configs.program import Program
from analyzer.configs.read import read
from analyzer.configs.resolve import resolve
from analyzer.errors import SourceError
from analyzer.model.config import ConfigSource, Fill, ResolvedConfig
from analyzer.model.expr import Location
from analyzer.model.kconfig import ChoiceRules, Dialect, EmptyNumber, KconfigModel, OutOfRange
from analyzer.model.tree import SourceTree, Toolchain

DialectName = Literal["legacy", "menu"]
Target = Literal["allnoconfig", "allmodconfig", "allyesconfig", "alldefconfig"]

DIALECTS: Mapping[DialectName, Dialect] = {
    "legacy": Dialect(choices=ChoiceRules.SYMBOL, empty_number=EmptyNumber.EMPTY, out_of_range=OutOfRange.DROPPED),
    "menu": Dialect(choices=ChoiceRules.MENU, empty_number=EmptyNumber.ZERO, out_of_range=OutOfRange.CLAMPED),
}
"""The rules up to 6.10 and those from 6.11 on."""

FILLS: Mapping[Target, Fill] = {
    "allnoconfig": "n",
    "allmodconfig": "m",
    "allyesconfig": "y",
    "alldefconfig": "default",
}


class NoShell:
    """Answers no `$(shell,…)`."""

    def answer(self, command: str, location: Location) -> str:
        """Raises SourceError."""
        raise SourceError(f"$(shell,{command}) is not for this test", path=location.path, lineno=location.line)


def source_tree(folder: Path, dialect: Dialect, environment: Mapping[str, str] | None = None) -> SourceTree:
    """`folder` as a tree whose root file is Kconfig; `environment` replaces what its Kconfig sees."""
    visible = {"ARCH": "x86", "SRCARCH": "x86"} if environment is None else dict(environment)
    return SourceTree(
        root=folder,
        kind="linux",
        version="",
        arch="x86",
        srcarch="x86",
        kconfig="Kconfig",
        dialect=dialect,
        toolchain=Toolchain(prefix="", programs={}, identity="none"),
        environment={**visible, "srctree": str(folder)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A small tree, read and compiled."""

    tree: SourceTree
    model: KconfigModel
    program: Program

    def resolve(self, source: ConfigSource) -> ResolvedConfig:
        """The config that `source` gives."""
        return resolve(self.tree, self.model, self.program, source)


def small(folder: Path, dialect: Dialect, environment: Mapping[str, str] | None = None) -> Small:
    """Read and compile the tree in `folder`."""
    tree = source_tree(folder, dialect, environment)
    model = read(tree, NoShell())
    return Small(tree=tree, model=model, program=compile_model(model))


def config_source(text: str, name: str = "config") -> ConfigSource:
    """What reading `text` as a config asks for."""
    found, warnings = assignments(text.encode("utf-8", "surrogateescape"), name)
    return ConfigSource(name=name, assignments=found, files=(name,), warnings=warnings)


def target_source(target: Target, preset: str | None = None) -> ConfigSource:
    """What an all*config target asks for; `preset` is the text of its seed."""
    if preset is None:
        return ConfigSource(name=target, assignments=(), fill=FILLS[target], way="seed")
    found, warnings = assignments(preset.encode("utf-8", "surrogateescape"), "preset")
    return ConfigSource(
        name=target, assignments=found, fill=FILLS[target], way="seed", files=("preset",), warnings=warnings
    )
