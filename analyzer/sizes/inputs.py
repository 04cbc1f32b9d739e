"""Which objects are linked into vmlinux, and what each was made from.

Enters: the folder of a finished build. Leaves: the objects' paths; the `Recipe` of an object. Must hold: only what the
link took is an object; a recipe names no folder of this machine.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from analyzer.errors import SourceError, ToolchainError
from analyzer.model.size import Recipe
from analyzer.sizes import linkmap
from analyzer.sizes.linkmap import Piece
from analyzer.sizes.wrapper import map_of

_DEPENDS = re.compile(r"^[^\S\n]+\$\(wildcard include/config/(?P<name>\w+)\)", re.MULTILINE)
_COMMAND = re.compile(r"^(?:saved)?cmd_\S+ := (?P<command>.*)$", re.MULTILINE)
_LIBRARY = re.compile(r"\S+\.a\b")


def linked_objects(out: Path, ar: str) -> tuple[str, ...]:
    """The objects in the link of vmlinux.o, in its order, relative to `out`.

    Read from the linker's map, which names just the members that were taken from a library; where the linker wrote
    none, the members of all archives of the link, asked of `ar`. Raises SourceError or ToolchainError when neither
    works.
    """
    try:
        link = linkmap.read(map_of(out / "vmlinux.o"))
    except SourceError:
        return archived_objects(out, ar)
    named = (part.file for section in link.sections for part in section.parts if isinstance(part, Piece))
    paths = dict.fromkeys(object_path(name) for name in named)
    return tuple(path for path in paths if path and (out / path).is_file())


def archived_objects(out: Path, ar: str) -> tuple[str, ...]:
    """What the link of vmlinux.o was given: objects, and the members of every archive, also those that the linker did
    not take.

    Raises SourceError without a record of the link, ToolchainError when an archive can't be read.
    """
    found: dict[str, None] = {}
    for given in _given(out):
        if not given.endswith(".a"):
            found[given] = None
            continue
        done = subprocess.run([ar, "t", given], cwd=out, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ToolchainError(f"{ar} t {given} failed: {done.stderr.strip().splitlines()[:1]}")
        found |= dict.fromkeys(done.stdout.splitlines())
    return tuple(path for path in found if (out / path).is_file())


def _given(out: Path) -> tuple[str, ...]:
    """The files of the link of vmlinux.o: as the linker's map names them, else the archives of make's record, which
    trees before 5.17 don't keep."""
    try:
        if opened := linkmap.opened(map_of(out / "vmlinux.o")):
            return opened
    except SourceError:
        pass
    try:
        text = (out / ".vmlinux.o.cmd").read_text("utf-8", "replace")
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror}", path=".vmlinux.o.cmd") from None
    command = _COMMAND.search(text)
    return tuple(dict.fromkeys(_LIBRARY.findall(command["command"]))) if command else ()


def object_path(named: str) -> str:
    """The path of an input as ld names it: `lib/lib.a(ctype.o)` for a member of an archive, else its own path."""
    archive, found, member = named.partition("(")
    return f"{Path(archive).parent}/{member.removesuffix(')')}" if found else named


def recipe(out: Path, path: str, values: Mapping[str, str], *, tree: Path) -> Recipe:
    """How the object at `path` was made, from the `.cmd` file that fixdep wrote; `values` are those of the config.

    An object without such a list may depend on anything: it gets one symbol without a name, whose value is a checksum
    of the whole config, so that two configs never share it.
    """
    command, text = command_of(out, path)
    names = set(_DEPENDS.findall(text))
    symbols = tuple((name, values.get(name, "n")) for name in sorted(names))
    if not re.search(r"^deps_", text, re.MULTILINE):
        config = "\n".join(f"{name}={value}" for name, value in sorted(values.items()))
        symbols = (("", hashlib.sha256(config.encode("utf-8", "surrogateescape")).hexdigest()),)
    return Recipe(flags=_neutral(command, out, tree), symbols=symbols)


def command_of(out: Path, path: str) -> tuple[str, str]:
    """The command that made the object at `path` and the whole text of its `.cmd` file; "" twice where there is none.
    Raises SourceError for one that can't be read."""
    place = out / path
    try:
        text = place.with_name(f".{place.name}.cmd").read_text("utf-8", "replace")
    except FileNotFoundError:
        return "", ""
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror}", path=f"{path}.cmd") from None
    command = _COMMAND.search(text)
    return command["command"] if command else "", text


def _neutral(command: str, out: Path, tree: Path) -> str:
    """The command without what differs from machine to machine but makes no difference."""
    for folder, name in ((out, "$(objtree)"), (out.parent, "$(scratch)"), (tree.resolve(), "$(srctree)")):
        command = command.replace(str(folder), name)
    command = re.sub(r"(?:^|(?<=\s))ccache ", "", command)
    command = re.sub(r"-Wp,-MMD,\S+ ?", "", command)
    return re.sub(r"\s+", " ", command.replace("$(pound)", "#")).strip()
