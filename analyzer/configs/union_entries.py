"""Entries of two models, made ready to stand in one.

Enters: definitions, choices, names. Leaves: the same under a condition, or under a name of its own. Must hold: nothing
of them is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from analyzer.model.expr import YES, Expr, Location, all_of
from analyzer.model.expr import names as names_in
from analyzer.model.kconfig import Definition, KconfigModel, Prompt, Symbol

Side = Literal["a", "b"]


def conditional(definition: Definition, guard: Expr) -> Definition:
    """A definition of which every line counts only under a condition."""

    def under(condition: Expr) -> Expr:
        return all_of([guard, condition])

    prompt = definition.prompt
    return replace(
        definition,
        prompt=replace(prompt, condition=under(prompt.condition)) if prompt else None,
        defaults=tuple(replace(one, condition=under(one.condition)) for one in definition.defaults),
        selects=tuple(replace(one, condition=under(one.condition)) for one in definition.selects),
        implies=tuple(replace(one, condition=under(one.condition)) for one in definition.implies),
        ranges=tuple(replace(one, condition=under(one.condition)) for one in definition.ranges),
    )


def inside_choices(model: KconfigModel) -> dict[str, list[str]]:
    """The symbols between each choice and its endchoice: its members, and those that hang below one of them."""
    inside: dict[str, list[str]] = {}
    for name, symbol in model.symbols.items():
        lines = (line for d in symbol.definitions for line in d.dependencies if line.source == "choice")
        for line in lines:
            for key in names_in(line.expr):
                inside.setdefault(key, []).append(name)
    return inside


def paired(a: KconfigModel, b: KconfigModel) -> Iterator[tuple[str, str]]:
    """Each choice of `b` with the choice of `a` that it has a member in common with, or with a name of its own."""
    taken: set[str] = set()
    for key, choice in b.choices.items():
        of = (a.symbols[name].choice for name in choice.members if name in a.symbols)
        found = next((k for k in of if k is not None and k not in taken), None)
        taken.add(found or "")
        yield key, found or twin_name("b", key)


def twin_name(side: Side, name: str) -> str:
    """The name of an entry that stands twice, on one side."""
    return f"<{side} {name}>"


def switch_symbol(name: str) -> Symbol:
    """The symbol that says which side counts."""
    nowhere = Location(path=name, line=0)
    prompt = Prompt(text=name, condition=YES, location=nowhere)
    return Symbol(name=name, type="bool", definitions=(Definition(location=nowhere, prompt=prompt),))
