"""Which member of a choice is picked where the one that is picked goes.

Enters: a config, wishes, what is to be kept, members that the user names. Leaves: a `Pick` for each member that is to
go. Must hold: where a choice has to pick one, another member is named; it is the one that the choice itself defaults
to, unless the user names one.

Up to 6.10 conf takes no n for a pick, and later it takes the first member that no line turns off, which in a whole
.config is none that the choice defaults to (sym_calc_choice() of scripts/kconfig/symbol.c). So a line that names the
other member is what means the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analyzer.errors import UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.doctor import Pick
from analyzer.model.expr import Ref, Tristate, show
from analyzer.model.kconfig import Choice


def picks(
    config: ResolvedConfig, wishes: Mapping[str, str], keep: Mapping[str, str], instead: Sequence[str] = ()
) -> tuple[Pick, ...]:
    """The members that are picked for those that `wishes` turn off, members that `keep` has as n last.

    Raises UsageError for one of `instead` that is no other member of the choice of one that goes.
    """
    found: list[Pick] = []
    left = dict.fromkeys(instead)
    for gone in wishes:
        choice = _picking(config, gone) if wishes[gone] == "n" else None
        if choice is None:
            continue
        named = next((name for name in left if name in choice.members and name != gone), None)
        if named is not None:
            del left[named]
            found.append(Pick(name=named, gone=gone, why="named"))
        elif not choice.optional and not any(wishes.get(name, "n") != "n" for name in choice.members):
            others = sorted(_others(config, choice, gone), key=lambda one: keep.get(one.name) == "n")
            found += others[:1]
    for name in left:
        raise _no_member(config, wishes, name)
    return tuple(found)


def _picking(config: ResolvedConfig, name: str) -> Choice | None:
    """The choice that picks a symbol and shows it as fully as a pick needs; None where none does."""
    symbol = config.model.symbols[name]
    picked = config.values[name] == "y" and config.visibility[name] is Tristate.y
    choice = config.model.choices[symbol.choice] if symbol.choice is not None and picked else None
    # Of a choice at m every member has a value of its own.
    return choice if choice is not None and config.choice_values[choice.key] is Tristate.y else None


def _others(config: ResolvedConfig, choice: Choice, gone: str) -> Iterator[Pick]:
    """The other members that can be picked: those that the choice defaults to, then the others in order.

    Source: sym_choice_default() of scripts/kconfig/symbol.c.
    """
    shown = [name for name in choice.members if name != gone and config.visibility[name] is Tristate.y]
    for definition in choice.definitions:
        for line in definition.defaults:
            holds = config.value(definition.under(line.condition)) > Tristate.n
            if isinstance(line.value, Ref) and line.value.name in shown and holds:
                text = f"default {show(line.value)}"
                yield Pick(name=line.value.name, gone=gone, why=text, location=line.location)
    for name in shown:
        yield Pick(name=name, gone=gone, why="the first of the others that show")


def _no_member(config: ResolvedConfig, wishes: Mapping[str, str], name: str) -> UsageError:
    """What is wrong with a member that the user names."""
    going = [(gone, choice) for gone, value in wishes.items() if value == "n" and (choice := _picking(config, gone))]
    if not going:
        return UsageError(f"{', '.join(wishes)} is no member of a choice that is on, so nothing comes instead")
    (gone, choice), *more = going
    if more:
        return UsageError(f"{name} is no member that a choice could pick instead of {gone}, or of others that go")
    members = ", ".join(one for one in choice.members if one != gone)
    return UsageError(f"{gone} has no other member {name}", hint=f"members: {members}")
