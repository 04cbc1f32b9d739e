"""A model with some files of its Kconfig read anew, without reading the rest.

Enters: a KconfigModel, its tree, the tree in which some files read otherwise. Leaves: the model of that, and the names
that those files define, before or after; None where only reading all of it tells. Must hold: it is what reading all of
it gives. The proof: from the old text of each file, and from what its entries are found to stand under, the entries of
the old model come out as they are; the rest of the model can't see the difference, because the file sources no other,
has no macro, and neither ends nor begins a block of another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import TypeVar

from analyzer.configs.changed import called_alike
from analyzer.configs.meaning import special
from analyzer.configs.parser import PARSING_DEPTH, parse, recursion
from analyzer.configs.raw import Parsed
from analyzer.configs.read import Finalizer, Lines
from analyzer.configs.sanity import check
from analyzer.configs.sources import Sources
from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.kconfig import Definition, KconfigModel, Line, MenuEntry, Select, Symbol
from analyzer.model.tree import SourceTree


class _Silent:
    """Answers nothing: a file with a macro is not spliced."""

    def answer(self, command: str, location: Location) -> str:
        raise SourceError("a macro", path=location.path, lineno=location.line)


def spliced(
    model: KconfigModel, before: SourceTree, after: SourceTree, files: Collection[str]
) -> tuple[KconfigModel, frozenset[str]] | None:
    """The model of `after`, of which nothing but `files` (as `model.files` has them) differs from `before`."""
    names: set[str] = set()
    for file in files:
        found = _File(model, before, after, file).spliced()
        if found is None:
            return None
        model, mine = found
        names |= mine
    return model, frozenset(names)


class _File:
    def __init__(self, model: KconfigModel, before: SourceTree, after: SourceTree, file: str) -> None:
        self._model = model
        self._trees = (before, after)
        self._file = file

    def spliced(self) -> tuple[KconfigModel, frozenset[str]] | None:
        if self._file not in self._model.files:
            return None
        try:
            old, new = (parse(tree, _Silent(), self._file) for tree in self._trees)
        except SourceError:
            # What is wrong is told by who reads all of it.
            return None
        if not all(map(self._stands_alone, (old, new), self._trees)):
            return None
        place = self._place(old)
        if place is None:
            return None
        with recursion(PARSING_DEPTH):
            was, now = (self._read(parsed, *place) for parsed in (old, new))
        if not self._is_ours(was):
            return None
        now = called_alike(was, now)
        mine = self._symbols(was, now)
        if mine is None:
            return None
        gone = frozenset(was.symbols.keys() - mine.keys())
        names = frozenset((*was.symbols, *now.symbols, *was.choices, *now.choices))
        choices = {key: one for key, one in self._model.choices.items() if key not in was.choices} | dict(now.choices)
        model = replace(
            self._model,
            symbols=_Over(self._model.symbols, mine, gone),
            choices=MappingProxyType(choices),
            menu=_Menu(self._model.menu, now.menu, self._file),
            selected=self._lines("selects", was, now, mine),
            implied=self._lines("implies", was, now, mine),
        )
        return model, names

    def _stands_alone(self, parsed: Parsed, tree: SourceTree) -> bool:
        """Whether nothing of a file reaches another, nor the other way round."""
        if len(parsed.files) != 1 or parsed.modules is not None or parsed.warnings:
            return False
        return "$(" not in Sources(tree).read(self._file, Location(path=self._file, line=0))

    def _read(self, parsed: Parsed, above: Lines, visibility: Lines) -> KconfigModel:
        parsed = replace(parsed, modules=self._model.modules)
        finalizer = Finalizer(self._trees[0], parsed, self._model.symbols)
        found = finalizer.model(above, visibility)
        check(found, finalizer.members())
        return found

    def _place(self, old: Parsed) -> tuple[Lines, Lines] | None:
        """What the file's entries stand under because of those that source it: what the first of them has beside what
        the file itself says."""
        with recursion(PARSING_DEPTH):
            bare = self._read(old, (), ())
        for name, symbol in bare.symbols.items():
            whole = self._model.symbols.get(name)
            mine = next((d for d in symbol.definitions if d.location.path == self._file), None)
            there = (
                next((d for d in whole.definitions if mine and d.location == mine.location), None) if whole else None
            )
            if mine is None or there is None or any(d.source == "choice" for d in there.dependencies):
                continue
            above = there.dependencies[: len(there.dependencies) - len(mine.dependencies)]
            return above, there.visibility[: len(there.visibility) - len(mine.visibility)]
        return None

    def _is_ours(self, was: KconfigModel) -> bool:
        """Whether the old text gives what the old model has."""
        for name, symbol in was.symbols.items():
            whole = self._model.symbols.get(name)
            if whole is None or self._mine(whole) != symbol.definitions or whole.choice != symbol.choice:
                return False
        return all(self._model.choices.get(key) == one for key, one in was.choices.items())

    def _mine(self, symbol: Symbol) -> tuple[Definition, ...]:
        return tuple(d for d in symbol.definitions if d.location.path == self._file)

    def _symbols(self, was: KconfigModel, now: KconfigModel) -> dict[str, Symbol] | None:
        """The symbols of the file as they are afterwards, with their definitions in other files; None where the order
        of those counts and is not known, or what they share is not the same."""
        found: dict[str, Symbol] = {}
        for name in (*was.symbols, *(n for n in now.symbols if n not in was.symbols)):
            whole, new = self._model.symbols.get(name), now.symbols.get(name)
            elsewhere = whole is not None and len(self._mine(whole)) < len(whole.definitions)
            if not elsewhere or whole is None:
                if new is not None:
                    found[name] = new
                continue
            if name not in was.symbols:
                return None
            old = was.symbols[name]
            if new is None or _head(old) != _head(new):
                return None
            at = next(i for i, d in enumerate(whole.definitions) if d.location.path == self._file)
            others = tuple(d for d in whole.definitions if d.location.path != self._file)
            found[name] = replace(whole, definitions=(*others[:at], *new.definitions, *others[at:]))
        return found

    def _lines(
        self, which: str, was: KconfigModel, now: KconfigModel, mine: Mapping[str, Symbol]
    ) -> Mapping[str, tuple[Line, ...]]:
        """The index of select (or imply) lines by target."""
        table = self._model.selectors() if which == "selects" else self._model.impliers()
        ours = {*was.symbols, *now.symbols}
        fresh: dict[str, list[Line]] = {}
        for symbol in mine.values():
            for definition in symbol.definitions:
                lines: tuple[Select, ...] = getattr(definition, which)
                for line in lines:
                    fresh.setdefault(line.target, []).append((symbol, definition, line))
        old = (
            line.target
            for name in was.symbols
            for d in self._model.symbols[name].definitions
            for line in getattr(d, which)
        )
        return _Over(
            table,
            {target: tuple(_replaced(table.get(target, ()), ours, fresh.get(target, []))) for target in {*old, *fresh}},
            frozenset(),
        )


def _replaced(rows: Sequence[Line], ours: Collection[str], fresh: Sequence[Line]) -> Iterator[Line]:
    """The lines with those of some symbols replaced, where the first of them stood."""
    at = next((at for at, row in enumerate(rows) if row[0].name in ours), len(rows))
    yield from rows[:at]
    yield from fresh
    yield from (row for row in rows[at:] if row[0].name not in ours)


def _head(symbol: Symbol) -> tuple[object, ...]:
    return symbol.type, symbol.choice, *special(symbol)


_T = TypeVar("_T")


class _Over(Mapping[str, _T]):
    """A mapping with some items that are others, or gone."""

    def __init__(self, below: Mapping[str, _T], mine: Mapping[str, _T], gone: Collection[str]) -> None:
        self._below, self._mine, self._gone = below, mine, gone

    def __getitem__(self, name: str) -> _T:
        found = self._mine.get(name)
        if found is not None:
            return found
        if name in self._gone:
            raise KeyError(name)
        return self._below[name]

    def __contains__(self, name: object) -> bool:
        return name in self._mine or (name in self._below and name not in self._gone)

    def __iter__(self) -> Iterator[str]:
        here = (name for name in self._below if name not in self._gone)
        return chain(here, (name for name in self._mine if name not in self._below))

    def __len__(self) -> int:
        return len(self._below) - len(self._gone) + sum(name not in self._below for name in self._mine)


class _Menu(Sequence[MenuEntry]):
    """A menu in which the entries of a file are others; made when somebody looks at it."""

    def __init__(self, below: Sequence[MenuEntry], mine: Sequence[MenuEntry], file: str) -> None:
        self._below, self._mine, self._file = below, mine, file

    @cached_property
    def _entries(self) -> tuple[MenuEntry, ...]:
        places = [at for at, entry in enumerate(self._below) if entry.location.path == self._file]
        start, stop = places[0], places[-1] + 1
        more = len(self._mine) - (stop - start)
        return (
            *(replace(e, end=e.end + more) if e.end >= stop else e for e in self._below[:start]),
            *(replace(e, end=e.end + start) for e in self._mine),
            *(replace(e, end=e.end + more) for e in self._below[stop:]),
        )

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)
