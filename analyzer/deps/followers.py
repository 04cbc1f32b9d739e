"""Who follows from whom among symbols that changed together.

Enters: two resolved configs, where a change sets in, and the symbols that it explains. Leaves: `Follower` values in
reading order. Must hold: every symbol is there once; the one above it is named by the reason of its value in one of the
configs, or else by its own entry or a line that selects it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from analyzer.model.config import ResolvedConfig
from analyzer.model.difference import Follower
from analyzer.model.expr import names
from analyzer.model.kconfig import Choice, Definition, Line, Symbol


class Followers:
    """Who can follow from whom, in two configs; made once for all causes of a pair."""

    def __init__(self, a: ResolvedConfig, b: ResolvedConfig) -> None:
        self._configs = (a, b)
        self._lines = [(c.model.selectors(), c.model.impliers()) for c in self._configs]

    def tree(self, roots: Collection[str], symbols: Sequence[str]) -> tuple[Follower, ...]:
        """The symbols below those of them that `roots` names; what nothing leads to stands beside these."""
        above: dict[str, str | None] = {name: None for name in symbols if name in roots}
        for parents in (self._by_reason, self._by_entry):
            if len(above) < len(symbols):
                _reach(above, symbols, parents)
        below: dict[str | None, list[str]] = {}
        for name in symbols:
            below.setdefault(above.get(name), []).append(name)
        return tuple(_read(below))

    def _by_reason(self, name: str) -> Iterator[str]:
        for config in self._configs:
            if name in config.values:
                for cause in config.reasons[name].causes:
                    yield cause.name
                    yield from names(cause.condition)

    def _by_entry(self, name: str) -> Iterator[str]:
        for config, tables in zip(self._configs, self._lines, strict=True):
            symbol = config.model.symbols.get(name)
            if symbol is None:
                continue
            entries: list[Symbol | Choice] = [symbol]
            if symbol.choice is not None:
                choice = config.model.choices[symbol.choice]
                entries.append(choice)
                yield from choice.members
            for entry in entries:
                yield from (other for definition in entry.definitions for other in _named(definition))
            yield from _selecting(tables, name)


def _selecting(tables: Iterable[Mapping[str, tuple[Line, ...]]], name: str) -> Iterator[str]:
    for table in tables:
        for selector, definition, line in table.get(name, ()):
            yield selector.name
            yield from names(definition.under(line.condition))


def _named(definition: Definition) -> Iterator[str]:
    yield from names(definition.condition)
    if definition.prompt is not None:
        yield from names(definition.prompt_condition())
    for default in definition.defaults:
        yield from names(default.value)
        yield from names(default.condition)
    for line in definition.ranges:
        for expr in (line.low, line.high, line.condition):
            yield from names(expr)


def _reach(above: dict[str, str | None], symbols: Sequence[str], parents: Callable[[str], Iterable[str]]) -> None:
    """Put below those that are there already what follows from them, the nearest first."""
    children: dict[str, list[str]] = {}
    for name in symbols:
        if name not in above:
            for parent in dict.fromkeys(parents(name)):
                children.setdefault(parent, []).append(name)
    queue = deque(above)
    while queue:
        parent = queue.popleft()
        for name in children.get(parent, ()):
            if name not in above:
                above[name] = parent
                queue.append(name)


def _read(below: Mapping[str | None, list[str]]) -> Iterator[Follower]:
    stack = [(name, 0) for name in reversed(below.get(None, []))]
    while stack:
        name, depth = stack.pop()
        yield Follower(name=name, depth=depth)
        stack.extend((child, depth + 1) for child in reversed(below.get(name, [])))
