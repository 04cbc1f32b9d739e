"""Rule: what a side of a review says of a config is what the whole model says of it: values, what .config mentions,
what makefiles see, and the minimal config."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer import configs
from analyzer.configs import Programs
from analyzer.configs.changed import called_alike, changed
from analyzer.errors import SourceError
from analyzer.model.config import ConfigSource
from analyzer.pipeline import OpenTree
from analyzer.pipeline.commands.review_given import given as given_by
from analyzer.pipeline.commands.review_lanes import Lanes
from analyzer.pipeline.commands.review_saved import saved, saved_apart
from analyzer.pipeline.commands.review_side import Side
from analyzer.pipeline.commands.review_values import values_of
from tests.configs.small import DialectName
from tests.pipeline.test_review_lanes import drawn, few


@pytest.mark.parametrize("dialect", ["legacy", "menu"])
@few
@given(data=st.data())
def test_a_side_is_the_whole_config(dialect: DialectName, tmp_path: Path, data: st.DataObject) -> None:
    if found := drawn(data, tmp_path, dialect):
        compare(*found)


def compare(a: OpenTree, b: OpenTree, asked: list[ConfigSource]) -> None:
    b = replace(b, model=called_alike(a.model, b.model))
    b = replace(b, programs=Programs(b.model))
    found, names = given_by(a, asked), set(changed(a.model, b.model))
    try:
        values = values_of(Lanes(a, b.model, names, found), len(asked))
    except SourceError:
        return
    if values.lanes.union.unlike:
        return
    before, after = Side(a, found, values), Side(b, found, values, after=True)
    lines: dict[int, set[tuple[str, str, str]]] = {}
    for lane, line in saved(before, after, values, names, len(asked)):
        lines.setdefault(lane, set()).add(line)
    for lane, source in enumerate(asked):
        old, new = a.resolved(source), b.resolved(source)
        for side, whole in ((before, old), (after, new)):
            told = side.config(lane)
            assert dict(told.values) == dict(whole.values)
            assert set(told.written) == set(whole.written)
            assert dict(side.conf(lane)) == configs.auto_conf(whole)
        assert lines.get(lane, set()) == set(saved_apart(old, new)), source.name
