"""The shape of a shell script: functions, conditionals, commands.

Enters: the lines of a script. Leaves: its commands in blocks, and its functions. Must hold: nothing is run; loops and
`case` are left out, since they decide nothing that is asked here. Source: POSIX.1-2017, Shell & Utilities, 2.9
"Shell Commands".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_FUNCTION = re.compile(r"(?P<name>[\w-]+) *\( *\) *(?P<rest>\{?.*)", re.DOTALL)
_PART = re.compile(r"""(?:"[^"]*"|'[^']*'|\$\{[^}]*\}|\$\([^)]*\)|[^;"'])+""")
_KEYWORD = re.compile(r"(then|else|do)(?:\s+|$)(.*)", re.DOTALL)
_LEFT_OUT = {"case": "esac", "for": "done", "while": "done", "until": "done"}
_NESTED = 32


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it is written."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Branches:
    """`if … elif … else … fi`; the condition of a final `else` is empty."""

    line: int
    branches: tuple[tuple[str, Block], ...]


Block = tuple["Command | Branches", ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A script: what it does from its first line on, and its functions."""

    main: Block
    functions: Mapping[str, Block]


def read(lines: Sequence[str]) -> Script:
    """The script of these lines. What is cut off at its end counts as closed there."""
    reader = _Reader(list(_parts(lines)))
    main = reader.block(frozenset(), 0)
    return Script(main, reader.functions)


def _parts(lines: Sequence[str]) -> Iterator[Command]:
    """The script cut at ends of lines and semicolons, with the line that each part begins on."""
    text = ""
    begin = 0
    for number, line in enumerate(lines, 1):
        begin = begin if text else number
        stripped = line.strip()
        if not text and stripped.startswith("#"):
            continue
        text += f" {stripped.removesuffix(chr(92))}" if text else stripped.removesuffix(chr(92))
        if stripped.endswith(("\\", "||", "&&", "|")):
            continue
        for part in _PART.findall(text):
            rest = part.strip()
            while found := _KEYWORD.fullmatch(rest):
                yield Command(begin, found[1])
                rest = found[2].strip()
            if rest:
                yield Command(begin, rest)
        text = ""


class _Reader:
    def __init__(self, parts: list[Command]) -> None:
        self._parts = parts
        self._at = 0
        self.functions: dict[str, Block] = {}

    def block(self, until: frozenset[str], depth: int) -> Block:
        """The commands up to a word of `until`, which stays to be read."""
        found: list[Command | Branches] = []
        while self._at < len(self._parts):
            part = self._parts[self._at]
            word = part.text.split()[0]
            if word in until:
                break
            self._at += 1
            if word in _LEFT_OUT or depth > _NESTED:
                self._skip(word)
            elif word == "if":
                found.append(self._branches(part, depth))
            elif head := _FUNCTION.fullmatch(part.text):
                if head["rest"] != "{" and self._at < len(self._parts) and self._parts[self._at].text == "{":
                    self._at += 1
                self.functions[head["name"]] = self.block(frozenset("}"), depth + 1)
                self._at += 1
            else:
                found.append(part)
        return tuple(found)

    def _skip(self, word: str) -> None:
        """Goes behind the end of a loop or `case`."""
        ends = [_LEFT_OUT.get(word, "")]
        while ends and self._at < len(self._parts):
            first = self._parts[self._at].text.split()[0]
            self._at += 1
            if first == ends[-1]:
                ends.pop()
            elif first in _LEFT_OUT:
                ends.append(_LEFT_OUT[first])

    def _branches(self, part: Command, depth: int) -> Branches:
        branches: list[tuple[str, Block]] = []
        condition = part.text.removeprefix("if").strip()
        while self._at < len(self._parts):
            branches.append((condition, self.block(frozenset({"elif", "else", "fi"}), depth + 1)))
            if self._at == len(self._parts):
                break
            text = self._parts[self._at].text
            self._at += 1
            if text.startswith("fi"):
                break
            condition = text.removeprefix("elif").strip() if text.startswith("elif") else ""
        return Branches(part.line, tuple(branches))
