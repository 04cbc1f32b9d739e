"""What a tree says of each symbol, to be held against what another tree says.

Enters: an open tree; two of them, and symbols. Leaves: `Told`; which objects of the new tree have the lines of those of
the old one. Must hold: nothing is concluded here.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from analyzer import kbuild, trees
from analyzer.deps.rename_evidence import Moves, Told
from analyzer.errors import SourceError
from analyzer.model.build import KbuildObject
from analyzer.model.expr import Location, names, show
from analyzer.model.kconfig import KconfigModel, Symbol
from analyzer.model.upgrade import Trace
from analyzer.pipeline.build.planning import answers
from analyzer.pipeline.commands.which_conditions import asked, needs
from analyzer.pipeline.makefiles import sources
from analyzer.pipeline.opening import OpenTree

_WORD = re.compile(r"[A-Za-z0-9]+")
_ENDS = (".c", ".S", ".rs")


def told(opened: OpenTree, within: Callable[[str], bool] = lambda _folder: True) -> Told:
    """All that the tree tells; of objects, those in the folders that `within` takes."""
    model, root = opened.model, opened.tree.root
    helps = {path: trees.helps(root, path) for path in model.files}
    objects, asks = _objects(opened, within)
    selectors = model.selectors()
    around = dict(_neighbours(model))
    found = {}
    for symbol in model.symbols.values():
        lines = [
            line for d in symbol.definitions for _, line in helps.get(d.location.path, {}).get(d.location.line, ())
        ]
        found[symbol.name] = Trace(
            name=symbol.name,
            type=symbol.type,
            prompt=symbol.prompt,
            location=symbol.location,
            help=frozenset(word.casefold() for line in lines for word in _WORD.findall(line)),
            objects=objects.get(symbol.name, {}),
            selectors=frozenset(row[0].name for row in selectors.get(symbol.name, ())),
            uses=frozenset(_uses(symbol)),
            defaults=frozenset(show(line.value) for d in symbol.definitions for line in d.defaults),
            neighbours=around.get(symbol.name, ("", "")),
            transitional=symbol.transitional,
        )
    return Told(symbols=found, needs=asks)


def _uses(symbol: Symbol) -> Iterator[str]:
    for definition in symbol.definitions:
        for dependency in definition.dependencies:
            yield from names(dependency.expr)
        for default in definition.defaults:
            yield from names(default.value)
            yield from names(default.condition)
        yield from (line.target for line in (*definition.selects, *definition.implies))


def _neighbours(model: KconfigModel) -> Iterator[tuple[str, tuple[str, str]]]:
    """The symbols before and behind each in its file."""
    files: dict[str, list[tuple[int, str]]] = {}
    for symbol in model.symbols.values():
        files.setdefault(symbol.location.path, []).append((symbol.location.line, symbol.name))
    for rows in files.values():
        order = ["", *(name for _, name in sorted(rows)), ""]
        yield from ((name, (order[at - 1], order[at + 1])) for at, name in enumerate(order) if name)


def _objects(
    opened: OpenTree, within: Callable[[str], bool]
) -> tuple[Mapping[str, Mapping[str, Location]], Mapping[str, tuple[str, ...]]]:
    """The objects that a symbol is asked for by the innermost line that asks one; and all symbols that are asked for
    each object."""
    tree = opened.tree
    if tree.kind != "linux":
        return {}, {}
    with sources(tree.root) as makefiles:
        found = kbuild.possible(
            makefiles, tree.srcarch, tree.arch, {}, answers(tree), prefix=tree.toolchain.prefix, within=within
        ).objects
    by_symbol: dict[str, dict[str, Location]] = {}
    asks: dict[str, tuple[str, ...]] = {}
    for one in found:
        asks.setdefault(one.path, tuple(name for group in needs(one.because) for name in group))
        for name, where in _owners(one):
            by_symbol.setdefault(name, {}).setdefault(one.path, where)
    return by_symbol, asks


def _owners(one: KbuildObject) -> Iterator[tuple[str, Location]]:
    for step in reversed(one.because):
        lines = [(line, list(asked(line))) for line in (step, *step.also)]
        if any(groups for _, groups in lines):
            for line, groups in lines:
                yield from ((name, line.where) for group in groups for name in group)
            return


def source_of(root: Path, path: str) -> str:
    """The source file of an object ("": none lies there)."""
    stem = posixpath.splitext(path)[0]
    return next((f"{stem}{end}" for end in _ENDS if trees.is_file_within(root, f"{stem}{end}")), "")


_COMMON = 4
"""A line that stands in more of the new files than this says nothing."""
_LEAST = 8
"""Lines that files have in common at least."""
_SHORT = 12


def moved(
    old_root: Path, old: Iterable[str], new_root: Path, new: Iterable[str]
) -> Mapping[str, Sequence[tuple[str, float]]]:
    """For each file of the old tree the files of the new one with lines of it, and which share of the smaller's lines
    that is, the likeliest first."""
    before = {path: _lines(old_root, path) for path in old}
    known = frozenset().union(*before.values())
    sizes: dict[str, int] = {}
    places: dict[str, list[str]] = {}
    for path in new:
        lines = _lines(new_root, path)
        sizes[path] = len(lines)
        for line in lines & known:
            places.setdefault(line, []).append(path)
    # Lines of many files, such as `return -ENOMEM;`, tell nothing.
    common = {line for line, paths in places.items() if len(paths) > _COMMON}
    for line in common:
        sizes.update((path, sizes[path] - 1) for path in places.pop(line))
    found: dict[str, list[tuple[str, float]]] = {}
    for path, lines in before.items():
        shared = Counter(other for line in lines for other in places.get(line, ()))
        own = len(lines - common)
        rows = [
            (other, min(1.0, count / max(1, min(own, sizes[other]))))
            for other, count in shared.most_common(_COMMON)
            if count >= _LEAST
        ]
        if rows:
            found[path] = sorted(rows, key=lambda row: -row[1])
    return found


def _lines(root: Path, path: str) -> frozenset[str]:
    try:
        text = trees.read_within(root, path)
    except SourceError:
        return frozenset()
    stripped = (line.strip() for line in text.split("\n"))
    return frozenset(line for line in stripped if len(line) >= _SHORT and not line.startswith("#include"))


def moved_objects(old: Told, old_root: Path, new: Told, new_root: Path, gone: Iterable[str]) -> Moves:
    """Where the lines of what was built for the symbols `gone` are in the new tree, as objects."""
    before = {path for one in old.symbols.values() for path in one.objects}
    lost = dict.fromkeys(path for name in gone for path in old.symbols[name].objects if path not in new.needs)
    sources = {source: path for path in lost if (source := source_of(old_root, path))}
    fresh = {source: path for path in new.needs if path not in before and (source := source_of(new_root, path))}
    found = moved(old_root, sources, new_root, fresh)
    return {sources[path]: tuple((fresh[other], share) for other, share in rows) for path, rows in found.items()}
