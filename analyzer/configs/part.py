"""A part of two models, in which whatever stands outside is given.

Enters: two KconfigModels, the names of symbols and choices whose values are asked. Leaves: both models again, of
these entries alone, and the names that are given. Must hold: with the given symbols set to the values that they have in
the whole model, every entry of the part has the value that it has there; so to ask for three symbols of 16,000 costs
what these three cost.

A given symbol is one that anybody may set to anything, with those of its select and imply lines that lead into the
part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from analyzer.configs.union_entries import inside_choices
from analyzer.model.expr import YES, Expr, Location, SymbolType, names
from analyzer.model.kconfig import Choice, Definition, KconfigModel, Line, Prompt, Select, Symbol

_NOWHERE = Location(path="<given>", line=0)
_SHOWN = Prompt(text="given", condition=YES, location=_NOWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The same part of two models; `given` are the names that stand outside, symbols and keys of choices."""

    a: KconfigModel
    b: KconfigModel
    given: tuple[str, ...]


def parts(a: KconfigModel, b: KconfigModel, wanted: Collection[str]) -> Parts:
    """The part of both models that has the entries `wanted`. What is not among them has to be the same in both."""
    found = _Part(a, b, wanted)
    return Parts(a=found.model(a), b=found.model(b), given=tuple(found.given))


def whole_entries(models: Sequence[KconfigModel], wanted: Collection[str]) -> frozenset[str]:
    """`wanted` with all members of their choices, the choices themselves, and what hangs below a member: these are
    decided as one."""
    found = set(wanted)
    for model in models:
        inside: Mapping[str, Sequence[str]] | None = None
        keys = {symbol.choice for name in wanted if (symbol := model.symbols.get(name)) is not None}
        for key in {*keys, *wanted}:
            if key is not None and (choice := model.choices.get(key)) is not None:
                inside = inside_choices(model) if inside is None else inside
                found |= {key, *choice.members, *inside.get(key, ())}
    return frozenset(found)


class _Part:
    def __init__(self, a: KconfigModel, b: KconfigModel, wanted: Collection[str]) -> None:
        self._a, self._b = a, b
        # In one order, whatever a set has: causes that explain as much as others are told in that of the switches.
        self._wanted = dict.fromkeys(sorted(wanted))
        self._lines = [(model.selectors(), model.impliers()) for model in (a, b)]
        self._leads: dict[str, dict[str, list[Line]]] = {}
        self.given: dict[str, Symbol] = {}
        for which in (0, 1):
            for target in self._wanted:
                for tables in self._lines:
                    for line in tables[which].get(target, ()):
                        if line[0].name not in wanted:
                            self._leads.setdefault(line[0].name, {}).setdefault(_WORDS[which], []).append(line)
        ahead = {modules for model in (a, b) if (modules := model.modules) is not None}
        ahead |= self._leads.keys()
        for model in (a, b):
            for name in self._wanted:
                entry: Symbol | Choice | None = model.symbols.get(name) or model.choices.get(name)
                for definition in entry.definitions if entry is not None else ():
                    ahead.update(_named(definition))
        for lines in self._leads.values():
            for _, definition, select in (one for some in lines.values() for one in some):
                ahead.update(names(definition.under(select.condition)))
        self.given = {name: self._given(name) for name in sorted(ahead) if name not in self._wanted and self._has(name)}

    def model(self, model: KconfigModel) -> KconfigModel:
        """The part of one of both."""
        mine = {name: self._bare(model.symbols[name]) for name in self._wanted if name in model.symbols}
        return replace(
            model,
            symbols=MappingProxyType({**self.given, **mine}),
            choices=MappingProxyType({k: model.choices[k] for k in self._wanted if k in model.choices}),
            menu=(),
            selected=None,
            implied=None,
        )

    def _has(self, name: str) -> bool:
        return any(name in model.symbols or name in model.choices for model in (self._a, self._b))

    def _bare(self, symbol: Symbol) -> Symbol:
        """The symbol without the lines that lead out of the part."""
        if not any(d.selects or d.implies for d in symbol.definitions):
            return symbol
        return replace(
            symbol,
            definitions=tuple(
                replace(
                    d,
                    selects=tuple(line for line in d.selects if line.target in self._wanted),
                    implies=tuple(line for line in d.implies if line.target in self._wanted),
                )
                for d in symbol.definitions
            ),
        )

    def _given(self, name: str) -> Symbol:
        model = self._a if name in self._a.symbols or name in self._a.choices else self._b
        symbol = model.symbols.get(name)
        type_: SymbolType = "tristate" if symbol is None else symbol.type
        led = self._leads.get(name, {})
        selects, implies = (tuple(dict.fromkeys(map(_alone, led.get(word, ())))) for word in _WORDS)
        prompt = _SHOWN if type_ != "unknown" else None
        definition = Definition(location=_NOWHERE, prompt=prompt, selects=selects, implies=implies)
        return Symbol(name=name, type=type_, definitions=(definition,))


_WORDS = ("select", "imply")


def _alone(line: Line) -> Select:
    """A line that says itself what its entry stands under."""
    _, definition, select = line
    condition: Expr = definition.under(select.condition)
    return replace(select, condition=condition)


def _named(definition: Definition) -> Iterator[str]:
    """Every name that a definition's own value, or a line of it, hangs on."""
    exprs: list[Expr] = [d.expr for d in (*definition.dependencies, *definition.visibility)]
    if definition.prompt is not None:
        exprs.append(definition.prompt.condition)
    exprs += [expr for one in definition.defaults for expr in (one.value, one.condition)]
    exprs += [line.condition for line in (*definition.selects, *definition.implies)]
    exprs += [expr for one in definition.ranges for expr in (one.low, one.high, one.condition)]
    for expr in exprs:
        yield from names(expr)


def users(model: KconfigModel) -> Mapping[str, tuple[str, ...]]:
    """For each name the symbols and choices whose value may hang on it directly."""
    found: dict[str, dict[str, None]] = {}
    entries: list[Symbol | Choice] = [*model.symbols.values(), *model.choices.values()]
    if model.modules is not None:
        # Where it is off, what would be m is y or n (sym_get_type(), sym_calc_value()).
        loose = (entry for entry in entries if entry.type == "tristate")
        found[model.modules] = {entry_name(entry): None for entry in loose}
    for entry in entries:
        for definition in entry.definitions:
            lines = (*definition.selects, *definition.implies)
            for name in _named(definition):
                found.setdefault(name, {})[entry_name(entry)] = None
            # What a line does hangs on all that its entry stands under.
            for line in lines:
                found.setdefault(entry_name(entry), {})[line.target] = None
                for name in names(definition.under(line.condition)):
                    found.setdefault(name, {})[line.target] = None
    return {name: tuple(some) for name, some in found.items()}


def may_loop(known: Mapping[str, Sequence[str]], model: KconfigModel, changed: Collection[str]) -> bool:
    """Whether an entry of `changed`, as `model` has it, may come to need itself; `known` says what hung on what before
    (`users`)."""
    fresh: dict[str, set[str]] = {}
    for name in changed:
        entry: Symbol | Choice | None = model.symbols.get(name) or model.choices.get(name)
        for definition in entry.definitions if entry is not None else ():
            targets = {line.target for line in (*definition.selects, *definition.implies)}
            fresh.setdefault(name, set()).update(targets)
            for other in _named(definition):
                fresh.setdefault(other, set()).update({name, *targets})
    inside = {key: {key, *choice.members} for key, choice in model.choices.items()}
    for start in changed:
        seen: set[str] = set()
        ahead = [start]
        while ahead:
            name = ahead.pop()
            for other in (*known.get(name, ()), *fresh.get(name, ())):
                # That a choice and its members need each other is how choices work.
                if name in inside.get(other, ()) or other in inside.get(name, ()):
                    continue
                if other == start and name != start:
                    return True
                if other not in seen:
                    seen.add(other)
                    ahead.append(other)
    return False


def entry_name(entry: Symbol | Choice) -> str:
    """A symbol's name, or a choice's key."""
    return entry.name if isinstance(entry, Symbol) else entry.key
