"""Rule: findings reach SARIF viewers and GitHub whole, whatever their texts and paths hold."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.expr import Location
from analyzer.model.finding import Finding, Level
from analyzer.model.report import Records, Report
from analyzer.reports import doctor, render
from tests.reports.build_doctor import NEVER, sick

# What SARIF 2.1.0 asks of the parts that are written here (3.13, 3.14, 3.18, 3.19, 3.27, 3.28, 3.29, 3.30, 3.49).
_TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
    "additionalProperties": False,
}
_PHYSICAL = {
    "type": "object",
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "properties": {"uri": {"type": "string", "minLength": 1}},
            "additionalProperties": False,
        },
        "region": {
            "type": "object",
            "required": ["startLine"],
            "properties": {"startLine": {"type": "integer", "minimum": 1}},
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
_LOCATION = {
    "type": "object",
    "properties": {"id": {"type": "integer", "minimum": 0}, "message": _TEXT, "physicalLocation": _PHYSICAL},
    "additionalProperties": False,
}
_LOCATIONS = {"type": "array", "items": _LOCATION, "uniqueItems": True}
_RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": _TEXT,
        "locations": _LOCATIONS,
        "relatedLocations": _LOCATIONS,
    },
    "additionalProperties": False,
}
_RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "shortDescription": _TEXT},
    "additionalProperties": False,
}
_DRIVER = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "rules": {"type": "array", "items": _RULE, "uniqueItems": True},
    },
    "additionalProperties": False,
}
_RUN = {
    "type": "object",
    "required": ["tool", "results"],
    "properties": {
        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": _DRIVER}},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": _RESULT},
    },
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": _RUN},
    },
    "additionalProperties": False,
}

DROPPED = Finding(
    rule="dropped",
    level="error",
    message="CONFIG_X=y is dropped",
    location=Location(path="my, own/a:b %.config", line=7),
    chain=(("depends on PCI", Location(path="drivers/x/Kconfig", line=3)), ("PCI is n", None)),
)
WHOLE = Finding(rule="unknown", level="note", message="of the file", location=Location(path="/x y", line=0))


def report(*findings: Finding) -> Report:
    """A report that says nothing else."""
    records = Records(columns=("a",), rows=())
    return Report(schema="kweigh.doctor/1", title="t", blocks=(), data={}, records=records, findings=findings)


def sarif(*findings: Finding) -> dict[str, Any]:
    """The only run of a log that is valid."""
    whole = json.loads(render(report(*findings), "sarif", version="1.2"))
    jsonschema.Draft202012Validator(SARIF).validate(whole)
    (run,) = whole["runs"]
    assert run["tool"]["driver"]["version"] == "1.2"
    found: dict[str, Any] = run
    return found


def test_sarif() -> None:
    run = sarif(DROPPED, WHOLE, DROPPED)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["dropped", "unknown"]
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in run["results"]] == [
        ("dropped", 0, "error"),
        ("unknown", 1, "note"),
        ("dropped", 0, "error"),
    ]
    assert run["results"][0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "my%2C%20own/a%3Ab%20%25.config"},
                "region": {"startLine": 7},
            }
        }
    ]
    related = run["results"][0]["relatedLocations"]
    assert [(r["id"], r["message"]["text"], "physicalLocation" in r) for r in related] == [
        (1, "depends on PCI", True),
        (2, "PCI is n", False),
    ]
    assert run["results"][1]["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "file:///x%20y"}}}]


def test_sarif_without_findings_says_that_all_is_well() -> None:
    assert sarif()["results"] == []


def test_sarif_text_is_no_markup() -> None:
    (result,) = sarif(Finding(rule="r", level="note", message="[a](http://evil) {0} \x1b[2J"))["results"]
    assert result["message"]["text"] == r"\[a\](http://evil) {{0}} \x1b\[2J"


PATHS = (
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).map(str.encode)
    | st.binary(min_size=1).filter(lambda path: b"\0" not in path)
).map(lambda path: path.decode("utf-8", "surrogateescape"))
"""Every path there can be: a file's name is bytes, and what of them is no UTF-8 comes as surrogates."""


@given(PATHS, st.integers(0, 9))
def test_sarif_paths_come_back(path: str, line: int) -> None:
    (result,) = sarif(Finding(rule="r", level="note", message="m", location=Location(path=path, line=line)))["results"]
    uri = urlsplit(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    assert re.fullmatch(r"[A-Za-z0-9._~%/-]*", uri.path)
    if path.startswith("/"):
        assert (uri.scheme, unquote(uri.path, errors="surrogateescape")) == ("file", "/" + path.lstrip("/"))
    else:
        assert (uri.scheme, unquote(uri.path, errors="surrogateescape")) == ("", path)


def test_github() -> None:
    assert render(report(DROPPED, WHOLE), "github", version="1") == (
        "::error file=my%2C own/a%3Ab %25.config,line=7,title=kweigh%3A dropped::CONFIG_X=y is dropped"
        "%0Adepends on PCI (drivers/x/Kconfig:3)%0APCI is n\n"
        "::notice file=/x y,title=kweigh%3A unknown::of the file\n"
    )


def test_github_without_findings_or_place() -> None:
    assert render(report(), "github", version="1") == ""
    bare = Finding(rule="r", level="warning", message="m")
    assert render(report(bare), "github", version="1") == "::warning title=kweigh%3A r::m\n"


_COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^,:\r\n]*,?)*)::([^\r\n]*)\n")


@given(st.text(), st.text(min_size=1), st.sampled_from(["error", "warning", "note"]))
def test_github_texts_start_no_command(message: str, path: str, level: Level) -> None:
    finding = Finding(rule="r", level=level, message=message, location=Location(path=path, line=1))
    match = _COMMAND.fullmatch(_one(finding))
    assert match is not None
    properties = dict(pair.split("=", 1) for pair in match[2].split(","))
    assert set(properties) == {"file", "line", "title"}
    if path.isprintable():
        assert unquote(properties["file"]) == path
    if message.isprintable():
        assert unquote(match[3]) == message


def _one(finding: Finding) -> str:
    return render(report(finding), "github", version="1")


@pytest.mark.parametrize("to", ["terminal", "markdown", "csv", "json"])
def test_people_are_told_in_blocks(to: Any) -> None:
    assert "dropped" not in render(report(DROPPED), to, version="1")


def test_a_diagnosis_is_told_in_findings() -> None:
    found = doctor(sick()).findings
    assert [(f.rule, f.level) for f in found] == [
        ("redundant", "note"),
        ("dropped", "error"),
        ("dropped", "error"),
        ("changed", "error"),
        ("moot", "note"),
        ("overridden", "warning"),
        ("unknown", "error"),
        ("unknown", "note"),
    ]
    assert all(f.location is not None and f.location.path == "my.config" for f in found)
    assert 'to have it set besides: # CONFIG_INTEL_IOMMU is not set CONFIG_NAME="a \\"box\\""' in found[1].message
    assert found[2].chain == NEVER.contradiction.steps if NEVER.contradiction else False
    sarif(*found)
