"""Estimates what a config weighs that nobody has built.

Enters: a config, a ledger. Leaves: an `Estimate`. Must hold: nothing is built; what is learnt is of the same tree,
architecture and compiler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer.errors import InputError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Estimate, MeasuredBuild, Narrowing, Term, Wanted, exactly
from analyzer.model.expr import Tristate
from analyzer.model.size import Origin
from analyzer.model.tree import SourceTree
from analyzer.pipeline.build.building import origin_of, settings_of
from analyzer.pipeline.bytes.built import built_configs, named_in, planned_objects, source_size, symbols_named
from analyzer.pipeline.bytes.gains import Scales
from analyzer.pipeline.bytes.known import Known, made_by
from analyzer.pipeline.bytes.toggles import Around
from analyzer.pipeline.opening import OpenTree
from analyzer.sizes.estimate import Estimator, FromBuilds
from analyzer.sizes.estimate_object import Lessons, Objects

_DESCENDS = r"(?m)^\s*(?:obj|core|drivers|libs|net|virt|init|head)-\$\(CONFIG_\w+\)\s*[:+?]?="
"""What only says which folders are built (vmlinux-dirs of the top Makefile)."""


def estimate(opened: OpenTree, config: ResolvedConfig, known: Known) -> Estimate:
    """What `config` is expected to weigh; what was measured as a whole where gates tell it, and without a ledger what
    tables of options tell. Raises SourceError where the file is no ledger, UsageError where nothing tells."""
    whole = known.gate_of(config)
    if whole is not None and whole.base is not None:
        weight = whole.base
        return Estimate(
            origin=Origin(tree=whole.tree, arch=whole.arch, compiler=whole.compiler),
            objects=(),
            tables=(Term(label=_WHOLE, provenance="measured", bytes=exactly(weight.content), classes=weight.classes),),
            builds=0,
            neighbour=None,
            source=made_by(whole),
        )
    if known.ledger is None:
        told = Scales(known, opened).size(config)
        if told is None:
            raise UsageError(f"nobody has measured {config.source.name}", hint=str(known.missing(config)))
        return Estimate(
            origin=origin_of(config),
            objects=(),
            tables=(Term(label=_WHOLE, provenance="nearest", bytes=told.bytes),),
            builds=0,
            neighbour=None,
            source=told.rests,
        )
    return learn(opened, config, known.ledger).estimate(config)


def narrowing(opened: OpenTree, config: ResolvedConfig, found: Estimate, known: Known) -> tuple[Narrowing, ...]:
    """The builds that would narrow an estimate most: the config itself, then those symbols turned in tinyconfig, which
    is quick to build, about which the widest terms are; nothing where it is exact."""
    if not found.total.width:
        return ()
    terms = [term for term in found.objects if term.bytes.width]
    itself = Narrowing(
        symbol="", base=config.source.name, width=found.total.width, objects=len(terms), missing=known.missing(config)
    )
    try:
        tiny = opened.resolve(_QUICK)
    except InputError:
        return (itself,)
    if settings_of(tiny) == settings_of(config):
        return (itself,)
    doubted: dict[str, list[Term]] = {}
    for term in terms:
        for name in dict.fromkeys(term.differing or term.options[:1]):
            doubted.setdefault(name, []).append(term)
    widths = {name: sum(term.bytes.width for term in some) for name, some in doubted.items()}
    rows = [itself]
    for name in sorted(widths, key=lambda one: (-widths[one], one)):
        symbol = opened.model.symbols.get(name)
        # What follows from another symbol is narrowed by turning that.
        if symbol is None or not symbol.is_tristate_valued or tiny.visibility[name] == Tristate.n:
            continue
        missing = known.lacking(opened, tiny, [name])
        if missing is not None:
            about = {"width": widths[name], "objects": len(doubted[name])}
            rows.append(Narrowing(symbol=name, base=_QUICK, missing=missing, **about))
        if len(rows) > _MOST:
            break
    return tuple(rows)


_WHOLE = "the image as a whole"
_QUICK = "tinyconfig"
_MOST = 5
"""Symbols that are named."""
_COMPARED = 50
"""Builds, spread over all, from which the distance of each is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What the builds of a ledger teach."""

    estimator: Estimator
    around: Around | None

    def estimate(self, config: ResolvedConfig) -> Estimate:
        """What a config of the tree is expected to weigh."""
        asked = wanted(config)
        turns = self.around.turns(asked.values) if self.around is not None else frozenset()
        return self.estimator.estimate(replace(asked, turns=turns))


def learn(opened: OpenTree, config: ResolvedConfig, ledger: Path) -> Learnt:
    """What a ledger tells about configs of the same tree, architecture and compiler as `config`. Raises SourceError
    where the file is none."""
    found = built_configs(config, ledger)
    builds = _central_first(found.builds)
    around = Around(opened, builds[0].values, [one.values for one in builds[1:]]) if builds else None
    if around is not None:
        builds = [replace(one, turns=around.turns(one.values)) for one in builds]
    paths = {path for one in builds for path in one.parts}
    flags = flag_symbols(config.tree)
    lessons = Lessons(
        builds,
        Objects(reads=found.reads, names=named_in(config.tree, paths)),
        around.brings if around is not None else {},
        flags,
    )
    sources = {path: source_size(config.tree.root, path) or 0 for path in paths}
    return Learnt(estimator=FromBuilds(lessons, sources, flags=flags), around=around)


def _central_first(builds: Sequence[MeasuredBuild]) -> list[MeasuredBuild]:
    """The builds, that one first which differs least from the others: what they were turned from."""
    some = builds[:: -(-len(builds) // _COMPARED) or 1]

    def distance(one: MeasuredBuild) -> tuple[int, int]:
        return sum(len(one.values.items() ^ other.values.items()) for other in some), len(one.values)

    central = min(builds, key=distance, default=None)
    return sorted(builds, key=lambda one: one is not central)


def flag_symbols(tree: SourceTree) -> frozenset[str]:
    """The symbols that the makefiles name which set the compiler's flags for all objects."""
    kin = (one.relative_to(tree.root).as_posix() for one in tree.root.glob("scripts/Makefile.*"))
    return frozenset(symbols_named(tree, ["Makefile", f"arch/{tree.srcarch}/Makefile", *kin], but=_DESCENDS))


def wanted(config: ResolvedConfig) -> Wanted:
    """What an estimator is asked about a config."""
    return Wanted(origin=origin_of(config), values=settings_of(config), objects=tuple(planned_objects(config)))
