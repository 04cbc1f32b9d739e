"""What options weigh that was measured before.

Enters: a symbol, an architecture, a config. Leaves: a row of a table that comes with the program. Must hold: it needs
nothing but Python; a row says of which tree it is; beside a tree it stands only where the same symbols follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from analyzer import trees
from analyzer.errors import UsageError
from analyzer.model.estimate import Cost, Follower
from analyzer.model.option import OptionTable, OptionWeight
from analyzer.sizes import options

Row = tuple[OptionTable, OptionWeight]
Changes = frozenset[tuple[str, str, str]]
"""Symbols whose value differs, with both values; "" for what is off."""


def changed(rows: Iterable[tuple[str, str, str]]) -> Changes:
    """What differs, however it is written: a number that nothing gives a value is empty or 0, as the tree's dialect has
    it (see `EmptyNumber`), and what is off is n or not there."""
    found = ((name, _bare(before), _bare(after)) for name, before, after in rows)
    return frozenset(row for row in found if row[1] != row[2])


def changes_of(one: OptionWeight) -> Changes:
    """What differs once an option is turned."""
    return changed(((one.symbol, one.before, one.value), *one.follows))


def _bare(value: str) -> str:
    return "" if value in ("n", "0", "0x0") else value


@cache
def bundled() -> tuple[OptionTable, ...]:
    """All tables that come with the program."""
    return options.load(trees.bundled_root() / "fixtures" / "sizes" / "options")


def rows(symbol: str, *, arch: str | None, config: str, tree: str = "") -> tuple[Row, ...]:
    """The rows of an option in a config, or in one that begins as `CONFIG+`; those of `tree` first, then the newest."""
    found = _tables(arch, config, tree)
    return tuple((table, one) for table in found for one in table.weights if one.symbol == symbol)


def _tables(arch: str | None, config: str, tree: str) -> list[OptionTable]:
    begins = config.partition("+")[0]
    found = (table for table in bundled() if arch in (None, table.arch) and table.config == begins)
    return sorted(found, key=lambda table: (table.tree == tree, _version(table.tree)), reverse=True)


def answered(about: Cost, config: str) -> Cost:
    """A cost with what a table says, where one has the same symbols changing in this config; else as it was.

    Whose row it is does not matter: where a choice's pick goes, the row is that of the member which comes.
    """
    follows = ((one.symbol, one.before, one.after) for one in about.follows)
    here = changed(((about.symbol, about.before, about.after), *follows))
    for table in _tables(about.arch, config, about.tree):
        one = next((one for one in table.weights if changes_of(one) == here), None)
        if one is not None:
            return replace(
                about,
                basis="table",
                gain=one.content,
                tree=table.tree,
                compiler=table.compiler,
                touched=one.objects,
                reason=_rests(table, one, about.tree, config, "" if one.symbol == about.symbol else one.symbol),
                missing=None,
            )
    return about


def alone(symbol: str, *, arch: str | None, config: str, instead: str = "") -> Cost:
    """What a table says of an option, without any tree; of a choice's pick, what it says of the member that comes
    (`instead`). Raises UsageError where no table has it."""
    found = () if instead else rows(symbol, arch=arch, config=config)
    found = found or _making_way(symbol, instead, arch=arch, config=config)
    if not found:
        known = sorted({f"{table.config} of {table.tree} {table.arch}" for table in bundled()})
        from analyzer.pipeline.commands.gate import unknown

        hint = str(unknown([symbol], config, arch or "ARCH"))
        hint += f"; measured are options of {', '.join(known)}" if known else ""
        raise UsageError(f"nobody has measured {symbol} in {config}", hint=hint)
    table, one = found[0]
    changes = {name: (before, after) for name, before, after in ((one.symbol, one.before, one.value), *one.follows)}
    before, after = changes.pop(symbol)
    other = "" if one.symbol == symbol else one.symbol
    return Cost(
        label=f"{table.config} on {table.tree} {table.arch}",
        tree=table.tree,
        arch=table.arch,
        compiler=table.compiler,
        symbol=symbol,
        before=before,
        after=after,
        why="",
        way=f"with {other}={one.value}" if other else "by a line of the config",
        follows=tuple(Follower(symbol=n, before=b, after=a, because="") for n, (b, a) in changes.items()),
        basis="table",
        gain=one.content,
        touched=one.objects,
        reason=_rests(table, one, table.tree, config, other),
    )


def _making_way(symbol: str, instead: str, *, arch: str | None, config: str) -> tuple[Row, ...]:
    """The rows of options that turn another one off when they come, those that change least first."""
    found = [
        (table, one)
        for table in _tables(arch, config, "")
        for one in table.weights
        if instead in ("", one.symbol) and any(n == symbol and b and a in ("", "n") for n, b, a in one.follows)
    ]
    return tuple(sorted(found, key=lambda row: row[1].changes))


def known(symbol: str) -> bool:
    """Whether any table has the option."""
    weights = [one for table in bundled() for one in table.weights]
    return any(one.symbol == symbol or any(name == symbol for name, _, _ in one.follows) for one in weights)


def rests(table: OptionTable, one: OptionWeight, whence: str = "comes with kweigh") -> str:
    """What a figure of an option rests on."""
    return f"{_how(one)} {begun(table, whence)}"


def begun(table: OptionTable, whence: str = "comes with kweigh") -> str:
    """Where a table's figures were measured."""
    return f"in {table.config} of {table.tree} {table.arch} with {table.compiler} ({whence})"


def _rests(table: OptionTable, one: OptionWeight, tree: str, config: str, other: str = "") -> str:
    by = f" as {other}={one.value}" if other else ""
    where = f"in {table.config} of {table.tree}"
    yours = "" if table.tree == tree and table.config == config else f"; yours is {config} of {tree}"
    return f"it was {_how(one)}{by}, {where}{yours}"


def _how(one: OptionWeight) -> str:
    builds = f"{one.builds} builds" if one.builds > 1 else "one build"
    return "built alone" if one.alone else f"told apart from {builds} with other options"


def _version(tree: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", tree)))
