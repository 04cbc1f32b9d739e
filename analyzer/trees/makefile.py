"""Reads variables of a makefile without running it.

Enters: the text of an architecture's Makefile and the variables that are set before it. Leaves: the variables after
it. Must hold: nothing is run but the functions handed in; what this small reader doesn't know is reported as unknown,
never guessed: a variable set from it or under it is unknown as well. Source: the GNU make manual, "How make Parses a
Makefile" and "Conditional Parts of Makefiles".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_ASSIGNMENT = re.compile(r"(?P<name>[^\s:=+?!#]+)\s*(?P<how>:{1,3}=|[?+!]?=)\s*(?P<value>.*)")
_DIRECTIVE = re.compile(r"(?P<word>ifeq|ifneq|ifdef|ifndef)\b\s*(?P<rest>.*)")
_ELSE = re.compile(r"else\b\s*(?P<rest>.*)")
_DEPTH = 64


class Unknown(Exception):
    """An expansion or condition that this reader does not know."""


Shell = Callable[[str], str]
"""Answers `$(shell …)`; raises Unknown for a command that it does not know."""


@dataclass(frozen=True, slots=True)
class _Variable:
    text: str
    simple: bool


@dataclass(slots=True)
class Makefile:
    """The variables of one makefile. `known` maps each to its value as written, or None where it is unknown."""

    shell: Shell
    known: dict[str, _Variable | None] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)

    def value(self, name: str) -> str:
        """The expanded value of a variable, `""` when it is not set, as make has it. Raises Unknown."""
        return self._value(name, 0)

    def _value(self, name: str, depth: int) -> str:
        variable = self.known.get(name, _Variable("", simple=True))
        if variable is None:
            raise Unknown(name)
        return variable.text if variable.simple else self._expand(variable.text, depth + 1)

    def expand(self, text: str) -> str:
        """`text` with its references and functions expanded. Raises Unknown."""
        return self._expand(text, 0)

    def _expand(self, text: str, depth: int) -> str:
        if depth > _DEPTH:
            raise Unknown("a variable that refers to itself")
        out: list[str] = []
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            out.append(text[at:dollar])
            follower = text[dollar + 1 : dollar + 2]
            if follower in {"(", "{"}:
                end = _closing(text, dollar + 1)
                out.append(self._reference(text[dollar + 2 : end], depth))
                at = end + 1
            elif follower == "$":
                out.append("$")
                at = dollar + 2
            else:
                raise Unknown(f"${follower}")
        out.append(text[at:])
        return "".join(out)

    def _reference(self, inner: str, depth: int) -> str:
        name, blank, rest = inner.partition(" ")
        if not blank:
            if ":" in inner:
                raise Unknown(f"$({inner})")
            return self._value(self._expand(inner, depth), depth)
        arguments = _split(rest.lstrip())
        match name, arguments:
            case "if", [condition, then, *otherwise]:
                chosen = [then] if self._expand(condition.strip(), depth) else otherwise
                return self._expand(",".join(chosen), depth)
            case "filter", [patterns, words]:
                wanted = self._expand(patterns, depth).split()
                return " ".join(w for w in self._expand(words, depth).split() if any(_matches(p, w) for p in wanted))
            case "shell", _:
                return self.shell(self._expand(rest, depth))
            case _:
                raise Unknown(f"$({name} …)")

    def assign(self, name: str, how: str, value: str) -> None:
        """One assignment line; `how` is make's operator."""
        old = self.known.get(name, _Variable("", simple=how.startswith(":")))
        match how:
            case "?=" if name in self.known:
                return
            case "=" | "?=":
                self.known[name] = _Variable(value, simple=False)
            case "+=":
                if old is None:
                    return
                try:
                    added = self.expand(value) if old.simple else value
                except Unknown:
                    self.known[name] = None
                else:
                    self.known[name] = _Variable(f"{old.text} {added}" if old.text else added, simple=old.simple)
            case ":=" | "::=" | ":::=":
                try:
                    self.known[name] = _Variable(self.expand(value), simple=True)
                except Unknown:
                    self.known[name] = None
            case _:
                self.known[name] = None

    def holds(self, word: str, rest: str) -> bool | None:
        """Whether a conditional directive holds; None when this reader cannot tell."""
        try:
            if word in {"ifdef", "ifndef"}:
                name = self.expand(rest).strip()
                if name in self.known and self.known[name] is None:
                    return None
                variable = self.known.get(name)
                return (variable is not None and variable.text != "") == (word == "ifdef")
            left, right = _operands(rest)
            return (self.expand(left) == self.expand(right)) == (word == "ifeq")
        except Unknown:
            return None


def read(text: str, variables: Mapping[str, str], shell: Shell) -> Makefile:
    """Reads `text` with `variables` set before it, as make does when no config is loaded."""
    makefile = Makefile(shell=shell, known={name: _Variable(value, simple=True) for name, value in variables.items()})
    # One entry for each open conditional: whether its present branch counts, and whether an earlier branch did.
    branches: list[tuple[bool | None, bool | None]] = []
    in_rule = False
    for line in _statements(text):
        statement = line.strip()
        if in_rule and line.startswith("\t"):
            continue
        if directive := _DIRECTIVE.fullmatch(statement):
            dead = any(state is False for state, _ in branches)
            state = False if dead else makefile.holds(directive["word"], directive["rest"])
            branches.append((state, state))
        elif (other := _ELSE.fullmatch(statement)) and branches:
            branches[-1] = _next_branch(makefile, branches, other["rest"])
        elif statement == "endif" and branches:
            branches.pop()
        elif statement and not any(state is False for state, _ in branches):
            in_rule = not _statement(makefile, line.lstrip(), certain=all(state is True for state, _ in branches))
    return makefile


def _next_branch(
    makefile: Makefile, branches: Sequence[tuple[bool | None, bool | None]], rest: str
) -> tuple[bool | None, bool | None]:
    _, taken = branches[-1]
    if taken is True or any(state is False for state, _ in branches[:-1]):
        return False, True
    nested = _DIRECTIVE.fullmatch(rest)
    here = makefile.holds(nested["word"], nested["rest"]) if nested else True
    if taken is None and here is True:
        here = None
    return here, here if taken is False else None


def _statement(makefile: Makefile, statement: str, *, certain: bool) -> bool:
    """Applies one line; returns False when it begins a rule."""
    words = statement.split(maxsplit=1)
    if words[0] in {"export", "override", "unexport"}:
        rest = words[1] if len(words) > 1 else ""
        if words[0] == "export" and not _ASSIGNMENT.fullmatch(rest):
            makefile.exported.update(rest.split())
            return True
        if words[0] == "export" and (exported := _ASSIGNMENT.fullmatch(rest)):
            makefile.exported.add(exported["name"])
        statement = rest
    assignment = _ASSIGNMENT.fullmatch(statement)
    if assignment is None:
        return ":" not in statement
    try:
        name = makefile.expand(assignment["name"])
    except Unknown:
        return True
    if certain:
        makefile.assign(name, assignment["how"], assignment["value"])
    else:
        makefile.known[name] = None
    return True


def _statements(text: str) -> Iterator[str]:
    """Logical lines: continued lines joined by one space, comments and `define` bodies left out."""
    in_define = False
    for raw in re.sub(r"[ \t]*\\\n[ \t]*", " ", text).split("\n"):
        line = re.sub(r"(?<!\\)#.*", "", raw)
        word = line.split(maxsplit=1)[:1]
        if word == ["define"]:
            in_define = True
        elif word == ["endef"]:
            in_define = False
        elif not in_define:
            yield line


def _closing(text: str, opening: int) -> int:
    pair = {"(": ")", "{": "}"}
    begin = text[opening]
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] == begin) - (text[at] == pair[begin])
        if depth == 0:
            return at
    raise Unknown("an unclosed reference")


def _split(text: str) -> list[str]:
    """Arguments of a function: split at commas outside parentheses."""
    parts = [""]
    depth = 0
    for char in text:
        depth += (char in "({") - (char in ")}")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _operands(rest: str) -> tuple[str, str]:
    """The two sides of ifeq: `(a,b)`, `"a" "b"` or `'a' 'b'`."""
    rest = rest.strip()
    if rest.startswith("(") and rest.endswith(")"):
        left, *right = _split(rest[1:-1])
        return left.rstrip(), ",".join(right).lstrip()
    quoted = re.fullmatch(r"""(?:"([^"]*)"|'([^']*)')\s*(?:"([^"]*)"|'([^']*)')""", rest)
    if not quoted:
        raise Unknown(rest)
    a, b, c, d = quoted.groups(default="")
    return a or b, c or d


def _matches(pattern: str, word: str) -> bool:
    prefix, percent, suffix = pattern.partition("%")
    if not percent:
        return word == pattern
    return len(word) >= len(prefix) + len(suffix) and word.startswith(prefix) and word.endswith(suffix)
