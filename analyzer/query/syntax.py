"""What a query is made of.

Enters: nothing. Leaves: `Query` and its conditions. Must hold: immutable; each part that can be wrong knows where in
the text it stands, counted in characters from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from analyzer.model.expr import CompareOp

SizeKind = Literal["content", "loaded"]
SIZES: tuple[SizeKind, ...] = get_args(SizeKind)
FIRST = ("arch", "config", *SIZES, "not", "show", "why")
"""The words of the language that a query can begin with."""


@dataclass(frozen=True, slots=True)
class Word:
    """A name or value as the query has it; `at` is where."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tested or shown: the value of a `symbol`, the kind of its reason (`why`), `arch` or `config`, or what the
    config weighs (`content`, `loaded`); `name` is the symbol's ("" where there is none)."""

    kind: Literal["symbol", "why", "arch", "config", "content", "loaded"]
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class On:
    """The symbol is on: neither undefined, nor n, nor an empty value."""

    symbol: Subject


@dataclass(frozen=True, slots=True)
class Compared:
    """`subject op value`, as Kconfig compares; texts where the subject is no symbol."""

    subject: Subject
    op: CompareOp
    value: Word


@dataclass(frozen=True, slots=True)
class Among:
    """The subject equals one of the values."""

    subject: Subject
    values: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """The subject matches a glob, small and capital letters told apart."""

    subject: Subject
    pattern: Word


@dataclass(frozen=True, slots=True)
class SelectedBy:
    """A select line of one of `selectors` works on the symbol."""

    symbol: Subject
    selectors: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class Weighs:
    """`subject op size`: the config weighs so many bytes; `value` is the size as written."""

    subject: Subject
    op: CompareOp
    value: Word
    size: Fraction


@dataclass(frozen=True, slots=True)
class Not:
    """The operand does not hold."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every operand holds."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """An operand holds."""

    operands: tuple[Condition, ...]


Leaf = On | Compared | Among | Like | SelectedBy | Weighs
Condition = Leaf | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query: `condition` (None: every config), and what is shown: `items` (none: all symbols that it names, with
    their reasons), or only the number of configs (`counts`)."""

    text: str
    condition: Condition | None
    items: tuple[Subject, ...] = ()
    counts: bool = False

    def leaves(self) -> tuple[Leaf, ...]:
        """The tests of the condition, in the order of the text; no recursion, whatever its depth."""
        found: list[Leaf] = []
        waiting: list[Condition] = [self.condition] if self.condition is not None else []
        while waiting:
            match waiting.pop():
                case Not(operand):
                    waiting.append(operand)
                case AllOf(operands) | AnyOf(operands):
                    waiting += reversed(operands)
                case leaf:
                    found.append(leaf)
        return tuple(found)

    def symbols(self) -> tuple[Subject, ...]:
        """Every symbol that the query names, each once, at its first place; selectors included."""
        found: dict[str, Subject] = {}
        for leaf in self.leaves():
            subjects = (leaf.symbol, *leaf.selectors) if isinstance(leaf, SelectedBy) else (subject_of(leaf),)
            for subject in subjects:
                if subject.name:
                    found.setdefault(subject.name, subject)
        for item in self.items:
            if item.name:
                found.setdefault(item.name, item)
        return tuple(found.values())

    def sizes(self) -> tuple[SizeKind, ...]:
        """What of a config's weight the query asks for, each once."""
        subjects = (*(leaf.subject for leaf in self.leaves() if isinstance(leaf, Weighs)), *self.items)
        kinds = {one.kind for one in subjects}
        return tuple(kind for kind in SIZES if kind in kinds)

    def bounds(self) -> tuple[tuple[str, Fraction], ...]:
        """The sizes that it compares with, as written and in bytes."""
        return tuple(dict.fromkeys((leaf.value.text, leaf.size) for leaf in self.leaves() if isinstance(leaf, Weighs)))


def subject_of(leaf: Leaf) -> Subject:
    """What a test is about."""
    return leaf.symbol if isinstance(leaf, On | SelectedBy) else leaf.subject
