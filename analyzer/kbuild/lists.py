"""The lists of a Kbuild makefile, word by word, and where each word was written.

Enters: a scope after its makefile was read. Leaves: words with the line that put them there, and the steps that lead to
them. Must hold: the words are those of the expanded variable, in its order; a word that a line does not spell out is
followed into the variables that the line refers to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from analyzer.kbuild.functions import references
from analyzer.kbuild.scope import Piece, Scope, Variable
from analyzer.kbuild.syntax import Malformed
from analyzer.kbuild.unknowns import has_mark, known
from analyzer.model.build import Step
from analyzer.model.expr import Location

_SYMBOL = re.compile(r"\bCONFIG_(\w+)")
_FOLLOWED = 8
"""Variables inside variables that are followed for a reason."""


@dataclass(frozen=True, slots=True)
class Named:
    """A word of a list, and the piece of the variable that holds it; `also` are further pieces that hold it."""

    word: str
    variable: str
    piece: Piece
    also: tuple[Piece, ...] = ()


def named(scope: Scope, variable: str, affects: str) -> tuple[Named, ...]:
    """The words of a list, each once, in order. What is unknown of it is noted as deciding `affects`."""
    found = scope.get(variable)
    if found is None:
        return ()
    words: dict[str, list[Piece]] = {}
    for piece in found.pieces:
        for word in _words(scope, found, piece):
            if has_mark(word):
                scope.world.unknowns.matters(word, affects)
            else:
                words.setdefault(word, []).append(piece)
    return tuple(Named(word, variable, first, tuple(more)) for word, (first, *more) in words.items())


def _words(scope: Scope, variable: Variable, piece: Piece) -> list[str]:
    return (piece.text if variable.simple else scope.text(piece.text)).split()


def steps(scope: Scope, entry: Named) -> tuple[Step, ...]:
    """How a word came into its list: the line that names it, or the lines that lead there, the list's own first."""
    return tuple(_steps(scope, entry, _FOLLOWED))


def _steps(scope: Scope, entry: Named, depth: int) -> Iterator[Step]:
    piece = entry.piece
    assignment = piece.assignment
    if assignment is None:
        # What an outer make exported was put together there.
        found = scope.own.get(entry.variable)
        if scope.outer is not None and (found is None or found.origin == "environment"):
            yield from _found(scope.outer, entry.variable, entry.word, depth)
        return
    first = step(scope, piece, assignment.name, entry.word)
    also = tuple(step(scope, o, o.assignment.name, entry.word) for o in entry.also if o.assignment is not None)
    yield replace(first, also=also) if also else first
    raw = assignment.value
    if depth and "$" in raw and entry.word not in raw.split():
        yield from _followed(scope, raw, entry.word, depth - 1)


def step(scope: Scope, piece: Piece, variable: str, word: str) -> Step:
    """The step of one line."""
    asked = {name for text in (variable, *(guard.text for guard in piece.guards)) for name in _SYMBOL.findall(text)}
    config = scope.world.config
    return Step(
        where=Location(path=piece.path, line=piece.assignment.line if piece.assignment else 0),
        variable=variable,
        word=word,
        guards=piece.guards,
        symbols=tuple((name, config.get(name, "n")) for name in sorted(asked)),
    )


def _found(scope: Scope, variable: str, word: str, depth: int) -> Iterator[Step]:
    """The steps to `word` in a variable that holds it."""
    found = scope.get(variable)
    for piece in found.pieces if found is not None else ():
        if found is not None and word in _words(scope, found, piece):
            yield from _steps(scope, Named(word, variable, piece), depth)
            return


def _followed(scope: Scope, raw: str, word: str, depth: int) -> Iterator[Step]:
    """The steps inside the variable that `raw` refers to and that makes `word` appear in it."""
    for name in dict.fromkeys(_referred(scope, raw)):
        variable = scope.get(name)
        if variable is None or name.startswith("CONFIG_") or word in _given(scope, raw, name, ""):
            continue
        for piece in variable.pieces:
            for part in _words(scope, variable, piece):
                if word in _given(scope, raw, name, part):
                    yield from _steps(scope, Named(part, name, piece), depth)
                    return


def _referred(scope: Scope, raw: str) -> Iterator[str]:
    try:
        parts = scope.world.sources.parsed.expansion(raw)
    except Malformed:
        return
    for reference in references(parts):
        yield known(scope.expand(reference)).strip()


def _given(scope: Scope, raw: str, name: str, text: str) -> list[str]:
    """The words of `raw` if the variable held just `text`."""
    with scope.temporarily([name]):
        scope.put(name, text)
        return scope.text(raw).split()
