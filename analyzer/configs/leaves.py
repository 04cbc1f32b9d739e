"""Files that source no other and hold no macro: what they say is the same for every architecture.

Enters: the entries of such a file. Leaves: `Leaf`, by the file's path and text. Must hold: a leaf put in its place
leaves the same as reading the file again; nobody changes its nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.configs.properties import Entry, Typed
from analyzer.configs.raw import Attributes, Node
from analyzer.model.expr import Location
from analyzer.model.language import Trait

Key = tuple[str, str, tuple[str, ...], tuple[Trait, ...]]
"""Path, text, and the language that it was read in."""

SHALLOW = 64
"""Blocks in each other; a leaf has fewer."""

_MOST = 4096
"""Files that are remembered; 6.12 has some 1,700."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What a file says: its entries, the names of its symbols, their types line by line; `last` is the entry that is
    open at its end, `after_help` whether that ends with a help text."""

    nodes: tuple[Node, ...]
    names: tuple[str, ...]
    typed: tuple[Typed, ...]
    last: Entry | None
    after_help: bool


_leaves: dict[Key, Leaf] = {}


def find_leaf(key: Key) -> Leaf | None:
    """The leaf that was kept under `key`."""
    return _leaves.get(key)


@dataclass(slots=True)
class _Ahead:
    """Whether more trees may be read: leaves take 20 MB."""

    more: bool = False


_ahead = _Ahead()


def expect_more() -> None:
    """Say that this process reads more than one tree."""
    _ahead.more = True


def keep_leaf(key: Key, leaf: Leaf) -> None:
    """Keep a leaf for the rest of the process, if more is to be read in it."""
    if not _ahead.more:
        return
    if len(_leaves) >= _MOST:
        _leaves.clear()
    _leaves[key] = leaf


def known() -> Collection[Key]:
    """The keys of all leaves that are kept."""
    return _leaves.keys()


def forget() -> None:
    """Keep none of them any longer."""
    _leaves.clear()


def leaf_of(nodes: Sequence[Node], typed: Iterable[Typed], last: Entry | None, *, after_help: bool) -> Leaf | None:
    """The leaf of a file; None for one with a choice, whose members hang on what others say, or deep blocks."""
    every = list(_walk(nodes))
    if any(node.kind == "choice" or depth >= SHALLOW for depth, node in every):
        return None
    names = tuple(node.name for _, node in every if node.kind == "symbol")
    kept = nodes
    if last is not None:
        # Lines that follow it elsewhere change it.
        last = replace(last, node=Node(kind="if", location=Location(path="", line=0)), attributes=Attributes())
        kept = [*nodes[:-1], copied(nodes[-1])]
    return Leaf(nodes=tuple(kept), names=names, typed=tuple(typed), last=last, after_help=after_help)


def copied(node: Node) -> Node:
    """A node with lists of its own."""
    return replace(
        node,
        depends=[*node.depends],
        visible=[*node.visible],
        prompts=[*node.prompts],
        defaults=[*node.defaults],
        selects=[*node.selects],
        implies=[*node.implies],
        ranges=[*node.ranges],
        children=[*node.children],
    )


def _walk(nodes: Iterable[Node], depth: int = 0) -> Iterator[tuple[int, Node]]:
    for node in nodes:
        yield depth, node
        yield from _walk(node.children, depth + 1)
