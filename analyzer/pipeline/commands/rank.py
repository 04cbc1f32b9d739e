"""What is heaviest in a config: the objects behind each option, and what turning it off saves.

Enters: an open tree, a config, what has been measured. Leaves: a `Ranking`. Must hold: nothing is built; of a config
that was built every figure is that build's, of another each object has the bytes that builds of other configs tell;
what no build tells is no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.errors import UsageError
from analyzer.model.analysis import is_on
from analyzer.model.build import BuildPlan
from analyzer.model.config import ResolvedConfig
from analyzer.model.elf import SectionClass
from analyzer.model.rank import RankedObject, RankedOption, Ranking, Saved, What
from analyzer.noted import note_fleeting
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import origin_of
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.opening import OpenTree, Progress, silent

Classes = Mapping[str, Mapping[SectionClass, int] | None]
"""Bytes by class of each object, by path; None where nobody measured it."""


def rank(
    opened: OpenTree,
    config: ResolvedConfig,
    known: Known,
    what: What = "content",
    progress: Progress = silent,
) -> Ranking:
    """The ranking of a config; what takes long to tell is kept.

    Raises UsageError where the ledger holds no build of the tree, architecture and compiler, or where the config was
    found not to build, but for memory, of which what comes along tells as well; SourceError for a damaged ledger.
    """

    def tell() -> Ranking:
        opened.read.again()
        found = (_in_memory if what == "memory" else _told)(opened, config, known, what, progress)
        if found.basis != "measured":
            # An estimate is soon made, and rests on whatever was measured meanwhile.
            note_fleeting()
        return found

    values = sorted(config.values.items())
    return opened.keeper.kept(f"ranking of {config.source.name} by {what} in {known.ledger} {values!r}", tell)


def _told(opened: OpenTree, config: ResolvedConfig, known: Known, what: What, progress: Progress) -> Ranking:
    name = config.source.name
    if not known.holds(config):
        raise UsageError(f"nobody has measured {name}, or another config of this tree", hint=str(known.missing(config)))
    built = known.build(config)
    if built is not None and built.weight is None:
        raise UsageError(f"{name} does not build, so nothing of it can be weighed: {built.failure}")
    progress("reading makefiles", 0, 1)
    plan = planning.plan(config)
    origin = origin_of(config)
    modules = {one.path for one in plan.objects if one.goal == "module"}
    if built is None or built.weight is None:
        progress("looking at builds of other configs", 0, 1)
        classes, content = _estimated(opened, config, known)
        objects = tuple(_objects(plan, config, classes, what))
        return Ranking(
            config=name,
            tree=origin.tree,
            arch=origin.arch,
            compiler=origin.compiler,
            what=what,
            basis="estimated",
            total=content if what == "content" else None,
            boot=None,
            objects=objects,
            options=_options(config, objects, {}, what),
            modules=len(modules.difference(one.path for one in objects)),
            missing=known.missing(config),
        )
    progress("telling options apart", 0, 1)
    from analyzer.pipeline.commands.rank_savings import savings

    objects = tuple(_objects(plan, config, known.parts(config), what))
    return Ranking(
        config=name,
        tree=origin.tree,
        arch=origin.arch,
        compiler=origin.compiler,
        what=what,
        basis="measured",
        total={"content": built.weight.content, "loaded": built.weight.loaded}.get(what, built.boot),
        boot=built.boot,
        objects=objects,
        options=_options(config, objects, savings(opened, config, known, what), what),
        modules=len(modules.difference(one.path for one in objects)),
    )


def _in_memory(opened: OpenTree, config: ResolvedConfig, known: Known, what: What, progress: Progress) -> Ranking:
    """What boots tell, and of no object: memory is given out by pages, most of it while a kernel starts."""
    from analyzer.pipeline.bytes.booting import taken
    from analyzer.pipeline.commands.rank_savings import of_memory

    progress("looking at boots", 0, 1)
    saved = of_memory(opened, config, known.ledger)
    origin = origin_of(config)
    total = taken(opened, config, known.ledger) if known.ledger is not None else None
    return Ranking(
        config=config.source.name,
        tree=origin.tree,
        arch=origin.arch,
        compiler=origin.compiler,
        what=what,
        basis="estimated" if total is None else "measured",
        total=total,
        boot=None,
        objects=(),
        options=_options(config, (), saved, what),
    )


def _estimated(opened: OpenTree, config: ResolvedConfig, known: Known) -> tuple[Classes, int]:
    """What builds of other configs tell of its objects, and of all of it."""
    from analyzer.pipeline.bytes.estimating import learn

    assert known.ledger is not None
    found = learn(opened, config, known.ledger).estimate(config)
    classes = {one.label: None if one.provenance == "unmeasured" else one.classes for one in found.objects}
    return classes, found.total.value


def _objects(plan: BuildPlan, config: ResolvedConfig, classes: Classes, what: What) -> Iterator[RankedObject]:
    """The objects of vmlinux, each once, with the options of every chain that leads to it. One that was planned and is
    not in the build is a library's, and nothing refers to it."""
    chains: dict[str, dict[str, None]] = {}
    for one in plan.objects:
        if one.goal != "module" and one.path in classes:
            names = (name for step in reversed(one.because) for name, _ in step.symbols)
            chains.setdefault(one.path, {}).update(dict.fromkeys(n for n in names if is_on(config.values.get(n, "n"))))
    for path, options in chains.items():
        found = classes[path]
        if found is not None and what == "loaded":
            found = {kind: size for kind, size in found.items() if kind != "discarded"}
        yield RankedObject(path=path, options=tuple(options), classes=found)


def _options(
    config: ResolvedConfig, objects: tuple[RankedObject, ...], saved: Mapping[str, Saved], what: What
) -> tuple[RankedOption, ...]:
    """Every option that an object or a saving names; by the larger of what is behind it and what it saves."""
    behind: dict[str, list[RankedObject]] = {name: [] for name in saved}
    for one in objects:
        for name in one.options:
            behind.setdefault(name, []).append(one)
    found = (
        RankedOption(symbol=name, value=config.values[name], objects=tuple(some), saved=saved.get(name))
        for name, some in behind.items()
    )
    # Bytes of objects say little of what they take once they are packed.
    packed = what == "compressed"
    return tuple(sorted(found, key=lambda one: (_weight(one, packed), -one.size, one.symbol)))


def _weight(one: RankedOption, packed: bool) -> int:
    saved = one.saved.size.value if one.saved else 0
    return -saved if packed else -max(one.size, saved)
