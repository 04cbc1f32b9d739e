"""Names that Kconfig lines, makefiles and code have, and that no Kconfig file defines.

Enters: an open tree, what its files mention. Leaves: a `Fault` for each name. Must hold: a name in a comparison is a
text, which may be anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

from analyzer.model.expr import And, Expr, Location, Not, Or, Ref
from analyzer.model.kconfig import Choice, Default, Prompt, Range, Symbol
from analyzer.model.lint import Fault, FaultKind
from analyzer.pipeline.opening import OpenTree
from analyzer.trees.mentions import Mentions


def unknown(said: Mentions, opened: OpenTree, counts: dict[FaultKind, int]) -> Iterator[Fault | str]:
    """Names that no Kconfig file of the tree defines."""
    places: dict[str, list[tuple[str, Location]]] = {}
    seen = set()
    for word, name, location in _named(opened):
        seen.add(name)
        if name not in said.entries and not _is_defined(opened, name):
            places.setdefault(name, []).append((word, location))
    counts["unknown-name"] = len(seen)
    yield from (_unknown_name(name, found) for name, found in places.items())
    yield from unknown_elsewhere(said)


def _is_defined(opened: OpenTree, name: str) -> bool:
    return name in opened.model.symbols or name in opened.model.choices


def unknown_names(opened: OpenTree) -> Mapping[str, Fault]:
    """The names that Kconfig lines which this architecture reads have, and that it does not define, each with what lint
    says of it where no other architecture defines it either."""
    places: dict[str, list[tuple[str, Location]]] = {}
    for word, name, location in _named(opened):
        if not _is_defined(opened, name):
            places.setdefault(name, []).append((word, location))
    return {name: _unknown_name(name, found) for name, found in places.items()}


def _unknown_name(name: str, found: Sequence[tuple[str, Location]]) -> Fault:
    word, location = found[0]
    return Fault(
        kind="unknown-name",
        name=name,
        text=f"{word} names {name}, which no Kconfig file defines",
        location=location,
        more=len({place for _, place in found}) - 1,
    )


def unknown_elsewhere(said: Mentions, names: Collection[str] | None = None) -> Iterator[Fault]:
    """Where makefiles and code ask for what no Kconfig file defines, or for those of `names` of that."""
    kinds: tuple[tuple[FaultKind, str, Mapping[str, tuple[Location, ...]]], ...] = (
        ("unknown-in-makefile", "a makefile", said.makefiles),
        ("unknown-in-code", "code", said.code),
    )
    for kind, what, unknown in kinds:
        for name, where in unknown.items():
            if names is not None and name.removesuffix("_MODULE") not in names:
                continue
            yield Fault(
                kind=kind,
                name=name,
                text=f"{what} asks for CONFIG_{name}, which no Kconfig file defines",
                location=where[0],
                more=len(where) - 1,
            )


def _named(opened: OpenTree) -> Iterator[tuple[str, str, Location]]:
    """Every name that a condition, a select or an imply has, with the word of its line."""
    entries: tuple[Symbol | Choice, ...] = (*opened.model.symbols.values(), *opened.model.choices.values())
    for entry in entries:
        for definition in entry.definitions:
            for one in (*definition.dependencies, *definition.visibility):
                yield from ((one.source, name, one.location) for name in _switches(one.expr))
            prompt = (definition.prompt,) if definition.prompt else ()
            conditional: tuple[Prompt | Default | Range, ...] = (*prompt, *definition.defaults, *definition.ranges)
            for line in conditional:
                yield from (("if", name, line.location) for name in _switches(line.condition))
            for word, selects in (("select", definition.selects), ("imply", definition.implies)):
                for select in selects:
                    yield word, select.target, select.location
                    yield from ((f"{word} … if", name, select.location) for name in _switches(select.condition))


def _switches(expr: Expr) -> Iterator[str]:
    """Names outside comparisons: in one an unknown name is a text."""
    match expr:
        case Ref(name):
            yield name
        case Not(operand):
            yield from _switches(operand)
        case And(operands) | Or(operands):
            yield from chain.from_iterable(map(_switches, operands))
