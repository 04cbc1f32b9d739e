"""One folder, as scripts/Makefile.build and scripts/Makefile.lib see it.

Enters: the scope of a run of make and the folder's makefile. Leaves: what the folder lists: objects of its archives,
parts of its modules, folders below. Must hold: the rules are those of Makefile.lib: an object that is listed for
vmlinux is not one for a module or the library, and one with parts stands for these. Source: Linux 5.10, 6.1, 6.12 and
7.3, scripts/Makefile.build, scripts/Makefile.lib (the rules on lists are in the one or the other).
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.errors import SourceError
from analyzer.kbuild.lists import Named, named
from analyzer.kbuild.run import include
from analyzer.kbuild.scope import Piece, Scope, Variable
from analyzer.kbuild.syntax import Assignment, Include
from analyzer.model.expr import Location

_BUILD = "scripts/Makefile.build"
_LISTS = ("obj-y", "obj-m", "lib-y", "lib-m", "subdir-y", "subdir-m")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of a list; for an object with parts, each part with the list that names it."""

    name: Named
    parts: tuple[Named, ...] | None

    @property
    def folder(self) -> bool:
        """Whether it is a folder to descend into."""
        return self.name.word.endswith("/")


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder's makefile lists. `visited` are the folders that it only has visited (subdir-y, subdir-m)."""

    scope: Scope
    builtin: tuple[Entry, ...]
    modules: tuple[Entry, ...]
    library: tuple[Named, ...]
    visited: tuple[Named, ...]


def read(scope: Scope, path: str, makefile: str) -> Folder:
    """Reads the makefile of the folder `path` in a new scope."""
    _prepare(scope, path)
    include(scope, makefile)
    shown = f" of {path}"
    builtin = named(scope, "obj-y", f"obj-y{shown}")
    taken = {entry.word for entry in builtin}
    modules = [entry for entry in named(scope, "obj-m", f"obj-m{shown}") if entry.word not in taken]
    library = {
        entry.word: entry
        for variable in ("lib-y", "lib-m")
        for entry in named(scope, variable, f"{variable}{shown}")
        if entry.word not in taken
    }
    listed = taken | {entry.word for entry in modules}
    visited = (entry for variable in ("subdir-y", "subdir-m") for entry in named(scope, variable, f"{variable}{shown}"))
    return Folder(
        scope=scope,
        builtin=tuple(_entry(scope, entry, ("-objs", "-y"), shown) for entry in builtin),
        modules=tuple(_entry(scope, entry, ("-objs", "-y", "-m"), shown) for entry in modules),
        library=tuple(library[word] for word in sorted(library)),
        visited=tuple(entry for entry in visited if f"{entry.word.rstrip('/')}/" not in listed),
    )


def _prepare(scope: Scope, path: str) -> None:
    """Sets what the tree's own scripts/Makefile.build sets before it reads a folder's makefile: lists that are empty,
    where the folder's sources are."""
    for name in _LISTS:
        scope.own[name] = Variable(True, [Piece("")])
    scope.own["src"] = Variable(True, [Piece(path)])
    if not scope.world.sources.is_file(_BUILD):
        return
    try:
        statements = scope.world.sources.statements(_BUILD)
    except SourceError as error:
        scope.world.unknowns.note(Location(path=_BUILD, line=error.lineno), _BUILD, error.message, "every folder")
        return
    for statement in statements:
        if isinstance(statement, Include) and statement.required:
            return
        if isinstance(statement, Assignment):
            if statement.operator == ":=" and not statement.value:
                scope.own[statement.name] = Variable(True, [Piece("")])
            else:
                scope.assign(statement, statement.value)


def _entry(scope: Scope, entry: Named, suffixes: tuple[str, ...], shown: str) -> Entry:
    stem = entry.word.removesuffix(".o")
    if stem == entry.word:
        return Entry(entry, None)
    # `foo-` counts too: foo.o has parts even if this config takes none of them.
    lists = [f"{stem}{suffix}" for suffix in suffixes]
    if not any(scope.value(name).strip() for name in (*lists, f"{stem}-")):
        return Entry(entry, None)
    parts: dict[str, Named] = {}
    for name in lists:
        for part in named(scope, name, f"{name}{shown}"):
            parts.setdefault(part.word, part)
    return Entry(entry, tuple(parts.values()))
