"""Where the build of a tree begins: its top makefiles.

Enters: a tree and an architecture. Leaves: the scope of the outermost make, the folders that it descends into, and the
archives that it links. Must hold: a Linux tree's own top Makefile says all of that; the bundled tree has none, so
what its makefiles list is descended into in the kernel's order. Source: the top Makefile of Linux 6.1 and 6.12
(build-dir, KBUILD_VMLINUX_OBJS, KBUILD_VMLINUX_LIBS), and of 5.9 (vmlinux-dirs).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.kbuild.lists import Named, named
from analyzer.kbuild.run import TOP, include
from analyzer.kbuild.scope import Piece, Scope, Variable, World
from analyzer.kbuild.sources import Sources
from analyzer.model.expr import Location

BUNDLED = "kconfig/Makefile"
"""The makefile that stands in for the kernel's top Kbuild file in the bundled tree."""
_BASICS = {"comma": ",", "empty": "", "space": " ", "pound": "#", "quote": '"', "squote": "'"}
_COMMON = ("scripts/Kbuild.include", "scripts/Makefile.compiler")
# What make has set when it begins on the top Makefile, in the tree itself.
_ENVIRONMENT = {
    "MAKE": "make",
    "MAKE_VERSION": "4.3",
    ".FEATURES": "second-expansion order-only else-if undefine oneshell output-sync grouped-target",
    "MAKEFLAGS": "rR --no-print-directory",
    "MAKECMDGOALS": "all",
    "CURDIR": ".",
}
_PASSES = 3
"""How often the top Makefile may call itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """The outermost make: `roots` are folders (with a slash) in the order of descent, `whole` the archives and objects
    that are linked into vmlinux whether needed or not, `libraries` those that the linker searches."""

    scope: Scope
    roots: tuple[Named, ...]
    whole: tuple[Named, ...]
    libraries: tuple[Named, ...]


def is_bundled(sources: Sources) -> bool:
    """Whether the tree is laid out as the bundled one."""
    return sources.is_file(BUNDLED) and not sources.is_file("Kconfig")


def makefile_of(world: World, folder: str) -> str:
    """The makefile of a folder, `""` when it has none. Kbuild goes before Makefile."""
    base = "" if folder == "." else f"{folder}/"
    names = [f"{base}Kbuild", f"{base}Makefile"]
    if is_bundled(world.sources):
        names = [BUNDLED] if folder == "." else [f"kconfig/{base}Makefile", f"{base}Makefile"]
    return next((name for name in names if world.sources.is_file(name)), "")


def common(world: World) -> dict[str, Variable]:
    """The variables that Kbuild's own makefiles set in every run of make."""
    scope = Scope(world=world)
    for name, text in _BASICS.items():
        scope.put(name, text)
    for path in _COMMON:
        if world.sources.is_file(path):
            include(scope, path)
    return scope.own


def outermost(
    world: World,
    shared: Mapping[str, Variable],
    called: Mapping[str, str],
    given: Mapping[str, str] | None = None,
    outer: Scope | None = None,
) -> Scope:
    """The scope of the outermost make before it reads anything; `called` are the variables of its command line, ARCH
    among them, `given` take the place of what make sets otherwise, `outer` is the pass that called it."""
    exported = {"SRCARCH", "MAKE", "MAKE_VERSION", *called}
    scope = Scope(world=world, outer=outer, common=shared, fixed=called, exported=exported)
    for name, text in (_ENVIRONMENT | dict(given or {})).items():
        if name not in called:
            scope.own[name] = Variable(False, [Piece(text)], "environment")
    return scope


def read_passes(
    world: World, shared: Mapping[str, Variable], called: Mapping[str, str], given: Mapping[str, str] | None = None
) -> Scope:
    """The scope in which the top Makefile has been read to its end: a pass of it may only set and export what the next
    one finds, and call make again (`need-sub-make`)."""
    scope = outermost(world, shared, called, given)
    include(scope, TOP)
    for _ in range(_PASSES):
        if not scope.value("need-sub-make").strip():
            break
        scope = outermost(world, shared, called, given, scope)
        include(scope, TOP)
    return scope


def read_top(world: World, shared: Mapping[str, Variable], called: Mapping[str, str], srcarch: str) -> Top:
    """Reads the top makefiles; `called` are the variables of make's command line, ARCH among them."""
    if is_bundled(world.sources):
        return _bundled(outermost(world, shared, called), srcarch)
    scope = read_passes(world, shared, called)
    affects = "what vmlinux is linked from"
    roots = named(scope, "build-dir", affects) or named(scope, "build-dirs", affects)
    if not roots:
        world.unknowns.note(Location(path=TOP, line=0), TOP, "it says no folder to descend into", "everything")
    return Top(
        scope=scope,
        roots=roots,
        whole=named(scope, "KBUILD_VMLINUX_OBJS", affects),
        libraries=named(scope, "KBUILD_VMLINUX_LIBS", affects),
    )


def _bundled(scope: Scope, srcarch: str) -> Top:
    for name, text in (("SRCARCH", srcarch), ("srctree", "."), ("objtree", ".")):
        scope.put(name, text)
        scope.exported.add(name)
    for name in ("core-y", "libs-y", "drivers-y"):
        scope.put(name, "")
    include(scope, f"arch/{srcarch}/Makefile")
    affects = "what vmlinux is linked from"
    core, drivers = named(scope, "core-y", affects), named(scope, "drivers-y", affects)
    libraries = named(scope, "libs-y", affects)
    here = Named(".", "", Piece("."))
    roots = (*core, *libraries, here, *drivers)
    whole = tuple(Named(_archive(entry.word, "built-in.a"), entry.variable, entry.piece) for entry in roots)
    searched = tuple(Named(_archive(entry.word, "lib.a"), entry.variable, entry.piece) for entry in libraries)
    return Top(scope=scope, roots=roots, whole=whole, libraries=searched)


def _archive(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}"
