"""Rule: the kernel's own tests of Kconfig (scripts/kconfig/tests of each tree) pass with our code in conf's place.

Their test functions are called as they are, with a stand-in for the object that runs conf. What it says of a config,
and where it refuses, must be what they expect. `UNCLAIMED` lists what we do not claim, and a claim that nobody made
fails.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.configs.compile import compile_model
from analyzer.configs.loops import DependencyLoop
from analyzer.configs.read import read
from analyzer.configs.resolve import resolve
from analyzer.configs.write import dotconfig
from analyzer.errors import SourceError
from analyzer.model.config import ConfigSource
from analyzer.model.expr import Location, Tristate
from analyzer.model.kconfig import Dialect
from analyzer.trees.dialect import detect
from tests.configs.small import FILLS, Target, config_source, source_tree, target_source
from tests.oracle.conftest import linux_roots

QUESTIONS = "what conf asks on the terminal"
RANDOM = "what rand() of the C library gives"
CHANGED = "KCONFIG_WARN_CHANGED_INPUT, which is a warning for people who type"

UNCLAIMED: Mapping[str, str] = {
    "auto_submenu": QUESTIONS,
    "choice": QUESTIONS,
    "choice_randomize": RANDOM,
    "choice_randomize2": RANDOM,
    "choice_value_with_m_dep": QUESTIONS,
    "new_choice_with_dep": QUESTIONS,
    "transitional": QUESTIONS,
    "warn_changed_input": CHANGED,
}
"""Test folders with something that we do not claim, and what; all else in them is claimed."""


class _Sh:
    """Answers `$(shell,…)` of the tests as conf does."""

    def answer(self, command: str, location: Location) -> str:
        """What the command prints, on one line."""
        said = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, check=False, text=True, timeout=60).stdout
        return said.rstrip("\n").replace("\n", " ")


class _NotClaimed(Exception):
    """What a test asks for is not claimed; the text says what."""


@dataclass(slots=True)
class Stand:
    """Stands for the `conf` fixture of scripts/kconfig/tests/conftest.py."""

    folder: Path
    dialect: Dialect
    unclaimed: set[str] = field(default_factory=set)
    config: str | None = None
    stderr: str = ""
    error: SourceError | None = None

    def olddefconfig(self, dot_config: str | None = None) -> int:
        """Values of a config, defaults for the rest."""
        return self._run(self._source(dot_config))

    def oldaskconfig(self, dot_config: str | None = None, in_keys: str | None = None) -> int:
        """With nothing but Enter the same as olddefconfig; a key answers the first question."""
        if in_keys is None:
            return self.olddefconfig(dot_config)
        source = self._source(dot_config)
        tree = source_tree(self.folder, self.dialect)
        model = read(tree, _Sh())
        seen = resolve(tree, model, compile_model(model), source).visibility
        first = next(e.name for e in model.menu if e.kind == "symbol" and seen[e.name] is not Tristate.n)
        answer = config_source(f"CONFIG_{first}={in_keys[:1]}\n")
        return self._run(replace(source, assignments=(*source.assignments, *answer.assignments)))

    def oldconfig(self, dot_config: str | None = None, in_keys: str | None = None) -> int:
        """With nothing but Enter the same as olddefconfig."""
        return self.olddefconfig(dot_config)

    def defconfig(self, defconfig: str) -> int:
        """The same for a file."""
        return self.olddefconfig(defconfig)

    def randconfig(self, all_config: str | None = None, seed: int | None = None) -> int:
        """Not claimed."""
        raise _NotClaimed(RANDOM)

    def _run_conf(self, mode: str, **_options: Any) -> int:
        raise _NotClaimed(CHANGED)

    def __getattr__(self, name: str) -> Callable[..., int]:
        if name not in FILLS:
            raise AttributeError(name)
        target: Target = next(target for target in FILLS if target == name)

        def all_config(preset: str | None = None) -> int:
            return self._run(target_source(target, None if preset is None else self._text(preset)))

        return all_config

    def _source(self, name: str | None) -> ConfigSource:
        return config_source("" if name is None else self._text(name))

    def _text(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def _run(self, source: ConfigSource) -> int:
        tree = source_tree(self.folder, self.dialect)
        self.config, self.stderr, self.error = None, "", None
        try:
            model = read(tree, _Sh())
            self.config = dotconfig(resolve(tree, model, compile_model(model), source))
        except SourceError as error:
            self.error = error
            return 1
        self.stderr = "".join(f"{w.location}: {w.text}\n" for w in model.warnings)
        return 0

    # What a test looks at.

    def config_contains(self, expected: str) -> bool:
        """Whether the text is in the config."""
        return self._text(expected) in (self.config or "")

    def config_matches(self, expected: str) -> bool:
        """Whether it is the config."""
        return self._text(expected) == self.config

    def stdout_contains(self, expected: str) -> bool:
        """What `$(info,…)` prints; questions are not claimed."""
        wanted = self._text(expected)
        if "info" not in self._text("Kconfig"):
            self.unclaimed.add(QUESTIONS)
            return True
        printed = [line.split(": ", 1)[1] for line in self.stderr.splitlines()]
        self.stderr = "".join(
            line
            for line in self.stderr.splitlines(keepends=True)
            if line.split(": ", 1)[1] not in wanted.splitlines(True)
        )
        return wanted.rstrip("\n") in printed

    def stderr_contains(self, expected: str) -> bool:
        """Whether conf complains of the place at which we refuse; of loops it names only the symbols from 6.12 on."""
        assert self.error is not None
        wanted = self._text(expected)
        if isinstance(self.error, DependencyLoop):
            first = self.error.message.removeprefix("dependency loop: ").split(" ")[0]
            return f"\tsymbol {first} " in wanted
        return f"{self.error.path}:{self.error.lineno}" in wanted

    def stderr_matches(self, expected: str) -> bool:
        """Whether conf says just what we do."""
        said = self.stderr if self.error is None else f"{self.error.line()}\n"
        return self._text(expected) == said


def _tests() -> list[Any]:
    return [
        pytest.param(root, init.parent, id=f"{root.name}-{init.parent.relative_to(root / 'scripts/kconfig/tests')}")
        for root in linux_roots()
        for init in sorted((root / "scripts/kconfig/tests").rglob("__init__.py"))
    ]


@pytest.mark.parametrize(("root", "folder"), _tests() or [pytest.param(None, None, marks=pytest.mark.skip("no tree"))])
def test_passes(root: Path, folder: Path) -> None:
    found: dict[str, Any] = {}
    exec(compile((folder / "__init__.py").read_text("utf-8"), str(folder / "__init__.py"), "exec"), found)
    tests = [value for name, value in found.items() if name.startswith("test")]
    assert tests
    unclaimed: set[str] = set()
    for test in tests:
        stand = Stand(folder, detect(root))
        try:
            test(stand)
        except _NotClaimed as reason:
            unclaimed.add(str(reason))
        unclaimed |= stand.unclaimed
    assert unclaimed == ({UNCLAIMED[folder.name]} if folder.name in UNCLAIMED else set())
