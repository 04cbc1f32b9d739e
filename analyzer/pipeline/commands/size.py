"""Builds a config and weighs it.

Enters: an open tree, a config, where builds are made. Leaves: `Weighed`. Must hold: what is built is what was resolved:
a line of the config that make changes is an error; the ledger learns of every object.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import features
from analyzer.model.build import BuildPlan
from analyzer.model.config import ResolvedConfig
from analyzer.model.feature import FeatureSet
from analyzer.model.weighing import FeaturePart, Weighed, WeighedObject
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import BuildSetup, Run, make, origin_of, record
from analyzer.pipeline.opening import Progress
from analyzer.sizes import account, elf


def weigh(config: ResolvedConfig, setup: BuildSetup, feature_set: str, run: Run) -> Weighed:
    """Build `config`, record it, and account for its image. Raises what a build raises."""
    found = features.load(feature_set)
    return run.make(lambda progress: _weigh(config, setup, found, progress))


def _weigh(config: ResolvedConfig, setup: BuildSetup, found: FeatureSet, progress: Progress) -> Weighed:
    built = make(config, setup, progress, root=config.tree.root)
    progress("recording", 0, 1)
    observed, recorded = record(built, config, setup, root=config.tree.root)
    origin = origin_of(config)
    progress("accounting", 0, 1)
    plan = planning.plan(config)
    planned = {one.path for one in plan.objects if one.goal in ("vmlinux", "lib")}
    objects = tuple(WeighedObject(path=one.path, classes=one.classes) for one in observed)
    return Weighed(
        label=f"{config.source.name} on {config.tree.label}",
        tree=origin.tree,
        arch=origin.arch,
        compiler=origin.compiler,
        image=elf.read(built.folder / built.image),
        relinked=elf.read(built.folder / "vmlinux.o"),
        objects=objects,
        accounts=(account.content(built), account.loaded(built), account.file(built)),
        features=tuple(_parts(config, plan, found, {one.path: one.content for one in objects})),
        boot=(built.folder / built.boot).stat().st_size if built.boot else None,
        new=recorded.new if recorded else 0,
        known=recorded.known if recorded else 0,
        unplanned=tuple(sorted(set(built.archived) - planned)),
        unbuilt=tuple(sorted(planned - set(built.archived))),
    )


def _parts(
    config: ResolvedConfig, plan: BuildPlan, feature_set: FeatureSet, content: dict[str, int]
) -> Iterator[FeaturePart]:
    under: dict[str, set[str]] = {}
    for one in plan.objects:
        for step in one.because:
            for name, _ in step.symbols:
                under.setdefault(name, set()).add(one.path)
    for state in features.features_of(config, feature_set):
        if state.symbol is not None:
            paths = [path for path in under.get(state.symbol.name, ()) if path in content]
            yield FeaturePart(
                feature=state.feature.name,
                symbol=state.symbol.name,
                value=state.value,
                objects=len(paths),
                content=sum(content[path] for path in paths),
            )
