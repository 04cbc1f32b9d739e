"""Small trees for tests.

Enters: a folder with a Kconfig file, the name of a dialect. Leaves: a `SourceTree`, and what our own code makes of a
config in it. Must hold: nothing of the machine or of the caller's environment comes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from hypothesis import currently_in_test_context, reject

from analyzer.configs.compile import compile_model
from analyzer.configs.dotconfig import assignments
from analyzer.configs.loops import DependencyLoop
from analyzer.configs.program import Program
from analyzer.configs.read import read
from analyzer.configs.resolve import resolve
from analyzer.errors import SourceError
from analyzer.model.config import ConfigSource, Fill, ResolvedConfig
from analyzer.model.expr import Location
from analyzer.model.kconfig import ChoiceRules, Dialect, EmptyNumber, KconfigModel, OutOfRange
from analyzer.model.language import KEYWORDS, Trait
from analyzer.model.tree import SourceTree, Toolchain

DialectName = Literal["lenient", "old", "legacy", "menu", "today"]
Target = Literal["allnoconfig", "allmodconfig", "allyesconfig", "alldefconfig"]

_ANY = ("allnoconfig_y", "defconfig_list", "env", "option", "optional", "transitional")


def _keywords(*special: str) -> tuple[str, ...]:
    """The words of every tree, and those of `_ANY` that one has."""
    return tuple(word for word in KEYWORDS if word not in _ANY or word in special)


_LEGACY = Dialect(choices=ChoiceRules.SYMBOL, empty_number=EmptyNumber.EMPTY, out_of_range=OutOfRange.DROPPED)
_MENU = Dialect(choices=ChoiceRules.MENU, empty_number=EmptyNumber.ZERO, out_of_range=OutOfRange.CLAMPED)
_CHOICES = (Trait.NAMED_CHOICE, Trait.TYPED_CHOICE, Trait.OPTIONAL_CHOICE)
_MEMBERS = (
    Trait.REFUSES_BARE_CHOICE,
    Trait.REFUSES_BARE_MEMBER,
    Trait.REFUSES_MEMBER_TYPE,
    Trait.REFUSES_MEMBER_DEFAULT,
)

DIALECTS: Mapping[DialectName, Dialect] = {
    "lenient": _LEGACY,
    "old": replace(
        _LEGACY,
        keywords=_keywords("allnoconfig_y", "defconfig_list", "option", "optional"),
        traits=(Trait.OPTION, *_CHOICES, Trait.OPEN_END, Trait.LOOSE_UNSET),
    ),
    "legacy": replace(
        _LEGACY,
        keywords=_keywords("optional"),
        traits=(Trait.MODULES, *_CHOICES, Trait.OPEN_END, Trait.LOOSE_UNSET, Trait.ENDS_EMPTY_MENUS),
    ),
    "menu": replace(
        _MENU,
        keywords=_keywords(),
        traits=(
            Trait.MODULES,
            Trait.BOOL_CHOICE,
            *_MEMBERS,
            Trait.REFUSES_PROMPT_OUTSIDE,
            Trait.ENDS_EMPTY_MENUS,
        ),
    ),
    "today": replace(
        _MENU,
        keywords=_keywords("transitional"),
        traits=(
            Trait.MODULES,
            Trait.CONDITIONAL_DEPENDS,
            Trait.TRANSITIONAL,
            Trait.REFUSES_BARE_MENUCONFIG,
            Trait.REFUSES_SECOND_HELP,
            Trait.REFUSES_BLANK_HELP,
            *_MEMBERS,
            Trait.REFUSES_SECOND_PROMPT,
            Trait.REFUSES_SECOND_SOURCE,
            Trait.ENDS_EMPTY_MENUS,
        ),
    ),
}
"""What any conf takes, and the rules of four: 5.10, 6.1, 6.12, 7.3. tests/oracle finds each in a tree or skips it."""

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


class Answering:
    """Answers `$(shell,…)` with what is written down."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers

    def answer(self, command: str, location: Location) -> str:
        """Raises KeyError for a command that is not written down."""
        return self._answers[command]


def small(
    folder: Path,
    dialect: Dialect,
    environment: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Small:
    """Read and compile the tree in `folder`.

    Of trees that Hypothesis draws, those with a dependency loop are passed over: conf has no config for them either.
    """
    tree = source_tree(folder, dialect, environment)
    model = read(tree, NoShell() if answers is None else Answering(answers))
    try:
        program = compile_model(model)
    except DependencyLoop:
        if currently_in_test_context():
            reject()
        raise
    return Small(tree=tree, model=model, program=program)


def config_source(text: str, name: str = "config", dialect: Dialect = DIALECTS["lenient"]) -> ConfigSource:
    """What reading `text` as a config asks for."""
    found, warnings = assignments(text.encode("utf-8", "surrogateescape"), name, dialect)
    return ConfigSource(name=name, assignments=found, files=(name,), warnings=warnings)


def target_source(target: Target, preset: str | None = None, dialect: Dialect = DIALECTS["lenient"]) -> ConfigSource:
    """What an all*config target asks for; `preset` is the text of its seed."""
    if preset is None:
        return ConfigSource(name=target, assignments=(), fill=FILLS[target], way="seed")
    found = config_source(preset, "preset", dialect)
    return replace(found, name=target, fill=FILLS[target], way="seed")
