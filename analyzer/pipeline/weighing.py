"""Builds a config and weighs it.

Enters: an open tree, a config, where builds are made. Leaves: `Weighed`. Must hold: what is built is what was resolved:
a line of the config that make changes is an error; the ledger learns of every object.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import configs, features
from analyzer.errors import ToolchainError
from analyzer.model.build import BuildPlan
from analyzer.model.config import ResolvedConfig
from analyzer.model.feature import FeatureSet
from analyzer.model.size import BuildOrder, Built
from analyzer.model.weighing import FeaturePart, Weighed, WeighedObject
from analyzer.pipeline import planning
from analyzer.pipeline.gating import Yard, origin_of
from analyzer.pipeline.opening import Progress, silent
from analyzer.sizes import account, elf
from analyzer.sizes.build import build
from analyzer.sizes.ledger import Ledger
from analyzer.sizes.measure import images, observations


def weigh(config: ResolvedConfig, yard: Yard, feature_set: str, progress: Progress = silent) -> Weighed:
    """Build `config`, record it, and account for its image. Raises what a build raises."""
    found = features.load(feature_set)
    plan = planning.plan(config)
    built = _built(config, yard, len(plan.objects), progress)
    origin = origin_of(config)
    observed = list(observations(built, origin, tree=config.tree.root))
    new = known = 0
    if yard.ledger is not None:
        progress("recording", 0, 1)
        with Ledger.create(yard.ledger) as ledger:
            recorded = ledger.record([*observed, *images(built, origin)])
            new, known = recorded.new, recorded.known
    progress("accounting", 0, 1)
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
        new=new,
        known=known,
    )


def _built(config: ResolvedConfig, yard: Yard, expected: int, progress: Progress) -> Built:
    tree = config.tree
    order = BuildOrder(
        tree=tree.root,
        arch=tree.arch,
        cross_compile=tree.toolchain.prefix,
        config=configs.dotconfig(config),
        scratch=yard.scratch,
        jobs=yard.jobs,
        expected=expected,
    )
    built = build(order, progress)
    if built.unkept:
        first = built.unkept[0]
        raise ToolchainError(
            f"{len(built.unkept)} lines of the config did not stick: {first.symbol}={first.asked} became {first.got}",
            hint="kweigh certify compares kweigh with the tree's conf",
        )
    return built


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
