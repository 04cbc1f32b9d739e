"""Rule: a diff lists exactly what differs, and undefined counts like off.

Enters: two hand-made configs. Leaves: nothing. Must hold: compare() is symmetric.
"""

from __future__ import annotations

from analyzer.model.analysis import compare
from tests.reports.build_configs import difference


def test_rows_are_what_differs_and_no_more() -> None:
    found = difference()
    assert [row.name for row in found.rows] == ["DMA_OPS", "EXTRA", "NAME", "SWIOTLB"]
    for row in found.rows:
        for side, analysis in ((row.a, found.a), (row.b, found.b)):
            if side is None:
                assert row.name not in analysis.config.values
            else:
                assert side.value == analysis.config.values[row.name]
                assert side.reason == analysis.config.reasons[row.name]


def test_what_one_tree_alone_defines_makes_a_row_only_where_it_is_on() -> None:
    found = difference()
    assert found.only_b == ("EXTRA", "OFF")
    assert found.only_a == ()
    assert [row.name for row in found.rows if row.a is None] == ["EXTRA"]


def test_a_config_does_not_differ_from_itself() -> None:
    same = difference().a
    assert compare(same, same).rows == ()


def test_the_other_way_round_is_the_mirror_image() -> None:
    found = difference()
    mirrored = compare(found.b, found.a)
    assert [(row.name, row.b, row.a) for row in mirrored.rows] == [(row.name, row.a, row.b) for row in found.rows]
    assert (mirrored.only_a, mirrored.only_b) == (found.only_b, found.only_a)
