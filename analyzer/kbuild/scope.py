"""The variables of one run of make.

Enters: assignments, and what an outer make exports. Leaves: values. Must hold: a variable keeps the pieces that it was
put together from, each with its line, so that a word can be led back to where it was written. Source: the GNU make
manual, "The Two Flavors of Variables", "Appending More Text to Variables" and "Communicating Variables to a Sub-make".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from analyzer.kbuild.probes import ToolAnswers
from analyzer.kbuild.sources import Sources
from analyzer.kbuild.syntax import Assignment, Call, Expansion, Malformed, Substitution
from analyzer.kbuild.syntax import Variable as Reference
from analyzer.kbuild.unknowns import Unknowns, keep_marks, marks
from analyzer.kbuild.words import substitution
from analyzer.model.build import Guard
from analyzer.model.expr import Location

_DEPTH = 120
"""Expansions inside expansions; make itself stops at a variable that refers to itself."""
_WORK = 1 << 28
"""Characters that one evaluation may expand; an allmodconfig of 6.12 takes less than a quarter."""
_STEP = 32
"""What an expansion or statement costs at least."""
_LIST = re.compile(r"-(?:[ym]|objs)$")
_OF_SEVERAL = re.compile(r"(.+-y)y+")


class TooMuch(Exception):
    """Makefiles that would take too long, such as texts that double at each step."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a variable: the text as it was added (expanded already for `:=`), and the line that added it."""

    text: str
    assignment: Assignment | None = None
    path: str = ""
    guards: tuple[Guard, ...] = ()


@dataclass(slots=True)
class Variable:
    """A variable: expanded when it was set (`simple`) or whenever it is used."""

    simple: bool
    pieces: list[Piece]
    origin: str = "file"

    def text(self) -> str:
        """The value as it is stored."""
        return self.pieces[0].text if len(self.pieces) == 1 else " ".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What all runs of make of one evaluation share; `files` are the makefiles read so far, `told` what the toolchain
    has answered; `functions` and `evaluate` do what references to functions and $(eval …) say. With `both`, conditions
    about the config take both branches, the one named there last, so that its assignments stand."""

    sources: Sources
    config: Mapping[str, str]
    answers: ToolAnswers
    functions: Mapping[str, Function]
    evaluate: Callable[[Scope, str], None]
    unknowns: Unknowns = field(default_factory=Unknowns)
    files: set[str] = field(default_factory=set)
    told: dict[tuple[str, ...], str | None] = field(default_factory=dict)
    both: Literal["", "then", "otherwise"] = ""
    _work: list[int] = field(default_factory=lambda: [_WORK])

    def spend(self, work: int) -> None:
        """Counts work done. Raises TooMuch."""
        self._work[0] -= work
        if self._work[0] < 0:
            raise TooMuch


@dataclass(slots=True, kw_only=True)
class Scope:
    """One run of make. `fixed` are the variables of its command line, `common` those that Kbuild's own makefiles set
    everywhere; `outer` is the run that called it, whose exported variables it sees."""

    world: World
    outer: Scope | None = None
    common: Mapping[str, Variable] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    own: dict[str, Variable] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    exports_all: bool = False
    path: str = ""
    line: int = 0
    guards: tuple[Guard, ...] = ()
    _inherited: dict[str, Variable | None] = field(default_factory=dict)
    _depth: int = 0

    def __post_init__(self) -> None:
        if self.outer is not None:
            self.exported |= self.outer.exported
        for name, text in self.fixed.items():
            self.own[name] = Variable(True, [Piece(text)], "command line")

    @property
    def place(self) -> Location:
        """The statement that is being read."""
        return Location(path=self.path, line=self.line)

    def get(self, name: str) -> Variable | None:
        """The variable of that name, wherever it comes from."""
        found = self.own.get(name)
        if found is not None:
            return found
        if name.startswith("CONFIG_") and (value := self.world.config.get(name[7:])) is not None:
            return Variable(True, [Piece(value)])
        return self.common.get(name) or self._from_outside(name)

    def _from_outside(self, name: str) -> Variable | None:
        if self.outer is None or not self.outer.exports(name):
            return None
        if name not in self._inherited:
            found = self.outer.get(name)
            value = None if found is None else Variable(False, [Piece(self.outer.value(name))], "environment")
            self._inherited[name] = value
        return self._inherited[name]

    def exports(self, name: str) -> bool:
        """Whether the makes that this one calls see the variable."""
        return name in self.exported or (self.exports_all and name in self.own)

    def value(self, name: str) -> str:
        """The expanded value, `""` when there is no such variable."""
        found = self.get(name)
        if found is None:
            return ""
        text = found.text()
        return text if found.simple else self.text(text)

    def text(self, raw: str) -> str:
        """`raw` with its references expanded."""
        if "$" not in raw:
            return raw
        try:
            return self.expand(self.world.sources.parsed.expansion(raw))
        except Malformed:
            return self.unknown(raw, "an unterminated reference")

    def expand(self, parts: Expansion) -> str:
        """The text of an expansion."""
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        if self._depth > _DEPTH:
            return self.unknown("$(…)", "a variable that refers to itself")
        self._depth += 1
        try:
            text = "".join([part if isinstance(part, str) else self._part(part) for part in parts])
            self.world.spend(len(text) + _STEP)
            return text
        finally:
            self._depth -= 1

    def _part(self, part: Reference | Substitution | Call) -> str:
        if isinstance(part, Reference):
            return self.value(self.expand(part.name).strip())
        if isinstance(part, Substitution):
            text = self.value(self.expand(part.name).strip())
            source, target = self.expand(part.source), self.expand(part.target)
            return keep_marks(substitution(source, target, text), text)
        return self.world.functions[part.function](self, part.arguments)

    def put(self, name: str, text: str) -> None:
        """Sets a variable of make's own, such as the argument of a function, to a text that is not expanded again."""
        self.own[name] = Variable(True, [Piece(text)], "automatic")

    @contextmanager
    def temporarily(self, names: Iterable[str]) -> Iterator[None]:
        """Gives variables their old values back in the end."""
        saved = {name: self.own.get(name) for name in names}
        try:
            yield
        finally:
            for name, old in saved.items():
                if old is None:
                    self.own.pop(name, None)
                else:
                    self.own[name] = old

    def unknown(self, text: str, reason: str) -> str:
        """A mark for a text that nobody knows, asked at the present place."""
        return self.world.unknowns.mark(self.place, text, reason)

    def step(self) -> None:
        """Counts a statement. Raises TooMuch."""
        self.world.spend(_STEP)

    def assign(self, assignment: Assignment, value: str, mark: str = "") -> None:
        """Sets a variable as the statement says; `value` is the text behind the operator. `mark` is put behind it where
        it is unknown whether the statement counts."""
        raw = assignment.name
        name = raw if "$" not in raw else self.text(raw)
        if unknown := marks(name):
            # A probe in the name of a list answers y, m or nothing.
            for answer in "ym":
                self._add(name.replace(unknown, answer), Piece(unknown, assignment, self.path, self.guards))
            return
        if name in self.fixed and not assignment.override:
            return
        if mark:
            self._add(name, Piece(mark, assignment, self.path, self.guards))
            return
        operator = assignment.operator
        if self.world.both and (many := _OF_SEVERAL.fullmatch(name)) and "$" in raw:
            # obj-$(CONFIG_A)$(CONFIG_B): either of the two will do.
            name = many[1]
        old = self.get(name)
        if self.world.both and old is not None and operator in {"=", ":="} and ("$" in raw or self.guards):
            # No config has both lines, this one and that which it would replace; a y is no list (VDSO32-y := y).
            operator = "+=" if _LIST.search(name) and value.strip() not in {"y", "m"} else operator
        if operator == "?=":
            if old is not None:
                return
            operator = "="
        if operator == "+=" and old is not None:
            text = self.text(value) if old.simple else value
            if text:
                self._add(name, Piece(text, assignment, self.path, self.guards))
        else:
            simple = operator in {":=", "!="}
            text = self.text(value) if simple else value
            if operator == "!=":
                text = self.text(f"$(shell {value})")
            self.own[name] = Variable(simple, [Piece(text, assignment, self.path, self.guards)])
        if assignment.export:
            self.exported.add(name)

    def _add(self, name: str, piece: Piece) -> None:
        old = self.own.get(name)
        if old is None:
            outer = self.get(name)
            old = Variable(True, []) if outer is None else Variable(outer.simple, [*outer.pieces], outer.origin)
            self.own[name] = old
        if len(old.pieces) == 1 and not old.pieces[0].text:
            old.pieces.clear()
        old.pieces.append(piece)


Function = Callable[[Scope, tuple[Expansion, ...]], str]
"""A function of make's: it gets its arguments as they are written."""
