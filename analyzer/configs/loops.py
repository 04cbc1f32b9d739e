"""Symbols that need each other.

Enters: a KconfigModel, or the names of symbols, each of which needs the next. Leaves: nothing, or the error. Must hold:
`check_loops` refuses what sym_check_deps() of scripts/kconfig/symbol.c refuses, whether or not a value hangs on it; the
error names the symbols in order, and the place of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from analyzer.errors import SourceError
from analyzer.model.expr import NO, YES, And, Expr, Not, Or, Ref, names
from analyzer.model.graph import spoken
from analyzer.model.kconfig import Choice, Definition, Dependency, KconfigModel


class DependencyLoop(SourceError):
    """Symbols whose values need each other; the message names them in order."""


def loop(model: KconfigModel, path: Sequence[str]) -> DependencyLoop:
    """The error for a path whose last symbol is on it already."""
    around = path[path.index(path[-1]) :]
    first = (model.symbols.get(around[0]) or model.choices[around[0]]).definitions[0].location
    message = "dependency loop: " + " -> ".join(map(spoken, around))
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
        self._known: dict[int, _Names] = {}
        self._blocks: dict[int, _Names] = {}
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
                base, condition = self._under(definition.dependencies), self._names(line.condition)
                if base is not False and condition is not False:
                    yield from _found(base)
                    yield from _found(condition)
        yield from self._of_definitions(self._model.symbols[name].definitions)

    def _of_definitions(self, definitions: Iterable[Definition], *, is_choice: bool = False) -> Iterator[str]:
        """What the dependencies of a definition name comes once, before all that stands under them."""
        for definition in definitions:
            base = self._under(definition.dependencies)
            yield from _found(base)
            holds = base is not False
            if definition.prompt is not None and holds:
                shown = self._under(definition.visibility), self._names(definition.prompt.condition)
                yield from _found(_all_of(shown))
            for default in definition.defaults:
                if holds:
                    yield from _found(self._names(default.condition))
                # Which member a choice takes is no value that anything waits for.
                if not is_choice:
                    yield from names(default.value)
            for range_ in definition.ranges:
                if holds:
                    yield from _found(self._names(range_.condition))

    def _under(self, lines: tuple[Dependency, ...]) -> _Names:
        """What lines name that hold together; readers share them, so each block is looked at once."""
        found = self._blocks.get(id(lines))
        if found is None:
            found = self._blocks[id(lines)] = _all_of(self._names(line.expr) for line in lines)
        return found

    def _names(self, expr: Expr) -> _Names:
        """What an expression of the model names once expr_transform() has dealt with its constants. Readers share
        expressions, and the model keeps them."""
        found = self._known.get(id(expr))
        if found is None:
            found = self._known[id(expr)] = self._folded(expr)
        return found

    def _folded(self, expr: Expr) -> _Names:
        match expr:
            case Ref(name):
                return (name,)
            case Not(operand):
                inner = self._names(operand)
                return not inner if isinstance(inner, bool) else inner
            case And(operands):
                return _all_of(self._names(one) for one in operands)
            case Or(operands):
                return _any_of(self._names(one) for one in operands)
        return expr == YES if expr in (YES, NO) else tuple(names(expr))


_Names = tuple[str, ...] | bool
"""What an expression names, or that it is a constant: y or n."""


def _found(what: _Names) -> tuple[str, ...]:
    return () if isinstance(what, bool) else what


def _all_of(operands: Iterable[_Names]) -> _Names:
    parts = [one for one in operands if one is not True]
    return False if any(one is False for one in parts) else _joined(parts) if parts else True


def _any_of(operands: Iterable[_Names]) -> _Names:
    parts = [one for one in operands if one is not False]
    return True if any(one is True for one in parts) else _joined(parts) if parts else False


def _joined(parts: Sequence[_Names]) -> _Names:
    return parts[0] if len(parts) == 1 else tuple(dict.fromkeys(chain.from_iterable(map(_found, parts))))
