"""Symbols that need each other.

Enters: a KconfigModel, or the names of symbols, each of which needs the next. Leaves: nothing, or the error. Must hold:
`check_loops` refuses what sym_check_deps() of scripts/kconfig/symbol.c refuses, whether or not a value hangs on it; the
error names the symbols in order, and the place of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analyzer.errors import SourceError
from analyzer.model.expr import NO, YES, And, Expr, Not, Or, all_of, any_of, names
from analyzer.model.kconfig import Choice, Definition, KconfigModel


class DependencyLoop(SourceError):
    """Symbols whose values need each other; the message names them in order."""


def loop(model: KconfigModel, path: Sequence[str]) -> DependencyLoop:
    """The error for a path whose last symbol is on it already."""
    around = path[path.index(path[-1]) :]
    first = (model.symbols.get(around[0]) or model.choices[around[0]]).definitions[0].location
    message = "dependency loop: " + " -> ".join(around)
    return DependencyLoop(message, path=first.path, lineno=first.line, hint="break one of the links")


def too_long(model: KconfigModel, path: Sequence[str]) -> SourceError:
    """The error for a path that is longer than can be followed."""
    place = model.symbols[path[0]].location
    return SourceError(f"{path[0]} depends on a chain of {len(path)} symbols", path=place.path, lineno=place.line)


def check_loops(model: KconfigModel) -> None:
    """Raises DependencyLoop for the first symbols that need each other."""
    walk = _Walk(model)
    for name in model.symbols:
        walk.check(name)


class _Walk:
    """sym_check_deps() with a stack of its own. A choice is looked at with all its members, which are open until all of
    them are done (sym_check_choice_deps()); the choice itself only while its own conditions are."""

    def __init__(self, model: KconfigModel) -> None:
        self._model = model
        self._folded: dict[int, tuple[Expr, Expr]] = {}
        self._selectors, self._impliers = model.selectors(), model.impliers()
        self._closed: set[str] = set()
        self._open: set[str] = set()

    def check(self, start: str) -> None:
        path: list[str] = []
        stack: list[Iterator[str]] = [iter((start,))]
        while stack:
            name = next(stack[-1], None)
            if name is None:
                stack.pop()
                if path:
                    path.pop()
                continue
            if name in self._open:
                raise loop(self._model, [*path, name] if name in path else [*path, name, path[-1]])
            if name in self._closed:
                continue
            symbol = self._model.symbols.get(name)
            if symbol is None and name not in self._model.choices:
                continue
            key = name if symbol is None else symbol.choice
            path.append(name)
            stack.append(self._symbol(name) if key is None else self._choice(self._model.choices[key]))

    def _symbol(self, name: str) -> Iterator[str]:
        self._closed.add(name)
        self._open.add(name)
        yield from self._needs(name)
        self._open.discard(name)

    def _choice(self, choice: Choice) -> Iterator[str]:
        self._closed.update((choice.key, *choice.members))
        self._open.update((choice.key, *choice.members))
        yield from self._of_definitions(choice.definitions, is_choice=True)
        self._open.discard(choice.key)
        for member in choice.members:
            yield from self._needs(member)
        self._open.difference_update(choice.members)

    def _needs(self, name: str) -> Iterator[str]:
        for lines in (self._selectors, self._impliers):
            for selector, definition, line in lines.get(name, ()):
                yield selector.name
                yield from self._names(definition.under(line.condition))
        yield from self._of_definitions(self._model.symbols[name].definitions)

    def _of_definitions(self, definitions: Iterable[Definition], *, is_choice: bool = False) -> Iterator[str]:
        for definition in definitions:
            yield from self._names(definition.condition)
            if definition.prompt is not None:
                yield from self._names(definition.prompt_condition())
            for default in definition.defaults:
                yield from self._names(definition.under(default.condition))
                # Which member a choice takes is no value that anything waits for.
                if not is_choice:
                    yield from names(default.value)
            for range_ in definition.ranges:
                yield from self._names(definition.under(range_.condition))

    def _names(self, expr: Expr) -> Iterator[str]:
        return names(self._fold(expr))

    def _fold(self, expr: Expr) -> Expr:
        """What expr_transform() leaves of the constants in an expression."""
        match expr:
            case Not(operand):
                inner = self._fold(operand)
                return NO if inner == YES else YES if inner == NO else Not(inner)
            case And(operands):
                folded = [self._fold(o) for o in operands]
                return NO if NO in folded else all_of(folded)
            case Or(operands):
                folded = [self._fold(o) for o in operands]
                return YES if YES in folded else any_of([o for o in folded if o != NO])
        return expr
