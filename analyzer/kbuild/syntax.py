"""A makefile, parsed: statements and expansions as values.

Enters: nothing. Leaves: the immutable types that parser.py makes and the evaluator reads. Must hold: a statement keeps
its values as text, so that nothing is parsed that no config asks for; plain tuples, texts and numbers all the way down,
which are soon written and read (parsed.py).
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Malformed(Exception):
    """A value or condition that make would refuse, such as an unterminated reference."""


Kind = Literal["ifeq", "ifneq", "ifdef", "ifndef"]
Operator = Literal["=", ":=", "?=", "+=", "!="]


class Assignment(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`name operator value`, or a `define`. `::=` and `:::=` count as `:=`."""

    line: int
    name: str
    operator: Operator
    value: str
    export: bool = False
    override: bool = False


class Conditional(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
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


class Include(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`include names`; a `required` one is an error in make when a file is missing."""

    line: int
    names: str
    required: bool


class Export(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`export names` or `unexport names`."""

    line: int
    names: str
    on: bool


class Undefine(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`undefine name`."""

    line: int
    name: str


class Other(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """A rule, or a line that is one big expansion (`$(eval …)`, `$(error …)`)."""

    line: int
    text: str


Statement = Assignment | Conditional | Include | Export | Undefine | Other


class Variable(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`$(name)`."""

    name: Expansion


class Substitution(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`$(name:source=target)`."""

    name: Expansion
    source: Expansion
    target: Expansion


class Call(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`$(function arguments)`, a function of make's own."""

    function: str
    arguments: tuple[Expansion, ...]


Expansion = tuple[str | Variable | Substitution | Call, ...]
