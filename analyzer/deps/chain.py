"""The chain behind a value: one step per symbol, one after the other down to what nobody else decided.

Enters: a `ResolvedConfig` and a name. Leaves: `Step` values, the name's own first. Must hold: each name occurs once;
whatever a step's evidence leans on has a step; a loop in the tree ends the chain and does not run on; the order
depends on the config alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.deps.conditions import decisive, defined, mentions
from analyzer.deps.requirements import definition_states
from analyzer.model.config import Cause, Reason, ResolvedConfig
from analyzer.model.expr import YES, Expr, Location, Tristate, names
from analyzer.model.graph import Evidence, Step
from analyzer.model.kconfig import Choice, Symbol


def chain(config: ResolvedConfig, name: str) -> tuple[Step, ...]:
    """The steps that explain the value of the symbol or choice `name`, in the order in which each is first needed."""
    steps: dict[str, Step] = {}
    wanted = [name]
    while wanted:
        current = wanted.pop()
        if current not in steps:
            steps[current] = step = _step(config, current)
            wanted.extend(reversed(step.because))
    return tuple(steps.values())


def _step(config: ResolvedConfig, name: str) -> Step:
    symbol = config.model.symbols.get(name)
    if symbol is None:
        return _choice_step(config, config.model.choices[name])
    reason = config.reasons[name]
    evidence = tuple(_barriers(config, symbol)) if reason.kind == "unmet" else ()
    alone = reason.kind == "off" and not reason.prompted
    selecting = config.model.selectors().get(name, ()) if alone else ()
    return Step(
        name=name,
        value=config.values[name],
        kind=reason.kind,
        location=reason.location,
        evidence=evidence or tuple(_evidence(config, symbol, reason, cause) for cause in reason.causes),
        prompted=reason.prompted,
        choice=reason.choice,
        selectors=tuple(dict.fromkeys(other.name for other, _, _ in selecting)),
    )


def _choice_step(config: ResolvedConfig, choice: Choice) -> Step:
    value = config.choice_values[choice.key]
    return Step(
        name=choice.key,
        value=str(value),
        kind="choice" if value != Tristate.n else "unmet",
        location=choice.location,
        evidence=tuple(_barriers(config, choice)) if value == Tristate.n else (),
    )


def _barriers(config: ResolvedConfig, entry: Symbol | Choice) -> Iterator[Evidence]:
    """The conjuncts that are n in each definition of an entry, one evidence each."""
    name = entry.name if isinstance(entry, Symbol) else entry.key
    for state in definition_states(config, entry, Tristate.m):
        for requirement in state.requirements:
            if requirement.failures:
                yield Evidence(
                    name="",
                    text=requirement.text,
                    location=requirement.location,
                    condition=requirement.expr,
                    value=requirement.value,
                    mentions=mentions(config, requirement.expr),
                    because=_leads(config, name, decisive(config, requirement.expr, Tristate.m)),
                )


def _evidence(config: ResolvedConfig, symbol: Symbol, reason: Reason, cause: Cause) -> Evidence:
    return Evidence(
        name=cause.name,
        text=cause.text,
        location=cause.location,
        condition=cause.condition,
        value=cause.value,
        mentions=mentions(config, cause.condition),
        because=_leads(config, symbol.name, _support(config, symbol, reason, cause)),
    )


def _support(config: ResolvedConfig, symbol: Symbol, reason: Reason, cause: Cause) -> Sequence[str]:
    """The names that a cause leans on: what the line itself says, not the dependencies that merely permit it."""
    match reason.kind:
        case "user" | "fill" | "environment":
            return ()
        case "selected" | "implied":
            return (cause.name, *_hold(config, _select_condition(config, symbol.name, cause)))
        case "default":
            return tuple(_default_support(config, symbol, cause.location))
        case "choice":
            return (cause.name, *_hold(config, _choice_condition(config, symbol, cause)))
        case "range":
            bounds = (r for d in symbol.definitions for r in d.ranges if r.location == cause.location)
            found = next(bounds, None)
            parts: tuple[Expr, ...] = (found.low, found.high) if found else ()
            return (*(n for part in parts for n in names(part)), *(_hold(config, found.condition) if found else ()))
        case "unmet" | "off":
            return _hold(config, cause.condition)


def _hold(config: ResolvedConfig, expr: Expr) -> tuple[str, ...]:
    return decisive(config, expr, max(config.value(expr), Tristate.m))


def _select_condition(config: ResolvedConfig, target: str, cause: Cause) -> Expr:
    """The `if` of the select or imply line behind `cause`; the whole condition when the line is not to be found."""
    selector = config.model.symbols.get(cause.name)
    for definition in selector.definitions if selector else ():
        for line in (*definition.selects, *definition.implies):
            if line.target == target and line.location == cause.location:
                return line.condition
    return cause.condition


def _choice_condition(config: ResolvedConfig, member: Symbol, cause: Cause) -> Expr:
    """The `if` of the choice's default line behind `cause`; y when no line picked, but the user or the order did."""
    choice = config.model.choices.get(member.choice or "")
    defaults = (line for d in choice.definitions for line in d.defaults) if choice else ()
    return next((line.condition for line in defaults if line.location == cause.location), YES)


def _default_support(config: ResolvedConfig, symbol: Symbol, location: Location) -> Iterator[str]:
    for definition in symbol.definitions:
        for default in definition.defaults:
            if default.location == location:
                yield from _hold(config, default.value) if symbol.is_tristate_valued else names(default.value)
                yield from _hold(config, default.condition)
                return


def _leads(config: ResolvedConfig, name: str, found: Sequence[str]) -> tuple[str, ...]:
    """The names in `found` that have a story of their own: defined, each once, not `name` itself."""
    return tuple(n for n in dict.fromkeys(found) if n and n != name and defined(config.model, n))
