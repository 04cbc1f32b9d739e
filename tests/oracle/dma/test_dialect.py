"""Rule: each tree shows itself to be the version that its C is judged as; one that was changed is not taken for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.dma.dialect import MARKS, Mark, rules_in
from analyzer.dma.rules import VERSIONS
from analyzer.trees import read_within
from tests.oracle.dma.conftest import JUDGED


@pytest.mark.parametrize("version", JUDGED)
def test_a_tree_is_found_and_a_changed_one_is_said_to_lie_between(version: str, judged_trees: dict[str, Path]) -> None:
    if version not in judged_trees:
        pytest.skip(f"no tree whose kernel/dma is {version}'s")
    root = judged_trees[version]
    assert rules_in(lambda path: read_within(root, path)) == (VERSIONS[version], "")
    for name, mark in MARKS.items():
        if getattr(VERSIONS[version], name) is not mark.there:
            continue

        def without(path: str, mark: Mark = mark) -> str:
            text = read_within(root, path)
            return re.sub(mark.text, "", text, flags=re.MULTILINE) if path == mark.file else text

        rules, note = rules_in(without)
        assert (getattr(rules, name), name in note, rules.judged.startswith("nothing")) == (not mark.there, True, True)
