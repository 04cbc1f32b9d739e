"""What each definition of a symbol stands under, and which lines could turn the symbol on from outside.

Enters: a `ResolvedConfig` and a symbol or choice. Leaves: `DefinitionState` and `Opening` values, in file order. Must
hold: every line is evaluated with all that encloses it; nothing is left out because it happens to be met.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.deps.conditions import failures
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import NO, YES, Expr, Not, Ref, Tristate, all_of, show
from analyzer.model.graph import DefinitionState, Opening, Requirement
from analyzer.model.kconfig import Choice, Default, Definition, Dependency, Select, Symbol


def definition_states(config: ResolvedConfig, entry: Symbol | Choice, want: Tristate) -> tuple[DefinitionState, ...]:
    """Every definition with its dependencies and what limits its prompt; what is worth less than `want` (m or y)
    fails.
    """
    return tuple(
        DefinitionState(
            location=definition.location,
            value=config.value(definition.condition),
            visible=config.value(definition.prompt_condition()) if definition.prompt else None,
            requirements=tuple(_requirements(config, definition, want)),
        )
        for definition in entry.definitions
    )


def _requirements(config: ResolvedConfig, definition: Definition, want: Tristate) -> Iterator[Requirement]:
    for dependency in definition.dependencies:
        yield _requirement(config, dependency, want)
    if definition.prompt is None:
        return
    for dependency in definition.visibility:
        yield _requirement(config, dependency, want)
    condition = definition.prompt.condition
    if condition != YES:
        yield Requirement(
            source="prompt",
            text=f'prompt "{definition.prompt.text}" if {show(condition)}',
            expr=condition,
            value=config.value(condition),
            location=definition.prompt.location,
            failures=failures(config, condition, want),
        )


_WRITTEN: dict[str, str] = {
    "depends on": "depends on ",
    "menu": "depends on ",
    "if": "if ",
    "visible if": "visible if ",
}


def written(dependency: Dependency) -> str:
    """The conjunct as the construct writes it."""
    return f"{_WRITTEN.get(dependency.source, '')}{show(dependency.expr)}"


def _requirement(config: ResolvedConfig, dependency: Dependency, want: Tristate) -> Requirement:
    return Requirement(
        source=dependency.source,
        text=written(dependency),
        expr=dependency.expr,
        value=config.value(dependency.expr),
        location=dependency.location,
        failures=failures(config, dependency.expr, want),
    )


def guarded(selector: str, definition: Definition, line: Select) -> Expr:
    """The whole condition of a select or imply line: the selector's value, its dependencies there, and the line's `if`.

    Source: menu_finalize() of scripts/kconfig/menu.c, where it becomes a term of the target's rev_dep.
    """
    return all_of([Ref(selector), definition.under(line.condition)])


def decided_defaults(config: ResolvedConfig, symbol: Symbol) -> Iterator[tuple[Default, Expr]]:
    """Every default with the whole condition under which it decides: its own, and that no earlier one decides first.

    Source: sym_get_default_prop() of scripts/kconfig/symbol.c: the first default whose condition is not n decides. Of
    the earlier ones only those that hold in this config are named.
    """
    earlier: list[Expr] = []
    for definition in symbol.definitions:
        for default in definition.defaults:
            condition = definition.under(default.condition)
            yield default, all_of([condition, *(Not(e) for e in earlier)])
            if config.value(condition) != Tristate.n:
                earlier.append(condition)


def suffix(condition: Expr) -> str:
    """` if condition` as it stands behind a line, or nothing."""
    return "" if condition == YES else f" if {show(condition)}"


def openings(config: ResolvedConfig, symbol: Symbol) -> tuple[Opening, ...]:
    """Every select, imply and default that could make a bool or tristate symbol at least m, and what each lacks."""
    found: list[Opening] = []
    for kind, lines in (("select", config.model.selectors()), ("imply", config.model.impliers())):
        for source, definition, line in lines.get(symbol.name, ()):
            condition = guarded(source.name, definition, line)
            found.append(
                Opening(
                    kind="select" if kind == "select" else "imply",
                    name=source.name,
                    text=f"{kind} {symbol.name}{suffix(line.condition)}",
                    location=line.location,
                    condition=condition,
                    value=config.value(condition),
                    missing=failures(config, condition, Tristate.m),
                )
            )
    for default, decided in decided_defaults(config, symbol):
        if default.value != NO:
            whole = all_of([default.value, decided])
            found.append(
                Opening(
                    kind="default",
                    name=symbol.name,
                    text=f"{default.word} {show(default.value)}{suffix(default.condition)}",
                    location=default.location,
                    condition=whole,
                    value=config.value(whole),
                    missing=failures(config, whole, Tristate.m),
                )
            )
    return tuple(found)
