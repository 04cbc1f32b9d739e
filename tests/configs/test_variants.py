"""Rule: a variant has the values that resolving the source with the variant's lines behind it gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analyzer.configs import vary
from analyzer.model.config import Assignment
from analyzer.model.expr import Location, Tristate
from tests.configs.generate import Generated, generated
from tests.configs.small import DIALECTS, DialectName, config_source, small

PLACE = Location(path="variant", line=0)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("dialect", ["legacy", "menu"])
def test_a_variant_is_what_resolving_gives(tmp_path: Path, dialect: DialectName, data: st.DataObject) -> None:
    drawn: Generated = data.draw(generated(dialect))
    (tmp_path / "Kconfig").write_text(drawn.kconfig)
    tree = small(tmp_path, DIALECTS[dialect])
    users = [name for name in tree.program.inputs if tree.model.symbols[name].choice is None]
    assume(users)
    off = data.draw(st.lists(st.lists(st.sampled_from(users), max_size=3, unique=True), min_size=1, max_size=5))
    source = config_source(drawn.config)
    planes = vary(tree.model, tree.program, source, off)
    for lane, names in enumerate(off):
        lines = tuple(Assignment(name=name, value="n", location=PLACE) for name in names)
        alone = tree.resolve(replace(source, assignments=(*source.assignments, *lines)))
        assert dict(planes.values(tree.model.symbols, lane)) == dict(alone.values)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(drawn=generated("legacy"))
def test_values_keep_within_the_bounds(tmp_path: Path, drawn: Generated) -> None:
    (tmp_path / "Kconfig").write_text(drawn.kconfig)
    tree = small(tmp_path, DIALECTS["legacy"])
    values = tree.resolve(config_source(drawn.config)).values
    for name in tree.program.values:
        low, high = tree.program.bounds(name)
        assert low <= Tristate[values[name]] <= high


def test_bounds(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(
        'config Y\n\tdef_bool y\nconfig N\n\tbool "n"\n\tdepends on !Y\nconfig A\n\tbool "a"\n'
    )
    tree = small(tmp_path, DIALECTS["legacy"])
    assert [tree.program.bounds(name) for name in ("Y", "N", "A")] == [
        (Tristate.y, Tristate.y),
        (Tristate.n, Tristate.n),
        (Tristate.n, Tristate.y),
    ]
