"""The cases: one folder per rule of Kconfig.

Enters: tests/configs/cases/. Leaves: `Case`. Must hold: a folder holds nothing that no test reads.

Kconfig          the tree; its first comment states the rule
config           what the user set (the seed, where there is a target); missing: nothing
target           allnoconfig and its like; missing: the config is read as a defconfig
fragment         merged onto what comes out of that, as scripts/kconfig/merge_config.sh and olddefconfig do
dialect          under whose rules it holds (see tests/configs/small.py)
expected_config  the .config that conf writes; tests/oracle/test_cases.py asks it again
reasons          lines `NAME kind path:line` of what the reasons must say
reasoned         why no conf can be asked, and what the expected config was reasoned from
differs          what our own code is known to get wrong; the case must fail as long as this is here
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from analyzer.model.config import ConfigSource
from tests.configs.small import DIALECTS, FILLS, DialectName, Target, config_source, target_source

CASES = Path(__file__).parent / "cases"
FILES = {"Kconfig", "config", "target", "fragment", "dialect", "expected_config", "reasons", "reasoned", "differs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One folder under one dialect."""

    folder: Path
    dialect: DialectName

    def text(self, name: str) -> str | None:
        """The text of one of its files, None when it is not there."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    @property
    def target(self) -> Target | None:
        """The name of the target, if the case has one."""
        text = self.text("target")
        return None if text is None else next(target for target in FILLS if target == text.strip())

    @property
    def rule(self) -> str:
        """The first comment of the Kconfig file, as one line."""
        kconfig = self.text("Kconfig") or ""
        lines = kconfig.partition("\n\n")[0].splitlines()
        return " ".join(line.removeprefix("#").strip() for line in lines if line.startswith("#"))

    def source(self) -> ConfigSource:
        """What the case asks for."""
        config, fragment, dialect = self.text("config"), self.text("fragment"), DIALECTS[self.dialect]
        if self.target is None:
            source = config_source(config or "", dialect=dialect)
        else:
            source = target_source(self.target, config, dialect)
        return source if fragment is None else replace(config_source(fragment, "fragment", dialect), base=source)


def cases() -> tuple[Case, ...]:
    """All cases, by name, each under every dialect that it names."""
    return tuple(
        Case(folder=folder, dialect=name)
        for folder in sorted(CASES.iterdir())
        for name in get_args(DialectName)
        if name in (folder / "dialect").read_text(encoding="utf-8").split()
    )


def label(case: Case) -> str:
    """How pytest calls a case."""
    return f"{case.folder.name}-{case.dialect}"
