"""Estimates what a config weighs that nobody has built.

Enters: a config, a ledger. Leaves: an `Estimate`. Must hold: nothing is built; what is learnt is of the same tree,
architecture and compiler.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from analyzer import trees
from analyzer.errors import InputError, SourceError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Estimate, MeasuredBuild, Narrowing, Term, Wanted, WantedObject, exactly
from analyzer.model.expr import Tristate
from analyzer.model.size import Image, Origin, SectionClass
from analyzer.model.tree import SourceTree
from analyzer.pipeline import planning
from analyzer.pipeline.building import origin_of, settings_of
from analyzer.pipeline.known import Known, made_by
from analyzer.pipeline.opening import OpenTree
from analyzer.sizes.dotconfig import values
from analyzer.sizes.estimate import Estimator, FromLedger
from analyzer.sizes.ledger import Ledger

_SYMBOL = re.compile(r"\bCONFIG_(\w+)")
_DESCENDS = re.compile(r"^\s*(?:obj|core|drivers|libs|net|virt|init|head)-\$\(CONFIG_\w+\)\s*[:+?]?=", re.MULTILINE)
"""What only says which folders are built (vmlinux-dirs of the top Makefile)."""


def estimate(config: ResolvedConfig, ledger: Path, known: Known) -> Estimate:
    """What `config` is expected to weigh; what was measured as a whole where gates tell it. Raises SourceError where
    the file is no ledger, or missing."""
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
        raise SourceError("no such ledger", path=str(ledger), hint=str(known.missing(config)))
    return learn(config, known.ledger).estimate(wanted(config))


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


def learn(config: ResolvedConfig, ledger: Path) -> Estimator:
    """What a ledger tells about configs of the same tree, architecture and compiler as `config`. Raises SourceError
    where the file is none."""
    origin = origin_of(config)
    with Ledger.open_to_read(ledger) as opened:
        builds = [build_of(config, image) for image in opened.images(name="vmlinux.o", origin=origin)]
        return FromLedger(opened.observations(origin=origin), builds, flags=flag_symbols(config.tree))


def flag_symbols(tree: SourceTree) -> frozenset[str]:
    """The symbols that the makefiles name which set the compiler's flags for all objects."""
    found: set[str] = set()
    paths = ["Makefile", f"arch/{tree.srcarch}/Makefile"]
    for path in (*paths, *(one.relative_to(tree.root).as_posix() for one in tree.root.glob("scripts/Makefile.*"))):
        with suppress(SourceError):
            found.update(_SYMBOL.findall(_DESCENDS.sub("", trees.read_within(tree.root, path))))
    return frozenset(found)


def wanted(config: ResolvedConfig) -> Wanted:
    """What an estimator is asked about a config."""
    return Wanted(origin=origin_of(config), values=settings_of(config), objects=tuple(_objects(config)))


def _objects(config: ResolvedConfig) -> Iterator[WantedObject]:
    """The objects of vmlinux.o, libraries' included, each once."""
    seen: set[str] = set()
    for one in planning.plan(config).objects:
        if one.goal in ("vmlinux", "lib") and one.path not in seen:
            seen.add(one.path)
            yield WantedObject(
                path=one.path,
                options=tuple(dict.fromkeys(name for step in reversed(one.because) for name, _ in step.symbols)),
                library=one.goal == "lib",
                source=_source(config.tree.root, one.path),
            )


def _source(root: Path, path: str) -> int | None:
    for suffix in (".c", ".S"):
        try:
            return (root / path).with_suffix(suffix).stat().st_size
        except OSError:
            continue
    return None


def build_of(config: ResolvedConfig, image: Image) -> MeasuredBuild:
    """What a ledger holds of one build, its plan worked out in the tree of `config`."""
    found = values(image.config)
    classes: Counter[SectionClass] = Counter()
    for _, kind, size in image.sections:
        classes[kind] += size
    return MeasuredBuild(
        values=found,
        classes=dict(classes),
        objects={one.path: one for one in _objects(_with_values(config, found))},
    )


def _with_values(config: ResolvedConfig, found: Mapping[str, str]) -> ResolvedConfig:
    """A config of the same tree with the values of a .config, for makefiles, which look at nothing else."""
    bare = {name: value[1:-1] if value.startswith('"') else value for name, value in found.items()}
    return replace(config, values=bare, written=frozenset(bare))
