"""One config of a review as it is before, or after: what the lanes say, and behind them what was given.

Enters: the lanes of an architecture, with what they were given. Leaves: a `ResolvedConfig` whose values are read when
somebody asks. Must hold: what the lanes do not look at is the same on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from analyzer.configs.union_entries import twin_name
from analyzer.model.config import Reason, ResolvedConfig
from analyzer.model.expr import Tristate
from analyzer.pipeline.commands.review_given import Given
from analyzer.pipeline.commands.review_values import Values
from analyzer.pipeline.opening import OpenTree

_Value = TypeVar("_Value")
_NO_REASONS: Mapping[str, Reason] = MappingProxyType({})


@dataclass(frozen=True)
class Side:
    """One side of all configs of an architecture: `opened` is its tree, `values` is None where Kconfig says the same on
    both."""

    opened: OpenTree
    given: Given
    values: Values | None = None
    after: bool = False

    def config(self, lane: int) -> ResolvedConfig:
        """The config of a lane. Nobody has looked for its reasons."""
        model = self.opened.model
        return ResolvedConfig(
            tree=self.opened.tree,
            model=model,
            source=self.given.sources[lane],
            values=_Read(model.symbols, lambda name: self.value(name, lane)),
            choice_values=_Read(model.choices, lambda key: self.choice(key, lane)),
            visibility=_Read(model.symbols, lambda name: self.shown(name, lane), model.choices),
            written=_Written(self, lane),
            reasons=_NO_REASONS,
            texts=self.texts,
        )

    def conf(self, lane: int) -> Mapping[str, str]:
        """What makefiles see of the config of a lane (include/config/auto.conf), as configs.auto_conf has it."""
        return _Conf(self, lane)

    @cached_property
    def texts(self) -> frozenset[str]:
        """The symbols whose value is a number or text; what the model says of each would all be parsed for that."""
        inside = () if self.values is None else self.values.planes.program.texts
        return frozenset((*self.given.planes.program.texts, *inside))

    @cached_property
    def inside(self) -> frozenset[str]:
        """The names that the lanes look at."""
        if self.values is None:
            return frozenset()
        program = self.values.planes.program
        there = {*program.values, *program.texts, *program.choices}
        return frozenset(name for name in self.values.lanes.reached if name in there)

    def _at(self, lane: int) -> int:
        return lane + self.after * self.given_count

    @cached_property
    def given_count(self) -> int:
        """How many lanes there are on each side."""
        return len(self.given.sources)

    def _twin(self, name: str) -> str:
        """What the side's own entry is called in a union of both."""
        assert self.values is not None
        return twin_name("b" if self.after else "a", name) if self._is_split(name) else name

    def _is_split(self, name: str) -> bool:
        assert self.values is not None
        union = self.values.lanes.union
        # Of a choice only the second one has a name of its own.
        return name in union.twins or (self.after and twin_name("b", name) in union.model.choices)

    def value(self, name: str, lane: int) -> str:
        """The value of a symbol that the side defines."""
        if self.values is not None and name in self.inside:
            return self.values.planes.value(name, self._at(lane))
        return self.given.planes.value(name, lane)

    def choice(self, key: str, lane: int) -> Tristate:
        """The value of a choice."""
        if self.values is not None and key in self.inside:
            planes, choices = self.values.planes, self.values.planes.program.choices
            found = choices.get(self._twin(key)) or choices[key]
            return planes.tristate(found, self._at(lane))
        return self.given.planes.tristate(self.given.planes.program.choices[key], lane)

    def shown(self, name: str, lane: int) -> Tristate:
        """How far the prompt of a symbol or choice shows."""
        if self.values is not None and name in self.inside:
            planes = self.values.planes
            found = planes.program.visible.get(self._twin(name)) or planes.program.visible.get(name)
            return Tristate.n if found is None else planes.tristate(found, self._at(lane))
        return self.given.planes.shown(name, lane)

    def is_written(self, name: str, lane: int) -> bool:
        """Whether .config mentions a symbol."""
        if self.values is not None and name in self.inside:
            planes, at = self.values.planes, self._at(lane)
            slot = planes.program.written.get(self._twin(name))
        else:
            planes, at = self.given.planes, lane
            slot = planes.program.written.get(name)
        return slot is not None and bool(planes.gates[slot] >> at & 1)


class _Read(Mapping[str, _Value]):
    """What a side says of each of `names`; `others` are answered as well, but not listed."""

    def __init__(
        self,
        names: Mapping[str, object],
        get: Callable[[str], _Value],
        others: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self._names, self._get, self._others = names, get, others

    def __getitem__(self, name: str) -> _Value:
        if name not in self._names and name not in self._others:
            raise KeyError(name)
        return self._get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Conf(Mapping[str, str]):
    def __init__(self, side: Side, lane: int) -> None:
        self._side, self._lane = side, lane

    def __getitem__(self, name: str) -> str:
        side, lane = self._side, self._lane
        symbol = side.opened.model.symbols.get(name)
        if symbol is None or not side.is_written(name, lane):
            raise KeyError(name)
        found = side.value(name, lane)
        if found == "n" and symbol.is_tristate_valued:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._side.opened.model.symbols if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None


class _Written(Set[str]):
    def __init__(self, side: Side, lane: int) -> None:
        self._side, self._lane = side, lane

    def __contains__(self, name: object) -> bool:
        return (
            isinstance(name, str)
            and name in self._side.opened.model.symbols
            and self._side.is_written(name, self._lane)
        )

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._side.opened.model.symbols if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
