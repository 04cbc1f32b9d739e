"""What conf would warn of in a config of the user's.

Enters: a config, as a command asked for it. Leaves: it, and notes on standard error. Must hold: of a tree's own configs
nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from analyzer.cli.output import Output
from analyzer.cli.show import complain

if TYPE_CHECKING:
    from kweigh import Config, Tree


def config_of(tree: Tree, name: str, output: Output, names: Collection[str] = ()) -> Config:
    """The config, with what conf would warn of on standard error; `names` as `Tree.resolve` takes them."""
    config = tree.resolve(name, names)
    complain_of(config, output)
    return config


def complain_of(config: Config | None, output: Output) -> None:
    """Say on standard error what conf would warn of in a config."""
    # A tree's own configs carry lines for symbols that are long gone; only the user's are worth a note.
    if config is not None and not output.quiet and config.is_own:
        _complain_of(config.asked, config)


def _complain_of(name: str, config: Config) -> None:
    """Notes, each with its line; of many names that the tree does not define how many there are of each kind."""
    from analyzer.model.stranger import STRANGER_WORDS
    from kweigh.telling import named

    many = len(config.resolved.ignored) > _MOST_UNKNOWN
    places = {assignment.location for assignment in config.resolved.ignored} if many else set()
    single = [note for note in config.notes if note.location not in places]
    for note in single[:_MOST_NOTES]:
        complain(f"{note.location}: note: {note.text}")
    if len(single) > _MOST_NOTES:
        complain(f"{name}: note: and {len(single) - _MOST_NOTES:,} more lines like these")
    if not many:
        return
    groups = config.strangers()
    names = sum(map(len, groups.values()))
    where = f"{names:,} symbols are not in {config.resolved.tree.label}"
    complain(f"{name}: note: {where} (kweigh upgrade --from OLDTREE tells what they became):")
    for kind, ones in groups.items():
        complain(f"{name}: note: {len(ones):,} {STRANGER_WORDS[kind]}: {named(ones)}")


_MOST_NOTES = 20
_MOST_UNKNOWN = 8
"""A config of another version, or of a whole kernel for the bundled tree, has thousands."""
