"""Why each symbol has its value, worked out when somebody asks.

Enters: the model, the values of one config, and what its user set. Leaves: a mapping from symbol to Reason. Must hold:
the order of the tests below is that of sym_calc_value() in scripts/kconfig/symbol.c, and every reason names a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from analyzer.configs.answers import Accepted
from analyzer.model.config import Cause, ConfigSource, Reason, ResolvedConfig, operand
from analyzer.model.expr import YES, Const, Expr, Location, Operand, Ref, Tristate, all_of, evaluate, show
from analyzer.model.kconfig import Default, Definition, Dependency, KconfigModel, Select, Symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What reasons are worked out from: the values of one config and what was asked for."""

    model: KconfigModel
    values: Mapping[str, str]
    choice_values: Mapping[str, Tristate]
    visibility: Mapping[str, Tristate]
    source: ConfigSource
    accepted: Accepted
    base: ResolvedConfig | None

    def operand(self, side: Ref | Const) -> Operand:
        """What a name or constant is worth."""
        return operand(self.model, self.values, self.choice_values, side)

    def value(self, expr: Expr) -> Tristate:
        """What an expression is worth."""
        return evaluate(expr, self.operand)


class Reasons(Mapping[str, Reason]):
    """The reason of every symbol; computed on access and remembered."""

    def __init__(self, resolved: Resolved) -> None:
        self._it = resolved
        self._known: dict[str, Reason] = {}

    def __getitem__(self, name: str) -> Reason:
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._reason(self._it.model.symbols[name])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._it.model.symbols)

    def __len__(self) -> int:
        return len(self._it.model.symbols)

    @cached_property
    def _selectors(self) -> Mapping[str, Sequence[tuple[Symbol, Definition, Select]]]:
        return self._it.model.selectors()

    @cached_property
    def _impliers(self) -> Mapping[str, Sequence[tuple[Symbol, Definition, Select]]]:
        return self._it.model.impliers()

    def _reason(self, symbol: Symbol) -> Reason:
        if symbol.env is not None:
            return Reason(kind="environment", location=symbol.location)
        if not symbol.is_tristate_valued:
            return self._text(symbol)
        visible = self._it.visibility[symbol.name] is not Tristate.n
        if symbol.choice is not None and visible:
            return self._member(symbol, symbol.choice)
        value = Tristate[self._it.values[symbol.name]]
        selects = self._active(self._selectors.get(symbol.name, ()), "select")
        given = self._answer(symbol) if visible or symbol.transitional else None
        if symbol.choice is None and selects and value is not Tristate.n and self._reaches(symbol, selects, value):
            # A line of a base may have had its value by the same selects.
            extra = [cause for cause in given.causes if cause not in selects] if given is not None else []
            return Reason(kind="selected", location=selects[0].location, causes=(*selects, *extra))
        if given is not None:
            return given
        implies = self._active(self._impliers.get(symbol.name, ()), "imply") if symbol.choice is None else ()
        default = self._default(symbol)
        if implies and value is Tristate.n:
            return self._limited(symbol)
        if implies and not (default and default[1] >= value):
            return Reason(kind="implied", location=implies[0].location, causes=implies)
        if default is not None:
            return Reason(kind="default", location=default[0].location, causes=(default[0],))
        return self._nothing(symbol)

    def _reaches(self, symbol: Symbol, selects: Sequence[Cause], value: Tristate) -> bool:
        strongest = max(cause.value for cause in selects)
        return strongest >= value or symbol.type == "bool"

    # What the user, or the target, set.

    def _answer(self, symbol: Symbol) -> Reason | None:
        """The user's line, or the target's answer to all new symbols; None when neither is there."""
        found = self._it.accepted.values.get(symbol.name)
        if found is not None:
            value, assignment = found
            if self._it.base is not None and assignment.location == Location(path=self._it.base.source.name, line=0):
                return self._it.base.reasons[symbol.name]
            line = Cause(
                name="",
                text=assignment.line,
                condition=YES,
                value=Tristate[value] if symbol.is_tristate_valued else Tristate.y,
                location=assignment.location,
            )
            return Reason(kind="user", location=assignment.location, causes=(line,))
        if self._it.source.fill != "default" and symbol.is_tristate_valued:
            return Reason(kind="fill", location=Location(path=_TARGETS[self._it.source.fill], line=0))
        return None

    # Choices.

    def _member(self, symbol: Symbol, key: str) -> Reason:
        choice = self._it.model.choices[key]
        picked = next((name for name in choice.members if self._it.values[name] == "y"), "")
        by_user = self._it.accepted.values.get(picked)
        if by_user is not None and by_user[0] == "y":
            chosen = self._answer(self._it.model.symbols[picked])
            if chosen is not None and chosen.kind == "choice":
                # The .config that was merged onto has the pick, and whoever made it there.
                return Reason(kind="choice", location=chosen.location, causes=chosen.causes, choice=key)
            if chosen is not None and chosen.kind == "user":
                cause = Cause(
                    name=picked,
                    text=f"CONFIG_{picked}=y",
                    condition=YES,
                    value=Tristate.y,
                    location=chosen.location,
                )
                return Reason(kind="choice", location=chosen.location, causes=(cause,), choice=key)
        for definition in choice.definitions:
            for default in definition.defaults:
                condition = definition.under(default.condition)
                if default.value == Ref(picked) and self._it.value(condition) is not Tristate.n:
                    cause = self._cause(
                        picked, _line(default.word, show(default.value), default.condition), condition, default.location
                    )
                    return Reason(kind="choice", location=default.location, causes=(cause,), choice=key)
        if not picked:
            return self._answer(symbol) or Reason(kind="choice", location=choice.location, choice=key)
        first = self._it.model.symbols[picked]
        cause = self._cause(picked, f"config {picked}", YES, first.location)
        return Reason(kind="choice", location=choice.location, causes=(cause,), choice=key)

    # Lines of the tree.

    def _active(self, lines: Sequence[tuple[Symbol, Definition, Select]], word: str) -> tuple[Cause, ...]:
        """The selects or implies that are not n, the strongest first."""
        found = []
        for other, definition, line in lines:
            condition = all_of([Ref(other.name), definition.under(line.condition)])
            cause = self._cause(other.name, _line(word, line.target, line.condition), condition, line.location)
            if cause.value is not Tristate.n:
                found.append(cause)
        return tuple(sorted(found, key=lambda cause: -cause.value))

    def _default(self, symbol: Symbol) -> tuple[Cause, Tristate] | None:
        """The default that counts and what it gives."""
        found = self._first_default(symbol)
        if found is None:
            return None
        definition, default = found
        condition = definition.under(default.condition)
        cause = self._cause(
            "", _line(default.word, show(default.value), default.condition), condition, default.location
        )
        return cause, min(self._it.value(default.value), cause.value)

    def _first_default(self, symbol: Symbol) -> tuple[Definition, Default] | None:
        for definition in symbol.definitions:
            for default in definition.defaults:
                if self._it.value(definition.under(default.condition)) is not Tristate.n:
                    return definition, default
        return None

    def _nothing(self, symbol: Symbol) -> Reason:
        """Nothing turns it on: because a dependency is not met, or because nothing asks for it."""
        with_prompt = [d for d in symbol.definitions if d.prompt is not None]
        failing = [self._failing(d) for d in with_prompt or symbol.definitions]
        if failing and all(failing):
            causes = tuple(cause for part in failing for cause in part)
            return Reason(kind="unmet", location=causes[0].location, causes=causes)
        shows = bool(with_prompt)
        return Reason(kind="off", location=symbol.location, causes=self._nearly(symbol), prompted=shows)

    def _limited(self, symbol: Symbol) -> Reason:
        """It is implied, and off: an imply counts as far as the direct dependency, which definitions without any do not
        add to."""
        causes = tuple(c for d in symbol.definitions for c in self._failing(replace(d, prompt=None)))
        if not causes:
            # No dependency fails: a transitional symbol takes no implies at all.
            return Reason(kind="off", location=symbol.location, causes=self._nearly(symbol))
        return Reason(kind="unmet", location=causes[0].location, causes=causes)

    def _nearly(self, symbol: Symbol) -> tuple[Cause, ...]:
        """The selects and implies of symbols that are on, whose `if` or dependencies keep them from working."""
        found = []
        for word, lines in (("select", self._selectors), ("imply", self._impliers)):
            for other, definition, line in lines.get(symbol.name, ()):
                if self._it.value(Ref(other.name)) is not Tristate.n:
                    condition = all_of([Ref(other.name), definition.under(line.condition)])
                    text = _line(word, line.target, line.condition)
                    found.append(self._cause(other.name, text, condition, line.location))
        return tuple(found)

    def _failing(self, definition: Definition) -> list[Cause]:
        lines: list[Dependency] = [*definition.dependencies]
        if definition.prompt is not None:
            lines.extend(definition.visibility)
            if definition.prompt.condition != YES:
                lines.append(
                    Dependency(expr=definition.prompt.condition, location=definition.prompt.location, source="if")
                )
        causes: list[Cause] = []
        for line in lines:
            cause = self._cause("", f"{_WORDS[line.source]} {show(line.expr)}", line.expr, line.location)
            if cause.value is Tristate.n:
                causes.extend(self._failing_of_choice(line.expr) or [cause])
        return causes

    def _failing_of_choice(self, expr: Expr) -> list[Cause]:
        """What keeps a choice off that stands for all that it depends on; nothing for any other expression."""
        choice = self._it.model.choices.get(expr.name) if isinstance(expr, Ref) else None
        return [] if choice is None else [cause for d in choice.definitions for cause in self._failing(d)]

    def _cause(self, name: str, text: str, condition: Expr, location: Location) -> Cause:
        return Cause(name=name, text=text, condition=condition, value=self._it.value(condition), location=location)

    # Texts and numbers.

    def _text(self, symbol: Symbol) -> Reason:
        value = self._it.values[symbol.name]
        visible = symbol.transitional or self._it.visibility[symbol.name] is not Tristate.n
        given = self._answer(symbol) if visible else None
        if given is not None and self._it.accepted.values[symbol.name][0] == value:
            return given
        found = self._first_default(symbol)
        if found is not None and self._text_of(found[1].value) == value:
            definition, default = found
            condition = definition.under(default.condition)
            cause = self._cause(
                "", _line(default.word, show(default.value), default.condition), condition, default.location
            )
            return Reason(kind="default", location=default.location, causes=(cause,))
        for definition in symbol.definitions:
            for line in definition.ranges:
                condition = definition.under(line.condition)
                if self._it.value(condition) is not Tristate.n:
                    text = _line("range", f"{show(line.low)} {show(line.high)}", line.condition)
                    return Reason(
                        kind="range",
                        location=line.location,
                        causes=(self._cause("", text, condition, line.location),),
                    )
        return self._nothing(symbol)

    def _text_of(self, value: Expr) -> str:
        """What a text or number takes from its default; of a bool or tristate symbol that is always n (curr.val)."""
        if isinstance(value, Ref) and self._it.operand(value).type in {"bool", "tristate"}:
            return str(Tristate.n)
        return self._it.operand(value).text if isinstance(value, Ref | Const) else str(self._it.value(value))


_TARGETS = {"n": "allnoconfig", "m": "allmodconfig", "y": "allyesconfig"}
"""The target that answers all that nobody set."""

_WORDS = {
    "depends on": "depends on",
    "if": "if",
    "menu": "menu depends on",
    "choice": "choice",
    "visible if": "visible if",
}


def _line(word: str, what: str, condition: Expr) -> str:
    """A property as Kconfig writes it."""
    return f"{word} {what}" if condition == YES else f"{word} {what} if {show(condition)}"
