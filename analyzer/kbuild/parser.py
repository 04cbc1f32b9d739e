"""Makefiles and expansions, parsed by grammar.lark.

Enters: the text of a makefile, or of one value. Leaves: statements, or an expansion (syntax.py). Must hold: the same
text gives equal values; a makefile that make would refuse is a SourceError with its line.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from analyzer.errors import SourceError
from analyzer.kbuild.lines import clean
from analyzer.kbuild.syntax import (
    Assignment,
    Call,
    Conditional,
    Expansion,
    Export,
    Include,
    Kind,
    Malformed,
    Operator,
    Other,
    Statement,
    Substitution,
    Undefine,
    Variable,
)

_HEAD = re.compile(
    r"(?P<how>(?:(?:export|override|private)[ \t]+)*)(?P<name>.*?)(?P<op>:{1,3}=|[?+!]?=)[ \t]*", re.DOTALL
)
_DEFINED = re.compile(r"(?P<name>.*?)(?P<op>:{1,3}=|[?+!]?=)?")
_OPERATORS: dict[str, Operator] = {"::=": ":=", ":::=": ":="}
_QUOTED = re.compile(r"""(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)')\s*(?:"(?P<c>[^"]*)"|'(?P<d>[^']*)')\s*""")


def parse(text: str, path: str) -> tuple[Statement, ...]:
    """The statements of a makefile; `path` is the name that an error carries. Raises SourceError."""
    try:
        parsed: tuple[Statement, ...] = _lark().parse(clean(text), start="makefile")  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise SourceError("no makefile", path=path, lineno=max(error.line, 0)) from error
    return parsed


def expansion(text: str) -> Expansion:
    """The parts of a value: texts, references and calls. Raises Malformed."""
    try:
        parsed: Expansion = _lark().parse(text, start="expansion")  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise Malformed(text) from error
    return parsed


@cache
def _lark() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", start=["makefile", "expansion"], transformer=_Builder(), maybe_placeholders=True
    )


class _Builder(Transformer[Token, Any]):
    """Builds syntax.py's values bottom-up while lark parses; one method for each rule of the grammar."""

    def makefile(self, children: list[Any]) -> tuple[Statement, ...]:
        block: tuple[Statement, ...] = children[0]
        return block

    def block(self, children: list[Statement]) -> tuple[Statement, ...]:
        return tuple(children)

    def assignment(self, children: list[Any]) -> Statement:
        head, value = children
        found = _HEAD.fullmatch(head)
        assert found is not None, head
        return _assigned(head.line, found["how"], found["name"], found["op"], str(value or ""))

    def define(self, children: list[Any]) -> Statement:
        head, rest, body, _ = children
        found = _DEFINED.fullmatch(str(rest or "").strip())
        assert found is not None
        text = str(body or "").removesuffix("\n")
        return _assigned(head.line, str(head), found["name"], found["op"] or "=", text)

    def condition(self, children: list[Any]) -> tuple[int, Kind, str, str | None, str]:
        word, rest = children
        kind, text = word.strip(), str(rest or "").strip()
        left, right = (text, "") if kind in {"ifdef", "ifndef"} else _operands(text)
        return word.line, kind, left, right, f"{kind} {text}"

    def conditional(self, children: list[Any]) -> Conditional:
        condition, then, otherwise = children[:3]
        line, kind, left, right, text = condition
        return Conditional(line, kind, left, right, text, then, otherwise or ())

    def fallback(self, children: list[Any]) -> tuple[Statement, ...]:
        block: tuple[Statement, ...] = children[1]
        return block

    def chained(self, children: list[Any]) -> tuple[Statement, ...]:
        return (self.conditional(children[1:]),)

    def include(self, children: list[Any]) -> Include:
        word, names = children
        return Include(word.line, str(names or ""), word.strip() == "include")

    def export(self, children: list[Any]) -> Export:
        word, names = children
        return Export(word.line, str(names or ""), word.strip() == "export")

    def undefine(self, children: list[Any]) -> Undefine:
        word, name = children
        return Undefine(word.line, str(name or ""))

    def other(self, children: list[Any]) -> Other:
        return Other(children[0].line, str(children[0]))

    def expansion(self, children: list[Any]) -> Expansion:
        return _joined(children)

    name = source = argument = name_brace = source_brace = argument_brace = expansion

    def variable(self, children: list[Any]) -> Variable:
        return Variable(children[0])

    def substitution(self, children: list[Any]) -> Substitution:
        name, source, target = children
        return Substitution(name, source, target)

    def call(self, children: list[Any]) -> Call:
        opening, *arguments = children
        return Call(opening[2:].strip(), tuple(arguments))

    call_brace = call

    def ESCAPED(self, _token: Token) -> str:
        return "$"

    def SINGLE(self, token: Token) -> Variable:
        return Variable((str(token)[1:],))


def _joined(children: list[Any]) -> Expansion:
    """Children with neighbouring texts made one; punctuation that lark keeps is text as well."""
    parts: list[Any] = []
    for child in children:
        if isinstance(child, str):
            if parts and isinstance(parts[-1], str):
                parts[-1] += str(child)
            elif child:
                parts.append(str(child))
        else:
            parts.append(child)
    return tuple(parts)


def _assigned(line: int, how: str, name: str, operator: str, value: str) -> Assignment:
    known: Operator = _OPERATORS.get(operator, operator)  # type: ignore[arg-type]
    words = how.split()
    # The blanks behind a name are left to this: an expression that leaves them out tries a long run again and again.
    return Assignment(line, name.rstrip(" \t"), known, value, export="export" in words, override="override" in words)


def _operands(text: str) -> tuple[str, str | None]:
    """The two sides of ifeq: `(a,b)`, or two quoted texts. Blanks around the comma count on neither side. The right
    one is None in a line that is no condition, which matters only where make gets to it."""
    if text.startswith("("):
        depth = 0
        comma = -1
        for at, char in enumerate(text):
            depth += (char == "(") - (char == ")")
            if char == "," and depth == 1 and comma < 0:
                comma = at
            elif depth == 0:
                if comma < 0:
                    break
                return text[1:comma].rstrip(" \t"), text[comma + 1 : at].lstrip(" \t")
    elif found := _QUOTED.match(text):
        return found["a"] or found["b"] or "", found["c"] or found["d"] or ""
    return text, None
