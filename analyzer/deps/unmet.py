"""Unmet direct dependencies: selects that force a symbol past its own `depends on`.

Enters: a `ResolvedConfig`. Leaves: `UnmetDependency` values in the order of the tree. Must hold: they are those for
which the tree's own conf warns (sym_warn_unmet_dep() of scripts/kconfig/symbol.c); members of choices do not count,
as sym_calc_visibility() leaves them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.deps.conditions import is_two_valued, mentions
from analyzer.deps.requirements import definition_states, guarded, suffix
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Expr, Tristate, any_of
from analyzer.model.graph import DefinitionState, Evidence, UnmetDependency
from analyzer.model.kconfig import Definition, Line, Select, Symbol


def find_unmet(config: ResolvedConfig) -> tuple[UnmetDependency, ...]:
    """Every bool or tristate symbol whose active selects ask for more than its direct dependency allows."""
    selectors = config.model.selectors()
    names = selectors if config.forced is None else config.forced
    targets = [name for name in config.model.symbols if name in names]
    return tuple(u for name in targets for u in _unmet(config, config.model.symbols[name], selectors[name]))


def _unmet(config: ResolvedConfig, symbol: Symbol, lines: Sequence[Line]) -> Iterator[UnmetDependency]:
    if symbol.choice is not None or not symbol.is_tristate_valued:
        return
    selects = tuple(e for row in lines if (e := _evidence(config, *row)).value != Tristate.n)
    forced = _ranked(config, symbol, max((e.value for e in selects), default=Tristate.n))
    allowed = _ranked(config, symbol, config.value(direct_dependency(symbol)))
    if allowed < forced:
        yield UnmetDependency(
            name=symbol.name,
            value=config.values[symbol.name],
            forced=forced,
            allowed=allowed,
            selects=selects,
            definitions=tuple(_dependencies_only(config, symbol, forced)),
        )


def direct_dependency(symbol: Symbol) -> Expr:
    """What the symbol depends on: any of its definitions' dependencies; y when none of them has any.

    A definition without a dependency counts only when no other has one: expr_alloc_or() of scripts/kconfig/expr.c
    drops an empty side.
    """
    conditions = [d.condition for d in symbol.definitions if d.dependencies]
    return any_of(conditions) if conditions else symbol.definitions[0].condition


def _ranked(config: ResolvedConfig, symbol: Symbol, value: Tristate) -> Tristate:
    return Tristate.y if value == Tristate.m and is_two_valued(config, symbol) else value


def _evidence(config: ResolvedConfig, selector: Symbol, definition: Definition, line: Select) -> Evidence:
    condition = guarded(selector.name, definition, line)
    return Evidence(
        name=selector.name,
        text=f"select {line.target}{suffix(line.condition)}",
        location=line.location,
        condition=condition,
        value=config.value(condition),
        mentions=mentions(config, condition),
    )


def _dependencies_only(config: ResolvedConfig, symbol: Symbol, forced: Tristate) -> Iterator[DefinitionState]:
    """The definitions that have dependencies, without what only limits their prompts."""
    want = Tristate.m if is_two_valued(config, symbol) else forced
    for state, definition in zip(definition_states(config, symbol, want), symbol.definitions, strict=True):
        if definition.dependencies:
            own = tuple(r for r in state.requirements if r.source not in {"prompt", "visible if"})
            yield replace(state, visible=None, requirements=own)
