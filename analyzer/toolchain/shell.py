"""Reads the shell text of a `$(shell,…)` into a small tree of commands.

Enters: the command text after macro expansion. Leaves: a `List`. Must hold: only a narrow part of sh is read: words
with quotes and plain variables, `|`, `&&`, `||`, `;`, `{ …; }`, and output thrown to /dev/null. All else
(substitution, globs, assignments, other redirections, newlines, comments, background) raises Refused, so that a text
means here what it means to sh, or nothing. Source: POSIX XCU chapter 2, as dash follows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LIMIT = 16384
"""Characters. The longest command of 6.12 has under 400."""

_DEPTH = 16
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9]|\$")
_REDIRECTION = re.compile(r"(?:1?>[ \t]*/dev/null|2>[ \t]*/dev/null|2>&1)(?=[ \t;|&]|$)")
_OPERATOR = re.compile(r"&&|\|\||[|;]")
_BRACE = re.compile(r"[{}](?=[ \t;|]|$)")


class Refused(Exception):
    """A command that is outside of what this room runs or answers; the text says why."""


@dataclass(frozen=True, slots=True)
class Text:
    """Literal characters of a word, quotes and escapes already taken off."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`, `$1` or `$$`; `quoted` when it stands in double quotes, and so is not split into words."""

    name: str
    quoted: bool


Word = tuple[Text | Variable, ...]


@dataclass(frozen=True, slots=True)
class Simple:
    """A command and its arguments; `silent` when its output goes to /dev/null. Standard error counts where it is
    `joined` with the output."""

    words: tuple[Word, ...]
    silent: bool
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """`{ list; }`, with its output kept or thrown away."""

    body: List
    silent: bool


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by `|`; the last one's status counts."""

    commands: tuple[Simple | Group, ...]


@dataclass(frozen=True, slots=True)
class List:
    """Pipelines, each with the operator in front of it: `;` (also the first), `&&` or `||`."""

    items: tuple[tuple[str, Pipeline], ...]


@dataclass(frozen=True, slots=True)
class _Operator:
    text: str


@dataclass(frozen=True, slots=True)
class _Redirection:
    text: str


@dataclass(frozen=True, slots=True)
class _Brace:
    """A bare `{` or `}`: a reserved word where a command begins, a word like any other elsewhere."""

    text: str


_Token = _Operator | _Redirection | _Brace | Word


def parse(text: str) -> List:
    """Reads one command text. Raises Refused for whatever it does not know."""
    if len(text) > LIMIT:
        raise Refused(f"is longer than {LIMIT} characters")
    return _Parser(_tokens(text)).whole()


class _Parser:
    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def whole(self) -> List:
        found = self._list(depth=0)
        if self._at < len(self._tokens):
            raise Refused("has a } without {")
        return found

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _list(self, depth: int) -> List:
        if depth > _DEPTH:
            raise Refused("nests too deeply")
        items = [(";", self._pipeline(depth))]
        while isinstance(operator := self._peek(), _Operator):
            self._at += 1
            if operator.text == ";" and self._ends_list():
                break
            items.append((operator.text, self._pipeline(depth)))
        return List(tuple(items))

    def _ends_list(self) -> bool:
        return self._peek() in {None, _Brace("}")}

    def _pipeline(self, depth: int) -> Pipeline:
        commands = [self._command(depth)]
        while self._peek() == _Operator("|"):
            self._at += 1
            commands.append(self._command(depth))
        return Pipeline(tuple(commands))

    def _command(self, depth: int) -> Simple | Group:
        if self._peek() == _Brace("{"):
            self._at += 1
            body = self._list(depth + 1)
            if self._peek() != _Brace("}"):
                raise Refused("has a { without ; }")
            self._at += 1
            words, silent, joined = self._words()
            if words:
                raise Refused("has words after }")
            if joined:
                raise Refused("reads standard error")
            return Group(body, silent)
        if self._peek() == _Brace("}"):
            raise Refused("has an empty command")
        words, silent, joined = self._words()
        if not words:
            raise Refused("has an empty command")
        return Simple(words, silent, joined)

    def _words(self) -> tuple[tuple[Word, ...], bool, bool]:
        words: list[Word] = []
        silent = joined = False
        while (token := self._peek()) is not None and not isinstance(token, _Operator):
            self._at += 1
            if isinstance(token, _Brace):
                words.append((Text(token.text),))
            elif not isinstance(token, _Redirection):
                words.append(token)
            elif token.text == "2>&1":
                joined = joined or not silent
            elif not token.text.startswith("2"):
                silent = True
        return tuple(words), silent, joined


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
        elif found := _REDIRECTION.match(text, at):
            tokens.append(_Redirection(found[0]))
            at = found.end()
        elif found := _OPERATOR.match(text, at):
            tokens.append(_Operator(found[0]))
            at = found.end()
        elif text[at] == "[" and text[at + 1 : at + 2] in {" ", "\t"}:
            tokens.append((Text("["),))
            at += 1
        elif found := _BRACE.match(text, at):
            tokens.append(_Brace(found[0]))
            at = found.end()
        elif text[at] in "#~":
            raise Refused(f"has a word that begins with {text[at]}")
        else:
            word, at = _word(text, at)
            tokens.append(word)
    return tokens


def _word(text: str, at: int) -> tuple[Word, int]:
    parts: list[Text | Variable] = []
    while at < len(text) and text[at] not in " \t;|":
        match text[at]:
            case "'":
                end = text.find("'", at + 1)
                if end < 0:
                    raise Refused("has an open quote")
                parts.append(Text(_checked(text[at + 1 : end])))
                at = end + 1
            case '"':
                inner, at = _double_quoted(text, at + 1)
                parts.extend(inner)
            case "$":
                variable, at = _variable(text, at, quoted=False)
                parts.append(variable)
            case "\\" if at + 1 < len(text):
                parts.append(Text(_checked(text[at + 1])))
                at += 2
            case char if char in "&<>()`*?[\n\\":
                raise Refused(f"has {char!r} outside quotes")
            case char:
                parts.append(Text(_checked(char)))
                at += 1
    return _joined(parts), at


def _double_quoted(text: str, at: int) -> tuple[list[Text | Variable], int]:
    parts: list[Text | Variable] = [Text("")]
    while at < len(text):
        char = text[at]
        if char == '"':
            return parts, at + 1
        if char == "\\" and text[at + 1 : at + 2] in {"$", "`", '"', "\\"}:
            parts.append(Text(text[at + 1]))
            at += 2
        elif char == "$":
            variable, at = _variable(text, at, quoted=True)
            parts.append(variable)
        elif char == "`":
            raise Refused("substitutes a command")
        else:
            parts.append(Text(_checked(char)))
            at += 1
    raise Refused("has an open quote")


def _variable(text: str, at: int, *, quoted: bool) -> tuple[Variable, int]:
    found = _NAME.match(text, at + 1)
    if not found:
        raise Refused(f"has ${text[at + 1 : at + 2]}")
    return Variable(found[0], quoted), found.end()


def _checked(text: str) -> str:
    if any(char < " " and char != "\t" for char in text) or "\x7f" in text:
        raise Refused("has a control character")
    return text


def _joined(parts: Sequence[Text | Variable]) -> Word:
    """Neighbouring texts as one; an empty quoted text stays, since it makes a word."""
    joined: list[Text | Variable] = []
    for part in parts:
        if isinstance(part, Text) and joined and isinstance(joined[-1], Text):
            joined[-1] = Text(joined[-1].text + part.text)
        else:
            joined.append(part)
    return tuple(joined)
