"""A makefile, parsed: statements and expansions as values.

Enters: nothing. Leaves: the immutable types that parser.py makes and the evaluator reads. Must hold: a statement keeps
its values as text, so that nothing is parsed that no config asks for; plain tuples, texts and numbers all the way down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["ifeq", "ifneq", "ifdef", "ifndef"]
Operator = Literal["=", ":=", "?=", "+=", "!="]


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name operator value`, or a `define`. `::=` and `:::=` count as `:=`."""

    line: int
    name: str
    operator: Operator
    value: str
    export: bool = False
    override: bool = False


@dataclass(frozen=True, slots=True)
class Conditional:
    """A conditional with both branches; `else if…` is a conditional inside `otherwise`. For ifdef `right` is empty,
    for a line that is no condition it is None.

    `text` is the directive as written.
    """

    line: int
    kind: Kind
    left: str
    right: str | None
    text: str
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Include:
    """`include names`; a `required` one is an error in make when a file is missing."""

    line: int
    names: str
    required: bool


@dataclass(frozen=True, slots=True)
class Export:
    """`export names` or `unexport names`."""

    line: int
    names: str
    on: bool


@dataclass(frozen=True, slots=True)
class Undefine:
    """`undefine name`."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Other:
    """A rule, or a line that is one big expansion (`$(eval …)`, `$(error …)`)."""

    line: int
    text: str


Statement = Assignment | Conditional | Include | Export | Undefine | Other


@dataclass(frozen=True, slots=True)
class Variable:
    """`$(name)`."""

    name: Expansion


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(name:source=target)`."""

    name: Expansion
    source: Expansion
    target: Expansion


@dataclass(frozen=True, slots=True)
class Call:
    """`$(function arguments)`, a function of make's own."""

    function: str
    arguments: tuple[Expansion, ...]


Expansion = tuple["str | Variable | Substitution | Call", ...]
