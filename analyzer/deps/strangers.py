"""What is known of names that a tree does not define.

Enters: a tree's symbols, the entries of its other architectures. Leaves: `Stranger`s. Must hold: names are told apart
by what the tree says, not by a list of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from analyzer.deps.similar_names import SimilarNames
from analyzer.model.expr import answers
from analyzer.model.kconfig import KconfigModel, Symbol
from analyzer.model.stranger import STRANGER_KINDS, Stranger, StrangerKind

Entries = Callable[[], Mapping[str, Sequence[str]]]
"""The Kconfig files of other architectures, by the names that they define; asked for only where a name is unknown."""

_SAYS_VERSION = ("_VERSION", "_VERSION_TEXT")


class Strangers:
    """Looks names up that one tree does not define."""

    def __init__(self, model: KconfigModel, entries: Entries) -> None:
        self._model = model
        self._ask = entries

    def of(self, name: str) -> Stranger:
        """What is known of `name`."""
        if self._is_asked_of_compilers(name):
            return Stranger(name=name, kind="toolchain")
        if homes := tuple(self._entries.get(name, ())):
            return Stranger(name=name, kind="elsewhere", homes=homes)
        near = self._near.to(name)
        return Stranger(name=name, kind="near" if near else "unknown", near=near)

    def grouped(self, names: Iterable[str]) -> Mapping[StrangerKind, tuple[Stranger, ...]]:
        """The names by kind, each once and in their order; kinds without any are left out."""
        found = [self.of(name) for name in dict.fromkeys(names)]
        groups = {kind: tuple(one for one in found if one.kind == kind) for kind in STRANGER_KINDS}
        return {kind: ones for kind, ones in groups.items() if ones}

    def _is_asked_of_compilers(self, name: str) -> bool:
        first, *more = name.split("_")
        return bool(more) and (first in self._tools or name.endswith(_SAYS_VERSION))

    @cached_property
    def _entries(self) -> Mapping[str, Sequence[str]]:
        return self._ask()

    @cached_property
    def _near(self) -> SimilarNames:
        return SimilarNames(self._model.symbols)

    @cached_property
    def _tools(self) -> frozenset[str]:
        """First words (CC, AS, LD, …) of which half of the symbols without prompt, or more, are a tool's answer."""
        every: Counter[str] = Counter()
        answered: Counter[str] = Counter()
        for symbol in self._model.symbols.values():
            if not symbol.prompt:
                first = symbol.name.partition("_")[0]
                every[first] += 1
                answered[first] += _is_answered(symbol)
        return frozenset(first for first, count in answered.items() if count and 2 * count >= every[first])


def _is_answered(symbol: Symbol) -> bool:
    return any(
        next(answers(expr), None) is not None
        for definition in symbol.definitions
        for default in definition.defaults
        for expr in (default.value, default.condition)
    )
