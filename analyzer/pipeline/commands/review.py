"""What a patch series, or another tree, changes: every architecture and config that there was before.

Enters: both sides of the change, names of architectures and configs. Leaves: `Review`. Must hold: an architecture is
passed over only where nothing that was read of it, or looked for, differs; a config whose lines are edited is read with
its old lines first, and what the new ones change is compared as `diff` does it. What has no side before (a new
architecture, a new defconfig) is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from analyzer import configs, dma, trees
from analyzer.configs.programs import without_collector
from analyzer.deps.chain import chain
from analyzer.errors import AnalyzerError, InputError, UsageError
from analyzer.model.config import ConfigSource
from analyzer.model.graph import Explanation
from analyzer.model.patching import Landed
from analyzer.model.review import Chains, Failed, LostLine, Review
from analyzer.noted import noting
from analyzer.pipeline.choosing import check_configs, chosen_arches, chosen_configs
from analyzer.pipeline.commands.diff_changes import entry_cause
from analyzer.pipeline.commands.lint_change import lint_change
from analyzer.pipeline.commands.matrix import label_of
from analyzer.pipeline.commands.review_after import Later, afterwards
from analyzer.pipeline.commands.review_effects import Effects
from analyzer.pipeline.commands.review_faults import Faults
from analyzer.pipeline.commands.review_files import Same
from analyzer.pipeline.commands.review_follows import Follows
from analyzer.pipeline.commands.review_fresh import Fresh
from analyzer.pipeline.commands.review_given import given
from analyzer.pipeline.commands.review_lanes import Lanes
from analyzer.pipeline.commands.review_lines import Moved, moves_of_lines
from analyzer.pipeline.commands.review_mapping import Mappings
from analyzer.pipeline.commands.review_renames import followed
from analyzer.pipeline.commands.review_values import Values, values_of, without_edited
from analyzer.pipeline.opening import OpenTree, Progress, find_tree, silent
from analyzer.pipeline.patching.sides import Sides

CONFIGS = ("*defconfig", "tinyconfig", "defconfig", "allmodconfig")
"""What is looked at where nobody names configs."""


def review(
    both: Sides,
    arches: Sequence[str] = (),
    names: Sequence[str] = (),
    progress: Progress = silent,
    *,
    faults: bool = False,
) -> Review:
    """What changes from one tree to the other in the configs `names` of `arches`, names or globs (none: all
    architectures, and `CONFIGS`); with `faults` what becomes of faults for any config, too.

    What fails for an architecture or config is a value. Raises InputError where nothing could be looked at, UsageError
    for names and globs that stand for nothing, and where there is no solver for `faults`.
    """
    before, after = both.before, both.after
    asked, wanted = arches or ("*",), names or CONFIGS
    fresh = Fresh(both, asked, wanted)
    if chosen := chosen_arches(before, known) if (known := fresh.without(asked)) else ():
        check_configs(before, chosen, wanted)
    effects = Effects()
    same = Same(before.root, after.root)
    gathered = Faults()
    follows = Follows(both, same)
    mappings = Mappings(both)
    # To look through a tree's files takes half a minute.
    mentions = cache(trees.mentions)
    label, last, alike = "", "", list[str]()
    failed: list[Failed] = []
    looked_at: list[tuple[str, tuple[str, ...]]] = []
    for done, arch in enumerate(chosen):
        progress(f"reviewing: {arch}", done, len(chosen))
        try:
            with noting() as read:
                found = find_tree(replace(before, arch=arch))
                opened = found.open()
            with noting() as loaded:
                sources, errors = _sources(found.shelf, chosen_configs(found.shelf, wanted))
            label, last = label_of(opened.tree), arch
            differing = frozenset(same.differing(read, opened.model.files))
            edited = not differing.issuperset(same.differing(loaded, opened.model.files))
            later = afterwards(opened, replace(after, arch=arch), differing, edited=edited)
            # What is there only afterwards is new, and no failure.
            sides = found.shelf, later.opened.shelf
            failed += _failed(arch, (one for one in errors if sides[0].has(one[0]) or not sides[1].has(one[0])))
            looked_at.append((arch, tuple(sources)))
            if not differing and not edited:
                alike.append(arch)
                follows.unchanged(opened, later.opened, sources)
                mappings.add((opened, later.opened), sources, sources, ())
                continue
            if not later.same_configs:
                fresh.add(later.opened, (*sources, *(one.config for one in failed if one.arch == arch)))
            theirs = _compare(effects, follows, opened, later, sources, failed)
            mappings.add((opened, later.opened), sources, theirs, effects.configs_of(arch, dma.platform_symbols()))
            if faults:
                gathered.add(arch, lint_change(opened, later.opened, progress, mentions=mentions))
        except UsageError:
            raise
        except AnalyzerError as error:
            failed += _failed(arch, [("*", error.line())], afterwards=last == arch)
    new = fresh.told()
    progress("reviewed", len(chosen), len(chosen))
    if not new and not any(some for _, some in looked_at):
        raise InputError(failed[0].error if failed else "no architecture and config to look at")
    return Review(
        tree=label,
        source=both.name,
        remarks=(*both.remarks, *map(_landed, both.landed), *fresh.remarks),
        arches=chosen,
        alike=tuple(alike),
        looked_at=tuple(looked_at),
        entries=effects.entries(),
        causes=effects.causes(),
        effects=effects.told(),
        unexplained=effects.unexplained(),
        failed=tuple(failed),
        lost=tuple(effects.lost),
        unmet=effects.forced(),
        faults=gathered.told() if faults else None,
        fresh=new,
        objects=follows.objects,
        saved=follows.saved,
        renames=follows.names.renames(),
        relocated=follows.names.relocated(),
        mapping=mappings.told(),
    )


def _landed(one: Landed) -> str:
    fuzz = f", with fuzz {one.fuzz}" if one.fuzz else ""
    where = f"stands {one.offset:+} lines from where it says" if one.offset else "fits"
    return f"the hunk at line {one.at} for {one.path} {where}{fuzz}"


def _failed(arch: str, errors: Iterable[tuple[str, str]], *, afterwards: bool = False) -> Iterator[Failed]:
    """What can't be looked at; `afterwards`, and could be before: the series broke it."""
    when = "afterwards: " if afterwards else ""
    return (Failed(arch=arch, config=name, error=f"{when}{error}", afterwards=afterwards) for name, error in errors)


def _sources(shelf: configs.Shelf, names: Sequence[str]) -> tuple[dict[str, ConfigSource], list[tuple[str, str]]]:
    """Configs as they were written, by name, and the lines that say why some can't be read."""
    found: dict[str, ConfigSource] = {}
    errors: list[tuple[str, str]] = []
    for name in names:
        try:
            found[name] = shelf.load(name)
        except AnalyzerError as error:
            errors.append((name, error.line()))
    return found, errors


def _compare(
    effects: Effects,
    follows: Follows,
    opened: OpenTree,
    later: Later,
    sources: Mapping[str, ConfigSource],
    failed: list[Failed],
) -> Mapping[str, ConfigSource]:
    """Everything that changes in one architecture; gives its configs as they are asked for afterwards."""
    arch, after = opened.tree.arch, later.opened
    model = after.model
    theirs: Mapping[str, ConfigSource] = sources
    if not later.same_configs:
        theirs, errors = _sources(after.shelf, tuple(sources))
        failed += _failed(arch, errors, afterwards=True)
    edited = {name: one for name, one in theirs.items() if not _asks_alike(one, sources[name])}
    alike = {name: sources[name] for name in theirs if name not in edited}
    every = {**alike, **{name: sources[name] for name in edited}}
    names = later.changed
    for name in sorted(names):
        if name in opened.model.symbols or name in model.symbols:
            effects.entry(arch, entry_cause(opened.model, model, (name,)))
    renamed = follows.names.add(opened, after, names, later.files)
    if every and (names or follows.matter(opened)):
        with without_collector():
            found, values = given(opened, list(every.values())), None
            if names:
                values = values_of(Lanes(opened, model, names, found), len(every))
                told = followed(values, renamed, len(every))
                ends = {lane: after.resolved(edited[name]) for lane, name in enumerate(every) if name in edited}
                _add(effects, opened, after, every, without_edited(told, ends))
            follows.add(opened, after, alike, found, values, names, renamed)
    for name, one in edited.items():
        first, pair = (
            opened.resolved(sources[name]),
            ((after, after.resolved(sources[name])), (after, after.resolved(one))),
        )
        lines = list(moves_of_lines(first, pair, renamed))
        effects.lines(arch, name, lines)
        follows.apart(opened, after, name, sources[name], one)
        for _, moved in lines:
            effects.lost += (line for move in moved for line in _lost(opened, name, one, move))
    return theirs


def _lost(opened: OpenTree, config: str, source: ConfigSource, moved: Moved) -> Iterator[LostLine]:
    """The line of a config that asked for what its symbol was before, and is not after."""
    name, before, after = moved
    symbol = opened.model.symbols.get(name)
    line = next((line for line in reversed(source.assignments) if line.name == name), None)
    if symbol is None or line is None or before == "n":
        return
    if configs.parse_value(symbol, line.value) == before:
        yield LostLine(arch=opened.tree.arch, config=config, line=line, after=after)


def _asks_alike(a: ConfigSource, b: ConfigSource) -> bool:
    """Whether two sources ask for the same, wherever the lines stand."""
    lines = [[(line.name, line.value) for line in one.assignments] for one in (a, b)]
    extras = [
        [(extra.requires, [(line.name, line.value) for line in extra.assignments]) for extra in one.extras]
        for one in (a, b)
    ]
    if lines[0] != lines[1] or extras[0] != extras[1] or (a.fill, a.way) != (b.fill, b.way):
        return False
    if a.base is None or b.base is None:
        return a.base is b.base
    return _asks_alike(a.base, b.base)


def _add(
    effects: Effects, opened: OpenTree, after: OpenTree, sources: Mapping[str, ConfigSource], values: Values
) -> None:
    arch, names = opened.tree.arch, list(sources)

    def chains(symbol: str, config: str) -> Chains:
        old = values.old_names.get(symbol, symbol)
        before, later = (_explained(one, sources[config], name) for one, name in ((opened, old), (after, symbol)))
        return Chains(arch=arch, config=config, symbol=symbol, before=before, after=later)

    for found in values.found:
        causes = [entry_cause(opened.model, after.model, values.lanes.switches[s]) for s in found.switches]
        effects.explained(arch, names, causes, values, found.symbols, chains)
    effects.left(arch, names, values)
    effects.unmet(arch, names, values)
    for moved, config in values.moved(names, values.symbols):
        old = values.old_names.get(moved[0], moved[0])
        effects.lost += _lost(opened, config, sources[config], (old, *moved[1:]))


def _explained(opened: OpenTree, source: ConfigSource, symbol: str) -> Explanation | None:
    """The chain behind a symbol's value; None where the tree does not define it."""
    found = opened.model.symbols.get(symbol)
    if found is None:
        return None
    config = opened.resolved(source, (symbol,))
    return Explanation(symbol=symbol, value=config.values[symbol], type=found.type, steps=chain(config, symbol))
