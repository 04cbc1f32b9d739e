"""Rule: a variant has the values that resolving the source with the variant's lines behind it gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analyzer.configs import Variants
from analyzer.configs.write import value_text
from analyzer.model.config import Assignment
from analyzer.model.expr import Location, Tristate
from analyzer.model.kconfig import Symbol
from tests.configs.generate import Generated, generated
from tests.configs.small import DIALECTS, DialectName, Small, config_source, small

PLACE = Location(path="variant", line=0)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("dialect", ["legacy", "menu"])
def test_a_variant_is_what_resolving_gives(tmp_path: Path, dialect: DialectName, data: st.DataObject) -> None:
    drawn: Generated = data.draw(generated(dialect))
    (tmp_path / "Kconfig").write_text(drawn.kconfig)
    tree = small(tmp_path, DIALECTS[dialect])
    values: dict[str, tuple[str, ...]]
    values = {name: ("n", "y") if s.type == "bool" else ("n", "m", "y") for name, s in _answerable(tree).items()}
    values |= {name: _TEXTS[s.type] for name, s in tree.model.symbols.items() if s.prompt and s.type in _TEXTS}
    assume(values)
    one = st.sampled_from(sorted(values)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(values[name])))
    variants = data.draw(st.lists(st.lists(one, max_size=4).map(dict), min_size=1, max_size=5))
    source = config_source(drawn.config)
    planes = Variants(tree.model, tree.program, source).run(variants)
    for lane, answered in enumerate(variants):
        lines = tuple(
            Assignment(name=name, value=value_text(tree.model.symbols[name], value), location=PLACE)
            for name, value in answered.items()
        )
        alone = tree.resolve(replace(source, assignments=(*source.assignments, *lines)))
        assert dict(planes.values(tree.model.symbols, lane)) == dict(alone.values)


def _answerable(tree: Small) -> dict[str, Symbol]:
    return {name: tree.model.symbols[name] for name in tree.program.inputs}


_TEXTS = {"int": ("1", "7", "40"), "hex": ("0x1", "0x20"), "string": ("", "a", "b")}


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
