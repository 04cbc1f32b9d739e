"""What a ledger holds of builds of one tree, object by object.

Enters: a config, a ledger. Leaves: `BuiltConfigs`. Must hold: builds of the same tree, architecture and compiler as the
config; nothing is built.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer import trees
from analyzer.errors import SourceError
from analyzer.model.config import ResolvedConfig
from analyzer.model.elf import SectionClass
from analyzer.model.estimate import MeasuredBuild, WantedObject
from analyzer.model.size import Image, Observation
from analyzer.model.tree import SourceTree
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import origin_of
from analyzer.sizes.dotconfig import values
from analyzer.sizes.ledger import Ledger

_SYMBOL = re.compile(r"\bCONFIG_(\w+)")
_LISTS = r"(?m)^\s*(?!(?:subdir-)?(?:cc|as|ld)flags-)[\w-]+-\$\(CONFIG_\w+\)\s*[:+?]?="
"""What only says which objects there are (Documentation/kbuild/makefiles.rst)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltConfigs:
    """The builds in the order of the ledger, and by object's path the symbols that fixdep listed in any of them ("": an
    object that has no list), and those that its folder's makefile asks besides which objects there are: its flags may
    hang on them."""

    builds: tuple[MeasuredBuild, ...]
    reads: Mapping[str, frozenset[str]]


def built_configs(config: ResolvedConfig, ledger: Path) -> BuiltConfigs:
    """Every build. Raises SourceError where the file is no ledger."""
    origin = origin_of(config)
    reads: dict[str, set[str]] = defaultdict(set)
    seen: dict[str, list[Observation]] = defaultdict(list)
    with Ledger.open_to_read(ledger) as opened:
        images: dict[str, dict[str, Image]] = defaultdict(dict)
        for image in opened.images(origin=origin):
            images[image.config][image.name] = image
        parts = {note.config: opened.parts(note) for note in opened.builds(origin=origin) if note.objects}
        for one in opened.observations(origin=origin):
            seen[one.path].append(one)
            reads[one.path].update(name for name, _ in one.recipe.symbols)
    builds: list[MeasuredBuild] = []
    for config_text, named in images.items():
        if "vmlinux.o" not in named:
            continue
        image = named.pop("vmlinux.o")
        there = values(config_text)
        classes: Counter[SectionClass] = Counter()
        for _, kind, size in image.sections:
            classes[kind] += size
        linked = parts.get(image.config)
        if linked is None:
            # Built by a kweigh that made no notes.
            fitting = ((path, one) for path in planned(config, there) for one in seen[path] if one.recipe.fits(there))
            linked = {path: one.classes for path, one in fitting}
        loaded = named.pop("vmlinux").loaded if "vmlinux" in named else 0
        boot = max((one.size for one in named.values()), default=0)
        builds.append(MeasuredBuild(values=there, classes=dict(classes), parts=linked, loaded=loaded, boot=boot))
    asking: dict[Path, set[str]] = {}
    for path, names in reads.items():
        folder = Path(path).parent
        if folder not in asking:
            asking[folder] = symbols_named(config.tree, [str(folder / "Makefile"), str(folder / "Kbuild")], but=_LISTS)
        names.update(asking[folder])
    return BuiltConfigs(builds=tuple(builds), reads={path: frozenset(names) for path, names in reads.items()})


def planned(config: ResolvedConfig, there: Mapping[str, str]) -> dict[str, WantedObject]:
    """The objects, by path, that a config with other values builds in the tree of `config`."""
    # Makefiles look at nothing but values.
    bare = {name: value[1:-1] if value.startswith('"') else value for name, value in there.items()}
    return {one.path: one for one in planned_objects(replace(config, values=bare, written=frozenset(bare)))}


def planned_objects(config: ResolvedConfig) -> Iterator[WantedObject]:
    """The objects of vmlinux.o, libraries' included, each once."""
    seen: set[str] = set()
    for one in planning.plan(config).objects:
        if one.goal in ("vmlinux", "lib") and one.path not in seen:
            seen.add(one.path)
            asked = [pair for step in reversed(one.because) for pair in step.symbols]
            yield WantedObject(
                path=one.path,
                options=tuple(dict.fromkeys(name for name, _ in asked)),
                conditions=frozenset(asked),
                library=one.goal == "lib",
                source=source_size(config.tree.root, one.path),
            )


def source_size(root: Path, path: str) -> int | None:
    """The bytes of the file that an object is made from; None where there is none in the tree."""
    for suffix in (".c", ".S"):
        with suppress(OSError):
            return (root / path).with_suffix(suffix).stat().st_size
    return None


def named_in(tree: SourceTree, paths: Iterable[str]) -> dict[str, frozenset[str]]:
    """The symbols that the source of each object names."""
    return {
        path: frozenset(symbols_named(tree, [str(Path(path).with_suffix(suffix)) for suffix in (".c", ".S")]))
        for path in paths
    }


def symbols_named(tree: SourceTree, paths: Iterable[str], but: str = r"(?!)") -> set[str]:
    """The symbols that files of a tree name as CONFIG_X, those that are there, but for what the pattern `but` finds in
    them."""
    found: set[str] = set()
    for path in paths:
        with suppress(SourceError):
            found.update(_SYMBOL.findall(re.sub(but, "", trees.read_within(tree.root, path))))
    return found
