"""Which objects a change brings and takes, by the plans of both sides.

Enters: both sides of all configs of an architecture, the files that differ. Leaves: `ObjectChange`s. Must hold: a plan
is made only where a value that some makefile names, or a makefile, differs, and of those folders alone that this may
decide about (`kbuild.Reach`); two evaluations that ask the config the same and are told the same are one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from analyzer import kbuild
from analyzer.model.build import BuildPlan, KbuildObject, Step
from analyzer.model.by_arch import places_of
from analyzer.model.review import ObjectChange
from analyzer.model.tree import SourceTree
from analyzer.pipeline.build.planning import answers
from analyzer.pipeline.commands.review_files import Same
from analyzer.pipeline.commands.which_conditions import leading
from analyzer.pipeline.makefiles import reach, sources

Conf = Mapping[str, str]
"""What makefiles see of a config."""
_Objects = Mapping[tuple[str, str], KbuildObject]
"""By path and what it is linked into."""


class Objects:
    """Gathers objects that come and go, architecture by architecture. `touched` are the files that differ between the
    trees `before` and `after`; None where nobody knows them."""

    def __init__(self, before: Path, after: Path, same: Same, touched: Sequence[str] | None) -> None:
        self._roots = before, after
        self._same = same
        self._known = touched
        self._found: dict[tuple[str, str, str, Step, tuple[str, ...]], dict[str, list[str]]] = {}

    def matter(self, srcarch: str) -> bool:
        """Whether a makefile differs that decides about an architecture, so that configs may build something else
        though their values are the same."""
        return bool(self._folders(self._touched, srcarch))

    def add(
        self,
        trees: tuple[SourceTree, SourceTree],
        names: Sequence[str],
        confs: Callable[[int], tuple[Conf, Conf]],
        moved: Callable[[int], Sequence[str]],
    ) -> None:
        """What comes and goes in the configs `names` of an architecture; `confs` gives what makefiles see of each on
        both sides, `moved` the symbols whose values differ."""
        srcarch = trees[0].srcarch
        plans = _Plans(trees[0]), _Plans(trees[1])
        touched = self._folders(self._touched, srcarch)
        tested: dict[tuple[str, ...], frozenset[str]] = {}
        for lane, name in enumerate(names):
            symbols = moved(lane)
            if not symbols and not touched:
                continue
            key = tuple(symbols)
            if key not in tested:
                tested[key] = touched | self._of_symbols(symbols, srcarch)
            if not (folders := tested[key]):
                continue
            conf = confs(lane)
            # Where no makefile differs, both sides ask the same files.
            sides = (plans[0], plans[1] if touched else plans[0])
            old, new = (plan.objects(one, folders) for plan, one in zip(sides, conf, strict=True))
            self._note(trees[0].arch, name, old, new, frozenset(symbols))

    def told(self) -> tuple[ObjectChange, ...]:
        """All of them, by the makefile line, those of most configs first."""
        found = (
            ObjectChange(
                path=path,
                before=before,
                after=after,
                step=step,
                asked=asked,
                places=places_of(places),
            )
            for (path, before, after, step, asked), places in self._found.items()
        )
        return tuple(sorted(found, key=lambda one: (-one.configs, str(one.step.where), one.path)))

    def _note(self, arch: str, name: str, old: _Objects, new: _Objects, moved: frozenset[str]) -> None:
        gone, come = old.keys() - new.keys(), new.keys() - old.keys()
        if not gone and not come:
            return
        homes: dict[str, tuple[list[str], list[str]]] = {}
        for at, keys in enumerate((gone, come)):
            for path, into in sorted(keys):
                homes.setdefault(path, ([], []))[at].append(into)
        for path, (before, after) in homes.items():
            for at in range(max(len(before), len(after))):
                one, other = (into[at] if at < len(into) else "" for into in (before, after))
                if _home(old, path, one) == _home(new, path, other):
                    # Another archive of the same vmlinux.
                    continue
                last = new[path, other] if other else old[path, one]
                step = _deciding(last, moved)
                asked = tuple(symbol for symbol, _ in step.symbols if symbol in moved)
                # What it asks has other values in other configs, and is one line.
                line = replace(step, symbols=(), also=())
                key = path, _home(old, path, one), _home(new, path, other), line, asked
                self._found.setdefault(key, {}).setdefault(arch, []).append(name)

    @cached_property
    def _both(self) -> tuple[kbuild.Reach, kbuild.Reach]:
        first = reach(self._roots[0])
        return first, reach(self._roots[1]) if self._touched else first

    @cached_property
    def _touched(self) -> tuple[str, ...]:
        """Files that differ and may change what is built: makefiles, and what a makefile looks for."""
        reaches: list[kbuild.Reach] = []
        if self._known is None:
            reaches += map(reach, self._roots)
            paths = sorted({*reaches[0].files, *reaches[1].files})
            return tuple(path for path in paths if not self._same.same(path))
        fresh = {path for path in self._known if len({Path(root, path).exists() for root in self._roots}) > 1}
        if fresh:
            reaches.append(reach(self._roots[0]))
        return tuple(
            path
            for path in self._known
            if kbuild.is_makefile(path) or (path in fresh and any(one.looks(path) for one in reaches))
        )

    def _folders(self, paths: Sequence[str], srcarch: str) -> frozenset[str]:
        if not paths:
            return frozenset()
        return frozenset().union(*(one.of_files(paths, srcarch) for one in self._both))

    def _of_symbols(self, names: Sequence[str], srcarch: str) -> frozenset[str]:
        return frozenset().union(*(one.of_symbols(names, srcarch) for one in self._both)) if names else frozenset()


def _home(objects: _Objects, path: str, into: str) -> str:
    """What an object is linked into, as people say it."""
    if not into:
        return ""
    goal = objects[path, into].goal
    return into if goal == "module" else "lib" if goal == "lib" else "vmlinux"


def _deciding(one: KbuildObject, moved: frozenset[str]) -> Step:
    """The line on the way to an object that asks what changed, the innermost of those; else the one that names it."""
    asking = (step for step in reversed(one.because) if any(name in moved for name, _ in step.symbols))
    return next(asking, one.because[-1])


@dataclass
class _Node:
    """What an evaluation asks next (`name`), by the answer what follows; at its end the objects."""

    name: str = ""
    then: dict[str | None, _Node] = field(default_factory=dict)
    objects: _Objects | None = None


class _Plans:
    """Plans of one tree; one that asks the config nothing else than an earlier one, and is told the same, is that."""

    def __init__(self, tree: SourceTree) -> None:
        self._tree = tree
        self._known: dict[frozenset[str], _Node] = {}

    def objects(self, conf: Conf, folders: frozenset[str]) -> _Objects:
        """What is built in `folders`, and below."""
        node: _Node | None = self._known.setdefault(folders, _Node())
        while node is not None and node.objects is None:
            node = node.then.get(conf.get(node.name)) if node.name else None
        if node is not None and node.objects is not None:
            return node.objects
        asked = _Asked(conf)
        found = {(one.path, one.into): one for one in self._plan(asked, folders).objects}
        node = self._known[folders]
        for name, value in asked.told.items():
            node.name = name
            node = node.then.setdefault(value, _Node())
        node.objects = found
        return found

    def _plan(self, conf: Conf, folders: frozenset[str]) -> BuildPlan:
        tree = self._tree
        with sources(tree.root) as makefiles:
            return kbuild.evaluate(
                makefiles,
                tree.srcarch,
                tree.arch,
                conf,
                answers(tree),
                prefix=tree.toolchain.prefix,
                within=(lambda _folder: True) if kbuild.EVERYWHERE in folders else leading(folders, below=True),
            )


class _Asked(Mapping[str, str]):
    """A config that notes what it was asked, in that order, and what it said."""

    def __init__(self, conf: Conf) -> None:
        self._conf = conf
        self.told: dict[str, str | None] = {}

    def __getitem__(self, name: str) -> str:
        found = self.told[name] = self._conf.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        raise TypeError("what a makefile asks it asks by name")

    def __len__(self) -> int:
        raise TypeError("what a makefile asks it asks by name")
