"""Rule: a baseline says what it was told, a value a line, and anything else is refused with its line.

Enters: names and values, arbitrary ones included. Leaves: nothing. Must hold: nothing that a tree can call a symbol, a
config or a value is lost or taken for something else.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.model.policy import Looked, Target
from analyzer.policy import parse_baseline, render_baseline, symbol_and_value
from tests.configs.small import DIALECTS, config_source, small

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.fixture(scope="module")
def tag(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """A config with a text in it."""
    folder = tmp_path_factory.mktemp("tree")
    (folder / "Kconfig").write_text('config TAG\n\tstring "Tag"\n')
    return Looked(
        arch="x86", name="a", config=small(folder, DIALECTS["menu"]).resolve(config_source('CONFIG_TAG="y"\n'))
    )


@given(arch=TEXTS, name=TEXTS, value=TEXTS)
def test_what_is_written_is_read(tag: Looked, arch: str, name: str, value: str) -> None:
    assert tag.config is not None
    config = replace(tag.config, values={"TAG": value})
    targets = (Target(name="TAG", symbols=("TAG",)), Target(name=name + "!", symbols=("OTHER",)))
    text = render_baseline([Looked(arch=arch, name=name, config=config)], targets)
    found = parse_baseline(text, path="stored")
    assert {key: cell.value for key, cell in found.items()} == {
        (arch, name, "TAG"): symbol_and_value(config, targets[0])[1],
        (arch, name, name + "!"): "-",
    }
    assert symbol_and_value(config, targets[0])[1] != "-"


def test_lines_are_sorted_and_known_by_their_number(tag: Looked) -> None:
    targets = (Target(name="TAG", symbols=("TAG",)), Target(name="ARM", symbols=("ARM",)))
    text = render_baseline([replace(tag, name="b"), tag], targets)
    assert text == "# kweigh baseline 1\nx86 a ARM -\nx86 a TAG y\nx86 b ARM -\nx86 b TAG y\n"
    assert parse_baseline(text, path="stored")["x86", "b", "TAG"].line == 5


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "stored:1: is not a baseline (kweigh check --write-baseline makes one)"),
        ("x86 a TAG y\n", "stored:1: is not a baseline (kweigh check --write-baseline makes one)"),
        ("# kweigh baseline 1\nx86 a TAG\n", "stored:2: not a line ARCH CONFIG NAME VALUE"),
        ("# kweigh baseline 1\nx86 a TAG y n\n", "stored:2: not a line ARCH CONFIG NAME VALUE"),
        ("# kweigh baseline 1\nx86 a TAG  y\n", "stored:2: not a line ARCH CONFIG NAME VALUE"),
        ('# kweigh baseline 1\nx86 a TAG "y\n', "stored:2: not a line ARCH CONFIG NAME VALUE"),
        ("# kweigh baseline 1\nx86 a TAG y\n\n", "stored:3: not a line ARCH CONFIG NAME VALUE"),
        ("# kweigh baseline 1\nx86 a TAG y\nx86 a TAG n\n", "stored:3: TAG of x86 a is there twice"),
    ],
)
def test_what_is_no_baseline(text: str, line: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse_baseline(text, path="stored")
    assert refused.value.line() == line


@given(st.text(alphabet='# kweighbasln1\n"x \\-y', max_size=40))
def test_any_text_is_a_baseline_or_refused(text: str) -> None:
    for whole in (text, f"# kweigh baseline 1\n{text}"):
        line = "accepted"
        try:
            parse_baseline(whole, path="stored")
        except SourceError as refused:
            line = refused.line()
        assert line.isprintable()


def test_the_shipped_baseline_is_one() -> None:
    path = Path(__file__).parents[2] / "fixtures" / "policies" / "series.baseline"
    found = parse_baseline(path.read_text("utf-8"), path=path.name)
    assert found["powerpc", "defconfig", "DMA_OPS_BYPASS"].value == "y"
    assert found["x86_64", "tinyconfig", "DMA_OPS"].value == "n"
