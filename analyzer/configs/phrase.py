"""The words of one statement, read one after the other, and the expressions among them.

Enters: a Statement. Leaves: texts, names and `Expr` as they were written. Must hold: an expression has the structure
that the grammar of scripts/kconfig/parser.y gives it (`!` binds before `&&`, `&&` before `||`, comparisons are of names
and constants only), flattened; nesting is bounded.
"""

from __future__ import annotations

from typing import Final

from analyzer.configs.lexer import Statement
from analyzer.configs.plain_lines import END, QUOTED, VALUE, WORD
from analyzer.configs.preprocess import Expanded
from analyzer.errors import SourceError
from analyzer.model.expr import YES, And, Answered, Compare, CompareOp, Const, Expr, Not, Or, Ref

_OPS: dict[str, CompareOp] = {"=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_CONSTANTS = {name: Const(name) for name in "nmy"}
_NESTING = 200
"""Levels of parentheses and negations in one expression; the kernel's deepest is below 10."""

_MOST = 50_000
"""Expressions that are remembered; 6.12 has some 9,000 different ones."""
_known: dict[tuple[tuple[str, str], ...], tuple[Expr, int]] = {}
"""Expressions by the tokens that they begin with, up to the end of the line, and how many of these are theirs."""

_KINDS = {WORD: "a name", QUOTED: "a text in quotes", END: "the end of the line", VALUE: "a value"}


class Phrase:
    """A statement and how far it has been read; reading begins behind its first word, which is its `kind`."""

    def __init__(self, statement: Statement) -> None:
        self.statement: Final = statement
        self.location: Final = statement.location
        self.kind: Final = statement.tokens[0][0]
        self._tokens = statement.tokens
        self._at = 1

    def error(self, message: str, hint: str = "") -> SourceError:
        """A SourceError at this statement."""
        return SourceError(message, path=self.location.path, lineno=self.location.line, hint=hint)

    @property
    def ahead(self) -> str:
        """The kind of the next token."""
        return self._tokens[self._at][0]

    def maybe(self, kind: str) -> bool:
        """Whether the next token is of this kind; if so, it is read."""
        if self._tokens[self._at][0] != kind:
            return False
        self._at += kind != END
        return True

    def take(self, kind: str) -> str:
        """The text of the next token, which must be of this kind."""
        found, text = self._tokens[self._at]
        if found != kind:
            wanted = _KINDS.get(kind, f"'{kind}'")
            raise self.error(f"expected {wanted} after '{self._tokens[self._at - 1][1][:60]}'")
        self._at += 1
        return text

    def end(self) -> None:
        """Nothing may follow."""
        if self._tokens[self._at][0] != END:
            raise self.error(f"'{self._tokens[self._at][1][:60]}' is not expected here")

    def name(self) -> str:
        """A symbol's name; n, m and y are none."""
        name = self.take(WORD)
        if name in _CONSTANTS:
            raise self.error(f"{name} is a constant, not a symbol")
        return name

    def symbol(self) -> Ref | Const:
        """A name or a constant."""
        kind, text = self._tokens[self._at]
        if kind not in (WORD, QUOTED):
            raise self.error(f"expected a symbol after '{self._tokens[self._at - 1][1][:60]}'")
        self._at += 1
        if isinstance(text, Expanded):
            return Answered(str(text), text.macro, text.command)
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        return Ref(text) if kind == WORD else Const(text)

    def condition(self) -> Expr:
        """An `if EXPR` that may stand at the end of a line, y where none does; nothing may follow."""
        expr = self.expr() if self.maybe("if") else YES
        self.end()
        return expr

    def expr(self) -> Expr:
        """An expression. Equal ones are one where the line says them without macros: most stand many times."""
        tokens = self._tokens
        if type(tokens) is not tuple:
            return self._or(0)
        key = tokens[self._at :]
        found = _known.get(key)
        if found is None:
            if len(_known) >= _MOST:
                _known.clear()
            before = self._at
            expr = self._or(0)
            _known[key] = (expr, self._at - before)
            return expr
        self._at += found[1]
        return found[0]

    def _or(self, level: int) -> Expr:
        operands = [self._and(level)]
        while self.maybe("||"):
            operands.append(self._and(level))
        return operands[0] if len(operands) == 1 else _flat(Or, operands)

    def _and(self, level: int) -> Expr:
        operands = [self._factor(level)]
        while self.maybe("&&"):
            operands.append(self._factor(level))
        return operands[0] if len(operands) == 1 else _flat(And, operands)

    def _factor(self, level: int) -> Expr:
        if level > _NESTING:
            raise self.error("an expression is nested too deeply")
        if self.maybe("!"):
            return Not(self._factor(level + 1))
        if self.maybe("("):
            expr = self._or(level + 1)
            self.take(")")
            return expr
        left = self.symbol()
        op = _OPS.get(self.ahead)
        if op is None:
            return left
        self._at += 1
        return Compare(op, left, self.symbol())


def _flat(kind: type[And] | type[Or], operands: list[Expr]) -> Expr:
    flat: list[Expr] = []
    for operand in operands:
        if isinstance(operand, kind):
            flat.extend(operand.operands)
        else:
            flat.append(operand)
    return kind(tuple(flat))
