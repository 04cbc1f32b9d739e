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
from analyzer.errors import SourceError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Estimate, MeasuredBuild, Wanted, WantedObject
from analyzer.model.size import Image, SectionClass
from analyzer.model.tree import SourceTree
from analyzer.pipeline import planning
from analyzer.pipeline.building import origin_of, settings_of
from analyzer.sizes.dotconfig import values
from analyzer.sizes.estimate import Estimator, FromLedger
from analyzer.sizes.ledger import Ledger

_SYMBOL = re.compile(r"\bCONFIG_(\w+)")
_DESCENDS = re.compile(r"^\s*(?:obj|core|drivers|libs|net|virt|init|head)-\$\(CONFIG_\w+\)\s*[:+?]?=", re.MULTILINE)
"""What only says which folders are built (vmlinux-dirs of the top Makefile)."""


def estimate(config: ResolvedConfig, ledger: Path | None) -> Estimate:
    """What `config` is expected to weigh. Raises UsageError without a ledger, SourceError where the file is none."""
    if ledger is None:
        raise UsageError("nothing can be estimated without a ledger", hint="kweigh measure makes one")
    return learn(config, ledger).estimate(wanted(config))


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
