"""Choices as gates, by the old rules and by the new ones.

Enters: the gates of symbols. Leaves: the planes of choices and their members. Must hold: `LegacyChoices` is
sym_calc_choice() and what stands around it in scripts/kconfig/symbol.c up to 6.10, `MenuChoices` that of 6.11 on
(fde19251, "use menu list in symbol's choice"; d533828e, "refactor choice value calculation"; 6a121588, "remove
'optional' property").
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analyzer.configs.choice_gates import ChoiceGates
from analyzer.configs.circuit import FALSE, TRUE
from analyzer.configs.program import ChoiceInput, OrderStep, Tri
from analyzer.configs.symbol_gates import MOD, NO, SymbolGates
from analyzer.model.expr import Ref, names
from analyzer.model.kconfig import Choice, KconfigModel, Symbol

_SOME = ""
"""Beside the members of a choice: whether there is anything to pick."""


def _default_member(symbols: SymbolGates, choice: Choice) -> dict[str, int]:
    """Which member sym_choice_default() gives: the first default that holds and is visible, else the first visible."""
    build = symbols.build
    free = TRUE
    found: dict[str, int] = dict.fromkeys(choice.members, FALSE)
    visible = {name: symbols.visible(symbols.model.symbols[name])[1] for name in choice.members}
    for definition in choice.definitions:
        for default in definition.defaults:
            if not isinstance(default.value, Ref) or default.value.name not in symbols.model.symbols:
                continue
            name = default.value.name
            if name not in visible:
                # Where whether it shows hangs on the pick itself, conf takes it as not shown yet.
                waits = _waits_for(symbols.model, name, choice)
                visible[name] = FALSE if waits else symbols.visible(symbols.model.symbols[name])[1]
            seen = visible[name]
            holds = build.and_(build.and_(symbols.under(definition, default.condition)[1], seen), free)
            # A default from outside the choice is picked as well; then no member is.
            found[name] = build.or_(found.get(name, FALSE), holds)
            free = build.and_(free, build.not_(holds))
    for name in choice.members:
        holds = build.and_(free, visible[name])
        found[name] = build.or_(found[name], holds)
        free = build.and_(free, build.not_(holds))
    return found


def _waits_for(model: KconfigModel, name: str, choice: Choice) -> bool:
    """Whether the prompt of a symbol may hang on the members of a choice."""
    ahead, seen = [name], {name}
    while ahead:
        for definition in model.symbols[ahead.pop()].definitions:
            prompt = [definition.prompt_condition()] if definition.prompt else []
            defaults = [expr for default in definition.defaults for expr in (default.value, default.condition)]
            for other in (o for expr in (definition.condition, *prompt, *defaults) for o in names(expr)):
                if other in choice.members:
                    return True
                if other in model.symbols and other not in seen:
                    seen.add(other)
                    ahead.append(other)
    return False


class _Choices(ChoiceGates):
    """What both sets of rules have in common."""

    def __init__(self, symbols: SymbolGates) -> None:
        self._symbols = symbols

    def visible(self, key: str) -> Tri:
        """Whether the choice's prompt shows."""
        choice = self._symbols.model.choices[key]
        prompts = [self._symbols.prompt(d) for d in choice.definitions if d.prompt is not None]
        return self._symbols.boolish(self._symbols.build.any(prompts), choice)


class LegacyChoices(_Choices):
    """A choice is a symbol: its own value says whether one member is picked (y), any may be m (m), or none (n)."""

    def __init__(self, symbols: SymbolGates) -> None:
        super().__init__(symbols)
        self._values: dict[str, Tri] = {}
        self._inputs: dict[str, ChoiceInput] = {}
        self._picked: dict[str, dict[str, int]] = {}
        self._picking: set[str] = set()

    def inputs(self, slots: Mapping[int, int]) -> dict[str, ChoiceInput]:
        """The inputs of all choices, by slot."""
        return {
            key: ChoiceInput(
                hi=slots[given.hi],
                lo=slots[given.lo],
                picks=MappingProxyType({name: slots[gate] for name, gate in given.picks.items()}),
            )
            for key, given in self._inputs.items()
        }

    def value(self, key: str) -> Tri:
        """The choice's own value: n for one at y of which no member can be picked ("no choice? reset tristate value").

        While members are looked at to find the pick, it is the value before that.
        """
        if key in self._picking:
            return self._asked_for(key)
        hi, lo = self._asked_for(key)
        build = self._symbols.build
        some = self._selection(key)[_SOME]
        return build.and_(hi, some), build.and_(lo, build.or_(build.not_(hi), some))

    def _asked_for(self, key: str) -> Tri:
        """What the choice is set to. One that is visible and not optional is at least m (menu_finalize(): "reverse
        dependency")."""
        found = self._values.get(key)
        if found is None:
            symbols = self._symbols
            choice = symbols.model.choices[key]
            visible = self.visible(key)
            given = self._input(choice)
            value = symbols.build.all([(given.hi, given.lo), visible])
            if not choice.optional:
                prompts = [symbols.prompt(d) for d in choice.definitions if d.prompt is not None]
                least = symbols.build.all([symbols.build.any(prompts), MOD])
                value = symbols.build.any([value, symbols.boolish(least, choice)])
            # Without a type it has no value (sym_calc_value()).
            found = self._values[key] = symbols.boolish(value, choice) if choice.type != "unknown" else NO
        return found

    def prompts(self, key: str, symbol: Symbol) -> list[Tri]:
        """When each prompt of a member shows. A tristate one that could only be m does not when the choice is y
        (sym_calc_visibility())."""
        self._picking.add(key)
        with self._symbols.apart():
            prompts = [self._symbols.prompt(d) for d in symbol.definitions if d.prompt is not None]
        self._picking.discard(key)
        if symbol.type != "tristate":
            return prompts
        build = self._symbols.build
        chosen = self._asked_for(key)[0]
        return [(hi, build.and_(lo, build.or_(hi, build.not_(chosen)))) for hi, lo in prompts]

    def member(self, symbol: Symbol) -> Tri:
        """The value of a member: picked or not where it is fully visible, an ordinary value otherwise."""
        symbols = self._symbols
        assert symbol.choice is not None
        visible = symbols.visible(symbol)
        picked = self._selection(symbol.choice)[symbol.name]
        default = symbols.default(symbol)
        free = symbols.answered(symbol, visible, default)
        symbols.note_written(symbol, symbols.build.or_(visible[1], default[1]))
        return symbols.build.choose(visible[0], (picked, picked), symbols.boolish(free, symbol))

    def _selection(self, key: str) -> dict[str, int]:
        found = self._picked.get(key)
        if found is None:
            symbols, build = self._symbols, self._symbols.build
            choice = symbols.model.choices[key]
            given = self._input(choice)
            by_user = {
                name: build.and_(given.picks[name], symbols.visible(symbols.model.symbols[name])[1])
                for name in choice.members
            }
            nobody = TRUE
            for plane in by_user.values():
                nobody = build.and_(nobody, build.not_(plane))
            by_default = _default_member(symbols, choice)
            one = self._asked_for(key)[0]
            found = self._picked[key] = {
                name: build.and_(one, build.or_(by_user[name], build.and_(nobody, by_default[name])))
                for name in choice.members
            }
            found[_SOME] = build.not_(nobody)
            for plane in by_default.values():
                found[_SOME] = build.or_(found[_SOME], plane)
        return found

    def _input(self, choice: Choice) -> ChoiceInput:
        found = self._inputs.get(choice.key)
        if found is None:
            build = self._symbols.build
            hi = build.input()
            lo = build.input() if choice.type == "tristate" else hi
            found = ChoiceInput(hi=hi, lo=lo, picks={name: build.input() for name in choice.members})
            self._inputs[choice.key] = found
        return found


class MenuChoices(_Choices):
    """A choice is a menu; of its visible members exactly one is y, and the order of the user's answers counts."""

    def __init__(self, symbols: SymbolGates) -> None:
        super().__init__(symbols)
        self._picked: dict[str, dict[str, int]] = {}

    def inputs(self, slots: Mapping[int, int]) -> dict[str, ChoiceInput]:
        """A choice has no input of its own."""
        return {}

    def value(self, key: str) -> Tri:
        """A choice has no value of its own that anything reads; it is on where its prompt shows."""
        return self.visible(key)

    def prompts(self, key: str, symbol: Symbol) -> list[Tri]:
        """When each prompt of a member shows: as it says."""
        return [self._symbols.prompt(d) for d in symbol.definitions if d.prompt is not None]

    def member(self, symbol: Symbol) -> Tri:
        """y for the one that is picked."""
        assert symbol.choice is not None
        self._symbols.note_written(symbol, self._symbols.visible(symbol)[1])
        picked = self._selection(symbol.choice)[symbol.name]
        return picked, picked

    def _selection(self, key: str) -> dict[str, int]:
        found = self._picked.get(key)
        if found is None:
            symbols, build = self._symbols, self._symbols.build
            choice = symbols.model.choices[key]
            members = [symbols.model.symbols[name] for name in choice.members]
            given = [symbols.input(member) for member in members]
            by_default = _default_member(symbols, choice)
            step = OrderStep(
                choice=key,
                members=choice.members,
                visible=tuple(symbols.visible(member)[1] for member in members),
                assigned=tuple(FALSE if g is None else g.assigned for g in given),
                chosen=tuple(FALSE if g is None else build.and_(g.assigned, g.hi) for g in given),
                default=tuple(by_default[name] for name in choice.members),
            )
            _, planes = build.step(step)
            found = self._picked[key] = dict(zip(choice.members, planes, strict=True))
        return found
