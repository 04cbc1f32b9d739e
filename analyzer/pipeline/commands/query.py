"""The configs for which a query holds.

Enters: a request, the text of a query. Leaves: a report, and whether any config holds. Must hold: only architectures
and configs that the query's own tests of `arch` and `config` leave are read and resolved; a name that is nowhere to be
found is an error, not an empty answer; what nobody measured is neither an answer nor left out unsaid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analyzer import configs, deps, features, query
from analyzer.configs.targets import TARGETS
from analyzer.errors import InputError, nearest
from analyzer.model.analysis import MatrixRow, QueryAnswer
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Interval
from analyzer.model.gain import Size
from analyzer.model.known import Missing
from analyzer.pipeline.bytes.gains import Scales
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.choosing import architectures, check_configs, chosen_arches, chosen_configs, matches, own_configs
from analyzer.pipeline.commands.matrix import label_of, resolved, states_of
from analyzer.pipeline.names import named
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, silent

MOST = 6
"""Builds of an architecture that are asked for at once, of configs whose bytes nobody knows."""


def ask(
    request: TreeRequest,
    text: str,
    arches: Sequence[str],
    names: Sequence[str],
    known: Known | None = None,
    progress: Progress = silent,
) -> QueryAnswer:
    """The configs for which the query holds, with the values and reasons of the symbols that it names.

    `arches` and `names` may hold globs. Without `arches` all architectures of the tree are asked; without `names`
    tinyconfig and defconfig, or where the query tests `config` all configs that the tree has. What configs weigh is
    what is `known`; one of which that does not tell whether the query holds is counted apart. Raises UsageError for
    what is no query and for a symbol, architecture or config that is nowhere, InputError when nothing was resolved,
    SourceError for a damaged ledger.
    """
    asked = query.parse(text)
    _check_places(asked, "arch", dict.fromkeys(architectures(request), False))
    chosen = tuple(arch for arch in chosen_arches(request, arches or ("*",)) if query.possible(asked, arch))
    check_configs(request, chosen, names)
    on_shelves: dict[str, bool] = {}
    by_config = query.asks_config(asked)

    def choose(arch: str, shelf: configs.Shelf) -> tuple[str, ...]:
        if by_config and not names:
            told = {word.text for word in query.compared(asked, "config")} & set(shelf.names())
            every = tuple(dict.fromkeys((*TARGETS, *own_configs(shelf), *sorted(told))))
        else:
            every = chosen_configs(shelf, names)
        for name in every:
            on_shelves[name] = on_shelves.get(name, False) or name in shelf.names()
        return tuple(name for name in every if query.possible(asked, arch, name, _also(shelf).get(name)))

    symbols, reasons = _shown(asked)
    shown = features.of_symbols(symbols)
    defined: set[str] = set()
    rows: list[MatrixRow] = []
    failed: list[MatrixRow] = []
    unknown: list[MatrixRow] = []
    missing: list[Missing] = []
    looked_at: list[tuple[str, int]] = []
    label = "the tree"
    for found in resolved(request, chosen, choose, progress):
        if isinstance(found, MatrixRow):
            failed.append(found)
            continue
        label = label_of(found.opened.tree)
        called = _called(found.opened, asked)
        defined.update(found.opened.model.symbols, called)
        failed += [
            MatrixRow(arch=found.opened.tree.arch, config=name, error=config)
            for name, config in found.configs
            if isinstance(config, str)
        ]
        good = [(name, config) for name, config in found.configs if not isinstance(config, str)]
        scales = Scales(known or Known(), found.opened)
        sizes = [tuple(scales.size(config, what) for what in asked.sizes()) for _, config in good]
        lanes = _lanes(found.opened, good, asked.sizes(), sizes, called)
        holding = query.evaluate(asked, lanes)
        looked_at.append((lanes.arch, len(good)))
        for lane, (name, config) in enumerate(good):
            row = MatrixRow(arch=lanes.arch, config=name, sizes=sizes[lane])
            if holding.surely >> lane & 1:
                rows.append(row if asked.counts else replace(row, features=states_of(config, shown)))
            elif holding.unknown >> lane & 1:
                unknown.append(row)
        lacking = [
            config
            for lane, (_, config) in enumerate(good)
            if holding.perhaps >> lane & 1 and (holding.unknown >> lane & 1 or None in sizes[lane])
        ]
        if lacking:
            missing.append(scales.known.missing(*lacking[:MOST]))
    if defined:
        _check_symbols(asked, defined, label)
        _check_places(asked, "config", on_shelves)
    if failed and not any(count for _, count in looked_at):
        raise InputError(failed[0].error)
    return QueryAnswer(
        text=text,
        tree=label,
        symbols=symbols,
        reasons=reasons,
        shown="count" if asked.counts else "rows",
        rows=tuple(rows),
        looked_at=tuple(looked_at),
        failed=tuple(failed),
        sizes=asked.sizes(),
        bounds=asked.bounds(),
        unknown=tuple(unknown),
        missing=tuple(missing),
    )


def _shown(asked: query.Query) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The symbols whose values are shown, and those whose reasons are."""
    if not asked.items:
        every = tuple(subject.name for subject in asked.symbols())
        return every, every
    return (
        tuple(dict.fromkeys(item.name for item in asked.items if item.name)),
        tuple(dict.fromkeys(item.name for item in asked.items if item.kind == "why")),
    )


def _called(opened: OpenTree, asked: query.Query) -> dict[str, str]:
    """What a tree calls the symbols of a query that it knows by another name."""
    names = {one.name: named(opened, one.name) for one in asked.symbols()}
    return {name: here for name, here in names.items() if here != name}


def _also(shelf: configs.Shelf) -> Mapping[str, str]:
    """The names by which a glob finds configs, too; as `choosing.matches` has it."""
    return {"defconfig": "_defconfig"} if "defconfig" in shelf.names() else {}


def _lanes(
    opened: OpenTree,
    good: Sequence[tuple[str, ResolvedConfig]],
    kinds: Sequence[query.SizeKind],
    sizes: Sequence[Sequence[Size | None]],
    called: Mapping[str, str],
) -> query.Lanes:
    by_kind: dict[str, list[Interval | None]] = {
        kind: [found.bytes if (found := row[number]) is not None else None for row in sizes]
        for number, kind in enumerate(kinds)
    }
    names, resolved_ones = [name for name, _ in good], [config for _, config in good]
    return query.Lanes(opened.tree.arch, names, resolved_ones, by_kind, called, _also(opened.shelf))


def _check_symbols(asked: query.Query, known: set[str], label: str) -> None:
    for subject in asked.symbols():
        if subject.name not in known:
            hint = deps.hint(subject.name, known)
            raise query.refusal(asked.text, subject.at, f"no symbol {subject.name} in {label}", hint)


def _check_places(asked: query.Query, kind: str, known: Mapping[str, bool]) -> None:
    """The names that `arch` or `config` is compared with must be some of `known`, and globs match some; what that is a
    file of the tree is said of each."""
    for word in query.compared(asked, kind):
        if word.text not in known:
            hint = nearest(word.text, known)
            raise query.refusal(asked.text, word.at, f"there is no {kind} {word.text}", hint)
    for word in query.globs(asked, kind):
        if not any(matches(name, word.text, is_file=is_file) for name, is_file in known.items()):
            hint = nearest(word.text, known) or ("known: " + " ".join(known) if kind == "arch" else "")
            raise query.refusal(
                asked.text, word.at, f"no {'architecture' if kind == 'arch' else kind} matches {word.text}", hint
            )
