"""Kconfig text to statements.

Enters: the text of files, the words that the tree's conf knows, a Preprocessor. Leaves: one `Statement` per line: its
tokens with macros expanded. Must hold: tokens are those of scripts/kconfig/lexer.l, with what conf only warns of
(characters that it ignores, strings that a line ends) as a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, cast

from analyzer.configs.plain_lines import END, LINE, MAX_TOKENS, QUOTED, VALUE, WORD, Token, Tokens, plain_lines
from analyzer.configs.preprocess import Flavour, Preprocessor
from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.kconfig import Dialect
from analyzer.model.language import Trait
from analyzer.model.tree import ShellAnswers

_TOKEN = re.compile(
    r"""[ \t]*(?:
      (?P<word>[A-Za-z0-9_-]++)(?!\$)
    | (?P<macro>[A-Za-z0-9_$-]+)
    | (?P<operator>&&|\|\||!=|<=|>=|:=|\+=|[=<>!()])
    | (?P<quote>["'])
    | (?P<comment>\#[^\n]*)
    | (?P<joined>\\\n)
    | (?P<end>\n|\Z)
    | (?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = {quote: re.compile(rf"([^$\\\n'\"]*){quote}") for quote in "\"'"}
_IN_STRING = re.compile(r"[^$'\"\\\n]+")
_NOTHING = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)+")
_BLANKS = re.compile(r"[ \t]*")
_WHITE = " \f\n\r\t\v"
_FLAVOURS = frozenset({"=", ":=", "+="})


class Statement(NamedTuple):
    """One statement: its tokens, an END last, and where it begins.

    `file` is the one that conf takes it to be in: where the end of the file ends the line, that is the file that
    sourced it, "" for the root file.
    """

    tokens: Tokens
    location: Location
    file: str


@lru_cache(maxsize=64)
def _indented(blanks: str) -> re.Pattern[str]:
    """Further lines of a help text: empty, or indented as one before was."""
    return re.compile(rf"(?:\n(?:{re.escape(blanks)}[^\n]*|[ \t]*(?=\n)))+")


@dataclass(slots=True)
class _Place:
    """Where reading stands in a file: the index in its text, and the line. `source` is what opened it."""

    path: str
    text: str
    source: Location
    at: int = 0
    line: int = 1


class Lexer:
    """Reads a file and those that it sources, one statement at a time. `after_help` says whether a help text was the
    last that was read, `plain` (which others set) whether all statements said the same wherever they stand."""

    def __init__(
        self,
        dialect: Dialect,
        environment: Mapping[str, str],
        unanswered: Mapping[str, str],
        shell: ShellAnswers,
        warn: Callable[[str, Location], None],
    ) -> None:
        self._keywords = frozenset(dialect.keywords)
        self._lines = plain_lines(self._keywords)
        self._open_end = Trait.OPEN_END in dialect.traits
        self._warn = warn
        self._stack: list[_Place] = []
        self._statement = Location(path="", line=0)
        self.after_help = False
        self.plain = True
        self._cut = False
        self._preprocessor = Preprocessor(environment, unanswered, shell, self.here, lambda: self._statement, warn)

    def here(self) -> Location:
        """The line that is being read."""
        place = self._stack[-1]
        return Location(path=place.path, line=place.line)

    def enter(self, path: str, text: str, source: Location) -> None:
        """Go on in a file; what follows the statement `source` comes behind it."""
        self._stack.append(_Place(path, text, source))

    def open_files(self) -> list[tuple[str, Location]]:
        """Each file that is being read with the line that sourced it, the innermost first."""
        return [(place.path, place.source) for place in reversed(self._stack)]

    @property
    def depth(self) -> int:
        """How many files are open."""
        return len(self._stack)

    def next(self) -> Statement | None:
        """The next statement that is not empty; None at the end."""
        while self._stack:
            place = self._stack[-1]
            if (line := LINE.match(place.text, place.at)) and (tokens := self._lines[line[2]])[0][0] != WORD:
                begin = place.line + line[1].count("\n")
                self._statement = Location(path=place.path, line=begin)
                place.at, place.line = line.end(), begin + 1
                self.after_help = self._cut = False
                return Statement(tokens, self._statement, place.path)
            if found := _NOTHING.match(place.text, place.at):
                place.line += place.text.count("\n", place.at, found.end())
                place.at = found.end()
            self._statement = self.here()
            tokens = self._tokens(place)
            if tokens:
                self.plain = False
                return Statement(tokens, self._statement, self._file(place))
            if place.at >= len(place.text):
                self._stack.pop()
        return None

    def _file(self, place: _Place) -> str:
        if not self._cut:
            return place.path
        return self._stack[-2].path if len(self._stack) > 1 else ""

    def assign(self, statement: Statement) -> None:
        """Carry out `NAME = value`."""
        (_, name), (_, flavour), (_, value), *_ = statement.tokens
        self._preprocessor.assign(name, cast("Flavour", flavour), value)

    def help(self) -> bool:
        """Skip a help text that begins here; gives whether there is any text (state HELP of lexer.l)."""
        place = self._stack[-1]
        text, at, size = place.text, place.at, len(place.text)
        first = last = 0
        found = False
        while at < size:
            blanks = _BLANKS.match(text, at)
            assert blanks is not None
            end = blanks.end()
            if text.startswith("\n", end):
                place.line += 1
                at = end + 1
                if at < size and text[at] not in " \t\n":
                    break
                continue
            if end > at:
                last = _columns(blanks[0])
                if first and last < first:
                    at = end
                    break
            first = first or last
            at = text.find("\n", end)
            at = size if at < 0 else at
            found = found or bool(text[end:at].strip(_WHITE))
            if found and first and (more := _indented(blanks[0]).match(text, at)):
                place.line += text.count("\n", at, more.end())
                at = more.end()
        place.at = at
        self.after_help = True
        return found

    def _tokens(self, place: _Place) -> list[Token]:
        tokens: list[Token] = []
        while True:
            match = _TOKEN.match(place.text, place.at)
            assert match is not None
            place.at = match.end()
            kind = match.lastgroup
            if kind == "word":
                word = match["word"]
                tokens.append((word if word in self._keywords else WORD, word))
            elif kind == "operator":
                tokens.append((match["operator"], match["operator"]))
                if len(tokens) == 2 and self._assigns(tokens):
                    tokens.append((VALUE, self._value(place)))
            elif kind == "quote":
                tokens.append((QUOTED, self._string(place, match["quote"])))
            elif kind == "macro":
                if word := self._macro(place, match.start("macro")):
                    tokens.append((WORD, word))
            elif kind == "joined":
                place.line += 1
            elif kind == "end":
                return self._ended(place, match["end"], tokens)
            elif kind == "other":
                self._warn(f"ignoring unsupported character {match['other']!r}", self.here())
            if len(tokens) > MAX_TOKENS:
                raise SourceError("a statement without end", path=place.path, lineno=self._statement.line)

    def _ended(self, place: _Place, newline: str, tokens: list[Token]) -> list[Token]:
        if newline:
            place.line += 1
        elif tokens and len(self._stack) == 1 and not self._open_end:
            # Only where a file that is sourced ends, an end of line is made up.
            raise SourceError("no new line at end of file", path=place.path, lineno=place.line)
        if tokens:
            tokens.append((END, ""))
            self.after_help, self._cut = False, not newline
        return tokens

    def _assigns(self, tokens: list[Token]) -> bool:
        """Whether a variable is set here. Behind a help text none is, since no end of line stands between."""
        return tokens[0][0] == WORD and tokens[1][0] in _FLAVOURS and not self.after_help

    def _value(self, place: _Place) -> str:
        """What is assigned: the rest of the line (state ASSIGN_VAL)."""
        blanks = _BLANKS.match(place.text, place.at)
        assert blanks is not None
        end = self._end_of_line(place)
        place.at, begin = end, blanks.end()
        return place.text[begin:end]

    def _macro(self, place: _Place, begin: int) -> str:
        """A word with a `$` in it; it ends where the word does that stands in the text (expand_token())."""
        value, length = self._preprocessor.token(place.text[begin : self._end_of_line(place)])
        place.at = begin + length
        return value

    def _string(self, place: _Place, quote: str) -> str:
        """What stands in quotes (state STRING)."""
        if plain := _PLAIN[quote].match(place.text, place.at):
            place.at = plain.end()
            return plain[1]
        found: list[str] = []
        text, at = place.text, place.at
        while at < len(text):
            char = text[at]
            if run := _IN_STRING.match(text, at):
                found.append(run[0])
                at = run.end()
            elif char == "\n":
                self._warn("multi-line strings not supported", self._statement)
                break
            elif char == "$":
                place.at = at
                line = text[at + 1 : self._end_of_line(place)]
                value, length = self._preprocessor.reference(line, 0)
                found.append(value)
                at += 1 + length
            elif char == "\\":
                escaped = text[at + 1 : at + 2].replace("\n", "")
                found.append(escaped)
                at += 1 + len(escaped)
            else:
                at += 1
                if char == quote:
                    break
                found.append(char)
        place.at = at
        return "".join(found)

    def _end_of_line(self, place: _Place) -> int:
        end = place.text.find("\n", place.at)
        return len(place.text) if end < 0 else end


def _columns(blanks: str) -> int:
    """How far a line is indented, tabs to every eighth column."""
    return len(blanks.expandtabs(8))
