"""Rule: what is sure with answers left open is so whichever of them are n."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analyzer.configs import Doubt, Variants
from analyzer.configs.three_valued import Surely
from tests.configs.generate import Generated, generated
from tests.configs.small import DIALECTS, DialectName, config_source, small


def surely(sure: Surely, name: str, value: str) -> int:
    """Whether a symbol surely has a value."""
    hi, lo = sure.program.values[name]
    must, may = sure.must.gates, sure.may
    return {"y": must[hi], "m": must[lo] & ~may[hi], "n": sure.ones & ~may[lo]}[value]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("dialect", ["legacy", "menu"])
def test_what_is_sure_is_so(tmp_path: Path, dialect: DialectName, data: st.DataObject) -> None:
    drawn: Generated = data.draw(generated(dialect))
    (tmp_path / "Kconfig").write_text(drawn.kconfig)
    tree = small(tmp_path, DIALECTS[dialect])
    users = [name for name in tree.program.inputs if tree.model.symbols[name].choice is None]
    assume(users)
    source = config_source(drawn.config)
    base = tree.resolve(source).values
    off = data.draw(st.sets(st.sampled_from(users), max_size=2))
    open_ = data.draw(st.sets(st.sampled_from(users), max_size=4)) - off
    sure = Doubt(tree.model, tree.program, source).run(1, dict.fromkeys(off, 1), dict.fromkeys(open_, 1))
    gone = [data.draw(st.sets(st.sampled_from(sorted(open_)))) if open_ else set() for _ in range(4)]
    there = Variants(tree.model, tree.program, source).run([dict.fromkeys((*off, *more), "n") for more in gone])
    for name in tree.program.values:
        for value in "nmy":
            assert not surely(sure, name, value) or there.lanes(name, value) == there.ones
    differing = dict(there.differing(base))
    for name, _ in sure.differing(base):
        assert differing.get(name) == there.ones
