"""Automatic submenus inside a choice, under the old rules.

Enters: the entries that stand between `choice` and `endchoice`, each with what it depends on. Leaves: the names of
those that are members. Must hold: what is taken in, and what is put back, is as in menu_finalize() of
scripts/kconfig/menu.c up to 6.10: an entry that depends on the one before it goes below that, and only what stays on
the choice's own level is a member.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyzer.model.expr import Compare, Const, Expr, Ref, conjuncts, names


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: a symbol (`name`), a comment, or an `if` with `children`.

    `condition` is the prompt's where there is one (`prompted`), else the entry's own dependencies.
    """

    name: str
    condition: Expr
    prompted: bool
    children: tuple[Entry, ...] = ()


def members(entries: Sequence[Entry]) -> Iterator[str]:
    """The names of the symbols that stay on the level of `entries`, in order."""
    at = 0
    while at < len(entries):
        entry = entries[at]
        after = _end_of_submenu(entries, at)
        if entry.name:
            yield entry.name
        if entry.name and not entry.prompted:
            # What went below an entry without a prompt is put back behind it.
            yield from members(entries[at + 1 : after])
        yield from members(entry.children)
        at = after


def _end_of_submenu(entries: Sequence[Entry], at: int) -> int:
    """The index behind the last entry that goes below entry `at`."""
    head = entries[at]
    after = at + 1
    while head.name and after < len(entries) and _goes_below(entries[after], head):
        after = _end_of_submenu(entries, after)
    return after


def _goes_below(entry: Entry, head: Entry) -> bool:
    """Whether `entry` needs `head`, or mentions it and needs all that `head` needs."""
    if head.name not in names(entry.condition):
        return False
    needed = {_plain(part) for part in conjuncts(entry.condition)}
    if any(_stands_for(part, head.name) for part in needed):
        return True
    return not head.prompted or {_plain(part) for part in conjuncts(head.condition)} <= needed


def _stands_for(part: Expr, name: str) -> bool:
    """expr_depends_symbol(): the symbol itself, or it compared with y or m."""
    match part:
        case Ref(found):
            return found == name
        case Compare("=", Ref(found), Const(text)):
            return found == name and text in {"y", "m"}
    return False


def _plain(part: Expr) -> Expr:
    """`A != n` as `A`, which expr_transform() and expr_trans_compare() do not tell apart."""
    match part:
        case Compare("!=", Ref() as symbol, Const("n")):
            return symbol
    return part
