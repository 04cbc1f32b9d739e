"""The mapping model under a resolved config.

Enters: a `ResolvedConfig`, the version and scenarios that were asked for. Leaves: what came of playing them. Must hold:
the version is found by looking at the tree, unless somebody names one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer import dma, documents, trees
from analyzer.errors import InputError, SourceError, UsageError, nearest
from analyzer.model.config import ResolvedConfig
from analyzer.model.dma import Platform, Rules, Scenario
from analyzer.model.dma_trace import Counts, DmaTrace, Inapplicable
from analyzer.model.kconfig import KconfigModel
from analyzer.model.mapping import Hunt, ModelComparison, ModelRun, Played, WayThrough
from analyzer.model.tree import SourceTree
from analyzer.pipeline.opening import Progress, silent

PACKETS = 16
"""Packets of the workload: enough for a ring to go round."""
_MAPPING = "kernel/dma/mapping.c"


def run(
    config: ResolvedConfig, *, kernel: str | None = None, files: Sequence[Path] = (), prices: Path | None = None
) -> ModelRun:
    """Every scenario under the config: the ones that come with the program, or those of `files`."""
    rules, note = rules_for(config, kernel)
    platform = dma.platform_of(config)
    played = [dma.play(scenario, rules, platform) for scenario in scenarios(files)]
    traces = tuple(one for one in played if isinstance(one, DmaTrace))
    misbehaving = frozenset(one.scenario.name for one in traces if dma.misbehaviour(one.scenario))
    wrong = [one for one in traces if one.verdict in dma.BAD and one.scenario.name not in misbehaving]
    return ModelRun(
        label=label_of(config),
        platform=platform,
        rules=rules,
        note=note,
        traces=traces,
        answers=dma.answers(rules, platform, count=PACKETS),
        questions={one.scenario.name: dma.question_of(one.scenario) for one in traces},
        misbehaving=misbehaving,
        mended={one.scenario.name: dma.mended_in(one, platform) for one in wrong},
        unplayed=tuple(one for one in played if isinstance(one, Inapplicable)),
        packets=dma.packets(rules, platform, count=PACKETS),
        costs=_prices(prices) if prices else {},
    )


def compare(config: ResolvedConfig, kernels: Sequence[str], files: Sequence[Path] = ()) -> ModelComparison:
    """Every scenario under several versions; what a scenario expects of one of them is left aside.

    A version is a name of `dma.VERSIONS`, `tree` (the config's own) or a folder with a Linux tree. Raises UsageError
    for any other, and where fewer than two are left.
    """
    named = [_named(config, name) for name in kernels]
    # A tree between two versions has the name of the nearest, and rules of its own.
    chosen = tuple(dict.fromkeys(rules for rules, _ in named))
    if len(chosen) < 2:
        raise UsageError("--compare needs two versions or more", hint="such as --compare 5.8,v4")
    platform = dma.platform_of(config)
    played, ways = beside([(rules, platform) for rules in chosen], files)
    return ModelComparison(
        label=label_of(config),
        platform=platform,
        rules=chosen,
        played=played,
        ways=ways,
        notes=tuple(note for _, note in named if note),
    )


def beside(
    sides: Sequence[tuple[Rules, Platform]], files: Sequence[Path] = (), *, needs: bool = False
) -> tuple[tuple[Played, ...], tuple[WayThrough, ...]]:
    """Every scenario and every way under several versions and platforms, in their order; what a scenario expects of one
    of them is left aside. With `needs` only scenarios that are about one of these versions, whose device one of the
    platforms can have, each where the platform has what it requires."""
    kinds = {""}.union(*(platform.ops for _, platform in sides))
    names = tuple(rules.name for rules, _ in sides)
    played: list[Played] = []
    seen: set[object] = set()
    for scenario in scenarios(files):
        if needs and (scenario.device.ops not in kinds or not {*names} & {*scenario.rules}):
            continue
        steps = tuple(replace(step, expect={}) for step in scenario.steps)
        bare = replace(scenario, rules=names, requires=scenario.requires if needs else {}, steps=steps)
        told = tuple((step.do, repr(step.arguments)) for step in bare.steps)
        story = (bare.layout, bare.device, told, tuple(sorted(bare.requires.items())))
        if story in seen:
            continue
        seen.add(story)
        results = tuple(dma.play(bare, *side) for side in sides)
        traces = tuple(one if isinstance(one, DmaTrace) else None for one in results)
        if any(traces):
            played.append(Played(scenario=bare, traces=traces))
    taken = [{one.way: one for one in dma.ways_taken(*side, count=PACKETS)} for side in sides]
    ways = dict.fromkeys(name for ways in taken for name in ways)
    return tuple(played), tuple(WayThrough(way=name, taken=tuple(ways.get(name) for ways in taken)) for name in ways)


def _named(config: ResolvedConfig, name: str) -> tuple[Rules, str]:
    if name.lower() == "tree":
        return rules_for(config, None)
    if name not in dma.VERSIONS and documents.is_folder(name):
        if not documents.is_file(Path(name) / _MAPPING):
            raise UsageError(f"no Linux tree: {name}", hint=f"there is no {_MAPPING} in it")
        return dma.rules_in(lambda path: trees.read_within(Path(name), path))
    return dma.rules_of(name), ""


def hunt(config: ResolvedConfig, *, kernel: str | None, seed: int, tries: int, progress: Progress = silent) -> Hunt:
    """Search for drivers that do everything right and see wrong data."""
    rules, _ = rules_for(config, kernel)
    progress("hunting", 0, 1)
    findings = dma.hunt(rules, dma.platform_of(config), seed=seed, tries=tries)
    return Hunt(label=label_of(config), rules=rules, seed=seed, tries=tries, findings=findings)


def scenarios(files: Sequence[Path]) -> tuple[Scenario, ...]:
    """The scenarios of the files, or those that come with the program. Raises InputError, SourceError."""
    return tuple(scenario for file in files for scenario in dma.load(_text(file), path=str(file))) or dma.built_in()


def _text(file: Path) -> str:
    try:
        return documents.read_text(file)
    except FileNotFoundError:
        raise InputError(f"no such file: {file}") from None


def rules_for(config: ResolvedConfig, kernel: str | None) -> tuple[Rules, str]:
    """The version that was asked for, else the one of the config's tree, with what its note says."""
    return (dma.rules_of(kernel), "") if kernel else rules_of_tree(config.tree, config.model)


def rules_of_tree(tree: SourceTree, model: KconfigModel) -> tuple[Rules, str]:
    """The version of the mapping code that a tree is, and a note where it is only near one. Raises SourceError."""
    if tree.kind == "bundled":
        return dma.rules_of_gates(model.symbols), ""
    return dma.rules_in(lambda path: trees.read_within(tree.root, path))


def label_of(config: ResolvedConfig) -> str:
    return f"{config.source.name} on {config.tree.label}"


def _prices(file: Path) -> Mapping[str, float]:
    known = Counts.__dataclass_fields__
    table = documents.parse(_text(file), path=str(file))
    for name, price in table.items():
        if name not in known:
            raise SourceError(f"nothing is counted as {name!r}", path=str(file), hint=nearest(name, known))
        if not isinstance(price, (int, float)) or isinstance(price, bool):
            raise SourceError(f"the price of {name} must be a number", path=str(file))
    return table
