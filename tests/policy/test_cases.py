"""Rule: a policy is refused in one clear line, or every rule finds what it forbids, with the lines that led to it.

Enters: cases/refused/<name>/policy.toml; cases/judged/<name>/ with policy.toml, a small tree in Kconfig, and configs.
Leaves: nothing. Must hold: what is said of each is the text in its `expected`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer import documents, features
from analyzer.errors import SourceError
from analyzer.model.policy import Looked, Verdict
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands.check import Rooms
from analyzer.policy import judge, read
from tests.configs.small import DIALECTS, config_source, small
from tests.pipeline.small_trees import opened

CASES = Path(__file__).parent / "cases"


def _names(kind: str) -> list[str]:
    return sorted(path.name for path in (CASES / kind).iterdir())


@pytest.mark.parametrize("case", _names("refused"))
def test_a_bad_policy_is_refused_in_one_line(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / "refused" / case)
    with pytest.raises(SourceError) as refused:
        read(documents.read_text(Path("policy.toml")), path="policy.toml", features=features.load)
    assert refused.value.line() + "\n" == Path("expected").read_text("utf-8")


@pytest.mark.parametrize("case", _names("judged"))
def test_a_policy_is_judged(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / "judged" / case)
    assert judgement() == Path("expected").read_text("utf-8")


def judgement() -> str:
    """What is said of the policy in this folder."""
    policy = read(documents.read_text(Path("policy.toml")), path="policy.toml", features=features.load)
    built = small(Path(), DIALECTS["menu"])
    rows = []
    for path in sorted(Path().glob("*.config")):
        source = config_source(path.read_text("utf-8"), path.name)
        rows.append(Looked(arch="x86", name=path.name, config=built.resolve(source)))
    try:
        verdicts = [judge(rule, rows, Rooms(Known(), lambda _: opened(Path(), "menu"))) for rule in policy.rules]
    except SourceError as error:
        return f"{error.line()}\n"
    return "".join(f"{line}\n" for verdict in verdicts for line in _told(verdict))


def _told(verdict: Verdict) -> Iterator[str]:
    state = "holds" if verdict.holds else "broken"
    yield f"{verdict.rule.location}: {verdict.rule.name}: {state}, {verdict.looked} configs"
    for breach in verdict.breaches:
        finding = breach.finding
        yield f"{finding.location}: {finding.level}: {finding.rule}: {finding.message}"
        for text, place in finding.chain:
            yield f"  {text} ({place})" if place else f"  {text}"
