"""Macros: variables, functions and the environment.

Enters: text with `$(…)` in it. Leaves: what it expands to. Must hold: it is what scripts/kconfig/preprocess.c makes of
it; no expansion grows, nests or repeats beyond what is sane, and none is let grow first; nothing is executed but
through `ShellAnswers`, and of the environment only what the tree may see is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analyzer.errors import SourceError, Unanswered
from analyzer.model.expr import Location
from analyzer.model.tree import ShellAnswers

Flavour = Literal["=", ":=", "+="]

MAX_TEXT = 1 << 20
"""Characters that one macro may expand to."""

MAX_WORK = 4 << 20
"""Characters that all macros of a tree together may be looked at and expand to; 7.3 needs 2 % of that."""

_COST = 16
"""Characters that a macro counts for at least, so that those which expand to nothing come to an end as well."""

_MAX_ARGUMENTS = 16
_MAX_CALLS = 1000
"""How often a function may be inside itself (FUNCTION_MAX_ARGS and variable_expand() in preprocess.c)."""

_MAX_NESTING = 2500

_PARENTHESES = re.compile(r"[()]")
_SEPARATORS = re.compile(r"[(),]")
_ARGUMENT = re.compile(r"[ \t]*\+?[0-9]+")
_OF_TOKEN = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(slots=True)
class _Variable:
    """`value` is expanded where it is used if `recursive`, else it was where it was set, which `commands` answered."""

    value: str
    recursive: bool
    commands: tuple[str, ...] = ()
    calls: int = 0


class Expanded(str):
    """A word as it was expanded: `macro` is how it stands in the tree, `command` what answered last."""

    __slots__ = ("command", "macro")
    macro: str
    command: str


class Preprocessor:
    """The variables of one parse.

    `unanswered` are variables that make exports, with the question that each hangs on. `here` gives the line that is
    being read, `asked` the line of the statement that it belongs to; `warn` takes what `$(warning-if,…)` and
    `$(info,…)` print.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        unanswered: Mapping[str, str],
        shell: ShellAnswers,
        here: Callable[[], Location],
        asked: Callable[[], Location],
        warn: Callable[[str, Location], None],
    ) -> None:
        self._environment = environment
        self._unanswered = unanswered
        self._here = here
        self._asked = asked
        self._warn = warn
        self._variables: dict[str, _Variable] = {}
        self._shell = shell
        self._commands: list[str] = []
        self._work = 0
        self._nesting = 0
        self._functions: dict[str, tuple[int, Callable[..., str]]] = {
            "error-if": (2, self._error_if),
            "filename": (0, lambda: here().path),
            "info": (1, self._info),
            "lineno": (0, lambda: str(here().line)),
            "shell": (1, self._ask),
            "warning-if": (2, self._warning_if),
        }

    def assign(self, name: str, flavour: Flavour, value: str) -> None:
        """`name = value` and its like (variable_add())."""
        variable = self._variables.get(name)
        appends = flavour == "+=" and variable is not None
        recursive = variable.recursive if appends and variable is not None else flavour != ":="
        begin = len(self._commands)
        text = value if recursive else self.expand(value)
        commands = tuple(self._commands[begin:])
        if appends and variable is not None:
            text = f"{variable.value} {text}"
        self._spend(len(text))
        if len(text) > MAX_TEXT:
            raise self._without_end()
        if variable is None:
            self._variables[name] = _Variable(text, recursive, commands)
        else:
            variable.value, variable.recursive, variable.commands = text, recursive, commands

    def reference(self, text: str, at: int, arguments: Sequence[str] = ()) -> tuple[str, int]:
        """What a `$` before `at` stands for, and where the text goes on behind it (expand_dollar()); a `$` without a
        parenthesis is itself."""
        if not text.startswith("(", at):
            return "$", at
        depth = 0
        for match in _PARENTHESES.finditer(text, at + 1):
            if match[0] == "(":
                depth += 1
            elif depth:
                depth -= 1
            else:
                self._spend(match.end() - at + _COST)
                return self._clause(text[at + 1 : match.start()], arguments), match.end()
        raise self._error(f"unterminated reference to '{text[at + 1 : at + 60]}': missing ')'")

    def token(self, text: str) -> tuple[str, int]:
        """The word that `text` begins with, expanded, and its length (expand_one_token())."""
        self._commands.clear()
        found: list[str] = []
        at = 0
        while True:
            word = _OF_TOKEN.match(text, at)
            assert word is not None
            found.append(word[0])
            at = word.end()
            if not text.startswith("$", at):
                return self._told("".join(found), text[:at]), at
            value, at = self.reference(text, at + 1)
            found.append(value)

    def _told(self, word: str, macro: str) -> str:
        """The word, with what answered it where it is a constant."""
        if word not in ("n", "y") or not self._commands:
            return word
        told = Expanded(word)
        told.macro, told.command = macro, self._commands[-1]
        return told

    def _ask(self, command: str) -> str:
        self._commands.append(command)
        return self._shell.answer(command, self._asked())

    def expand(self, text: str, arguments: Sequence[str] = ()) -> str:
        """The whole of `text`, expanded."""
        if "$" not in text:
            return text
        if self._nesting >= _MAX_NESTING:
            raise self._error("macros are nested too deeply", hint="no Kconfig needs this")
        self._nesting += 1
        found: list[str] = []
        length = at = 0
        while (dollar := text.find("$", at)) >= 0:
            value, after = self.reference(text, dollar + 1, arguments)
            found += (text[at:dollar], value)
            length += dollar - at + len(value)
            if length > MAX_TEXT:
                raise self._without_end()
            at = after
        found.append(text[at:])
        self._nesting -= 1
        self._spend(length)
        return "".join(found)

    def _clause(self, clause: str, arguments: Sequence[str]) -> str:
        """What stands between the parentheses (eval_clause())."""
        if _ARGUMENT.fullmatch(clause) and len(clause) < 10 and 0 < int(clause) <= len(arguments):
            return arguments[int(clause) - 1]
        parts = _split(clause)
        if len(parts) > _MAX_ARGUMENTS:
            raise self._error("too many function arguments")
        name = self.expand(parts[0], arguments)
        values = [self.expand(part, arguments) for part in parts[1:]]
        if (variable := self._variables.get(name)) is not None:
            return self._variable(name, variable, values)
        if (function := self._functions.get(name)) is not None:
            count, call = function
            if len(values) != count:
                few = "few" if len(values) < count else "many"
                raise self._error(f"too {few} function arguments passed to '{name}'")
            return call(*values)
        return "" if values else self._exported(name)

    def _exported(self, name: str) -> str:
        if (question := self._unanswered.get(name)) is not None:
            place = self._asked()
            text = f"$({name}) hangs on what nobody answers: {question}"
            raise Unanswered(text, path=place.path, lineno=place.line)
        return self._environment.get(name, "")

    def _variable(self, name: str, variable: _Variable, values: Sequence[str]) -> str:
        if not values and variable.calls:
            raise self._error(f"Recursive variable '{name[:60]}' references itself (eventually)")
        if variable.calls > _MAX_CALLS:
            raise self._error("Too deep recursive expansion")
        variable.calls += 1
        self._commands += variable.commands
        text = self.expand(variable.value, values) if variable.recursive else variable.value
        variable.calls -= 1
        return text

    def _error_if(self, condition: str, text: str) -> str:
        if condition == "y":
            raise self._error(text)
        return ""

    def _warning_if(self, condition: str, text: str) -> str:
        if condition == "y":
            self._warn(text, self._here())
        return ""

    def _info(self, text: str) -> str:
        self._warn(text, self._here())
        return ""

    def _spend(self, characters: int) -> None:
        self._work += characters
        if self._work > MAX_WORK:
            raise self._without_end()

    def _without_end(self) -> SourceError:
        return self._error("macros expand without end", hint="no Kconfig needs this")

    def _error(self, message: str, hint: str = "") -> SourceError:
        place = self._here()
        return SourceError(message, path=place.path, lineno=place.line, hint=hint)


def _split(clause: str) -> list[str]:
    """The parts between commas that no parentheses hold."""
    parts: list[str] = []
    depth = begin = 0
    for match in _SEPARATORS.finditer(clause):
        match match[0]:
            case "(":
                depth += 1
            case ")":
                depth -= 1
            case _ if not depth:
                parts.append(clause[begin : match.start()])
                begin = match.end()
    parts.append(clause[begin:])
    return parts
