"""Queries, parsed by grammar.lark.

Enters: the text of a query. Leaves: a `Query`. Must hold: a text that is none ends in one `UsageError` that shows the
place; neither its length nor its depth can exhaust the parser or what walks through the result.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import get_args

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken

from analyzer.errors import UsageError, nearest
from analyzer.model.config import ReasonKind
from analyzer.model.expr import CompareOp
from analyzer.query.syntax import (
    AllOf,
    Among,
    AnyOf,
    Compared,
    Condition,
    Like,
    Not,
    On,
    Query,
    SelectedBy,
    Subject,
    Weighs,
    Word,
)

LONGEST = 10_000
"""Characters; some hundred lines."""

DEEPEST = 100
"""Conditions inside conditions: far below what Python's stack bears."""

UNDEFINED = "undefined"
KINDS = (*get_args(ReasonKind), UNDEFINED)
"""What `why(X)` can be compared with: the kind of X's reason, or that the architecture does not define X."""

_AROUND = 24


def parse(text: str) -> Query:
    """The query that `text` is. Raises UsageError with the column, counted from 1, of what is wrong."""
    if len(text) > LONGEST:
        raise UsageError(f"the query has {len(text):,} characters", hint=f"at most {LONGEST:,}")
    for at, char in enumerate(text):
        if not char.isprintable() and char not in "\t\r\n":
            raise refusal(text, at, f"character {ord(char):#x} is none that a query has")
    if not text.strip():
        raise UsageError("the query is empty", hint="for example DMA_OPS=y and not PCI")
    try:
        # The transformer runs inside the parser, bottom up, so that nothing recurses.
        found: Query = _lark().parse(text)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    except _Refused as refused:
        raise refusal(text, refused.at, refused.message, refused.hint) from None
    if found.condition is not None and _depth(found.condition) > DEEPEST:
        raise UsageError("the query is nested too deeply", hint=f"at most {DEEPEST} conditions inside each other")
    return Query(text=text, condition=found.condition, items=found.items, counts=found.counts)


def refusal(text: str, at: int, message: str, hint: str = "") -> UsageError:
    """The error at character `at` of a query: one line that shows what stands there behind a caret."""
    start, end = max(0, at - _AROUND), at + _AROUND
    before = ("…" if start else "") + text[start:at]
    after = text[at:end] + ("…" if end < len(text) else "")
    shown = "".join(c if c.isprintable() else "?" for c in f"{before}^{after}")
    return UsageError(f"query, column {at + 1}: {message}: {shown}", hint=hint)


class _Refused(Exception):
    """What the grammar takes and a query can't mean."""

    def __init__(self, at: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.at, self.message, self.hint = at, message, hint


def _unexpected(text: str, error: UnexpectedInput) -> UsageError:
    at = error.pos_in_stream
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        at = len(text)
    before, after = text[: at or 0], text[at or 0 :]
    expected = set(getattr(error, "expected", None) or getattr(error, "allowed", None) or ())
    if before.count("(") == before.count(")"):
        expected.discard("RPAR")
    names = [name for terminal, name in _NAMES.items() if terminal in expected]
    hint = next((hint for pattern, hint in _HINTS_BEFORE.items() if re.search(pattern, before)), "")
    hint = hint or next((hint for start, hint in _HINTS.items() if after.startswith(start)), "")
    message = f"expected {' or '.join(names)}" if names else "this is not understood"
    return refusal(text, at or 0, message, hint)


_NAMES = {
    "SYMBOL": "a symbol",
    "WORD": "a value",
    "OPERATOR": "a comparison",
    "_AND": "`and`",
    "_OR": "`or`",
    "_SHOW": "`show`",
    "LPAR": "`(`",
    "RPAR": "`)`",
}
_SMALL = "and, or and not are written in words, small"
_HINTS = {
    "AND": _SMALL,
    "OR": _SMALL,
    "NOT": _SMALL,
    "&": _SMALL,
    "|": _SMALL,
    "!": _SMALL,
    "=": "equality is a single =",
}
"""By what stands at the place of the error."""
_HINTS_BEFORE = {
    r"\bselected_by\s*$": "as in DMA_OPS selected_by(IOMMU_DMA)",
    r"\bwhy\s*\(\s*\w*\s*\)\s*$": "as in why(DMA_OPS) = selected, or show why(DMA_OPS)",
    r"\b(content|loaded)\s*$": "as in content > 2M",
    r"\bshow\s*$": "as in show SWIOTLB, why(DMA_OPS), or show count",
}
"""By what stands before it."""


def _depth(condition: Condition) -> int:
    """How many conditions stand inside each other at the deepest place."""
    deepest, waiting = 0, [(condition, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        match node:
            case Not(operand):
                waiting.append((operand, depth + 1))
            case AllOf(operands) | AnyOf(operands):
                waiting += [(operand, depth + 1) for operand in operands]
            case _:
                pass
    return deepest


class _Make(Transformer[Token, Query]):
    """Makes the parts of a query from those of the grammar."""

    def query(self, parts: list[Condition | list[Subject | Token] | None]) -> Query:
        chosen = parts[-1] if isinstance(parts[-1], list) else []
        condition = parts[0]
        for item in chosen:
            if isinstance(item, Token) and len(chosen) > 1:
                raise _Refused(item.start_pos or 0, "count stands alone", "as in DMA_OPS=y show count")
        return Query(
            text="",
            condition=None if isinstance(condition, list) else condition,
            items=tuple(item for item in chosen if isinstance(item, Subject)),
            counts=any(isinstance(item, Token) for item in chosen),
        )

    def items(self, parts: list[Subject | Token]) -> list[Subject | Token]:
        return parts

    def either(self, parts: list[Condition]) -> Condition:
        return AnyOf(tuple(parts))

    def both(self, parts: list[Condition]) -> Condition:
        return AllOf(tuple(parts))

    def negation(self, parts: list[Condition]) -> Condition:
        return Not(parts[0])

    def symbol(self, parts: list[Token]) -> Subject:
        return _named("symbol", parts[0])

    def reason(self, parts: list[Token]) -> Subject:
        return _named("why", parts[0])

    def place(self, parts: list[Token]) -> Subject:
        return Subject("arch" if parts[0].type == "ARCH" else "config", "", parts[0].start_pos or 0)

    def size(self, parts: list[Token]) -> Subject:
        return Subject("content" if parts[0].type == "CONTENT" else "loaded", "", parts[0].start_pos or 0)

    def weighs(self, parts: tuple[Subject, Token, Word]) -> Condition:
        subject, operator, value = parts
        size = bytes_of(value.text)
        if size is None:
            hint = "2097152, 2M and 2MiB are the same; 2MB is 2000000"
            raise _Refused(value.at, f"{value.text} is no number of bytes", hint)
        op: CompareOp = operator.value
        return Weighs(subject, op, value, size)

    def on(self, parts: list[Subject]) -> Condition:
        return On(parts[0])

    def test(self, parts: tuple[Subject, Token, Word]) -> Condition:
        subject, operator, value = parts
        if subject.kind != "symbol" and operator not in {"=", "!="}:
            raise _Refused(operator.start_pos or 0, f"{subject.kind} has no order", "use =, !=, in or like")
        op: CompareOp = operator.value
        return Compared(subject, op, _checked(subject, value))

    def among(self, parts: list[Subject | Word]) -> Condition:
        subject, *values = parts
        assert isinstance(subject, Subject)
        return Among(subject, tuple(_checked(subject, value) for value in values if isinstance(value, Word)))

    def alike(self, parts: tuple[Subject, Word]) -> Condition:
        return Like(*parts)

    def selected(self, parts: list[Subject]) -> Condition:
        symbol, *selectors = parts
        return SelectedBy(symbol, tuple(selectors))

    def WORD(self, token: Token) -> Word:
        return Word(str(token), token.start_pos or 0)

    def QUOTED(self, token: Token) -> Word:
        return Word(token[1:-1], token.start_pos or 0)


def bytes_of(text: str) -> Fraction | None:
    """A size in bytes, as the kernel's command line and coreutils have it: K, M and G, or KiB, MiB and GiB, go by 1024,
    KB, MB and GB by 1000; None for what is none.

    >>> bytes_of("2M"), bytes_of("1.5KB"), bytes_of("1,000"), bytes_of("2X")
    (Fraction(2097152, 1), Fraction(1500, 1), Fraction(1000, 1), None)
    """
    found = _SIZE.fullmatch(text)
    if found is None:
        return None
    power = "KMG".index(found["unit"].upper()) + 1 if found["unit"] else 0
    step = Fraction(1000 if found["kind"] == "B" else 1024)
    return Fraction(found["number"].replace(",", "")) * step ** int(power)


_SIZE = re.compile(
    r"(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?) ?(?:(?P<unit>[kKMG])(?P<kind>iB|B)?|B)?", re.ASCII
)


def _named(kind: str, token: Token) -> Subject:
    return Subject("why" if kind == "why" else "symbol", token.removeprefix("CONFIG_"), token.start_pos or 0)


def _checked(subject: Subject, value: Word) -> Word:
    if subject.kind == "why" and value.text not in KINDS:
        hint = nearest(value.text, KINDS) or f"known: {' '.join(KINDS)}"
        raise _Refused(value.at, f"no reason is called {value.text}", hint)
    return value


@cache
def _lark() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start="query", transformer=_Make(), maybe_placeholders=True)
