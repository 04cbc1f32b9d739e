"""What stands in Kconfig files, as it was written.

Enters: nothing. Leaves: `Node`, `Parsed`. Must hold: nothing is propagated, merged or rewritten here; every line keeps
its place, and properties keep their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analyzer.model.expr import YES, Const, Expr, Location, SymbolType

NodeKind = Literal["symbol", "choice", "menu", "comment", "if"]


@dataclass(slots=True, kw_only=True)
class Node:
    """One entry, or an `if`, with what stands below it.

    `name` is a symbol's name or a choice's key, `title` a menu's or comment's text. A condition that was not written is
    y. In `depends` a `depends on A if B` is already what menu_add_dep() makes of it.
    """

    kind: NodeKind
    name: str = ""
    title: str = ""
    location: Location
    depends: list[tuple[Expr, Location]] = field(default_factory=list)
    visible: list[tuple[Expr, Location]] = field(default_factory=list)
    prompts: list[tuple[str, Expr, Location]] = field(default_factory=list)
    defaults: list[tuple[Expr, Expr, Location, str]] = field(default_factory=list)
    selects: list[tuple[str, Expr, Location]] = field(default_factory=list)
    implies: list[tuple[str, Expr, Location]] = field(default_factory=list)
    ranges: list[tuple[Expr, Expr, Expr, Location]] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Attributes:
    """What a symbol or choice has beside its entries, wherever it was said."""

    type: SymbolType = "unknown"
    optional: bool = False
    allnoconfig_y: bool = False
    transitional: bool = False
    hidden: bool = False
    env: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The raw tree of one parse.

    `attributes` are those of symbols by name and of choices by key, in the order of their first entries; `modules`
    names the symbol that enables m.
    """

    mainmenu: str
    children: Sequence[Node]
    attributes: Mapping[str, Attributes]
    modules: str | None
    files: tuple[str, ...]
    warnings: tuple[tuple[str, Location], ...]


def always(node: Node) -> bool:
    """Whether an entry names no condition of its own."""
    return all(isinstance(expr, Const) and expr.text == YES.text for expr, _ in node.depends)
