"""Rule: what the lanes of a review say of a config, before and after, is what the whole models say; what they do not
look at is the same in both."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analyzer.configs.changed import called_alike, changed
from analyzer.errors import SourceError
from analyzer.model.config import ConfigSource
from analyzer.pipeline import OpenTree
from analyzer.pipeline.commands.review_given import given as given_by
from analyzer.pipeline.commands.review_lanes import Lanes
from tests.configs.generate import generated
from tests.configs.small import FILLS, DialectName, config_source
from tests.configs.test_union import changed as with_other_lines
from tests.pipeline.small_trees import opened


def tree(folder: Path, kconfig: str, dialect: DialectName) -> OpenTree:
    folder.mkdir(exist_ok=True)
    (folder / "Kconfig").write_text(kconfig)
    return opened(folder, dialect)


def sources(config: str) -> list[ConfigSource]:
    """The config, targets, and one that is merged onto another."""
    own = config_source(config)
    fills = [ConfigSource(name=name, assignments=(), fill=fill) for name, fill in FILLS.items()]
    onto = ConfigSource(name="merged", assignments=own.assignments, base=fills[0])
    twice = ConfigSource(name="twice", assignments=own.assignments[: len(own.assignments) // 2], base=onto)
    return [own, *fills, onto, twice]


def compare(a: OpenTree, b: OpenTree, asked: list[ConfigSource]) -> None:
    after = called_alike(a.model, b.model)
    found = given_by(a, asked)
    try:
        lanes = Lanes(a, after, set(changed(a.model, after)), found)
    except SourceError:
        return
    whole = frozenset(lanes.switches)
    planes = lanes.run([frozenset(), whole])
    for at, source in enumerate(asked):
        old, new = a.resolved(source).values, b.resolved(source).values
        for name in {**a.model.symbols, **b.model.symbols}:
            if name in lanes.union.unlike:
                continue
            if name not in lanes.reached:
                assert old[name] == new[name], name
                continue
            for block, side, values in ((0, a, old), (1, b, new)):
                if name in side.model.symbols:
                    told = planes.value(name, block * lanes.count + at)
                    assert told == values[name], (source.name, name, block)


few = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.generate],
    max_examples=20,
)


def drawn(
    data: st.DataObject, folder: Path, dialect: DialectName
) -> tuple[OpenTree, OpenTree, list[ConfigSource]] | None:
    """A tree, the same with other lines, and configs; None where the other lines are refused."""
    made = data.draw(generated(dialect))
    try:
        a = tree(folder / "a", made.kconfig, dialect)
        b = tree(folder / "b", with_other_lines(data, made.kconfig), dialect)
    except SourceError:
        return None
    return a, b, sources(made.config)


@pytest.mark.parametrize("dialect", ["legacy", "menu"])
@few
@given(data=st.data())
def test_the_ends_are_the_whole_models(dialect: DialectName, tmp_path: Path, data: st.DataObject) -> None:
    if found := drawn(data, tmp_path, dialect):
        compare(*found)
