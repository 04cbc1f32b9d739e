"""What would give an expression a wanted value: the moves that a proposal is searched among.

Enters: a `ResolvedConfig` and a `Need`. Leaves: the `Way`s to meet it, each with the further needs that it has. Must
hold: no way means that nothing a user can set helps; an assignment is only offered for a symbol with a prompt,
together with all that makes the prompt show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analyzer.deps.conditions import defined, is_two_valued
from analyzer.deps.literals import beside
from analyzer.deps.requirements import default_conditions, guarded
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import (
    NO,
    TRISTATES,
    YES,
    And,
    Compare,
    CompareOp,
    Const,
    Expr,
    Location,
    Not,
    Operand,
    Or,
    Ref,
    Tristate,
    all_of,
    any_of,
    evaluate,
    holds,
)
from analyzer.model.kconfig import Choice, Definition, KconfigModel, Select, Symbol

SET, SET_TEXT, SWITCH_CHOICE, SET_OFF = 10, 15, 15, 20
"""What an assignment costs: turning on is better than making up a number, re-picking a choice, or turning something
off.
"""
BUILT_IN = 1
"""What y costs on top where m would do."""
INDIRECT = 2
"""What it costs to reach a symbol through another's line although it has a prompt of its own."""


@dataclass(frozen=True, slots=True)
class Need:
    """`expr` has to be worth `low` to `high`; `asked` is the line that asks for it."""

    expr: Expr
    low: Tristate
    high: Tristate
    asked: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to meet a need: at most one assignment (`sets`), and all of `needs`."""

    needs: tuple[Need, ...] = ()
    sets: tuple[tuple[str, str], ...] = ()
    price: int = 0


def is_met(config: ResolvedConfig, need: Need, plan: Mapping[str, str]) -> bool:
    """Whether the need is met when the symbols in `plan` have the values given there, and all others those of
    `config`.
    """

    def operand(side: Ref | Const) -> Operand:
        if isinstance(side, Ref) and side.name in plan:
            return Operand(text=plan[side.name], type=config.model.symbols[side.name].type)
        return config.operand(side)

    return need.low <= evaluate(need.expr, operand) <= need.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """The moves that one config offers."""

    config: ResolvedConfig
    selectors: Mapping[str, tuple[tuple[Symbol, Definition, Select], ...]]
    impliers: Mapping[str, tuple[tuple[Symbol, Definition, Select], ...]]
    assigned: frozenset[str]

    def ways(self, need: Need) -> tuple[Way, ...]:
        """Every way to meet a need that is not met yet; () when there is none."""
        match need.expr:
            case Const():
                return ()
            case Not(operand):
                inner = Need(operand, Tristate(2 - need.high), Tristate(2 - need.low), need.asked)
                return (Way(needs=(inner,)),)
            case And(operands):
                return tuple(_split(need, operands, (need.low, Tristate.y)))
            case Or(operands):
                return tuple(_split(need, operands, (Tristate.n, need.high)))
            case Compare():
                return tuple(self._compare_ways(need, need.expr))
            case Ref(name):
                return tuple(self._symbol_ways(need, name))

    def _symbol_ways(self, need: Need, name: str) -> Iterator[Way]:
        choice = self.config.model.choices.get(name)
        if choice is not None:
            yield from _choice_ways(need, choice)
            return
        symbol = self.config.model.symbols.get(name)
        if symbol is None or symbol.env is not None or not symbol.is_tristate_valued:
            return
        if is_two_valued(self.config, symbol) and need.low == need.high == Tristate.m:
            return
        if self.config.tristate(name) < need.low:
            yield from self._ways_on(need, symbol)
        else:
            yield from self._ways_off(need, symbol)

    def _ways_on(self, need: Need, symbol: Symbol) -> Iterator[Way]:
        two_valued = is_two_valued(self.config, symbol)
        # A condition worth m is enough to make a bool y.
        low = Tristate.m if two_valued else need.low
        price = SET if symbol.choice is None else SWITCH_CHOICE
        for definition in symbol.definitions:
            if definition.prompt is not None:
                value = "y" if two_valued else str(low)
                yield Way(sets=((symbol.name, value),), needs=_prompt_needs(definition, low), price=price)
                if value == "m" and need.high == Tristate.y:
                    # m is the lesser thing to ask for, but another need may ask for y.
                    needs = _prompt_needs(definition, Tristate.y)
                    yield Way(sets=((symbol.name, "y"),), needs=needs, price=price + BUILT_IN)
        if symbol.choice is not None:
            return
        price = INDIRECT if symbol.prompt else 0
        for source, definition, line in self.selectors.get(symbol.name, ()):
            yield Way(needs=_line_needs(source, definition, line, low), price=price)
        if self._answered(symbol):
            return
        for source, definition, line in self.impliers.get(symbol.name, ()):
            allowed = Need(any_of([d.condition for d in symbol.definitions]), low, Tristate.y, line.location)
            yield Way(needs=(*_line_needs(source, definition, line, low), allowed), price=price)
        for default, _, whole in default_conditions(self.config, symbol):
            if default.value != NO:
                yield Way(needs=(Need(whole, low, Tristate.y, default.location),), price=price)

    def _answered(self, symbol: Symbol) -> bool:
        """Whether implies and defaults have no say: the symbol shows, and the user or the target answers for it."""
        shown = self.config.visibility[symbol.name] > Tristate.n
        return shown and (symbol.name in self.assigned or self.config.source.fill != "default")

    def _ways_off(self, need: Need, symbol: Symbol) -> Iterator[Way]:
        """Ways to make a symbol at most `need.high`: nothing selects it, and no user, imply or default wants more."""
        if symbol.choice is not None:
            yield from self._ways_to_other_member(symbol)
            return
        # What is worth m makes a bool y, so that nothing but n will do.
        high = Tristate.n if is_two_valued(self.config, symbol) else need.high

        def at_most(expr: Expr, asked: Location) -> Need:
            return Need(expr, Tristate.n, high, asked)

        selectors = self.selectors.get(symbol.name, ())
        unforced = tuple(at_most(guarded(s.name, d, line), line.location) for s, d, line in selectors)
        if self.config.visibility[symbol.name] > Tristate.n:
            yield Way(sets=((symbol.name, str(high)),), needs=unforced, price=SET_OFF)
        else:
            impliers = self.impliers.get(symbol.name, ())
            implied = tuple(at_most(guarded(s.name, d, line), line.location) for s, d, line in impliers)
            defaults = tuple(
                at_most(all_of([default.value, condition]), default.location)
                for default, condition, _ in default_conditions(self.config, symbol)
            )
            yield Way(needs=(*unforced, *implied, *defaults))
        yield Way(needs=(*unforced, *(at_most(d.condition, d.location) for d in symbol.definitions)))

    def _ways_to_other_member(self, symbol: Symbol) -> Iterator[Way]:
        assert symbol.choice is not None
        for name in self.config.model.choices[symbol.choice].members:
            if name != symbol.name:
                for definition in self.config.model.symbols[name].definitions:
                    if definition.prompt is not None:
                        needs = _prompt_needs(definition, Tristate.m)
                        yield Way(sets=((name, "y"),), needs=needs, price=SWITCH_CHOICE)

    def _compare_ways(self, need: Need, expr: Compare) -> Iterator[Way]:
        if need.low == need.high == Tristate.m:
            return
        op, left, right = expr.op, expr.left, expr.right
        if need.low == Tristate.n:
            op = _OPPOSITE[op]
        if not _is_defined(self.config.model, left):
            op, left, right = _MIRRORED[op], right, left
        if not isinstance(left, Ref) or not defined(self.config.model, left.name):
            return
        # The other side is taken as it is, even where it is a symbol that could be changed instead.
        text = self.config.operand(right).text
        symbol = self.config.model.symbols.get(left.name)
        if symbol is None or symbol.is_tristate_valued:
            yield from _tristate_ways(need, left, op, text)
        elif (value := beside(op, text, symbol.type)) is not None:
            for definition in symbol.definitions:
                if definition.prompt is not None:
                    needs = _prompt_needs(definition, Tristate.m)
                    yield Way(sets=((symbol.name, value),), needs=needs, price=SET_TEXT)


_OPPOSITE: dict[CompareOp, CompareOp] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED: dict[CompareOp, CompareOp] = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def moves(config: ResolvedConfig) -> Moves:
    """The moves that `config` offers; walks the whole tree once."""
    return Moves(
        config=config,
        selectors=config.model.selectors(),
        impliers=config.model.impliers(),
        assigned=frozenset(a.name for a in config.source.assignments).union(config.base.written if config.base else ()),
    )


def _is_defined(model: KconfigModel, side: Ref | Const) -> bool:
    return isinstance(side, Ref) and defined(model, side.name)


def _split(need: Need, operands: tuple[Expr, ...], loose: tuple[Tristate, Tristate]) -> Iterator[Way]:
    """The ways of && and ||: every operand within the `loose` bounds, and one of them within those of the need."""
    common = tuple(Need(operand, *loose, need.asked) for operand in operands)
    if loose == (need.low, need.high):
        yield Way(needs=common)
        return
    for index, operand in enumerate(operands):
        yield Way(needs=(*common[:index], Need(operand, need.low, need.high, need.asked), *common[index + 1 :]))


def _tristate_ways(need: Need, left: Ref, op: CompareOp, text: str) -> Iterator[Way]:
    if text not in TRISTATES:
        return
    for value in Tristate:
        if holds(op, value - TRISTATES[text]):
            yield Way(needs=(Need(left, value, value, need.asked),))


def _choice_ways(need: Need, choice: Choice) -> Iterator[Way]:
    """A choice is on where its prompt shows; which member it picks is not its own matter."""
    if need.low > Tristate.n:
        for definition in choice.definitions:
            if definition.prompt is not None:
                yield Way(needs=_prompt_needs(definition, need.low))
    else:
        prompts = (d.prompt_condition() for d in choice.definitions if d.prompt is not None)
        yield Way(needs=tuple(Need(p, Tristate.n, need.high, choice.location) for p in prompts))


def _prompt_needs(definition: Definition, low: Tristate) -> tuple[Need, ...]:
    assert definition.prompt is not None
    lines = [(d.expr, d.location) for d in (*definition.dependencies, *definition.visibility)]
    return _at_least(low, [*lines, (definition.prompt.condition, definition.prompt.location)])


def _line_needs(source: Symbol, definition: Definition, line: Select, low: Tristate) -> tuple[Need, ...]:
    lines = [(d.expr, d.location) for d in definition.dependencies]
    return _at_least(low, [(Ref(source.name), line.location), *lines, (line.condition, line.location)])


def _at_least(low: Tristate, lines: list[tuple[Expr, Location]]) -> tuple[Need, ...]:
    return tuple(Need(expr, low, Tristate.y, location) for expr, location in lines if expr != YES)
