"""Why symbols have their values, and what would change them.

Enters: an open tree, symbols, a resolved config. Leaves: an `Explanation` for each. Must hold: what is proposed was
resolved again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer import deps, trees
from analyzer.model.config import ResolvedConfig
from analyzer.model.find import Hit
from analyzer.model.graph import Explanation
from analyzer.pipeline.names import named
from analyzer.pipeline.opening import OpenTree
from analyzer.pipeline.settings import with_settings


def why(
    opened: OpenTree, symbols: Sequence[str], config: ResolvedConfig
) -> tuple[tuple[Explanation, ...], Mapping[str, Hit]]:
    """The chain behind the value of each symbol, and what would change it; and the type, prompt and menu of each.
    Raises UsageError for an unknown symbol."""
    from analyzer.pipeline.commands.find import option_of

    def resolve_with(wanted: Mapping[str, str]) -> ResolvedConfig:
        return opened.resolved(with_settings(config, wanted, place="proposal"), names)

    def homes(name: str) -> Sequence[str]:
        return trees.homes(opened.tree.root, name)

    names = tuple(dict.fromkeys(named(opened, symbol) for symbol in symbols))
    found = tuple(deps.explain(config, name, resolve_with=resolve_with, homes=homes) for name in names)
    return found, {name: option_of(config, name) for name in names}
