"""Small trees written down in a test, resolved.

Enters: the text of a Kconfig file and of a config. Leaves: the model, the config, and a way to resolve it again. Must
hold: nothing of the machine comes in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer.configs import Variants
from analyzer.configs.read import read
from analyzer.configs.write import value_text
from analyzer.deps import Aids, Resolver, explain
from analyzer.deps.trials import Tried
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.expr import Location
from analyzer.model.graph import Explanation, Proposal, Step
from analyzer.model.kconfig import KconfigModel
from tests.configs.small import DIALECTS, DialectName, NoShell, Small, config_source, small, source_tree


class Case:
    """A tree and a config for it."""

    def __init__(self, built: Small, source: ConfigSource) -> None:
        self.built = built
        self.source = source
        self.config: ResolvedConfig = built.resolve(source)

    def again(self, assignments: Mapping[str, str]) -> ResolvedConfig:
        """The config with assignments on top: a `Resolver`."""
        place = Location(path="proposal", line=0)
        symbols = self.built.model.symbols
        added = tuple(
            Assignment(name=n, value=value_text(symbols[n], v), location=place) for n, v in assignments.items()
        )
        return self.built.resolve(replace(self.source, assignments=(*self.source.assignments, *added)))

    def trials(self, plans: Sequence[Mapping[str, str]]) -> Tried:
        """The config with each of some plans on top: `Trials`."""
        return Variants(self.built.model, self.built.program, self.source).run(plans)

    @property
    def aids(self) -> Aids:
        """What deps asks of the other rooms."""
        return Aids(resolve_with=self.again, trials=self.trials, constants=self.built.program.bounds)

    def why(self, symbol: str, resolve_with: Resolver | None = None) -> Explanation:
        """The explanation, with proposals verified."""
        return explain(self.config, symbol, resolve_with=resolve_with or self.again)

    def proposal(self, symbol: str) -> Proposal:
        """The proposal, which must be there."""
        found = self.why(symbol).proposal
        assert found is not None
        return found

    def step(self, symbol: str, name: str) -> Step:
        """The step of `name` in the explanation of `symbol`."""
        return next(step for step in self.why(symbol).steps if step.name == name)


def case(
    folder: Path,
    kconfig: str,
    config: str = "",
    dialect: DialectName = "legacy",
    answers: Mapping[str, str] | None = None,
) -> Case:
    """The tree whose only file is `kconfig`, with `config`; `answers` are what `$(shell,…)` gets."""
    (folder / "Kconfig").write_text(kconfig, encoding="utf-8", errors="surrogateescape")
    return Case(small(folder, DIALECTS[dialect], answers=answers), config_source(config))


def model(folder: Path, kconfig: str, dialect: DialectName = "legacy") -> KconfigModel:
    """The tree whose only file is `kconfig`, read only."""
    (folder / "Kconfig").write_text(kconfig, encoding="utf-8", errors="surrogateescape")
    return read(source_tree(folder, DIALECTS[dialect]), NoShell())
