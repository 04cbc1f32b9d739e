"""Rule: what a table for people leaves out is counted, and the data has it.

Enters: more findings than a table shows. Leaves: nothing. Must hold: nothing disappears without a word.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.model.analysis import Analysis, Matrix, MatrixRow, compare
from analyzer.model.config import Assignment, Reason
from analyzer.model.difference import Causes, Difference
from analyzer.model.report import Report
from analyzer.reports import analyze, diff, matrix, render
from analyzer.reports.words.phrases import LONGEST_TABLE
from tests.reports.build_chains import at
from tests.reports.build_configs import FEATURES, analysis, cause, config, side_by_side, symbol

MANY = LONGEST_TABLE + 7


def text(report: Report) -> str:
    return render(report, "terminal", width=160, version="1")


def test_lines_that_count_for_nothing() -> None:
    found = analysis()
    ignored = tuple(Assignment(name=f"GONE_{i:03}", value="y", location=at("some.config", i + 1)) for i in range(MANY))
    found = replace(found, config=replace(found.config, ignored=ignored, rejected=()))
    short, whole = analyze(found), analyze(found, whole=True)
    assert "GONE_000" in text(short)
    assert "GONE_001" not in text(short)
    assert f" and {MANY - 1} more (--all says why)" in text(short)
    assert "GONE_046" in text(whole)
    assert "GONE_046" in render(short, "json", version="1")


def test_symbols_that_differ() -> None:
    names = [f"S{i:03}" for i in range(MANY)]
    reasons = {name: Reason(kind="off", location=at("Kconfig", 1)) for name in names}
    base = config()
    model = replace(base.model, symbols={name: symbol(name, at("Kconfig", 1)) for name in names})
    a, b = (
        Analysis(
            config=replace(base, model=model, values=dict.fromkeys(names, value), reasons=reasons),
            feature_set=replace(FEATURES, features=()),
            features=(),
        )
        for value in "ny"
    )
    causes = Causes(causes=(), groups=(), unexplained=tuple(names), tried=0)
    found = Difference(diff=compare(a, b), causes=causes)
    short, whole = diff(found), diff(found, whole=True)
    assert "S014 n -> y" in text(short)
    assert "S015 n -> y" not in text(short)
    assert "--all shows 32 more symbols" in text(short)
    assert all(name in text(whole) for name in names)
    assert len(short.records.rows) == len(whole.records.rows) == MANY


def test_ways_to_turn_a_feature_on() -> None:
    state = side_by_side().rows[1].features[0]
    causes = tuple(cause(f"WAY_{i:03}", "select DMA_OPS", at("Kconfig", i + 1)) for i in range(20))
    state = replace(state, reason=Reason(kind="selected", location=at("Kconfig", 1), causes=causes))
    features = replace(FEATURES, features=FEATURES.features[:1])
    row = MatrixRow(arch="arm", config="defconfig", features=(state,))
    report = matrix(Matrix(tree="Linux 6.1.0", feature_set=features, rows=(row,)), whole=True)
    assert "WAY_011 (Kconfig:12) everywhere" in text(report)
    assert "WAY_012" not in text(report)
    assert "and 8 more ways" in text(report)
    assert "WAY_019" in render(report, "json", version="1")


def test_configs_of_a_way() -> None:
    (row,) = (r for r in side_by_side().rows if r.arch == "arm" and r.config == "defconfig")
    rows = [replace(row, config=f"board{i}_defconfig") for i in range(12)]
    off = replace(row, config="tinyconfig", features=tuple(replace(s, value="n") for s in row.features))
    report = matrix(replace(side_by_side(), rows=(*rows, off)), whole=True)
    assert "in arm (board0_defconfig" in text(report)
    assert "board7_defconfig and 4 more)" in " ".join(text(report).replace("│", " ").split())
