"""From what could be built to the lines and symbols that would build it, whatever a config says.

Enters: a tree's makefiles, an architecture, which folders matter. Leaves: every object that some config may build
there, each with its chain of lines. Must hold: an object of any config's BuildPlan is among them with the same last
line (tests/oracle/test_which.py); lists are put together as Kbuild does it, with every symbol on and both branches of
each condition about the config.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from analyzer.errors import SourceError
from analyzer.kbuild import top as tops
from analyzer.kbuild.lists import steps
from analyzer.kbuild.plan import Chain, Walk
from analyzer.kbuild.probes import ToolAnswers, no_answers
from analyzer.kbuild.run import world_of
from analyzer.kbuild.scope import TooMuch, World
from analyzer.kbuild.sources import Sources
from analyzer.model.build import KbuildObject
from analyzer.model.expr import Location

_ASKED = re.compile(r"\bCONFIG_(\w+)")


class _On(Mapping[str, str]):
    """A config in which every symbol is y, but for those that are texts and numbers."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __getitem__(self, name: str) -> str:
        return self._texts.get(name, "y")

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """What may be built: the objects, and of each folder that was entered the lines that lead there."""

    objects: tuple[KbuildObject, ...]
    folders: Mapping[str, Chain]


def possible(
    sources: Sources,
    srcarch: str,
    arch: str,
    texts: Mapping[str, str],
    answers: ToolAnswers = no_answers,
    *,
    prefix: str = "",
    within: Callable[[str], bool] = lambda _folder: True,
) -> Possible:
    """All that some config may build in the folders that `within` takes. `texts` are the values of the symbols that are
    texts and numbers. Values in steps are of no meaning, since every symbol counts as on.

    A condition's branches are both taken, in one order and in the other: where they set one variable, each has the last
    word once.
    """
    objects: dict[tuple[str, str, Location], KbuildObject] = {}
    folders: dict[str, Chain] = {}
    orders: tuple[Literal["then", "otherwise"], ...] = ("then", "otherwise")
    for both in orders:
        world = world_of(sources, _On(texts), answers, both=both)
        try:
            walk = _walked(world, srcarch, {"ARCH": arch, "CROSS_COMPILE": prefix}, within)
        except (TooMuch, RecursionError):
            continue
        for path, chain in walk.folders.items():
            folders.setdefault(path, chain)
        for one in _objects(walk):
            objects.setdefault((one.path, target(one, _any), one.where), one)
    return Possible(objects=tuple(objects.values()), folders=folders)


def built(
    sources: Sources,
    srcarch: str,
    arch: str,
    config: Mapping[str, str],
    answers: ToolAnswers = no_answers,
    *,
    prefix: str = "",
    within: Callable[[str], bool] = lambda _folder: True,
) -> tuple[KbuildObject, ...]:
    """What `config` builds in the folders that `within` takes: a part of its BuildPlan, for less."""
    world = world_of(sources, config, answers)
    try:
        walk = _walked(world, srcarch, {"ARCH": arch, "CROSS_COMPILE": prefix}, within)
    except (TooMuch, RecursionError):
        return ()
    modules = config.get("MODULES") == "y"
    return tuple(one for one in _objects(walk) if modules or one.goal != "module")


def _walked(world: World, srcarch: str, called: Mapping[str, str], within: Callable[[str], bool]) -> Walk:
    shared = tops.common(world)
    top = tops.read_top(world, shared, called, srcarch)
    walk = Walk(world, shared, within)
    for root in top.roots:
        here = posixpath.normpath(root.word)
        chain = steps(top.scope, root) if here != "." else ()
        walk.enter(here, top.scope, chain, builtin=True, modules=True, depth=0)
    for entry in (*top.whole, *top.libraries):
        # Objects that the top makefiles name themselves, such as arch/*/kernel/head.o.
        path = posixpath.normpath(entry.word)
        if path.endswith(".o") and within(posixpath.dirname(path) or "."):
            one = KbuildObject(path=path, goal="vmlinux", into="vmlinux", because=steps(top.scope, entry))
            walk.archives.setdefault(f"vmlinux {path}", {path: one})
    return walk


def _objects(walk: Walk) -> Iterator[KbuildObject]:
    for content in walk.archives.values():
        yield from content.values()
    yield from walk.again
    for parts in walk.modules.values():
        yield from parts


def _any(_symbol: str) -> bool:
    return True


def target(one: KbuildObject, modular: Callable[[str], bool]) -> str:
    """The module that an object is or is part of where it is built as one (`drivers/usb/core/usbcore.ko`), else where
    it goes: by the line that puts it, or what it is part of, on a list that is obj-m where a symbol is; `modular` says
    whether a symbol can be m."""
    if one.goal == "module":
        return one.into
    for step in reversed(one.because):
        asked = _ASKED.findall(step.variable)
        if step.variable.startswith("obj-") and step.word.endswith(".o") and any(modular(name) for name in asked):
            folder = posixpath.dirname(one.into)
            return f"{posixpath.normpath(posixpath.join(folder, step.word)).removesuffix('.o')}.ko"
    return one.into


def mentions(sources: Sources, pattern: re.Pattern[str], files: Collection[str]) -> dict[str, list[int]]:
    """The lines of makefiles that a pattern is found in, by file."""
    found: dict[str, list[int]] = {}
    for path in files:
        try:
            lines = sources.lines(path)
        except SourceError:
            continue
        numbers = [at for at, line in enumerate(lines, 1) if pattern.search(line)]
        if numbers:
            found[path] = numbers
    return found
