"""From a tree and a config to what is built.

Enters: a tree's makefiles, an architecture, a config as include/config/auto.conf has it, and what answers questions to
the toolchain. Leaves: a BuildPlan. Must hold: only files below the tree are read and nothing is run; each folder is
entered as Kbuild enters it, with what the folders above export. Source: scripts/Makefile.build and scripts/Makefile.lib
of Linux 6.1 and 6.12.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from pathlib import Path

from analyzer.kbuild import top as tops
from analyzer.kbuild.directory import Entry, Folder, read
from analyzer.kbuild.link import made_by_link
from analyzer.kbuild.lists import Named, steps
from analyzer.kbuild.probes import ToolAnswers, no_answers
from analyzer.kbuild.run import TOP, world_of
from analyzer.kbuild.scope import Scope, TooMuch, Variable, World
from analyzer.kbuild.sources import Sources
from analyzer.model.build import BuildPlan, Goal, KbuildObject, Step
from analyzer.model.expr import Location

_DEPTH = 64
Chain = tuple[Step, ...]


def evaluate(
    tree: Path | Sources,
    srcarch: str,
    arch: str,
    config: Mapping[str, str],
    answers: ToolAnswers = no_answers,
    *,
    prefix: str = "",
    within: Callable[[str], bool] = lambda _folder: True,
) -> BuildPlan:
    """What `config` builds, in the folders that `within` takes (no other is read).

    `tree` is a tree's root, or its `Sources` where many configs are evaluated. `config` maps the symbols of
    include/config/auto.conf, without CONFIG_, to their text there; a symbol that is off is missing. `prefix` is
    CROSS_COMPILE, also where the tree would choose another; it only shows in what `answers` is asked. Raises nothing
    for makefiles that cannot be read or understood: these are in `unresolved`.
    """
    sources = tree if isinstance(tree, Sources) else Sources(tree)
    world = world_of(sources, config, answers)
    objects: list[KbuildObject] = []
    modules: Mapping[str, list[KbuildObject]] = {}
    try:
        objects, modules = _evaluate(world, {"ARCH": arch, "CROSS_COMPILE": prefix}, srcarch, within)
    except (TooMuch, RecursionError):
        where = Location(path=TOP, line=0)
        world.unknowns.note(where, TOP, "its makefiles would take too long to evaluate", "everything")
    return BuildPlan(
        arch=arch,
        objects=tuple(objects),
        modules=tuple(sorted(modules)),
        files=tuple(sorted(world.files)),
        unresolved=world.unknowns.noted(),
    )


def _evaluate(
    world: World, called: Mapping[str, str], srcarch: str, within: Callable[[str], bool]
) -> tuple[list[KbuildObject], Mapping[str, list[KbuildObject]]]:
    shared = tops.common(world)
    top = tops.read_top(world, shared, called, srcarch)
    walk = Walk(world, shared, within)
    for root in top.roots:
        here = posixpath.normpath(root.word)
        chain = steps(top.scope, root) if here != "." else ()
        walk.enter(here, top.scope, chain, builtin=True, modules=True, depth=0)
    modules = walk.modules if world.config.get("MODULES") == "y" else {}
    objects = [
        *walk.linked(top.scope, top.whole, "vmlinux"),
        *walk.linked(top.scope, top.libraries, "lib"),
        *made_by_link(world, srcarch),
    ]
    return [*objects, *(part for parts in modules.values() for part in parts)], modules


class Walk:
    """The descent through the folders, and the archives and modules found on the way, with what is in an archive
    `again`; `within` says of a folder whether it is entered."""

    def __init__(
        self, world: World, shared: Mapping[str, Variable], within: Callable[[str], bool] = lambda _folder: True
    ) -> None:
        self._world = world
        self._within = within
        self._shared = shared
        self._entered: set[tuple[str, bool, bool]] = set()
        self.archives: dict[str, dict[str, KbuildObject]] = {}
        self.modules: dict[str, list[KbuildObject]] = {}
        self.folders: dict[str, Chain] = {}
        self.again: list[KbuildObject] = []

    def enter(self, path: str, outer: Scope, chain: Chain, *, builtin: bool, modules: bool, depth: int) -> None:
        """Reads the folder `path` and those below; `builtin` and `modules` are Kbuild's need-builtin and
        need-modorder."""
        key = (path, builtin, modules)
        if key in self._entered or depth > _DEPTH or not self._within(path):
            return
        self._entered.add(key)
        self.folders.setdefault(path, chain)
        makefile = tops.makefile_of(self._world, path)
        if not makefile:
            where = chain[-1].where if chain else Location(path=path, line=0)
            self._world.unknowns.note(where, path, "the folder has no makefile in the tree", f"all objects of {path}")
            return
        fixed = {"obj": path, "need-builtin": "1" if builtin else "", "need-modorder": "1" if modules else ""}
        scope = Scope(world=self._world, outer=outer, common=self._shared, fixed=fixed)
        folder = read(scope, path, makefile)
        for entry in folder.visited:
            below = posixpath.normpath(posixpath.join(path, entry.word))
            self.enter(below, scope, (*chain, *steps(scope, entry)), builtin=False, modules=False, depth=depth + 1)
        self._builtin(path, folder, chain, builtin=builtin, modules=modules, depth=depth)
        self._library(path, folder, chain)
        self._modules(path, folder, chain, modules=modules, depth=depth)

    def _builtin(self, path: str, folder: Folder, chain: Chain, *, builtin: bool, modules: bool, depth: int) -> None:
        archive = _in(path, "built-in.a")
        content: dict[str, KbuildObject] = {}
        for entry in folder.builtin:
            name = _in(path, entry.name.word)
            if entry.folder:
                why = (*chain, *steps(folder.scope, entry.name))
                self.enter(name, folder.scope, why, builtin=builtin, modules=modules, depth=depth + 1)
                content |= self.archives.get(_in(name, "built-in.a"), {}) if builtin else {}
            elif builtin:
                for one in _objects(folder.scope, path, entry, chain, "vmlinux", archive):
                    if content.setdefault(one.path, one) is not one:
                        self.again.append(one)
        if builtin:
            self.archives[archive] = content

    def _library(self, path: str, folder: Folder, chain: Chain) -> None:
        archive = _in(path, "lib.a")
        content = (_object(folder.scope, path, entry, chain, "lib", archive) for entry in folder.library)
        self.archives[archive] = {one.path: one for one in content}

    def _modules(self, path: str, folder: Folder, chain: Chain, *, modules: bool, depth: int) -> None:
        if not modules:
            return
        for entry in folder.modules:
            name = _in(path, entry.name.word)
            if entry.folder:
                why = (*chain, *steps(folder.scope, entry.name))
                self.enter(name, folder.scope, why, builtin=False, modules=True, depth=depth + 1)
            elif name.endswith(".o"):
                module = f"{name.removesuffix('.o')}.ko"
                self.modules[module] = _objects(folder.scope, path, entry, chain, "module", module)

    def linked(self, scope: Scope, archives: tuple[Named, ...], goal: Goal) -> list[KbuildObject]:
        """The objects of archives, with the goal that the top Makefile has for them."""
        found: list[KbuildObject] = []
        for entry in archives:
            path = posixpath.normpath(entry.word)
            content = self.archives.get(path)
            if content is not None:
                found += (one if one.goal == goal else _with_goal(one, goal) for one in content.values())
            elif path.endswith(".o"):
                found.append(KbuildObject(path=path, goal=goal, into="vmlinux", because=steps(scope, entry)))
            else:
                self._world.unknowns.note(
                    _named_at(scope, entry), entry.word, "no makefile of the tree says what is in this archive"
                )
        return found


def _named_at(scope: Scope, entry: Named) -> Location:
    """The innermost line that names a word as it stands."""
    places = [step.where for step in steps(scope, entry) if step.word == entry.word]
    return places[-1] if places else Location(path=TOP, line=0)


def _with_goal(one: KbuildObject, goal: Goal) -> KbuildObject:
    return KbuildObject(path=one.path, goal=goal, into=one.into, because=one.because)


def _objects(scope: Scope, path: str, entry: Entry, chain: Chain, goal: Goal, into: str) -> list[KbuildObject]:
    """The objects that an entry stands for: itself, or its parts."""
    if entry.parts is None:
        return [_object(scope, path, entry.name, chain, goal, into)]
    why = (*chain, *steps(scope, entry.name))
    return [_object(scope, path, part, why, goal, into) for part in entry.parts]


def _object(scope: Scope, path: str, entry: Named, chain: Chain, goal: Goal, into: str) -> KbuildObject:
    return KbuildObject(path=_in(path, entry.word), goal=goal, into=into, because=(*chain, *steps(scope, entry)))


def _in(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))
