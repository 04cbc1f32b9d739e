"""What a series does to bytes, by building both sides.

Enters: `Sides` made for builds, architectures and configs, where builds are made. Leaves: a `SeriesBuild` of each.
Must hold: both sides are built in one folder of make's, so that only what the series changed is compiled again; the
ledger has the side that does not lie on disk under a name of its own; what is there and newer than the tree is not
built again, what fails is a value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analyzer import configs, links
from analyzer.errors import AnalyzerError, BuildFailed, ToolchainError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.known import KnownBuild
from analyzer.model.review_bytes import SeriesBuild
from analyzer.pipeline.build.building import BuildSetup, Run, check_clean, into_ledger, last_change
from analyzer.pipeline.bytes.gating import edition
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.choosing import check_configs, chosen_arches, chosen_configs
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, find_tree, open_tree, silent
from analyzer.pipeline.patching.sides import Sides
from analyzer.pipeline.patching.yard import Yard, yard
from analyzer.sizes import bloat

DEFAULT = "tinyconfig"
_LACKING = "nobody built it"
_INERT = ("Documentation/", "LICENSES/", "tools/perf/", "tools/testing/")


class _Lacking(ToolchainError):
    """The ledger does not have a build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One config to be built on both sides."""

    arch: str
    config: str


def orders(request: TreeRequest, wanted: Sequence[str]) -> tuple[Order, ...]:
    """What `ARCH[:CONFIG]` names, both names or globs; `DEFAULT` where no config stands there. Raises UsageError for
    what names nothing, InputError for a config that is not there."""
    found: list[Order] = []
    for text in wanted:
        arch, colon, config = text.partition(":")
        if not arch or (colon and not config):
            raise UsageError(f"not ARCH or ARCH:CONFIG: {text}", hint="such as x86_64, arm64:defconfig")
        chosen = chosen_arches(request, (arch,))
        names = (config or DEFAULT,)
        check_configs(request, chosen, names)
        for one in chosen:
            shelf = find_tree(replace(request, arch=one)).shelf
            for name in chosen_configs(shelf, names):
                shelf.load(name)
                found.append(Order(arch=one, config=name))
    return tuple(dict.fromkeys(found))


def build_sides(
    both: Sides, wanted: Sequence[Order], setup: BuildSetup, progress: Progress = silent
) -> tuple[SeriesBuild, ...]:
    """Every config before and after. Raises FolderBusy where another process builds a series on the tree,
    ToolchainError where there is no room for it."""
    run = Run(count=2 * len(wanted), progress=progress)
    try:
        with yard(both, setup.scratch) as place:
            builder = _Builder(both, setup, run, place)
            return tuple(builder.both_of(order) for order in wanted)
    except OSError as error:
        raise ToolchainError(f"cannot build in {setup.scratch}: {error.strerror or error}") from error


def built_sides(both: Sides, wanted: Sequence[Order], ledger: Path | None, command: str) -> tuple[SeriesBuild, ...]:
    """Every config as the ledger has both sides of it, and as it would be built now; `command` builds one that it does
    not have."""
    builder = _Builder(both, BuildSetup(scratch=Path(), ledger=ledger), Run(count=0, progress=silent), None)
    lacking = f"nobody built it: {command} --build "
    return tuple(
        replace(one, reason=lacking + f"{one.arch}:{one.config}") if one.reason == _LACKING else one
        for one in map(builder.both_of, wanted)
    )


class _Builder:
    """Builds in `place`; with None only what is in the ledger counts."""

    def __init__(self, both: Sides, setup: BuildSetup, run: Run, place: Yard | None) -> None:
        self._both, self._setup, self._run, self._place = both, setup, run, place
        self._changed = cache(last_change)

    def both_of(self, order: Order) -> SeriesBuild:
        told = SeriesBuild(arch=order.arch, config=order.config)
        try:
            asked = self._resolved(order)
        except AnalyzerError as error:
            self._run.skip(2)
            return replace(told, reason=error.line(), fails=True)
        if not _differs(self._both, asked):
            self._run.skip(2)
            return replace(told, reason="nothing that it is built from changes")
        done: list[tuple[KnownBuild, int | None]] = []
        for side, config in enumerate(asked):
            try:
                done.append(self._built(config, side))
            except AnalyzerError as error:
                self._run.skip(1 - side)
                if isinstance(error, _Lacking):
                    return replace(told, reason=_LACKING, fails=True)
                text = error.told if isinstance(error, BuildFailed) else error.line()
                text = f"it does not build {('before', 'after')[side]}: {self._plain(text)}"
                weight = done[0][0].weight if done else None
                return replace(told, before=weight, reason=text, fails=True)
        (old, _), (new, _) = done
        changes = None
        if old.symbols is not None and new.symbols is not None:
            changes = bloat.changes(old.symbols, new.symbols, edition=edition(asked[0]))
        return replace(
            told,
            before=old.weight,
            after=new.weight,
            boot=(old.boot, new.boot),
            compiled=(done[0][1], done[1][1]),
            changes=changes,
        )

    def _resolved(self, order: Order) -> tuple[ResolvedConfig, ResolvedConfig]:
        """The config of each side, whose tree says which side it is."""
        before, after = (
            open_tree(replace(request, arch=order.arch)) for request in (self._both.before, self._both.after)
        )
        first, second = _apart(before), _apart(after)
        if self._both.form == "tree" and first.tree.title == second.tree.title:
            first, second = (_called(one, f"at {_digest(str(one.tree.root.resolve()))}") for one in (first, second))
        return first.resolve(order.config), second.resolve(order.config)

    def _built(self, config: ResolvedConfig, side: int) -> tuple[KnownBuild, int | None]:
        """What the ledger says of a side once it was built, and how many objects that compiled (None: it was there)."""
        tree = Path(links.behind(config.tree.root) or config.tree.root)
        there = Known(self._setup.ledger).build(config)
        fresh = there is not None and there.weight is not None and (there.boot or not self._setup.targets)
        if there is not None and fresh and there.started > self._changed(tree):
            self._run.skip()
            return there, None

        place = self._place
        if place is None:
            if there is not None and there.failure:
                raise BuildFailed("it was tried", told=there.failure)
            raise _Lacking(_LACKING)

        # The yard is no place that a person knows.
        check_clean(tree, config.tree.srcarch)

        def build(progress: Progress) -> int:
            return into_ledger(config, self._setup, progress, root=place.root(side)).compiled

        compiled = self._run.make(build)
        found = Known(self._setup.ledger).build(config)
        assert found is not None
        return found, compiled

    def _plain(self, text: str) -> str:
        """What was told, without the names of our own folders."""
        from analyzer.sizes.records import without_folders

        for one in (self._both.before, self._both.after):
            if one.root is not None:
                text = without_folders(text, self._setup.scratch, one.root)
        return text


def _apart(opened: OpenTree) -> OpenTree:
    """A side, whose tree has a name of its own where it does not lie on disk: a folder of links is called by a checksum
    over what it stands for."""
    root = opened.tree.root
    return opened if links.behind(root) is None else _called(opened, f"series {root.name.removeprefix('links-')[:12]}")


def _called(opened: OpenTree, variant: str) -> OpenTree:
    tree = replace(opened.tree, variant=variant)
    return replace(opened, tree=tree, shelf=replace(opened.shelf, tree=tree))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _differs(both: Sides, asked: tuple[ResolvedConfig, ResolvedConfig]) -> bool:
    """Whether a build of the second may give anything else: another .config, or a file that a build may read."""
    before, after = asked
    if configs.dotconfig(before) != configs.dotconfig(after):
        return True
    return may_change_builds(both)


def may_change_builds(both: Sides) -> bool:
    """Whether a series touches what a build may read besides its .config."""
    return both.form == "tree" or any(_may_read(one.path) for one in both.changes)


def _may_read(path: str) -> bool:
    name = path.rpartition("/")[2]
    if path.startswith(_INERT) or name.startswith("Kconfig") or name in ("MAINTAINERS", "CREDITS", ".gitignore"):
        return False
    return not (path.startswith("arch/") and "/configs/" in path)
