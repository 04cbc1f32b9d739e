"""What follows for other names when a name is on, or off, in any config of a tree.

Enters: a `KconfigModel`, a name and how high or low it is. Leaves: clauses: lists of ways of which one at least holds.
Must hold: each is true of every config that conf can write, so that a proof may lean on it; what is left out only makes
fewer proofs.

Source: sym_calc_value() and sym_calc_visibility() of scripts/kconfig/symbol.c.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.deps.requirements import guarded, suffix, written
from analyzer.model.expr import NO, YES, Expr, Location, Ref, Tristate, all_of, show
from analyzer.model.kconfig import Choice, Definition, Dependency, KconfigModel, Line, Select, Symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """`expr` is worth `low` to `high`, as the line `text` at `location` has it."""

    expr: Expr
    low: Tristate
    high: Tristate
    text: str
    location: Location


Conjunction = tuple[Term, ...]
"""Terms that hold together."""

Clause = tuple[Conjunction, ...]
"""Ways of which at least one holds; none: a contradiction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """The clauses of one tree."""

    model: KconfigModel
    selectors: Mapping[str, Sequence[Line]]
    impliers: Mapping[str, Sequence[Line]]

    def of_on(self, name: str, low: Tristate) -> Iterator[Clause]:
        """What holds when `name`, a symbol or choice, is at least `low` (m or y)."""
        choice = self.model.choices.get(name)
        if choice is not None:
            yield tuple(_prompt(choice.key, d, low) for d in choice.definitions if d.prompt is not None)
            return
        symbol = self.model.symbols.get(name)
        if symbol is None or symbol.env is not None:
            return
        # What is worth m makes a bool y.
        least = Tristate.m if symbol.type == "bool" else low
        selects = tuple((_line("select", *row, least),) for row in self.selectors.get(name, ()))
        yield (*selects, *(_dependencies(name, d, least) for d in symbol.definitions))
        yield (*selects, *self._others(symbol, least))
        if symbol.choice is not None and low == Tristate.y:
            yield from self._neighbours(symbol, self.model.choices[symbol.choice])

    def _others(self, symbol: Symbol, low: Tristate) -> Iterator[Conjunction]:
        """The ways to turn a symbol on but for selects."""
        name = symbol.name
        for definition in symbol.definitions:
            if definition.prompt is not None:
                yield _prompt(name, definition, low)
        for row in self.impliers.get(name, ()):
            yield (_line("imply", *row, low),)
        for definition in symbol.definitions:
            for default in definition.defaults:
                if default.value != NO:
                    expr = all_of([default.value, default.condition])
                    text = f"{name}: {default.word} {show(default.value)}{suffix(default.condition)}"
                    own = Term(expr=expr, low=low, high=Tristate.y, text=text, location=default.location)
                    yield (*_dependencies(name, definition, low), own)

    def _neighbours(self, symbol: Symbol, choice: Choice) -> Iterator[Clause]:
        """The other members of a choice, which are off."""
        if choice.type == "bool":
            for name in choice.members:
                if name != symbol.name:
                    text = f"{symbol.name} and {name} are members of one choice"
                    yield ((_off(Ref(name), Tristate.n, text, choice.location),),)

    def of_off(self, name: str, high: Tristate) -> Iterator[Clause]:
        """What holds when `name` is at most `high` (n or m)."""
        choice = self.model.choices.get(name)
        if choice is not None:
            if choice.type == "bool" and not choice.optional:
                for d in choice.definitions:
                    if d.prompt is not None:
                        yield ((_off(d.prompt_condition(), high, "the choice shows", d.location),),)
            return
        symbol = self.model.symbols.get(name)
        if symbol is None or symbol.env is not None:
            return
        for source, definition, line in self.selectors.get(name, ()):
            text = f"{source.name}: select {name}{suffix(line.condition)}"
            yield ((_off(guarded(source.name, definition, line), high, text, line.location),),)
        if not symbol.prompt and symbol.choice is None:
            yield from _quiet(symbol, high)


def _quiet(symbol: Symbol, high: Tristate) -> Iterator[Clause]:
    """The first default of a symbol without a prompt gives no more than `high`; nor does a later one, unless one before
    it decides."""
    earlier: list[Conjunction] = []
    for definition in symbol.definitions:
        for default in definition.defaults:
            condition = definition.under(default.condition)
            text = f"{symbol.name}: {default.word} {show(default.value)}{suffix(default.condition)}"
            yield ((_off(all_of([default.value, condition]), high, text, default.location),), *earlier)
            decides = Term(expr=condition, low=Tristate.m, high=Tristate.y, text=text, location=default.location)
            earlier.append((decides,))


def _off(expr: Expr, high: Tristate, text: str, location: Location) -> Term:
    return Term(expr=expr, low=Tristate.n, high=high, text=text, location=location)


def _dependencies(name: str, definition: Definition, low: Tristate) -> Conjunction:
    return tuple(_term(name, dependency, low) for dependency in definition.dependencies)


def _term(name: str, dependency: Dependency, low: Tristate) -> Term:
    text = f"{name}: {written(dependency)}"
    return Term(expr=dependency.expr, low=low, high=Tristate.y, text=text, location=dependency.location)


def _prompt(name: str, definition: Definition, low: Tristate) -> Conjunction:
    assert definition.prompt is not None
    way = [_term(name, d, low) for d in (*definition.dependencies, *definition.visibility)]
    if definition.prompt.condition != YES:
        condition, place = definition.prompt.condition, definition.prompt.location
        text = f"{name}: prompt{suffix(condition)}"
        way.append(Term(expr=condition, low=low, high=Tristate.y, text=text, location=place))
    return tuple(way)


def _line(kind: str, source: Symbol, definition: Definition, line: Select, low: Tristate) -> Term:
    text = f"{source.name}: {kind} {line.target}{suffix(line.condition)}"
    expr = guarded(source.name, definition, line)
    return Term(expr=expr, low=low, high=Tristate.y, text=text, location=line.location)
