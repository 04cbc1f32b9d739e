"""Rule: a share of random configs is of the configs, whatever else in the feature set is of the same symbol."""

from __future__ import annotations

from pathlib import Path

from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands.sample import sample

_FEATURE = '[[feature]]\nname = "{}"\nsymbols = ["{}"]\nabout = "a feature"\ngroup = "all"\n'


def test_two_features_of_one_symbol_are_counted_once(tmp_path: Path) -> None:
    names = {"FIRST": "DMA_OPS", "SECOND": "DMA_OPS", "THIRD": "IOMMU_DMA"}
    for number, some in enumerate((list(names), ["FIRST"], ["THIRD"])):
        text = "".join(_FEATURE.format(name, names[name]) for name in some)
        (tmp_path / f"{number}.toml").write_text(f'title = "Features"\n{text}')
    opened = open_tree(TreeRequest(arch="x86_64"))
    (first, second, third), (alone,), (other,) = (
        sample(opened, 130, 1, str(tmp_path / f"{number}.toml")).rows for number in range(3)
    )
    assert 0 < first.y <= 130
    assert (first.y, first.m, first.selectors) == (alone.y, alone.m, alone.selectors)
    assert (second.y, second.m, second.selectors) == (alone.y, alone.m, alone.selectors)
    assert (third.y, third.m, third.selectors) == (other.y, other.m, other.selectors)
