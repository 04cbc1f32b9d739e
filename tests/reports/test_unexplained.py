"""Rule: without reasons a report has its values, its data, and no word on why."""

from __future__ import annotations

import pytest

from analyzer.model.report import Heading, Table
from analyzer.reports import without_reasons
from tests.reports.test_reports import REPORTS


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_values_stay_and_reasons_go(name: str) -> None:
    before = REPORTS[name]
    after = without_reasons(before)
    assert (after.data, after.records, after.title) == (before.data, before.records, before.title)
    assert without_reasons(after) == after
    tables = [block for block in after.blocks if isinstance(block, Table)]
    assert not [one.title for table in tables for one in table.columns if one.title.startswith("why")]
    assert not [block for block in after.blocks if isinstance(block, Heading) and block.reasons]
    for table in tables:
        assert all(len(row.cells) == len(table.columns) for row in table.rows)
        assert 0 <= table.stack <= len(table.columns)


def test_some_reports_have_reasons() -> None:
    changed = [name for name, report in REPORTS.items() if without_reasons(report) != report]
    assert len(changed) > 5
