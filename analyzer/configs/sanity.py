"""What conf refuses once it has read all.

Enters: KconfigModel. Leaves: nothing, or the first SourceError. Must hold: it is what conf_parse() of the tree's own
scripts/kconfig/parser.y checks behind menu_finalize(), as far as the tree has these checks. Loops are found by
compile.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from analyzer.errors import SourceError
from analyzer.model.expr import NO, YES, And, Const, Expr, Location, Not, Or
from analyzer.model.kconfig import KconfigModel, Symbol
from analyzer.model.language import Trait


def check(model: KconfigModel, inside: Mapping[str, Sequence[Location]]) -> None:
    """Raises SourceError, with the line, for a transitional symbol that has more than a help text, and for a choice's
    member that has a default, or a prompt where it may not. `inside` are the entries of each choice, by its key."""
    if Trait.TRANSITIONAL in model.dialect.traits:
        for symbol in model.symbols.values():
            if symbol.transitional and (place := next(_beside_help(symbol), None)) is not None:
                raise _refused("transitional symbols can only have help sections", place)
    for choice in model.choices.values():
        for name in choice.members:
            _check_member(model.dialect.traits, model.symbols[name], inside[choice.key])


def _refused(message: str, place: Location) -> SourceError:
    return SourceError(message, path=place.path, lineno=place.line)


def _beside_help(symbol: Symbol) -> Iterator[Location]:
    for definition in symbol.definitions:
        if not _is_yes(definition.condition):
            yield definition.location
    for definition in symbol.definitions:
        selects = (*definition.selects, *definition.implies)
        places = [line.location for lines in (definition.defaults, selects, definition.ranges) for line in lines]
        if definition.prompt is not None:
            places.append(definition.prompt.location)
        yield from sorted(places)


def _check_member(traits: Collection[Trait], symbol: Symbol, inside: Sequence[Location]) -> None:
    own = next(d.location for d in symbol.definitions if d.location in inside)
    for definition in symbol.definitions:
        if definition.defaults and Trait.REFUSES_MEMBER_DEFAULT in traits:
            raise _refused("defaults for choice values not supported", definition.defaults[0].location)
        if definition.prompt is None or definition.location == own:
            continue
        if Trait.REFUSES_SECOND_PROMPT in traits:
            raise _refused("choice value must not have a prompt in another entry", definition.prompt.location)
        if Trait.REFUSES_PROMPT_OUTSIDE in traits and definition.location not in inside:
            raise _refused("choice value has a prompt outside its choice group", definition.prompt.location)


def _is_yes(expr: Expr) -> bool:
    """expr_is_yes() of what expr_transform() and expr_eliminate_dups() leave, as far as constants go."""
    match expr:
        case Const():
            return expr.text == YES.text
        case Not(operand):
            return isinstance(operand, Const) and operand.text == NO.text
        case And(operands):
            return all(_is_yes(o) for o in operands)
        case Or(operands):
            return any(_is_yes(o) for o in operands)
    return False
