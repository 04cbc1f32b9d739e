"""For which configs a query holds: all configs of one architecture at once.

Enters: a `Query` and `Lanes`. Leaves: one bit per config. Must hold: two-valued but for bytes. A symbol that the
architecture does not define is neither on nor n: no test of its value holds for it, `!=` included, so `not X=y` says
more than `X!=y`; only `why(X) = undefined` does. A number without a value is in no order. A config whose bytes nobody
has measured, or not so exactly, is neither what holds nor what does not, wherever that decides (Kleene).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import reduce
from operator import and_, or_

from analyzer.model.analysis import is_on
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Interval
from analyzer.model.expr import TRISTATES, CompareOp, Operand, Ref, Tristate, all_of, compare, holds
from analyzer.query.parser import UNDEFINED, refusal
from analyzer.query.syntax import (
    AllOf,
    Among,
    AnyOf,
    Compared,
    Condition,
    Like,
    Not,
    On,
    Query,
    SelectedBy,
    Subject,
    Weighs,
    Word,
)

_NUMBER = re.compile(r"[+-]?(0[xX][0-9a-fA-F]+|[0-9]+)")

Masks = Mapping[str, int]
"""Texts and the configs that have each."""
Sizes = Mapping[str, Sequence[Interval | None]]
"""Bytes of each config, by what is weighed."""


class Lanes:
    """The configs of one architecture, by bit; what a subject is worth is looked up once for all of them."""

    def __init__(
        self,
        arch: str,
        names: Sequence[str],
        configs: Sequence[ResolvedConfig],
        sizes: Sizes | None = None,
        called: Mapping[str, str] | None = None,
        also: Mapping[str, str] | None = None,
    ) -> None:
        """`sizes` are the bytes of each config that a query asks for, None where nobody knows them; `called` is what
        this architecture calls symbols that it does not define by their own name; `also` are names of configs by which
        a glob finds them, too."""
        self._called = called or {}
        self.arch = arch
        self.also = also or {}
        self.sizes = sizes or {}
        self.names = names
        self.configs = configs
        self.ones = (1 << len(configs)) - 1
        self._known: dict[tuple[str, str], Masks] = {}

    def here(self, name: str) -> str:
        """What the architecture calls the symbol."""
        return self._called.get(name, name)

    def masks(self, subject: Subject) -> Masks:
        """What the subject is worth where; a symbol that is not defined is worth nothing anywhere."""
        key = (subject.kind, subject.name)
        if key not in self._known:
            self._known[key] = self._masks(subject)
        return self._known[key]

    def type_of(self, name: str) -> str:
        """The type of a symbol; "" where it is not defined."""
        symbol = self.configs[0].model.symbols.get(self.here(name)) if self.configs else None
        return symbol.type if symbol is not None else ""

    def _masks(self, subject: Subject) -> Masks:
        name = self.here(subject.name)
        match subject.kind:
            case "arch":
                return {self.arch: self.ones}
            case "config":
                return self._by_text(lambda lane: self.names[lane])
            case "symbol":
                return self._by_text(lambda lane: self.configs[lane].values[name]) if self.type_of(name) else {}
            case "content" | "loaded":
                # Bytes are no text; `_weighing` looks at them.
                return {}
            case "why":
                if not self.type_of(name):
                    return {UNDEFINED: self.ones}
                return self._by_text(lambda lane: self.configs[lane].reasons[name].kind)

    def _by_text(self, text: Callable[[int], str]) -> Masks:
        found: dict[str, int] = {}
        for lane in range(len(self.configs)):
            worth = text(lane)
            found[worth] = found.get(worth, 0) | 1 << lane
        return found


@dataclass(frozen=True, slots=True)
class Holding:
    """The lanes for which a query holds, and those for which it may."""

    surely: int
    perhaps: int

    @property
    def unknown(self) -> int:
        """The lanes of which nobody can say."""
        return self.perhaps & ~self.surely


def evaluate(query: Query, lanes: Lanes) -> Holding:
    """The lanes for which the query holds. Raises UsageError where a value can't be one of its symbol's type."""
    if query.condition is None:
        return Holding(lanes.ones, lanes.ones)
    return _condition(query.text, query.condition, lanes)


def _condition(text: str, condition: Condition, lanes: Lanes) -> Holding:
    match condition:
        case Not(operand):
            inner = _condition(text, operand, lanes)
            return Holding(lanes.ones & ~inner.perhaps, lanes.ones & ~inner.surely)
        case AllOf(operands):
            found = [_condition(text, operand, lanes) for operand in operands]
            return Holding(reduce(and_, (one.surely for one in found)), reduce(and_, (one.perhaps for one in found)))
        case AnyOf(operands):
            found = [_condition(text, operand, lanes) for operand in operands]
            return Holding(reduce(or_, (one.surely for one in found)), reduce(or_, (one.perhaps for one in found)))
        case Weighs():
            return _weighing(condition, lanes)
        case SelectedBy():
            known = _selected(condition, lanes)
        case leaf:
            known = _where(leaf_test(text, leaf, lanes.type_of), leaf, lanes)
    return Holding(known, known)


def _weighing(leaf: Weighs, lanes: Lanes) -> Holding:
    surely = perhaps = 0
    for lane, size in enumerate(lanes.sizes[leaf.subject.kind] if lanes.configs else ()):
        told = {True, False} if size is None else _told(leaf.op, leaf.size, size)
        surely |= (told == {True}) << lane
        perhaps |= (True in told) << lane
    return Holding(surely, perhaps)


def _told(op: CompareOp, bound: Fraction, size: Interval) -> set[bool]:
    """What a comparison may come to for whole bytes somewhere in an interval: as at its ends, or at the bound."""
    points = {Fraction(size.low), Fraction(size.high)}
    if size.low < bound < size.high and bound.denominator == 1:
        points.add(bound)
    return {holds(op, (point > bound) - (point < bound)) for point in points}


def _where(test: Callable[[str], bool], leaf: On | Compared | Among | Like, lanes: Lanes) -> int:
    subject = leaf.symbol if isinstance(leaf, On) else leaf.subject
    found = 0
    also = lanes.also if isinstance(leaf, Like) and subject.kind == "config" else {}
    for worth, mask in lanes.masks(subject).items():
        if test(worth) or (worth in also and test(also[worth])):
            found |= mask
    return found


def leaf_test(text: str, leaf: On | Compared | Among | Like, type_of: Callable[[str], str]) -> Callable[[str], bool]:
    """Whether a leaf holds for what its subject is worth. Raises UsageError as `evaluate` does."""
    if isinstance(leaf, On):
        return is_on
    if isinstance(leaf, Like):
        return lambda worth: fnmatchcase(worth, leaf.pattern.text)
    kind = type_of(leaf.subject.name) if leaf.subject.kind == "symbol" else "string"
    values = (leaf.value,) if isinstance(leaf, Compared) else leaf.values
    for value in values:
        _check(text, leaf.subject.name, kind, value)
    if leaf.subject.kind != "symbol":
        # Names compare as texts, never as numbers.
        wanted = {value.text for value in values}
        return lambda worth: (worth in wanted) == (isinstance(leaf, Among) or leaf.op == "=")
    op = leaf.op if isinstance(leaf, Compared) else "="

    def test(worth: str) -> bool:
        if op not in {"=", "!="} and not worth and kind != "string":
            return False
        left = Operand(text=worth, type=kind)  # type: ignore[arg-type]
        return any(holds(op, compare(left, _operand(value.text))) for value in values)

    return test


def _operand(text: str) -> Operand:
    return Operand(text=text, type="tristate" if text in TRISTATES else "unknown")


def _check(text: str, name: str, kind: str, value: Word) -> None:
    if kind in {"bool", "tristate"} and value.text not in TRISTATES:
        raise refusal(text, value.at, f"{name} is {kind}", "its values are y, m and n")
    if kind in {"int", "hex"} and value.text and not _NUMBER.fullmatch(value.text):
        raise refusal(text, value.at, f"{name} is {kind}", "its values are numbers, hexadecimal ones with 0x")


def _selected(leaf: SelectedBy, lanes: Lanes) -> int:
    if not lanes.type_of(leaf.symbol.name):
        return 0
    wanted = {lanes.here(selector.name) for selector in leaf.selectors}
    lines = [
        all_of([Ref(other.name), definition.under(line.condition)])
        for other, definition, line in lanes.configs[0].model.selectors().get(lanes.here(leaf.symbol.name), ())
        if other.name in wanted
    ]
    found = 0
    for lane, config in enumerate(lanes.configs):
        if any(config.value(condition) is not Tristate.n for condition in lines):
            found |= 1 << lane
    return found


def possible(query: Query, arch: str, config: str | None = None, also: str | None = None) -> bool:
    """Whether the query can hold for any config of `arch` (or the one called `config`, which globs find as `also`,
    too), whatever its symbols are."""
    if query.condition is None:
        return True
    return _possible(query.text, query.condition, {"arch": arch, "config": config, "also": also}) is not False


def _possible(text: str, condition: Condition, known: Mapping[str, str | None]) -> bool | None:
    """Kleene's logic: None is whatever the symbols, or an unknown name, decide."""
    match condition:
        case Not(operand):
            inner = _possible(text, operand, known)
            return None if inner is None else not inner
        case AllOf(operands) | AnyOf(operands):
            decides = isinstance(condition, AnyOf)
            found = [_possible(text, operand, known) for operand in operands]
            return decides if decides in found else None if None in found else not decides
        case Compared() | Among() | Like():
            worth = known.get(condition.subject.kind)
            if worth is None:
                return None
            test = leaf_test(text, condition, lambda _name: "string")
            also = known["also"] if isinstance(condition, Like) and condition.subject.kind == "config" else None
            return test(worth) or (also is not None and test(also))
        case _:
            return None


def asks_config(query: Query) -> bool:
    """Whether the query asks for the name of the config."""
    return any(not isinstance(leaf, On | SelectedBy) and leaf.subject.kind == "config" for leaf in query.leaves())


def globs(query: Query, kind: str) -> tuple[Word, ...]:
    """The globs that `arch` or `config` (the `kind`) is compared with."""
    return tuple(leaf.pattern for leaf in query.leaves() if isinstance(leaf, Like) and leaf.subject.kind == kind)


def compared(query: Query, kind: str) -> tuple[Word, ...]:
    """The names that `arch` or `config` (the `kind`) is compared with; no globs."""
    found: list[Word] = []
    for leaf in query.leaves():
        if isinstance(leaf, Compared | Among) and leaf.subject.kind == kind:
            found += (leaf.value,) if isinstance(leaf, Compared) else leaf.values
    return tuple(found)
