"""The configs for which a query holds.

Enters: a request, the text of a query. Leaves: a report, and whether any config holds. Must hold: only architectures
and configs that the query's own tests of `arch` and `config` leave are read and resolved; a name that is nowhere to be
found is an error, not an empty answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer import configs, features, query, reports
from analyzer.configs.targets import TARGETS
from analyzer.errors import InputError, nearest
from analyzer.model.analysis import MatrixRow, QueryAnswer
from analyzer.model.report import Report
from analyzer.pipeline.many import (
    Resolved,
    chosen_arches,
    chosen_configs,
    known_arches,
    label_of,
    resolved,
    states_of,
)
from analyzer.pipeline.opening import Progress, TreeRequest, silent


def ask(
    request: TreeRequest, text: str, arches: Sequence[str], names: Sequence[str], progress: Progress = silent
) -> tuple[Report, bool]:
    """The configs for which the query holds, with the values and reasons of the symbols that it names.

    `arches` and `names` may hold globs. Without `arches` all architectures of the tree are asked; without `names`
    tinyconfig and defconfig, or where the query tests `config` all configs that the tree has. Raises UsageError for
    what is no query and for a symbol, architecture or config that is nowhere, InputError when nothing was resolved.
    """
    asked = query.parse(text)
    _check_places(asked, "arch", known_arches(request))
    chosen = tuple(arch for arch in chosen_arches(request, arches or ("*",)) if query.possible(asked, arch))
    on_shelves: set[str] = set()
    by_config = query.asks_config(asked)

    def choose(arch: str, shelf: configs.Shelf) -> tuple[str, ...]:
        every = (*TARGETS, *shelf.names()) if by_config and not names else chosen_configs(shelf, names)
        on_shelves.update(every)
        return tuple(name for name in every if query.possible(asked, arch, name))

    symbols, reasons = _shown(asked)
    shown = features.of_symbols(symbols)
    known: set[str] = set()
    rows: list[MatrixRow] = []
    failed: list[MatrixRow] = []
    looked_at: list[tuple[str, int]] = []
    label = "the tree"
    for found in resolved(request, chosen, choose, progress):
        if isinstance(found, MatrixRow):
            failed.append(found)
            continue
        label = label_of(found.opened)
        known.update(found.opened.model.symbols)
        failed += [
            MatrixRow(arch=found.opened.tree.arch, config=name, error=config)
            for name, config in found.configs
            if isinstance(config, str)
        ]
        lanes = _lanes(found)
        holding = query.evaluate(asked, lanes)
        looked_at.append((lanes.arch, len(lanes.configs)))
        rows += [
            MatrixRow(
                arch=lanes.arch, config=lanes.names[lane], features=() if asked.counts else states_of(config, shown)
            )
            for lane, config in enumerate(lanes.configs)
            if holding >> lane & 1
        ]
    if known:
        _check_symbols(asked, known, label)
        _check_places(asked, "config", on_shelves)
    if failed and not any(count for _, count in looked_at):
        raise InputError(failed[0].error)
    answer = QueryAnswer(
        text=text,
        tree=label,
        symbols=symbols,
        reasons=reasons,
        shown="count" if asked.counts else "rows",
        rows=tuple(rows),
        looked_at=tuple(looked_at),
        failed=tuple(failed),
    )
    return reports.query(answer), bool(rows)


def _shown(asked: query.Query) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The symbols whose values are shown, and those whose reasons are."""
    if not asked.items:
        every = tuple(subject.name for subject in asked.symbols())
        return every, every
    return (
        tuple(dict.fromkeys(item.name for item in asked.items)),
        tuple(dict.fromkeys(item.name for item in asked.items if item.kind == "why")),
    )


def _lanes(found: Resolved) -> query.Lanes:
    good = [(name, config) for name, config in found.configs if not isinstance(config, str)]
    return query.Lanes(found.opened.tree.arch, [name for name, _ in good], [config for _, config in good])


def _check_symbols(asked: query.Query, known: set[str], label: str) -> None:
    for subject in asked.symbols():
        if subject.name not in known:
            hint = nearest(subject.name, known)
            raise query.refusal(asked.text, subject.at, f"no symbol {subject.name} in {label}", hint)


def _check_places(asked: query.Query, kind: str, known: Sequence[str] | set[str]) -> None:
    """The names that `arch` or `config` is compared with must be some of `known`; globs are asked of them."""
    for word in query.compared(asked, kind):
        if word.text not in known:
            hint = nearest(word.text, known)
            raise query.refusal(asked.text, word.at, f"there is no {kind} {word.text}", hint)
