"""Builds what a gate's answer needs and the ledger lacks, and answers.

Enters: an open tree, a config, symbols, where builds are made. Leaves: a `GateMeasurement`. Must hold: the answer is
read from the ledger, as without building; a build that is there and began after the tree changed last is not made
again; a build that fails is a variant with its reason, not an error.
"""

from __future__ import annotations

import hashlib
import shlex
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from analyzer import deps, documents, links
from analyzer.errors import AnalyzerError, BuildFailed, InputError, ToolchainError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.gate import GateMeasurement, GateVariant
from analyzer.model.known import Missing
from analyzer.model.tree import SourceTree
from analyzer.pipeline.build.building import BuildSetup, Run, into_ledger, last_change
from analyzer.pipeline.bytes import gating
from analyzer.pipeline.bytes.gating import alone_and_together
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.measured import beside
from analyzer.pipeline.choosing import chosen_arches
from analyzer.pipeline.commands.matrix import label_of
from analyzer.pipeline.names import named
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, open_tree, silent


def measure(
    opened: OpenTree, base: ResolvedConfig, symbols: Sequence[str], setup: BuildSetup, run: Run | None = None
) -> GateMeasurement:
    """What the ledger knows of `base` with each of `symbols` turned alone and with all of them, once it was built.

    What can't be turned or built is a variant with its reason; where the config itself can't be built, there are none.
    Raises UsageError as `gating.check` does, before anything is built.
    """
    gating.check(base, symbols)
    assert setup.ledger is not None
    run = run or Run(count=builds_of(symbols), progress=silent)
    builder = _Builder(Known(setup.ledger), setup, run, last_change(base.tree.root))
    reasons: dict[tuple[str, ...], str] = {}
    failed = builder.make(base, opened.tree)
    sets = alone_and_together(symbols)
    if failed is not None:
        run.skip(len(sets))
    for chosen in sets if failed is None else ():
        turn = builder.known.turn(opened, base, chosen)
        if turn.missed:
            run.skip()
        elif (reason := builder.make(turn.config, turn.opened.tree)) is not None:
            reasons[chosen] = reason
    # Anew, since the ledger has learnt; what was turned is known already.
    found = builder.known.anew().recorded(opened, base, symbols)
    if found is None or failed is not None:
        found = builder.known.about(base, symbols)
        return replace(found, reason=failed or "", variants=tuple(_failed(base, c, r) for c, r in reasons.items()))
    told = {tuple(name for name, _ in one.forced): one for one in found.variants}
    told |= {chosen: _failed(base, chosen, reason) for chosen, reason in reasons.items()}
    return replace(found, variants=tuple(told[chosen] for chosen in sets if chosen in told))


def make(opened: OpenTree, wanted: Sequence[ResolvedConfig], setup: BuildSetup, run: Run) -> None:
    """Build configs that a line of theirs makes, unless the ledger has them. Raises ToolchainError for one that does
    not build."""
    assert setup.ledger is not None
    builder = _Builder(Known(setup.ledger), setup, run, last_change(opened.tree.root))
    for config in wanted:
        if (reason := builder.make(config, opened.tree)) is not None:
            raise ToolchainError(reason)


def builds_of(symbols: Sequence[str]) -> int:
    """How many builds `measure` makes where the ledger has none."""
    return 1 + len(alone_and_together(symbols))


def measure_all(
    request: TreeRequest,
    config: str,
    symbols: Sequence[str],
    patterns: Sequence[str],
    setup: BuildSetup,
    progress: Progress = silent,
) -> tuple[GateMeasurement, ...]:
    """`measure` for every architecture that matches; one without a compiler or without the symbols is there with the
    reason. Raises UsageError where no architecture has them."""
    found: list[GateMeasurement] = []
    wrong: list[UsageError] = []
    arches = chosen_arches(request, patterns or ("*",))
    run = Run(count=len(arches) * builds_of(symbols), progress=progress)
    for arch in arches:
        try:
            opened = open_tree(replace(request, arch=arch), progress)
            symbols = tuple(dict.fromkeys(named(opened, name) for name in symbols))
            found.append(measure(opened, opened.resolve(config), symbols, setup, run))
        except (ToolchainError, UsageError) as error:
            run.skip(builds_of(symbols))
            if isinstance(error, UsageError):
                wrong.append(error)
            found.append(
                GateMeasurement(
                    arch=arch,
                    config=config,
                    tree="",
                    compiler="",
                    command="",
                    values=(),
                    base=None,
                    variants=(),
                    reason=error.line(),
                )
            )
    if wrong and len(wrong) == len(found):
        raise wrong[0]
    return tuple(found)


def recorded_of(
    request: TreeRequest,
    symbols: Sequence[str],
    patterns: Sequence[str],
    of: Sequence[str],
    known: Known,
    progress: Progress = silent,
) -> tuple[GateMeasurement, ...]:
    """What is `recorded` of the first of some configs of which anything is. Raises what that raises of the first."""
    first, *others = of
    try:
        return recorded(request, symbols, patterns, first, known, progress)
    except UsageError as lacking:
        for config in others:
            with suppress(UsageError):
                return recorded(request, symbols, patterns, config, known, progress)
        raise lacking from None


def recorded(
    request: TreeRequest,
    symbols: Sequence[str],
    patterns: Sequence[str],
    config: str,
    known: Known,
    progress: Progress = silent,
) -> tuple[GateMeasurement, ...]:
    """What is known of these symbols in a config (a glob), without a build, on the architectures of `chosen_arches`:
    from the ledger, else what may stand beside the tree (`measured.beside`). Raises UsageError for a symbol that the
    tree defines for none of them, or that nobody has measured on any; then with the builds that it takes on the first.
    """
    found: list[GateMeasurement] = []
    defined: dict[str, OpenTree] = {}
    arches = chosen_arches(request, patterns)
    for done, arch in enumerate(arches):
        progress(f"reading: {arch}", done, len(arches))
        opened = open_tree(replace(request, arch=arch))
        symbols = tuple(dict.fromkeys(named(opened, name) for name in symbols))
        here = [name for name in symbols if name in opened.model.symbols]
        for name in here:
            defined.setdefault(name, opened)
        base = _resolved(opened, config) if here else None
        own = known.recorded(opened, base, here) if base else None
        found += [own] if own else []
        others = beside(opened.tree, opened.model.symbols, here, config)
        found += [one for one in (_without(one, own) if own else one for one in others) if one.values]
    for name in symbols:
        if name not in defined:
            hint = deps.hint(name, opened.model.symbols)
            raise UsageError(f"no symbol {name} in {label_of(opened.tree)}", hint=hint)
    if lacking := not_measured(found, symbols):
        opened = defined[lacking[0]]
        base = _resolved(opened, config)
        missing = known.lacking(opened, base, lacking) if base else unknown(lacking, config, opened.tree.arch)
        if base is not None and missing is None:
            stuck = ", ".join(known.turn(opened, base, [name]).missed for name in lacking)
            raise UsageError(f"nothing can be measured of {', '.join(lacking)} in {config}", hint=stuck)
        raise UsageError(f"nobody has measured {', '.join(lacking)} in {config}", hint=str(missing))
    return tuple(found)


def not_measured(found: Iterable[GateMeasurement], symbols: Sequence[str]) -> list[str]:
    """Those of `symbols` of which there is nothing."""
    told = {symbol for one in found for symbol, _, _ in one.values}
    return [name for name in symbols if name not in told]


def unknown(symbols: Sequence[str], config: str, arch: str, words: str = "--tree DIR") -> Missing:
    """The builds that symbols take in a config of a tree that nobody has looked into, or named: `remarks_on` name
    it."""
    chosen = [" ".join(f"{name} turned" for name in some) for some in alone_and_together(symbols)]
    where = f"--config {shlex.quote(config)} --arch {shlex.quote(arch)} {words} --build"
    return Missing(builds=("as it is", *chosen), command=f"kweigh gate {' '.join(symbols)} {where}")


def _resolved(opened: OpenTree, config: str) -> ResolvedConfig | None:
    """None for a glob, or a name that this architecture does not have."""
    try:
        return opened.resolve(config)
    except InputError:
        return None


def _without(one: GateMeasurement, own: GateMeasurement) -> GateMeasurement:
    """A measurement without what the ledger has of the same tree, architecture and config."""
    if (one.tree, one.arch, one.config) != (own.tree, own.arch, own.config):
        return one
    known = {variant.forced for variant in own.variants if variant.weight is not None}
    rest = tuple(variant for variant in one.variants if variant.forced not in known)
    names = {name for variant in rest for name, _ in variant.forced}
    return replace(one, variants=rest, values=tuple(value for value in one.values if value[0] in names))


def _failed(base: ResolvedConfig, chosen: Sequence[str], reason: str) -> GateVariant:
    return GateVariant(forced=gating.asked(base, chosen), reason=reason)


class _Builder:
    def __init__(self, known: Known, setup: BuildSetup, run: Run, changed: float) -> None:
        self.known = known
        self._yard = setup
        self._run = run
        self._changed = changed

    def make(self, config: ResolvedConfig, tree: SourceTree) -> str | None:
        """Build a config in `tree`, and record it, unless the ledger has it; says why it can't be built."""
        there = self.known.build(config)
        if there is not None and there.weight is not None and there.started > self._changed:
            self._run.skip()
            return None

        def build(progress: Progress) -> None:
            root, kconfig = read_otherwise(tree, self._yard)
            into_ledger(config, self._yard, progress, root=root, kconfig=kconfig)

        try:
            self._run.make(build)
        except AnalyzerError as error:
            from analyzer.sizes.records import without_folders

            told = error.told if isinstance(error, BuildFailed) else error.message
            return without_folders(told, self._yard.scratch, tree.root)
        return None


def read_otherwise(tree: SourceTree, setup: BuildSetup) -> tuple[Path, Path | None]:
    """A root, and a root Kconfig where it is another than the root's, that read as the tree with its overlay does."""
    if not tree.overlay:
        return tree.root, None
    if set(tree.overlay) == {tree.kconfig}:
        documents.make_folder(setup.scratch)
        path = setup.scratch / f"Kconfig.{tree.arch}"
        path.write_text(tree.overlay[tree.kconfig], "utf-8", "surrogateescape")
        return tree.root, path
    return linked_tree(tree.root, tree.overlay, setup.scratch), None


def linked_tree(tree: Path, overlay: Mapping[str, str], scratch: Path) -> Path:
    """The folder of links, made anew below `scratch`. Equal overlays have equal names, so that builds of it are used
    again."""
    digest = hashlib.sha256(repr(sorted(overlay.items())).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    top = scratch.absolute() / f"tree-{digest}"
    shutil.rmtree(top, ignore_errors=True)
    links.link(tree, overlay, top)
    return top
