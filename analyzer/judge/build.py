"""Builds a tree's own `conf`.

Enters: the root of a Linux tree, a folder for what was built. Leaves: the path of a `conf` made from the tree's
scripts/kconfig. Must hold: the tree is only read; equal sources give the same file, so that runs, architectures and
processes share it; the file is complete or not there; all that is ours in it is again.c, between conf and popen().
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from analyzer.errors import InputError, ToolchainError
from analyzer.judge.process import environment_of, run

# Folders that conf includes from: its own, and scripts/include since the hash table and list headers moved there
# (6.12).
_FOLDERS = ("scripts/kconfig", "scripts/include")
_SOURCES = frozenset({".c", ".h", ".l", ".y"})
_GENERATED = (".lex.c", ".tab.c", ".tab.h")
_OBJECTS = re.compile(r"^(?:common|conf)-objs[ \t]*:?=((?:.*\\\n)*.*)$", re.MULTILINE)
_TOOLS = ("flex", "bison", "gcc")
# KBUILD_USERHOSTCFLAGS of the top Makefile, without its warnings.
_CFLAGS = ("-O2", "-std=gnu11", "-w")
_WRAPPED = ("-Wl,--wrap=popen", "-Wl,--wrap=pclose")
_AGAIN = "again.c"
_SECONDS = 300.0


def build(root: Path, cache: Path) -> Path:
    """The tree's own `conf`, built now or by an earlier run.

    `root` is the tree's root, `cache` a folder that is made if missing; the result lies in it, in a folder named after
    the content of its sources. Raises InputError when there is no scripts/kconfig whose Makefile lists conf's objects
    as today's do, ToolchainError when flex, bison or gcc is missing or fails. The commands are those of
    scripts/Makefile.host.
    """
    sources = _read_sources(root)
    objects = _objects(root, sources)
    conf = cache.absolute() / _digest(sources) / "conf"
    if os.access(conf, os.X_OK):
        return conf
    for tool in _TOOLS:
        if shutil.which(tool) is None:
            hint = f"install {', '.join(_TOOLS[:-1])} and {_TOOLS[-1]}"
            raise ToolchainError(f"{tool} is not installed, so the tree's conf cannot be built", hint=hint)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="build-", dir=cache.absolute()) as scratch:
        built = _compile(Path(scratch), sources, objects)
        conf.parent.mkdir(exist_ok=True)
        built.replace(conf)
    return conf


def _read_sources(root: Path) -> dict[str, bytes]:
    """Every file that conf may be made of, by its path below the root, in sorted order."""
    found = [
        path
        for folder in _FOLDERS
        for path in sorted((root / folder).glob("*"))
        if (path.suffix in _SOURCES and not path.name.endswith(_GENERATED)) or path.name == "Makefile"
    ]
    try:
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
    except OSError as error:
        raise InputError(f"cannot read {error.filename}: {error.strerror}") from error


def _objects(root: Path, sources: Mapping[str, bytes]) -> tuple[str, ...]:
    """The object names of conf, without `.o`, as scripts/kconfig/Makefile lists them."""
    makefile = sources.get("scripts/kconfig/Makefile", b"").decode("utf-8", "replace")
    words = [word for match in _OBJECTS.finditer(makefile) for word in match[1].replace("\\\n", " ").split()]
    objects = tuple(dict.fromkeys(word.removesuffix(".o") for word in words if word.endswith(".o")))
    missing = [name for name in objects if _source_of(name) not in sources]
    if not objects or missing:
        lack = f"no {_source_of(missing[0])}" if missing else "no list of conf's objects in scripts/kconfig/Makefile"
        raise InputError(f"{lack} in {root}", hint="conf comes with a Linux tree's own scripts/kconfig")
    return objects


def _source_of(name: str) -> str:
    stem, _, kind = name.partition(".")
    return f"scripts/kconfig/{stem}{ {'lex': '.l', 'tab': '.y'}.get(kind, '.c') }"


def _again() -> bytes:
    return files("analyzer.judge").joinpath(_AGAIN).read_bytes()


def _digest(sources: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(" ".join((*_CFLAGS, *_WRAPPED)).encode() + _again())
    for name, content in sources.items():
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _compile(scratch: Path, sources: Mapping[str, bytes], objects: tuple[str, ...]) -> Path:
    for name, content in sources.items():
        copy = scratch / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
    folder = scratch / "scripts/kconfig"
    for name in objects:
        source = Path(_source_of(name)).name
        if name.endswith(".lex"):
            _tool("flex", f"-o{name}.c", "-L", source, folder=folder)
        elif name.endswith(".tab"):
            _tool("bison", "-o", f"{name}.c", f"--defines={name}.h", "-t", "-l", source, folder=folder)
    (scratch / _AGAIN).write_bytes(_again())
    parts = [*(f"{name}.c" for name in objects), f"../../{_AGAIN}"]
    _tool("gcc", *_CFLAGS, "-I.", "-I../include", *_WRAPPED, "-o", "conf", *parts, folder=folder)
    return folder / "conf"


def _tool(*arguments: str, folder: Path) -> None:
    run(arguments, cwd=folder, environment=environment_of({}), seconds=_SECONDS)
