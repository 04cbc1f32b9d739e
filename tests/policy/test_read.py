"""Rule: a policy is read as it is meant, each key with its line, or refused.

Enters: texts. Leaves: nothing. Must hold: no text ends in anything but a policy or one line that is printable.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer import features
from analyzer.errors import AnalyzerError
from analyzer.model.policy import (
    BaselineClaim,
    SelectorClaim,
    SizeClaim,
    Target,
    UnmetClaim,
    ValueClaim,
)
from analyzer.policy import read

WHOLE = """\
title = "Ours"

[[rule]]
name = "off"
arches = ["arm*"]
configs = [
    "tinyconfig",
]
feature = "SYNC_FOR_CPU"
value = "off"

[[rule]]
name = "number"
symbol = "NR_CPUS"
value = 8

[[ rule ]]
name = "nobody"
symbol = "A"
not-selected-by = ["B", "C"]

[["rule"]]
"name" = "small"
image = "file"
at-most = 1_000
unmeasured = "allow"

[[rule]]
name = "objects"
symbol = "A"
of = "objects"
at-most = 0

[[rule]]
name = "same"
baseline = "sub/stored"
symbols = ["A"]

[[rule]]
name = "met"
no-unmet = true
"""


def test_all_that_can_be_written_is_read() -> None:
    policy = read(WHOLE, path="dir/ours.toml", features=features.load)
    assert (policy.title, policy.path) == ("Ours", "dir/ours.toml")
    assert [rule.claim for rule in policy.rules] == [
        ValueClaim(
            target=Target(name="SYNC_FOR_CPU", symbols=("ARCH_HAS_SYNC_DMA_FOR_CPU",)),
            value="off",
        ),
        ValueClaim(target=Target(name="NR_CPUS", symbols=("NR_CPUS",)), value="8"),
        SelectorClaim(target=Target(name="A", symbols=("A",)), selectors=("B", "C")),
        SizeClaim(target=None, of="file", at_most=1000, unmeasured="allow"),
        SizeClaim(target=Target(name="A", symbols=("A",)), of="objects", at_most=0),
        BaselineClaim(path="dir/sub/stored", targets=(Target(name="A", symbols=("A",)),)),
        UnmetClaim(),
    ]
    first = policy.rules[0]
    assert (first.arches, first.configs) == (("arm*",), ("tinyconfig",))


def test_every_rule_and_key_has_its_line() -> None:
    policy = read(WHOLE, path="ours.toml", features=features.load)
    lines = WHOLE.split("\n")
    for rule in policy.rules:
        assert lines[rule.location.line - 1].replace(" ", "").replace('"', "") == "[[rule]]"
        for key, place in rule.places.items():
            assert lines[place.line - 1].replace('"', "").startswith(f"{key} =")


def test_the_title_is_the_file_where_there_is_none() -> None:
    assert read('[[rule]]\nname = "a"\nno-unmet = true\n', path="x/ours.toml", features=features.load).title == "ours"


PIECES = st.sampled_from(
    [
        *("[[rule]]\n", 'name = "a"\n', "value = 3\n", 'symbol = "A"\n', "at-most = 1\n", "no-unmet = true\n"),
        *("[rule]\n", 'baseline = "b"\n', "rule = []\n", 'x = """\n', "[[rule.a]]\n", '"rule" = 1\n', "\\", "\0"),
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_any_text_is_a_policy_or_refused(text: str) -> None:
    try:
        line = str(read(text, path="any.toml", features=features.load).rules[0].location)
    except AnalyzerError as refused:
        line = refused.line()
    assert line.isprintable()
    assert line.startswith("any.toml")
