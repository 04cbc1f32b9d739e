"""Questions about what a config should have: fragments, wishes, and what keeps a symbol in.

Enters: an open tree and names of configs, fragments and symbols. Leaves: what deps found, verified by resolving again.
Must hold: each function is the order of stages for one command.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from analyzer import configs, deps, documents, trees
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.config import Assignment, ConfigSource, Merge, ResolvedConfig
from analyzer.model.doctor import FIX, Diagnosis, LineState, Remedy, Removal, Request, Wanted
from analyzer.model.known import Missing
from analyzer.pipeline.bytes.gains import Scales
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.names import bare, named
from analyzer.pipeline.opening import OpenTree, Progress, silent
from analyzer.pipeline.settings import laid_on


def diagnose(
    opened: OpenTree, base: str, fragments: Sequence[str], known: Known | None = None, how: Merge | None = None
) -> Diagnosis:
    """What becomes of the lines of `fragments`, merged onto the config `base`, and by what is `known` what fixes weigh.
    Raises InputError, SourceError for a damaged ledger."""
    return diagnosed(opened, opened.resolved(opened.shelf.merge(base, fragments, how)), known)


def diagnosed(
    opened: OpenTree,
    config: ResolvedConfig,
    known: Known | None = None,
    most: int | None = None,
    progress: Progress = silent,
) -> Diagnosis:
    """The same for a config that was merged already, with fixes for `most` lost lines (None: all)."""
    requests = tuple(_requests(config))
    helped = aids(opened, config, known)
    found = deps.diagnose(config, requests, helped, most, _script(opened), progress)
    named = known if known is not None and is_named(opened, config) else None
    return replace(found, missing=_missing(config, found.remedies, helped, named))


def is_named(opened: OpenTree, config: ResolvedConfig) -> bool:
    """Whether the name of a config, given to another command, is this very config: BASE+FRAGMENT means make's steps."""
    merge = config.source.merge
    if merge is None or merge.by == "make":
        return True
    try:
        other = opened.resolve(config.source.name)
    except AnalyzerError:
        return False
    return dict(other.values.items()) == dict(config.values.items())


def enable(
    opened: OpenTree, wishes: Sequence[str], config: str, known: Known | None = None, instead: Sequence[str] = ()
) -> Wanted:
    """The smallest set found to set so that `config` has the values wished for: `SYMBOL`, which is to be y, or
    `SYMBOL=VALUE`; `instead` are members that choices pick for those that are to be n. Raises UsageError for an unknown
    symbol, a value that its type does not allow or one of `instead` that is no such member, SourceError for a damaged
    ledger."""
    resolved = _as_base(opened, config)
    wanted = dict(_wish(opened, resolved, wish) for wish in wishes)
    helped = aids(opened, resolved, known)
    remedy = deps.remedy(resolved, wanted, helped, keep={}, instead=[bare(one) for one in instead])
    return Wanted(config=resolved, remedy=remedy, missing=_missing(resolved, [remedy], helped, known))


def _as_base(opened: OpenTree, config: str) -> ResolvedConfig:
    return answered(opened, opened.resolve(config))


def answered(opened: OpenTree, config: ResolvedConfig) -> ResolvedConfig:
    """The config as merge_config.sh has it, merging onto what conf wrote: all that .config mentions is answered."""
    source = config.source
    return opened.resolved(replace(source, assignments=(), fill="default", way="config", base=source, extras=()))


def _wish(opened: OpenTree, config: ResolvedConfig, wish: str) -> tuple[str, str]:
    asked, _, given = wish.partition("=")
    name = named(opened, asked)
    symbol = deps.known(config, name)
    if not given and not symbol.is_tristate_valued:
        raise UsageError(f"{name} is of type {symbol.type}", hint=f"say which: {name}=VALUE")
    quoted = symbol.type == "string" and not given.startswith('"')
    value = given if quoted else configs.parse_value(symbol, given or "y")
    if value is None or "\n" in value:
        raise UsageError(f"{given} is no value for {name}, which is of type {symbol.type}")
    return name, value


def disable(
    opened: OpenTree, symbol: str, config: str, known: Known | None = None, instead: Sequence[str] = ()
) -> Removal:
    """What keeps `symbol` in `config`, and the smallest set found to turn off so that it goes; `instead` is what a
    choice picks for it. Raises UsageError for a symbol that is unknown, off already, or neither bool nor tristate, and
    for an `instead` that is no other member, SourceError for a damaged ledger."""
    resolved = _as_base(opened, config)
    found = deps.known_switch(resolved, named(opened, symbol))
    if resolved.values[found.name] == "n":
        raise UsageError(f"{found.name} is off in {config} already")
    helped = aids(opened, resolved, known)
    removal = deps.removal(resolved, found.name, helped, [bare(one) for one in instead])
    return replace(removal, missing=_missing(resolved, [removal.remedy], helped, known))


def _missing(
    config: ResolvedConfig, remedies: Sequence[Remedy], helped: deps.Aids, known: Known | None
) -> Missing | None:
    """The builds that would tell what the first of some remedies weighs, where none of them is weighed."""
    found = [one for one in remedies if one.assignments]
    if known is None or config.tree.kind == "bundled" or not found or any(one.gain for one in found):
        return None
    there = helped.resolve_with({one.name: one.value for one in found[0].assignments})
    named = replace(there, source=replace(there.source, name=f"{config.source.name}+{FIX}"))
    return known.missing(*(one for one in (config, named) if not known.has(one)))


def _requests(config: ResolvedConfig) -> Iterator[Request]:
    merge = config.source.merge
    lines = merge.lines if merge is not None else config.source.assignments
    # With -y a line of the base, or of an earlier fragment, may be what counts.
    counts = {line.name: line for line in (_whole(config).assignments if merge and merge.builtin else lines)}
    for line in lines:
        over = counts[line.name]
        yield _request(config, line, over if over.value != line.value else None)


def lost(config: ResolvedConfig) -> tuple[LineState, ...]:
    """The lines of all that a config was made of that do not come true, without what is to be done about it."""
    counts = {line.name: line for line in _lines(config.source)}
    found = (_request(config, line, None) for line in counts.values())
    states = (
        LineState(request=one, verdict=deps.verdict_of(config, one), value=config.values.get(one.name, ""))
        for one in found
    )
    return tuple(state for state in states if state.is_lost)


def _lines(source: ConfigSource) -> Iterator[Assignment]:
    if source.base is not None:
        yield from _lines(source.base)
    yield from source.assignments


def _request(config: ResolvedConfig, assignment: Assignment, override: Assignment | None) -> Request:
    symbol = config.model.symbols.get(assignment.name)
    if symbol is None:
        return Request(assignment=assignment, value=None, override=override)
    written = symbol.name in config.written
    return Request(
        assignment=assignment,
        value=configs.parse_value(symbol, assignment.value),
        final=configs.symbol_line(config, symbol.name).removesuffix("\n") if written else "",
        override=override,
    )


def _script(opened: OpenTree) -> Literal["sed", "awk"] | None:
    """How the tree's own merge_config.sh compares lines; None where it has none."""
    root, path = opened.tree.root, "scripts/kconfig/merge_config.sh"
    if not trees.is_file_within(root, path):
        return None
    return "awk" if " differs:" in trees.read_within(root, path) else "sed"


def _resolver(opened: OpenTree, config: ResolvedConfig, whole: ConfigSource) -> deps.Resolver:
    known: dict[tuple[tuple[str, str], ...], ResolvedConfig] = {(): config}

    def resolve_with(wanted: Mapping[str, str]) -> ResolvedConfig:
        key = tuple(wanted.items())
        if key not in known:
            known[key] = opened.resolved(laid_on(whole, config.model.symbols, wanted, place="proposal"))
        return known[key]

    return resolve_with


def _whole(config: ResolvedConfig) -> ConfigSource:
    """What `config` was made of, with the lines of its base among its own."""
    return config.source if config.base is None else configs.merged(config.base, config.source)


def _fewest(opened: OpenTree, whole: ConfigSource) -> deps.Fewest | None:
    """Who tells how many symbols change at least; the solver comes with an extra."""
    # Not find_spec: another package is imported by that name. What is looked for is noted.
    if not any(documents.is_file(Path(place, "pysat/examples/rc2.py")) for place in sys.path):
        return None
    return lambda *asked: configs.Fewest(opened.model, opened.program, whole).changes(*asked)


def aids(opened: OpenTree, config: ResolvedConfig, known: Known | None = None) -> deps.Aids:
    """What deps asks of the other rooms."""
    scales = Scales(known, opened) if known is not None else None
    whole = _whole(config)
    return deps.Aids(
        resolve_with=_resolver(opened, config, whole),
        trials=configs.Variants(opened.model, opened.program, whole).run,
        fewest=_fewest(opened, whole),
        constants=opened.program.bounds,
        entries=cache(lambda: trees.entries(opened.tree.root)),
        gain=lambda there: scales.gain(config, there) if scales is not None else None,
    )
