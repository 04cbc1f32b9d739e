"""Gates that were measured before.

Enters: symbols, architectures, a config, a tree. Leaves: the measurements that come with the program. Must hold: it
needs nothing but Python; nothing is built; beside a tree stands what was measured on it, what was measured on another
only of symbols that it defines and that nobody measured on it, and nothing of a symbol that it does not define.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from analyzer import trees
from analyzer.errors import UsageError
from analyzer.model.gate import GateMeasurement
from analyzer.model.tree import SourceTree
from analyzer.sizes import gates


def bundled() -> tuple[GateMeasurement, ...]:
    """All measurements that come with the program."""
    return gates.load(trees.bundled_root() / "fixtures" / "sizes" / "gates.jsonl")


def measured(symbols: Collection[str], arches: Sequence[str], name: str) -> tuple[GateMeasurement, ...]:
    """What was measured of these symbols, alone or together, on any tree, for architectures and a config (globs); with
    a config come those of fragments merged onto it."""
    wanted = set(symbols)
    chosen = (
        _only(one, wanted)
        for one in bundled()
        if any(fnmatchcase(one.arch, pattern) for pattern in arches)
        if fnmatchcase(one.config, name) or fnmatchcase(one.config.partition("+")[0], name)
    )
    return tuple(one for one in chosen if one.values)


def check_arches(arches: Sequence[str]) -> None:
    """Raises UsageError for an architecture, or a glob, of which nothing was measured."""
    known = sorted({one.arch for one in bundled()})
    for pattern in arches:
        if not any(fnmatchcase(arch, pattern) for arch in known):
            raise UsageError(
                f"nothing was measured on {pattern}", hint=f"measured: {' '.join(known)}; --tree DIR --build measures"
            )


def counts_for(one: GateMeasurement, tree: SourceTree) -> bool:
    """Whether a measurement is one of this tree: of its version and architecture.

    The bundled tree models parts of real ones and has no bytes of its own: all count for it, under their trees' names.
    """
    return one.arch == tree.arch and (tree.kind == "bundled" or one.tree == tree.title)


def beside(
    tree: SourceTree, defined: Iterable[str], symbols: Collection[str], name: str
) -> tuple[GateMeasurement, ...]:
    """What may stand beside a tree that defines `defined`, of these symbols and configs (a glob): its own measurements,
    and of symbols that it has none of those of other trees, which say on which they were made."""
    wanted = set(symbols) & set(defined)
    found = measured(wanted, (tree.arch,), name)
    own = {symbol for one in found if counts_for(one, tree) for symbol, _, _ in one.values}
    chosen = (one if counts_for(one, tree) else _only(one, wanted - own) for one in found)
    return tuple(one for one in chosen if one.values)


def _only(one: GateMeasurement, wanted: set[str]) -> GateMeasurement:
    """The measurement without what was turned beside these symbols."""
    return replace(
        one,
        values=tuple(value for value in one.values if value[0] in wanted),
        variants=tuple(v for v in one.variants if {symbol for symbol, _ in v.forced} <= wanted),
    )
