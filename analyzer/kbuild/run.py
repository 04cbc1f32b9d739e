"""Runs the statements of makefiles in a scope.

Enters: a scope and statements, a makefile's path, or a text that `$(eval …)` gives. Leaves: the scope, changed. Must
hold: rules and recipes are not run; where a condition depends on something unknown, every variable that one of its
branches sets is unknown from there on. Source: the GNU make manual, "How make Reads a Makefile", and eval() of GNU make
4.3's src/read.c.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from analyzer.errors import SourceError
from analyzer.kbuild.functions import FUNCTIONS
from analyzer.kbuild.probes import ToolAnswers
from analyzer.kbuild.scope import Scope, World
from analyzer.kbuild.sources import Sources
from analyzer.kbuild.syntax import Assignment, Conditional, Export, Include, Other, Statement, Undefine
from analyzer.kbuild.unknowns import has_mark, known, marks
from analyzer.model.build import Guard
from analyzer.model.expr import Location

_LATER = re.compile(
    r":[ \t]*(?:(?:private|export|override)[ \t]+)*[^\s:=+?!#$()]+[ \t]*(?::{1,3}=|[?+!]?=).*", re.DOTALL
)
"""What make leaves for later in a line that is a rule: the value of a target's own variable."""
_ABOUT_THE_CONFIG = re.compile(r"CONFIG_|ARCH\b")
TOP = "Makefile"
_FILE = 4096
"""What reading a makefile costs at least, in characters expanded."""
_INCLUDES = 64
_GENERATED = ("include/config/", "include/generated/")
"""What Kconfig and the build write. The values of auto.conf are those of the config."""


def world_of(
    sources: Sources, config: Mapping[str, str], answers: ToolAnswers, both: Literal["", "then", "otherwise"] = ""
) -> World:
    """What the runs of make of one evaluation share, before any of them."""
    return World(sources=sources, config=config, answers=answers, functions=FUNCTIONS, evaluate=evaluate, both=both)


def include(scope: Scope, path: str, depth: int = 0) -> None:
    """Reads a makefile of the tree; one that cannot be read is noted as unresolved."""
    try:
        statements = scope.world.sources.statements(path)
    except SourceError as error:
        where = Location(path=error.path, line=error.lineno)
        scope.world.unknowns.note(where, f"include {path}", error.message, "everything that it would set")
        return
    scope.world.files.add(path)
    scope.world.spend(_FILE)
    outside = scope.path, scope.line
    scope.path = path
    scope.put("MAKEFILE_LIST", f"{scope.value('MAKEFILE_LIST')} {path}")
    try:
        _run(scope, statements, depth, line=0)
    except RecursionError:
        scope.world.unknowns.note(scope.place, path, "conditionals or calls nested too deeply", "what it would set")
    scope.path, scope.line = outside


def evaluate(scope: Scope, text: str) -> None:
    """Reads `text` where the scope stands, as $(eval …) does."""
    try:
        statements = scope.world.sources.parsed.statements(known(text), scope.path)
    except SourceError as error:
        scope.world.unknowns.note(scope.place, f"$(eval {text[:60]})", error.message)
        return
    _run(scope, statements, _INCLUDES // 2, line=scope.line)


def _run(scope: Scope, statements: tuple[Statement, ...], depth: int, line: int) -> None:
    """Runs statements; `line` is the line that they count as, 0 for their own."""
    for statement in statements:
        scope.line = line or statement.line
        scope.step()
        match statement:
            case Assignment():
                scope.assign(statement, statement.value)
            case Conditional():
                _branch(scope, statement, depth, line)
            case Include():
                _include(scope, statement, depth)
            case Export():
                _export(scope, set(scope.text(statement.names).split()), statement.on)
            case Undefine():
                scope.own.pop(scope.text(statement.name).strip(), None)
            case Other():
                # Rules are of no interest, only what expanding them does on the way: $(eval …), $(error …).
                if "$" in statement.text:
                    scope.text(_LATER.sub("", statement.text))


def _export(scope: Scope, names: set[str], on: bool) -> None:
    if not names:
        scope.exports_all = on
    elif on:
        scope.exported |= names
    else:
        scope.exported -= names


def _both(scope: Scope, statement: Conditional, depth: int, line: int) -> None:
    """Runs both branches of a condition about the config."""
    outside = scope.guards
    where = Location(path=scope.path, line=scope.line)
    taken = [(statement.then, statement.text), (statement.otherwise, f"else of {statement.text}")]
    for statements, text in taken if scope.world.both == "otherwise" else reversed(taken):
        scope.guards = (*outside, Guard(where=where, text=text))
        _run(scope, statements, depth, line)
    scope.guards = outside


def _branch(scope: Scope, statement: Conditional, depth: int, line: int) -> None:
    if scope.world.both and "CONFIG_" in statement.text:
        _both(scope, statement, depth, line)
        return
    holds, unknown = _holds(scope, statement)
    if not unknown and not (statement.then if holds else statement.otherwise):
        return
    outside = scope.guards
    where = Location(path=scope.path, line=scope.line)
    # Other conditionals of the top Makefile ask how make was called, which is always the same here.
    if scope.path != TOP or _ABOUT_THE_CONFIG.search(statement.text):
        scope.guards = (*outside, Guard(where=where, text=statement.text if holds else f"else of {statement.text}"))
    if unknown:
        for inner in (*_flat(statement.then), *_flat(statement.otherwise)):
            if isinstance(inner, Assignment):
                scope.assign(inner, "", mark=unknown)
            elif isinstance(inner, Export) and inner.on and inner.names:
                # It may be exported; what its value hangs on is known by the mark.
                scope.exported |= set(scope.text(inner.names).split())
            elif isinstance(inner, Include):
                scope.world.unknowns.matters(unknown, "which makefiles are read")
    else:
        _run(scope, statement.then if holds else statement.otherwise, depth, line)
    scope.guards = outside


def _holds(scope: Scope, statement: Conditional) -> tuple[bool, str]:
    """Whether a condition holds, and the marks of what it depends on where that is unknown."""
    kind = statement.kind
    if kind in {"ifdef", "ifndef"}:
        found = scope.get(scope.text(statement.left).strip())
        text = "" if found is None else found.text()
        unknown = marks(text) if has_mark(text) and not known(text).strip() else ""
        return bool(text) == (kind == "ifdef"), unknown
    if statement.right is None:
        scope.world.unknowns.note(scope.place, statement.text, "no condition")
        return False, scope.unknown(statement.text, "no condition")
    left, right = scope.text(statement.left), scope.text(statement.right)
    unknown = marks(left + right)
    # Whatever is missing, a text with something in it is not empty.
    if (not left and known(right)) or (not right and known(left)):
        unknown = ""
    return (left == right) == (kind == "ifeq"), unknown


def _flat(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """All statements, those of both branches of conditionals among them."""
    for statement in statements:
        if isinstance(statement, Conditional):
            yield from _flat(statement.then)
            yield from _flat(statement.otherwise)
        else:
            yield statement


def _include(scope: Scope, statement: Include, depth: int) -> None:
    text = scope.text(statement.names)
    scope.world.unknowns.matters(text, "which makefiles are read")
    if depth > _INCLUDES:
        scope.world.unknowns.note(scope.place, f"include {known(text)}", "makefiles that include each other")
        return
    for name in known(text).split():
        path = scope.world.sources.relative(posixpath.normpath(name))
        if path.startswith(_GENERATED):
            continue
        found = scope.world.sources.wildcard(path).split()
        if not found and statement.required:
            scope.world.unknowns.note(scope.place, f"include {name}", "there is no such file in the tree")
        for file in found:
            include(scope, file, depth + 1)
