"""Two models in one: what differs stands there twice, with a switch that says which of the two counts.

Enters: two KconfigModels. Leaves: `Union`: a model that compiles like any other. Must hold: with all switches off a
config resolves as in the first model, with all on as in the second; what lies between is the first model with some
entries read as in the second. That is what replaying a changed entry means.

An entry is a symbol with all its definitions, or a choice with all its members. Two entries are the same when they mean
the same, wherever they stand and whatever their prompts and help texts say. A changed one becomes two symbols (the
twins), each under the switch, and its own name takes the value of the one that counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from analyzer.configs.meaning import mean, renamed, retold, special
from analyzer.configs.union_entries import Side, conditional, inside_choices, paired, switch_symbol, twin_name
from analyzer.model.config import Assignment
from analyzer.model.expr import Expr, Location, Not, Ref
from analyzer.model.kconfig import Choice, Default, Definition, Dependency, KconfigModel, Select, Symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """The model and its switches.

    `switches` maps the name of a switch to the symbols whose entries it turns, `twins` a changed symbol to the symbols
    that stand for it. `unlike` are symbols that no switch can turn, because they are a number or text in one model
    only; they read as in the second.
    """

    model: KconfigModel
    switches: Mapping[str, tuple[str, ...]]
    twins: Mapping[str, tuple[str, ...]]
    unlike: frozenset[str]

    def lines(self, lines: Iterable[Assignment]) -> Iterator[Assignment]:
        """Lines of a config, with those for a changed symbol given to both of its twins."""
        for line in lines:
            if line.name in self.twins:
                yield from (replace(line, name=twin) for twin in self.twins[line.name])
            else:
                yield line

    def turned(self, value: Literal["n", "y"]) -> Iterator[Assignment]:
        """Lines that set all switches."""
        for switch in self.switches:
            yield Assignment(name=switch, value=value, location=Location(path=switch, line=0))


def unite(a: KconfigModel, b: KconfigModel, tied: Sequence[Collection[str]] = ()) -> Union:
    """Both models in one, under the rules (see `Dialect`) of the second.

    `tied` are sets of changed symbols that one switch is to turn together: entries that need each other in a circle
    when one is read as in `a` and the other as in `b`.
    """
    return _Uniter(a, b).union(tied)


class _Uniter:
    def __init__(self, a: KconfigModel, b: KconfigModel) -> None:
        self._a, self._b = a, b
        self._sides: tuple[tuple[Side, KconfigModel], ...] = (("a", a), ("b", b))
        self._keys = dict(paired(a, b))
        self._changed: dict[str, tuple[Sequence[Definition], Sequence[Definition]]] = {}
        self._group: dict[str, frozenset[str]] = {}
        self._unlike: set[str] = set()

    def union(self, tied: Sequence[Collection[str]]) -> Union:
        symbols: dict[str, Symbol] = {}
        choices: dict[str, Choice] = {}
        self._find_changed()
        for names in tied:
            self._bind(names)
        twins: dict[str, tuple[str, ...]] = {}
        for name in (*self._a.symbols, *(n for n in self._b.symbols if n not in self._a.symbols)):
            if name not in self._changed:
                symbol = (self._b if name in self._unlike else self._a).symbols[name]
                symbols[name] = self._aimed(symbol) if self._selects_changed(symbol) else symbol
                continue
            made = tuple(self._twins(name))
            symbols |= {twin.name: twin for twin in made}
            twins[name] = tuple(twin.name for twin in made)
            symbols[name] = self._chosen(name, made)
        for key, choice in self._a.choices.items():
            choices[key] = self._choice(key, choice, "a") if choice.members[:1] and self._is_split(choice) else choice
        for key, choice in self._b.choices.items():
            if self._is_split(choice):
                choices[twin_name("b", key)] = self._choice(twin_name("b", key), choice, "b")
        switches: dict[str, list[str]] = {}
        for name in self._changed:
            switches.setdefault(self._switch(name), []).append(name)
        symbols |= {switch: switch_symbol(switch) for switch in switches}
        model = replace(
            self._b,
            symbols=MappingProxyType(symbols),
            choices=MappingProxyType(choices),
            menu=(),
            modules=self._b.modules or self._a.modules,
            selected=None,
            implied=None,
        )
        return Union(
            model=model,
            switches={switch: tuple(names) for switch, names in switches.items()},
            twins=twins,
            unlike=frozenset(self._unlike),
        )

    # What differs, and what has to be turned together.

    def _find_changed(self) -> None:
        for name in {**self._a.symbols, **self._b.symbols}:
            a, b = self._a.symbols.get(name), self._b.symbols.get(name)
            old, new = a.definitions if a else (), self._as_in_a(b) if b else ()
            if a is not None and b is not None:
                if a.type != b.type and not (a.is_tristate_valued and b.is_tristate_valued):
                    self._unlike.add(name)
                    continue
                same = a.type == b.type and self._key(a, "a") == self._key(b, "b") and special(a) == special(b)
                if same and mean(old) == mean(new):
                    continue
            self._changed[name] = (old, new)
            self._group[name] = frozenset((name,))
        for key, choice in self._b.choices.items():
            other = self._a.choices.get(self._keys[key])
            if other is None or other.members != choice.members or mean(other.definitions) != mean(choice.definitions):
                self._split(choice.members)
        for _, model in self._sides:
            inside = inside_choices(model)
            for key, choice in model.choices.items():
                if any(name in self._changed for name in choice.members):
                    # A choice has no name of its own that could stand for both, unlike a symbol.
                    self._split((*choice.members, *inside.get(key, ())))

    def _bind(self, names: Iterable[str]) -> None:
        """Let one switch turn what the names of a loop, twins and choices among them, stand for.

        What is the same in both models becomes twins as well: else the loop would still close through it.
        """
        plain = {name[3:-1] if name.startswith(("<a ", "<b ")) else name for name in names}
        for model in (self._a, self._b):
            for choice in model.choices.values():
                if choice.key in plain or plain.intersection(choice.members):
                    plain |= {choice.key, *choice.members}
        self._split(name for name in plain if name in self._a.symbols or name in self._b.symbols)

    def _split(self, names: Iterable[str]) -> None:
        """Make all these symbols one changed entry."""
        members = [name for name in names if name not in self._unlike]
        for name in members:
            a, b = self._a.symbols.get(name), self._b.symbols.get(name)
            self._changed.setdefault(name, (a.definitions if a else (), self._as_in_a(b) if b else ()))
            self._group.setdefault(name, frozenset((name,)))
        self._tie(members)

    def _is_split(self, choice: Choice) -> bool:
        return any(name in self._changed for name in choice.members)

    def _tie(self, names: Collection[str]) -> None:
        whole = frozenset(other for name in names for other in self._group[name])
        for name in whole:
            self._group[name] = whole

    def _switch(self, name: str) -> str:
        return f"<entry {min(self._group[name])}>"

    # The twins.

    def _twins(self, name: str) -> Iterator[Symbol]:
        for (side, model), definitions in zip(self._sides, self._changed[name], strict=True):
            symbol = model.symbols.get(name)
            if symbol is not None:
                choice = symbol.choice if side == "a" or symbol.choice is None else twin_name("b", symbol.choice)
                guarded = tuple(self._guarded(d, name, side, among=definitions) for d in definitions)
                yield replace(symbol, name=twin_name(side, name), choice=choice, definitions=guarded)

    def _chosen(self, name: str, made: Sequence[Symbol]) -> Symbol:
        """The symbol that has the value of the twin that counts; what the twins are not in common is left to them."""
        bools = all(twin.type == "bool" for twin in made)
        switch = Ref(self._switch(name))
        where = made[0].location
        defaults = tuple(
            Default(
                value=Ref(t.name), condition=switch if t.name == twin_name("b", name) else Not(switch), location=where
            )
            for t in made
        )
        kind = "bool" if bools else "tristate" if made[0].is_tristate_valued else made[0].type
        return Symbol(name=name, type=kind, definitions=(Definition(location=where, defaults=defaults),))

    def _choice(self, key: str, choice: Choice, side: Side) -> Choice:
        first = choice.members[0]
        definitions = choice.definitions if side == "a" else self._as_in_a(choice)
        return replace(
            choice,
            key=key,
            members=tuple(twin_name(side, name) for name in choice.members),
            definitions=tuple(self._guarded(d, first, side, among=definitions) for d in definitions),
        )

    def _guarded(self, definition: Definition, name: str, side: Side, *, among: Sequence[Definition]) -> Definition:
        """A definition under its switch; of what the switch turns as well it means the twins of its own side."""
        group = self._group[name]
        switch = Ref(self._switch(name))
        guard: Expr = switch if side == "b" else Not(switch)
        line = Dependency(expr=guard, location=definition.location, source="depends on")
        changed = retold(definition, self._own(group, side))
        if not changed.dependencies and any(other.dependencies for other in among):
            # One without dependencies does not count beside others for what a select or imply can do
            # (expr_alloc_or() of NULL), and with a switch of its own it would.
            changed = conditional(changed, guard)
        else:
            changed = replace(changed, dependencies=(line, *changed.dependencies))
        return replace(
            changed,
            selects=tuple(self._aim(changed.selects, side, group)),
            implies=tuple(self._aim(changed.implies, side, group)),
        )

    def _own(self, group: frozenset[str], side: Side) -> dict[str, str]:
        """What the symbols and choices of a group are called on one side."""
        names = {other: twin_name(side, other) for other in group if other in dict(self._sides)[side].symbols}
        if side == "b":
            names |= {self._keys[key]: twin_name("b", key) for key in self._choice_keys(group)}
        return names

    def _choice_keys(self, group: frozenset[str]) -> set[str]:
        members = (self._b.symbols.get(name) for name in group)
        return {symbol.choice for symbol in members if symbol is not None and symbol.choice is not None}

    def _selects_changed(self, symbol: Symbol) -> bool:
        return any(line.target in self._changed for d in symbol.definitions for line in (*d.selects, *d.implies))

    def _aimed(self, symbol: Symbol) -> Symbol:
        """The symbol with its lines for changed symbols aimed at their twins."""
        return replace(
            symbol,
            definitions=tuple(
                replace(d, selects=tuple(self._aim(d.selects, "ab")), implies=tuple(self._aim(d.implies, "ab")))
                for d in symbol.definitions
            ),
        )

    def _aim(self, lines: Sequence[Select], sides: str, group: Collection[str] = ()) -> Iterator[Select]:
        """Lines aimed at twins; within one group only at those of the own side."""
        for line in lines:
            if line.target not in self._changed:
                yield line
                continue
            for side, model in self._sides:
                if line.target in model.symbols and (side in sides or line.target not in group):
                    # What the line's own `if` names is a need of the target, so it must not lead to the other side.
                    to = self._own(self._group[line.target], side)
                    yield replace(line, target=twin_name(side, line.target), condition=renamed(line.condition, to))

    # Choices are known by their place, which differs where nothing else does.

    def _key(self, symbol: Symbol, side: Side) -> str | None:
        return self._keys.get(symbol.choice, symbol.choice) if side == "b" and symbol.choice else symbol.choice

    def _as_in_a(self, entry: Symbol | Choice) -> tuple[Definition, ...]:
        """The definitions of an entry of the second model, with choices called as in the first."""
        if not any(line.source == "choice" for d in entry.definitions for line in d.dependencies):
            return entry.definitions
        return tuple(retold(d, self._keys) for d in entry.definitions)
