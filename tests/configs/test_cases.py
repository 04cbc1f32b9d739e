"""Rule: every rule of Kconfig that cases/ states holds: the config comes out as conf writes it, byte for byte."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.configs.write import dotconfig
from analyzer.model.config import ResolvedConfig
from tests.configs.cases import CASES, FILES, Case, cases, label
from tests.configs.small import DIALECTS, DialectName, config_source, small

every_case = pytest.mark.parametrize("case", cases(), ids=label)


def _resolve(case: Case) -> ResolvedConfig:
    return small(case.folder, DIALECTS[case.dialect]).resolve(case.source())


@every_case
def test_config(case: Case) -> None:
    written = dotconfig(_resolve(case))
    if differs := case.text("differs"):
        assert written != case.text("expected_config"), f"{case.folder.name} is right now: remove its file differs"
        pytest.xfail(differs)
    assert written == case.text("expected_config")


@every_case
def test_written_config_reads_back_the_same(case: Case) -> None:
    tree = small(case.folder, DIALECTS[case.dialect])
    written = dotconfig(tree.resolve(case.source()))
    assert dotconfig(tree.resolve(config_source(written))) == written


@pytest.mark.parametrize("case", [case for case in cases() if case.text("reasons")], ids=label)
def test_reasons(case: Case) -> None:
    expected = (case.text("reasons") or "").splitlines()
    reasons = _resolve(case).reasons
    names = [line.split()[0] for line in expected]
    assert [f"{name} {reasons[name].kind} {reasons[name].location}" for name in names] == expected


def test_every_folder_is_a_case() -> None:
    found = cases()
    assert {case.folder for case in found} == set(CASES.iterdir())
    for folder in CASES.iterdir():
        names = {path.name for path in folder.iterdir()}
        assert names <= FILES, folder.name
        assert names >= {"Kconfig", "dialect", "expected_config"}, folder.name
        assert set((folder / "dialect").read_text().split()) <= set(get_args(DialectName)), folder.name
    assert not [case.folder.name for case in found if len(case.rule) < 20 or case.rule[-1] != "."]
