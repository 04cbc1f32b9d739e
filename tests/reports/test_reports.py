"""Rule: what every report says, in every format.

Enters: the hand-made reports of build.py. Leaves: snapshots (tests/reports/__snapshots__). Must hold: JSON is valid
under its schema; every schema has a report that uses it.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from analyzer.model.report import Table
from analyzer.reports import render, schema, schemas
from analyzer.reports.render import Format
from tests.reports.build import reports

REPORTS = reports()


@pytest.mark.parametrize("name", REPORTS)
def test_terminal(name: str, snapshot: SnapshotAssertion) -> None:
    assert render(REPORTS[name], "terminal", version="1") == snapshot


@pytest.mark.parametrize("name", ["analyze", "diff", "series", "unmet"])
@pytest.mark.parametrize("width", [50, 160])
def test_terminal_of_another_width(name: str, width: int, snapshot: SnapshotAssertion) -> None:
    assert render(REPORTS[name], "terminal", width=width, version="1") == snapshot


@pytest.mark.parametrize("name", ["analyze", "why on", "matrix with a failure"])
def test_terminal_in_colour(name: str, snapshot: SnapshotAssertion) -> None:
    assert render(REPORTS[name], "terminal", colour="ansi", version="1") == snapshot


@pytest.mark.parametrize("name", ["analyze", "diff", "graph", "series", "unmet", "why off", "why on"])
def test_json(name: str, snapshot: SnapshotAssertion) -> None:
    assert render(REPORTS[name], "json", version="1") == snapshot


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("to", ["markdown", "csv"])
def test_texts_for_others(name: str, to: Format, snapshot: SnapshotAssertion) -> None:
    assert render(REPORTS[name], to, version="1") == snapshot


@pytest.mark.parametrize("name", REPORTS)
def test_json_is_valid_under_the_schema_it_names(name: str) -> None:
    whole = json.loads(render(REPORTS[name], "json", version="0.1.0"))
    assert whole["schema"] == REPORTS[name].schema
    assert whole["kweigh"] == "0.1.0"
    jsonschema.Draft202012Validator(schema(whole["schema"])).validate(whole)


def test_schemas_refuse_what_they_do_not_know() -> None:
    whole = json.loads(render(REPORTS["analyze"], "json", version="1"))
    whole["data"]["features"][0]["reason"]["causes"][0]["more"] = 1
    with pytest.raises(jsonschema.ValidationError, match="not valid under any"):
        jsonschema.Draft202012Validator(schema("kweigh.analyze/1")).validate(whole)


@pytest.mark.parametrize("name", schemas())
def test_schema_is_closed_and_in_use(name: str) -> None:
    whole = schema(name)
    jsonschema.Draft202012Validator.check_schema(whole)
    assert name in {report.schema for report in REPORTS.values()}
    assert [part for part in _objects(whole) if part.get("additionalProperties") is not False] == []
    assert [part for part in _objects(whole) if set(part["required"]) != set(part["properties"])] == []


def _objects(part: object) -> list[dict[str, Any]]:
    """Every schema of an object in `part`."""
    below = list(part.values()) if isinstance(part, dict) else part if isinstance(part, list) else []
    found = [inner for each in below for inner in _objects(each)]
    return [*found, part] if isinstance(part, dict) and part.get("type") == "object" else found


@pytest.mark.parametrize("name", REPORTS)
def test_records_have_one_field_per_column(name: str) -> None:
    records = REPORTS[name].records
    assert {len(row) for row in records.rows} <= {len(records.columns)}


@pytest.mark.parametrize("name", REPORTS)
def test_every_column_has_a_head(name: str) -> None:
    tables = [block for block in REPORTS[name].blocks if isinstance(block, Table)]
    assert [table.columns for table in tables if not all(column.title for column in table.columns)] == []


def test_unknown_schema_is_refused() -> None:
    with pytest.raises(KeyError):
        schema("kweigh.analyze/0")
