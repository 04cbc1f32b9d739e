"""The alternatives of a config: what would give an expression a wanted value.

Enters: a `ResolvedConfig` and a `Need`. Leaves: the `Alternative`s that meet it. Must hold: no alternative means that
nothing a user can set helps, unless the need is open-ended; an assignment is only offered for a symbol with a prompt,
together with all that makes the prompt show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.deps.comparisons import comparison_alternatives, is_open_ended
from analyzer.deps.conditions import is_two_valued
from analyzer.deps.needs import (
    BUILT_IN,
    INDIRECT,
    SET,
    SET_OFF,
    SWITCH_CHOICE,
    Alternative,
    Need,
    line_needs,
    prompt_needs,
    shown,
)
from analyzer.deps.requirements import decided_defaults, guarded
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import NO, YES, And, Compare, Const, Expr, Location, Not, Or, Ref, Tristate, all_of, any_of
from analyzer.model.kconfig import Choice, Line, Symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The alternatives that one config offers; `assigned` are the symbols that a user's line answers."""

    config: ResolvedConfig
    selectors: Mapping[str, Sequence[Line]]
    impliers: Mapping[str, Sequence[Line]]
    assigned: frozenset[str]

    def of(self, need: Need) -> tuple[Alternative, ...]:
        """Every alternative for a need that is not met yet; () when there is none."""
        match need.expr:
            case Const():
                return ()
            case Not(operand):
                inner = Need(operand, Tristate(2 - need.high), Tristate(2 - need.low), need.asked)
                return (Alternative(needs=(inner,)),)
            case And(operands):
                return tuple(_split(need, operands, (need.low, Tristate.y)))
            case Or(operands):
                return tuple(_split(need, operands, (Tristate.n, need.high)))
            case Compare():
                return tuple(comparison_alternatives(self.config, need, need.expr))
            case Ref(name):
                return tuple(self._symbol_alternatives(need, name))

    def is_open_ended(self, need: Need) -> bool:
        """Whether there may be alternatives for the need that `of` does not know."""
        return isinstance(need.expr, Compare) and is_open_ended(self.config, need.expr)

    def _symbol_alternatives(self, need: Need, name: str) -> Iterator[Alternative]:
        choice = self.config.model.choices.get(name)
        if choice is not None:
            yield from self._choice_alternatives(need, choice)
            return
        symbol = self.config.model.symbols.get(name)
        if symbol is None or symbol.env is not None or not symbol.is_tristate_valued:
            return
        if need.low == need.high == Tristate.m and is_two_valued(self.config, symbol):
            yield from self._alternatives_to_m(need, symbol)
        elif self.config.tristate(name) < need.low:
            yield from self._alternatives_on(need, symbol)
        else:
            alternatives = (
                self._alternatives_off_member(symbol) if symbol.choice else self._alternatives_off(need, symbol)
            )
            # What a bare line decides, nobody turns off.
            yield from (alternative for alternative in alternatives if all(n.expr != YES for n in alternative.needs))

    def _alternatives_to_m(self, need: Need, symbol: Symbol) -> Iterator[Alternative]:
        """A tristate can be m once there are modules."""
        modules = self.config.model.modules
        if symbol.type != "tristate" or modules is None:
            return
        on = Need(Ref(modules), Tristate.y, Tristate.y, need.asked)
        for definition in symbol.definitions:
            if definition.prompt is not None:
                needs = (on, *prompt_needs(definition, Tristate.m))
                yield Alternative(sets=((symbol.name, "m"),), needs=needs, price=SET)
        for alternative in self._alternatives_on_by_lines(symbol, Tristate.m):
            yield replace(alternative, needs=(on, *alternative.needs))

    # On: the prompt, and, but for members of choices, a select, an imply or a default.

    def _alternatives_on(self, need: Need, symbol: Symbol) -> Iterator[Alternative]:
        two_valued = is_two_valued(self.config, symbol)
        # A condition worth m is enough to make a bool y.
        low = Tristate.m if two_valued else need.low
        price = SET if symbol.choice is None else SWITCH_CHOICE
        for definition in symbol.definitions:
            if definition.prompt is not None:
                value = "y" if two_valued else str(low)
                yield Alternative(sets=((symbol.name, value),), needs=prompt_needs(definition, low), price=price)
                if value == "m" and need.high == Tristate.y:
                    # m is the lesser thing to ask for, but another need may ask for y.
                    needs = prompt_needs(definition, Tristate.y)
                    yield Alternative(sets=((symbol.name, "y"),), needs=needs, price=price + BUILT_IN)
        if symbol.choice is None:
            yield from self._alternatives_on_by_lines(symbol, low)

    def _alternatives_on_by_lines(self, symbol: Symbol, low: Tristate) -> Iterator[Alternative]:
        price = INDIRECT if symbol.prompt else 0
        for source, definition, line in self.selectors.get(symbol.name, ()):
            yield Alternative(needs=line_needs(source, definition, line, low), price=price)
        silent = self._silent(symbol)
        for source, definition, line in self.impliers.get(symbol.name, ()):
            allowed = Need(any_of([d.condition for d in symbol.definitions]), low, Tristate.y, line.location)
            yield Alternative(needs=(*line_needs(source, definition, line, low), allowed, *silent), price=price)
        for default, decided in decided_defaults(self.config, symbol):
            if default.value != NO:
                whole = Need(all_of([default.value, decided]), low, Tristate.y, default.location)
                yield Alternative(needs=(whole, *silent), price=price)

    def _silent(self, symbol: Symbol) -> tuple[Need, ...]:
        """What implies and defaults need to have a say: that no prompt shows, where a user or the target answers it."""
        answered = symbol.name in self.assigned or self.config.source.fill != "default"
        if not (answered and symbol.prompt):
            return ()
        return (Need(shown(symbol), Tristate.n, Tristate.n, symbol.location),)

    # Off: nothing selects it, and the prompt, or else no imply and no default, wants more.

    def _alternatives_off(self, need: Need, symbol: Symbol) -> Iterator[Alternative]:
        # What is worth m makes a bool y, so that nothing but n will do.
        high = Tristate.n if is_two_valued(self.config, symbol) else need.high

        def at_most(expr: Expr, asked: Location) -> Need:
            return Need(expr, Tristate.n, high, asked)

        def lines(found: Mapping[str, Sequence[Line]]) -> tuple[Need, ...]:
            return tuple(at_most(guarded(s.name, d, x), x.location) for s, d, x in found.get(symbol.name, ()))

        unforced = lines(self.selectors)
        for definition in symbol.definitions:
            if definition.prompt is not None:
                needs = (*unforced, *prompt_needs(definition, Tristate.m))
                yield Alternative(sets=((symbol.name, str(high)),), needs=needs, price=SET_OFF)
        quiet = (*unforced, *lines(self.impliers), *self._silent(symbol))
        earlier: tuple[Need, ...] = ()
        for definition in symbol.definitions:
            for default in definition.defaults:
                condition = definition.under(default.condition)
                mild = at_most(all_of([default.value, condition]), default.location)
                # This default decides, and it asks for no more than that.
                decides = Need(condition, Tristate.m, Tristate.y, default.location)
                yield Alternative(needs=(*quiet, *earlier, decides, mild))
                earlier = (*earlier, mild)
        yield Alternative(needs=(*quiet, *earlier))
        yield Alternative(needs=(*unforced, *(at_most(d.condition, d.location) for d in symbol.definitions)))

    def _alternatives_off_member(self, symbol: Symbol) -> Iterator[Alternative]:
        """Alternatives to keep a member off: another is picked, none is, or its prompt does not show."""
        assert symbol.choice is not None
        choice = self.config.model.choices[symbol.choice]
        for name in choice.members:
            for definition in self.config.model.symbols[name].definitions:
                if name != symbol.name and definition.prompt is not None:
                    needs = prompt_needs(definition, Tristate.m)
                    yield Alternative(sets=((name, "y"),), needs=needs, price=SWITCH_CHOICE)
        if choice.optional or choice.type == "tristate":
            yield Alternative(sets=((symbol.name, "n"),), price=SET_OFF)
        yield Alternative(needs=(Need(shown(symbol), Tristate.n, Tristate.n, symbol.location),))

    def _choice_alternatives(self, need: Need, choice: Choice) -> Iterator[Alternative]:
        """A choice is on where its prompt shows; what its members are set to decides between m and y."""
        if self.config.choice_values[choice.key] < need.low:
            for definition in choice.definitions:
                if definition.prompt is not None:
                    yield Alternative(needs=prompt_needs(definition, need.low))
            return
        yield Alternative(needs=(Need(shown(choice), Tristate.n, need.high, choice.location),))
        if choice.optional or (choice.type == "tristate" and need.high == Tristate.m):
            members = tuple((m, str(need.high)) for m in choice.members if self.config.tristate(m) > need.high)
            yield Alternative(sets=members, price=SET_OFF)


def alternatives_of(config: ResolvedConfig) -> Alternatives:
    """The alternatives that `config` offers; walks the whole tree once."""
    return Alternatives(
        config=config,
        selectors=config.model.selectors(),
        impliers=config.model.impliers(),
        assigned=frozenset(a.name for a in config.source.assignments).union(config.below),
    )


def _split(need: Need, operands: tuple[Expr, ...], loose: tuple[Tristate, Tristate]) -> Iterator[Alternative]:
    """The alternatives of && and ||: every operand within the `loose` bounds, and one of them within those of the
    need."""
    common = tuple(Need(operand, *loose, need.asked) for operand in operands)
    if loose == (need.low, need.high):
        yield Alternative(needs=common)
        return
    for index, operand in enumerate(operands):
        yield Alternative(needs=(*common[:index], Need(operand, need.low, need.high, need.asked), *common[index + 1 :]))
