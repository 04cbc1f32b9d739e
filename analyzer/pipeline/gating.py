"""What a gate saves or costs, measured: the same config with its symbols the other way round, built.

Enters: an open tree, a config, symbols. Leaves: a `GateMeasurement`. Must hold: the tree stays as it is; what the
symbols bring with them is told apart from them; a build that fails is a variant with its reason, not an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer import configs, deps, features, trees
from analyzer.errors import AnalyzerError, ToolchainError, UsageError, nearest
from analyzer.model.analysis import is_on
from analyzer.model.config import ResolvedConfig
from analyzer.model.gate import GateMeasurement, GateVariant, Weight
from analyzer.model.size import ElfFile
from analyzer.model.tree import SourceTree
from analyzer.pipeline import planning
from analyzer.pipeline.building import Yard, make, origin_of, record
from analyzer.pipeline.cached import made
from analyzer.pipeline.many import chosen_arches, label_of
from analyzer.pipeline.measured import beside
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, open_tree, silent
from analyzer.pipeline.questions import with_settings
from analyzer.sizes import bloat, elf
from analyzer.sizes.farm import farm

DEVICE = "platform_bus"
"""A struct device that every kernel with a driver core has, so that its size can be read from an image."""


def measure(
    opened: OpenTree, base: ResolvedConfig, symbols: Sequence[str], yard: Yard, progress: Progress = silent
) -> GateMeasurement:
    """Build `base` as it is, with each of `symbols` turned alone and with all of them, and weigh each.

    What can't be turned or built is a variant with its reason; where the config itself can't be built, there are none.
    Raises UsageError as `check` does, before anything is built.
    """
    check(base, symbols)
    values = tuple((name, *state(base, name)) for name in symbols)
    builder = _Builder(opened, yard, progress)
    origin = origin_of(base)
    config = base.source.name
    command = f"kweigh gate {' '.join(symbols)} --config {config} --arch {opened.tree.arch} --tree DIR --build"
    about = {"arch": opened.tree.arch, "config": config, "tree": origin.tree, "compiler": origin.compiler}
    try:
        weight, image = builder.weigh(base, None)
    except AnalyzerError as error:
        return GateMeasurement(**about, command=command, values=values, base=None, variants=(), reason=error.message)
    variants = tuple(builder.variant(base, chosen, image) for chosen in alone_and_together(symbols))
    return GateMeasurement(**about, command=command, values=values, base=weight, variants=variants)


def recorded(
    request: TreeRequest,
    symbols: Sequence[str],
    patterns: Sequence[str],
    config: str,
    progress: Progress = silent,
) -> tuple[GateMeasurement, ...]:
    """What measurements say of these symbols in a config (a glob) of a real tree, without a build, on the architectures
    of `chosen_arches`. Raises UsageError for a symbol that the tree defines for none of them."""
    found: list[GateMeasurement] = []
    known: set[str] = set()
    arches = chosen_arches(request, patterns)
    for done, arch in enumerate(arches):
        progress(f"reading: {arch}", done, len(arches))
        opened = open_tree(replace(request, arch=arch))
        known.update(opened.model.symbols)
        found += beside(opened.tree, opened.model.symbols, symbols, config)
    for name in symbols:
        if name not in known:
            called = " and ".join(sorted(features.called(name, known)))
            hint = f"it has {called} for it" if called else nearest(name, known)
            raise UsageError(f"no symbol {name} in {label_of(opened)}", hint=hint)
    return tuple(found)


def alone_and_together(symbols: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """What is built: each symbol alone, and all of them where there are several. Every combination would double the
    builds with each symbol."""
    named = tuple(dict.fromkeys(symbols))
    alone = tuple((name,) for name in named)
    return (*alone, named) if len(named) > 1 else alone


def measure_all(
    request: TreeRequest,
    config: str,
    symbols: Sequence[str],
    patterns: Sequence[str],
    yard: Yard,
    progress: Progress = silent,
) -> tuple[GateMeasurement, ...]:
    """`measure` for every architecture that matches; one without a compiler or without the symbols is there with the
    reason. Raises UsageError where no architecture has them."""
    found: list[GateMeasurement] = []
    wrong: list[UsageError] = []
    for arch in chosen_arches(request, patterns or ("*",)):
        try:
            opened = open_tree(replace(request, arch=arch), progress)
            found.append(measure(opened, opened.resolve(config), symbols, yard, progress))
        except (ToolchainError, UsageError) as error:
            if isinstance(error, UsageError):
                wrong.append(error)
            about = {"arch": arch, "config": config, "tree": "", "compiler": "", "command": ""}
            found.append(GateMeasurement(**about, values=(), base=None, variants=(), reason=error.line()))
    if wrong and len(wrong) == len(found):
        raise wrong[0]
    return tuple(found)


def check(base: ResolvedConfig, symbols: Sequence[str]) -> None:
    """Raise UsageError for a symbol that the tree does not define or that is neither on nor off."""
    for name in symbols:
        deps.known_switch(base, name, lambda missing: trees.homes(base.tree.root, missing))


def forced(opened: OpenTree, base: ResolvedConfig, symbols: Sequence[str]) -> tuple[OpenTree, ResolvedConfig, str]:
    """The tree read so that each of `symbols` is the other way round than in `base`, the config in it, and what did not
    stick ("": all did)."""
    overlay: dict[str, str] = dict(opened.tree.overlay)
    settings: dict[str, str] = {}

    def read(path: str) -> str:
        return overlay.get(path) or trees.read_within(opened.tree.root, path)

    wanted = turned(base, symbols)
    for name, on in wanted.items():
        how = deps.force(base, name, on=on, read=read)
        overlay |= how.overlay
        settings |= how.settings
    tree = replace(opened.tree, overlay=overlay)
    if overlay:
        model, program = made(tree, opened.answers)
        opened = replace(opened, tree=tree, model=model, program=program)
    source = base.source if not settings else with_settings(base, settings, place="gate")
    found = configs.resolve(opened.tree, opened.model, opened.program, source)
    missed = [name for name, on in wanted.items() if is_on(found.values[name]) is not on]
    return opened, found, ", ".join(f"{name} stays {found.values[name]}" for name in missed)


class _Builder:
    def __init__(self, opened: OpenTree, yard: Yard, progress: Progress) -> None:
        self._opened = opened
        self._yard = yard
        self._progress = progress

    def weigh(self, config: ResolvedConfig, overlay: OpenTree | None) -> tuple[Weight, ElfFile]:
        """Build a config, and record and weigh what came of it. Raises what a build raises."""
        root, kconfig = read_otherwise((overlay or self._opened).tree, self._yard)
        built = make(config, self._yard, self._progress, root=root, kconfig=kconfig)
        record(built, config, self._yard, root=root)
        relinked = elf.read(built.folder / "vmlinux.o")
        image = elf.read(built.folder / built.image)
        device = next((s.size for s in relinked.symbols if s.name == DEVICE), 0)
        weight = Weight(
            classes=relinked.classes, loaded=image.content, file=image.size, objects=len(built.objects), device=device
        )
        return weight, relinked

    def _told(self, error: AnalyzerError) -> str:
        """The error without folders of this machine, so that a record of it can be passed on."""
        text = error.message.replace(f"{self._yard.scratch.absolute()}/", "")
        return re.sub(r"\btree-[0-9a-f]{12}/", "", text)

    def variant(self, base: ResolvedConfig, symbols: Sequence[str], image: ElfFile) -> GateVariant:
        """The config with these symbols turned."""
        asked = tuple((name, "y" if on else "n") for name, on in turned(base, symbols).items())
        try:
            opened, found, missed = forced(self._opened, base, symbols)
            if missed:
                return GateVariant(forced=asked, reason=missed)
            changed = tuple(follows(base, found, symbols))
            then, now = ({o.path for o in planning.plan(c).objects} for c in (base, found))
            weight, after = self.weigh(found, opened)
        except AnalyzerError as error:
            return GateVariant(forced=asked, reason=self._told(error))
        return GateVariant(
            forced=asked,
            follows=changed,
            added=tuple(sorted(now - then)),
            removed=tuple(sorted(then - now)),
            weight=weight,
            changes=bloat.bloat(image, after).changes,
        )


def read_otherwise(tree: SourceTree, yard: Yard) -> tuple[Path, Path | None]:
    """A root, and a root Kconfig where it is another than the root's, that read as the tree with its overlay does."""
    if not tree.overlay:
        return tree.root, None
    if set(tree.overlay) == {tree.kconfig}:
        yard.scratch.mkdir(parents=True, exist_ok=True)
        path = yard.scratch / f"Kconfig.{tree.arch}"
        path.write_text(tree.overlay[tree.kconfig], "utf-8", "surrogateescape")
        return tree.root, path
    return farm(tree.root, tree.overlay, yard.scratch), None


def turned(base: ResolvedConfig, symbols: Sequence[str]) -> dict[str, bool]:
    """Which symbols are to be on: those that are off. A module counts as on."""
    return {name: not is_on(base.values.get(name, "n")) for name in symbols}


def state(config: ResolvedConfig, name: str) -> tuple[str, str]:
    """A symbol's value, and the lines that decided."""
    if name not in config.values:
        return "", "not in this tree"
    reason = config.reasons[name]
    lines = [f"{cause.text} ({cause.location})" for cause in reason.causes[:3]]
    text = "; ".join(f"{c.name}: {line}" if c.name else line for c, line in zip(reason.causes, lines, strict=False))
    return config.values[name], f"{reason.kind}: {text}" if text else reason.kind


def follows(base: ResolvedConfig, found: ResolvedConfig, symbols: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The other symbols of the .config that change, with their values before and after ("": not written)."""
    before, after = configs.auto_conf(base), configs.auto_conf(found)
    for name in sorted(before.keys() | after.keys()):
        if name not in symbols and name in base.values and before.get(name) != after.get(name):
            yield name, before.get(name, ""), after.get(name, "")
