"""Kconfig values, places and expressions.

Enters: nothing. Leaves: `Tristate`, `Location`, the `Expr` family and pure functions on them. Must hold: everything
is immutable and hashable, no object of the parser library appears here, and `evaluate` agrees with
expr_calc_value() of the kernel's scripts/kconfig/expr.c.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal


class Tristate(enum.IntEnum):
    """n < m < y, so that && is min, || is max and ! is 2 - x, as in scripts/kconfig/expr.h."""

    n = 0
    m = 1
    y = 2

    def __str__(self) -> str:
        return self.name


TRISTATES: dict[str, Tristate] = {"n": Tristate.n, "m": Tristate.m, "y": Tristate.y}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Location:
    """A line of a file: `path` relative to its tree (or as the user gave it), `line` from 1 (0: the whole file)."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Const:
    """A constant: `n`, `m`, `y`, or any quoted text or number (which counts as n where a tristate is wanted)."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered(Const):
    """n or y that the toolchain or the tree's own commands answered: `macro` as it stands in the tree, and the last
    `command` that was asked. It differs from a constant that is written down, which no other toolchain changes."""

    macro: str
    command: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a symbol by name, or to a choice by its key (see `Choice.key`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class And:
    """`a && b && …`, at least two operands, none of them an And."""

    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """`a || b || …`, at least two operands, none of them an Or."""

    operands: tuple[Expr, ...]


CompareOp = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`; the operands are names or constants, never expressions (as in the grammar)."""

    op: CompareOp
    left: Ref | Const
    right: Ref | Const


Expr = Const | Ref | Not | And | Or | Compare

YES = Const("y")
MOD = Const("m")
NO = Const("n")


def all_of(operands: Sequence[Expr]) -> Expr:
    """The conjunction of `operands`, flattened; `y` when there is none. Constants are kept as written, but `y` drops
    out."""
    flat: list[Expr] = []
    for operand in operands:
        if isinstance(operand, And):
            flat.extend(operand.operands)
        elif operand != YES:
            flat.append(operand)
    if len(flat) > 1:
        return And(tuple(flat))
    return flat[0] if flat else YES


def any_of(operands: Sequence[Expr]) -> Expr:
    """The disjunction of `operands`, flattened; `n` when there is none. `n` drops out."""
    flat: list[Expr] = []
    for operand in operands:
        if isinstance(operand, Or):
            flat.extend(operand.operands)
        elif operand != NO:
            flat.append(operand)
    if len(flat) > 1:
        return Or(tuple(flat))
    return flat[0] if flat else NO


def conjuncts(expr: Expr) -> tuple[Expr, ...]:
    """The operands of a conjunction, or the expression itself as the only one."""
    return expr.operands if isinstance(expr, And) else (expr,)


def answers(expr: Expr) -> Iterator[Answered]:
    """What the toolchain answered in `expr`, left to right."""
    match expr:
        case Answered():
            yield expr
        case Not(operand):
            yield from answers(operand)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from answers(operand)
        case Compare(_, left, right):
            yield from answers(left)
            yield from answers(right)


def names(expr: Expr) -> Iterator[str]:
    """Every symbol or choice name in `expr`, left to right, with repetitions."""
    match expr:
        case Ref(name):
            yield name
        case Not(operand):
            yield from names(operand)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from names(operand)
        case Compare(_, left, right):
            yield from names(left)
            yield from names(right)


_NUMERAL = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)")


def show(expr: Expr) -> str:
    """`expr` in Kconfig syntax, with the parentheses that it needs.

    >>> show(And((Ref("PCI"), Or((Ref("A"), Not(Ref("B")))))))
    'PCI && (A || !B)'
    """
    match expr:
        case Answered():
            return expr.macro
        case Const(text):
            return text if text in TRISTATES or _NUMERAL.fullmatch(text) else f'"{text}"'
        case Ref(name):
            return name
        case Not(operand):
            inner = show(operand)
            return f"!({inner})" if isinstance(operand, And | Or | Compare) else f"!{inner}"
        case And(operands):
            return " && ".join(f"({show(o)})" if isinstance(o, Or) else show(o) for o in operands)
        case Or(operands):
            return " || ".join(show(o) for o in operands)
        case Compare(op, left, right):
            return f"{show(left)}{op}{show(right)}" if op in {"=", "!="} else f"{show(left)} {op} {show(right)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """What a comparison sees of one side: the `text` value and the Kconfig `type` (`"unknown"` for constants)."""

    text: str
    type: SymbolType


SymbolType = Literal["bool", "tristate", "int", "hex", "string", "unknown"]


def evaluate(expr: Expr, operand: Callable[[Ref | Const], Operand]) -> Tristate:
    """The tristate value of `expr`, given what each name or constant is worth.

    Source: expr_calc_value() in scripts/kconfig/expr.c. A name of a type other than bool and tristate counts as n.
    """
    match expr:
        case Const(text):
            return TRISTATES.get(text, Tristate.n)
        case Ref():
            side = operand(expr)
            return TRISTATES[side.text] if side.type in {"bool", "tristate"} else Tristate.n
        case Not(inner):
            return Tristate(2 - evaluate(inner, operand))
        case And(operands):
            return min(evaluate(o, operand) for o in operands)
        case Or(operands):
            return max(evaluate(o, operand) for o in operands)
        case Compare(op, left, right):
            order = compare(operand(left), operand(right))
            return Tristate.y if holds(op, order) else Tristate.n


def holds(op: CompareOp, order: int) -> bool:
    """Whether `op` holds for a three-way comparison result (negative, zero, positive)."""
    match op:
        case "=":
            return order == 0
        case "!=":
            return order != 0
        case "<":
            return order < 0
        case "<=":
            return order <= 0
        case ">":
            return order > 0
        case ">=":
            return order >= 0


def compare(left: Operand, right: Operand) -> int:
    """Three-way comparison of two values as Kconfig does it: as numbers where both can be read so, else as text.

    Source: expr_parse_string() and the comparison in __expr_calc_value(), scripts/kconfig/expr.c: two strings compare
    by bytes, bool and tristate rank n < m < y, int is decimal, hex is base 16, anything else is read with C's base 0.
    """
    if left.type != "string" or right.type != "string":
        a, b = _number(left), _number(right)
        if a is not None and b is not None:
            if "hex" in (left.type, right.type):
                # One side is unsigned in C, and so the other becomes.
                a, b = a % _UNSIGNED, b % _UNSIGNED
            return (a > b) - (a < b)
    p, q = left.text.encode("utf-8", "surrogateescape"), right.text.encode("utf-8", "surrogateescape")
    return (p > q) - (p < q)


_BASE = {"int": 10, "hex": 16}
_SIGNED = 1 << 63
_UNSIGNED = 1 << 64


def _number(side: Operand) -> int | None:
    if side.type in {"bool", "tristate"}:
        return int(TRISTATES[side.text])
    text = side.text
    base = _BASE.get(side.type, 0)
    if base == 0:
        # C's strtoll(…, 0) reads a leading zero as octal; Python's int(…, 0) refuses it.
        digits = text.lstrip("+-")
        base = 16 if digits[:2].lower() == "0x" else 8 if digits[:1] == "0" and len(digits) > 1 else 10
    if "_" in text or text != text.rstrip():
        return None
    try:
        value = int(text, base)
    except ValueError:
        return None
    # What does not fit is no number to strtoll() and strtoull().
    fits = abs(value) < _UNSIGNED if base == 16 and side.type == "hex" else -_SIGNED <= value < _SIGNED
    return value if fits else None
