"""Rule: a policy's rules look at what they name, and a name that stands for nothing is an error with its line.

Enters: policies for the bundled tree. Leaves: nothing. Must hold: nothing that could not be told passes.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError, InputError, SourceError, UsageError
from analyzer.model.policy import Checked
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands.check import baselines, check
from analyzer.pipeline.opening import OpenTree, open_tree

SERIES = Path(__file__).parents[2] / "fixtures" / "policies" / "series.toml"
TREE = TreeRequest()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def checked(rules: str, scales: Known | None = None) -> Checked:
    """The rules, each below its [[rule]] and name, judged on the bundled tree."""
    Path("policy.toml").write_text(rules)
    return check(TREE, Path("policy.toml"), scales or Known())


def rule(*lines: str) -> str:
    return "\n".join(("[[rule]]", 'name = "the rule"', *lines, ""))


def test_the_series_keeps_its_promise() -> None:
    found = check(TREE, SERIES, Known())
    assert [verdict.rule.name for verdict in found.verdicts if verdict.breaches] == []
    assert all(verdict.looked for verdict in found.verdicts)
    assert len(found.verdicts) == 8


def test_rules_look_at_what_they_name() -> None:
    found = checked(
        rule(
            'arches = ["sparc*", "arm"]', 'configs = ["*_defconfig", "tinyconfig"]', 'symbol = "DMA_OPS"', 'value="on"'
        )
    )
    (verdict,) = found.verdicts
    assert verdict.holds
    # multi_v7 of arm, that of each width of sparc, and three tinyconfigs.
    assert verdict.looked == 6


def test_without_a_scope_all_architectures_are_looked_at() -> None:
    (verdict,) = checked(rule('symbol = "DMA_OPS"', 'value = "off"')).verdicts
    assert verdict.looked == 24
    found = {(breach.arch, breach.config) for breach in verdict.breaches}
    assert ("x86_64", "defconfig") in found
    assert ("x86_64", "tinyconfig") not in found


REFUSED = {
    "no such architecture": (('arches = ["powerpc", "powrpc"]',), 3, "did you mean powerpc?"),
    "a glob for no architecture": (('arches = ["risc*"]',), 3, "no architecture matches risc*"),
    "no such config": (('configs = ["tinyconfg"]',), 3, "did you mean tinyconfig?"),
    "a glob for no config": (('configs = ["tinyconfig", "zz*"]',), 3, "no config zz*"),
    "an architecture without its config": (
        ('arches = ["x86_64", "arm"]', 'configs = ["i386_defconfig"]'),
        3,
        "none of its configs is there for arm",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_name_that_stands_for_nothing_is_an_error(case: str) -> None:
    lines, line, says = REFUSED[case]
    with pytest.raises(SourceError) as refused:
        checked(rule(*lines, "no-unmet = true"))
    assert refused.value.path == "policy.toml"
    assert refused.value.lineno == line
    assert says in refused.value.line()


def test_a_config_that_one_architecture_has_is_enough() -> None:
    (verdict,) = checked(rule('configs = ["i386_defconfig"]', "no-unmet = true")).verdicts
    assert verdict.looked == 2


def test_a_config_that_cannot_be_read_breaks_every_rule_on_it() -> None:
    Path("empty.config").write_text("")
    scope = ('arches = ["arm"]', 'configs = ["empty.config"]')
    (verdict,) = checked(rule(*scope, 'symbol = "DMA_OPS"', 'value = "on"')).verdicts
    assert not verdict.holds
    assert [breach.finding.rule for breach in verdict.breaches] == ["unresolved"]
    assert "is empty" in verdict.breaches[0].text


def test_an_architecture_that_cannot_be_read_breaks_every_rule_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(request: TreeRequest) -> OpenTree:
        if request.arch == "arm":
            raise SourceError("syntax error", path="arch/arm/Kconfig", lineno=3)
        return open_tree(request)

    monkeypatch.setattr("analyzer.pipeline.commands.check.open_tree", failing)
    (verdict,) = checked(rule('arches = ["arm", "alpha"]', "no-unmet = true")).verdicts
    assert [(b.arch, b.config, b.finding.rule) for b in verdict.breaches] == [("arm", "*", "unresolved")]
    assert verdict.looked == 3


def test_sizes_are_those_that_were_measured() -> None:
    scope = ('arches = ["x86_64"]', 'configs = ["tinyconfig"]', 'symbol = "DMA_OPS"')
    (verdict,) = checked(rule(*scope, "at-most = 2127")).verdicts
    assert [breach.text for breach in verdict.breaches] == ["DMA_OPS (gate) weighs 2,128 bytes, 1 more than 2,127"]
    assert "Linux 6.1.192 x86_64 with gcc 12.2.0" in verdict.breaches[0].finding.chain[0][0]
    (verdict,) = checked(rule(*scope, "at-most = 2128")).verdicts
    assert not verdict.breaches


@pytest.mark.parametrize("image", ["content", "loaded", "file"])
def test_images_are_those_that_were_measured(image: str) -> None:
    scope = ('arches = ["x86_64"]', 'configs = ["tinyconfig"]', f'image = "{image}"')
    (verdict,) = checked(rule(*scope, "at-most = 1000")).verdicts
    assert [breach.finding.rule for breach in verdict.breaches] == ["at-most"]
    (verdict,) = checked(rule(*scope, "at-most = 100_000_000")).verdicts
    assert not verdict.breaches


@pytest.mark.parametrize("lines", [('image = "boot"',), ('symbol = "PCI"',), ('symbol = "DMA_OPS"', 'of = "objects"')])
def test_what_nobody_measured_does_not_pass(lines: tuple[str, ...]) -> None:
    scope = ('arches = ["x86_64"]', 'configs = ["tinyconfig"]', *lines, "at-most = 100_000_000")
    (verdict,) = checked(rule(*scope)).verdicts
    assert not verdict.holds
    (verdict,) = checked(rule(*scope, 'unmeasured = "allow"')).verdicts
    assert verdict.holds
    assert [(b.finding.rule, b.finding.level) for b in verdict.breaches] == [("unmeasured", "note")]


def test_gates_of_a_file_of_ones_own_come_first() -> None:
    own = (SERIES.parents[1] / "sizes" / "gates.jsonl").read_text("utf-8").replace('"rodata": ', '"rodata": 1')
    Path("own.jsonl").write_text(own)
    (verdict,) = checked(
        rule('arches = ["x86_64"]', 'configs = ["tinyconfig"]', 'image = "content"', "at-most = 1"),
        Known(files=(Path("own.jsonl"),)),
    ).verdicts
    (bundled,) = checked(
        rule('arches = ["x86_64"]', 'configs = ["tinyconfig"]', 'image = "content"', "at-most = 1")
    ).verdicts
    assert verdict.breaches[0].text != bundled.breaches[0].text


def test_a_baseline_holds_until_something_changes() -> None:
    Path("policy.toml").write_text(rule('arches = ["arm", "alpha"]', 'baseline = "stored"'))
    ((path, text),) = baselines(TREE, Path("policy.toml")).items()
    assert path == "stored"
    Path(path).write_text(text)
    assert check(TREE, Path("policy.toml"), Known()).verdicts[0].holds
    Path(path).write_text(text.replace("arm tinyconfig DMA_OPS y", "arm tinyconfig DMA_OPS n"))
    (verdict,) = check(TREE, Path("policy.toml"), Known()).verdicts
    assert [breach.text for breach in verdict.breaches] == ["DMA_OPS was n and is y"]
    (_, place), *reasons = verdict.breaches[0].finding.chain
    assert place is not None
    assert text.split("\n")[place.line - 1] == "arm tinyconfig DMA_OPS y"
    assert reasons


BAD_BASELINES = {
    "none": (rule("no-unmet = true"), UsageError, "has a baseline"),
    "shared": (
        rule('baseline = "b"') + '[[rule]]\nname = "other"\nbaseline = "b"\n',
        SourceError,
        "two rules share a baseline",
    ),
    "unresolved": (rule('arches = ["arm"]', 'configs = ["empty.config"]', 'baseline = "b"'), InputError, "is empty"),
}


@pytest.mark.parametrize("case", BAD_BASELINES)
def test_a_baseline_that_would_forget_something_is_not_written(case: str) -> None:
    text, kind, says = BAD_BASELINES[case]
    Path("empty.config").write_text("")
    Path("policy.toml").write_text(text)
    with pytest.raises(AnalyzerError, match=says) as refused:
        baselines(TREE, Path("policy.toml"))
    assert isinstance(refused.value, kind)


@pytest.mark.parametrize("content", [b"\xff", b"# kweigh baseline 1\n\xff\n"])
def test_a_baseline_that_is_no_text(content: bytes) -> None:
    Path("b").write_bytes(content)
    with pytest.raises(SourceError, match="UTF-8"):
        checked(rule('arches = ["arm"]', 'baseline = "b"'))


@pytest.mark.parametrize("kind", ["pipe", "/dev/zero", "."])
def test_a_baseline_that_is_no_file(kind: str) -> None:
    if kind == "pipe":
        os.mkfifo("b")
    else:
        Path("b").symlink_to(kind)
    with pytest.raises(SourceError, match="can't be read"):
        checked(rule('arches = ["arm"]', 'baseline = "b"'))
