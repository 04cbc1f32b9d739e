"""Which folders a symbol, or a makefile, may decide about.

Enters: a tree's makefiles. Leaves: `Reach`. Must hold: an object that comes or goes with a symbol's value, or with what
a makefile says, lies in a folder that is named, or below one; what can't be told is `EVERYWHERE`. Only texts are looked
at, nothing is evaluated (tests/oracle/test_reach.py holds that against what evaluations read).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator

from analyzer.errors import SourceError
from analyzer.kbuild.sources import Sources
from analyzer.kbuild.top import BUNDLED, is_bundled

EVERYWHERE = "."
"""The whole tree."""
LINK = "scripts/link-vmlinux.sh"
_NAMES = re.compile(r"Kbuild.*|.*[Mm]akefile.*|Platform|.*\.mk")
_SYMBOL = re.compile(r"\bCONFIG_(\w+)")
_INCLUDE = re.compile(r"^[ \t]*[-s]?include[ \t]+(.+?)[ \t]*$", re.MULTILINE)
_HERE = re.compile(r"\$[({](?:srctree|objtree)[)}]/")
_OWN = re.compile(r"\$[({](?:src|obj|kbuild-dir)[)}]")
_OTHER_ARCH = re.compile(r"(?:arch|\.\.)/(\w+|\$)")
_KBUILD = re.compile(r"scripts/(?!kconfig/|dtc/|mod/|gcc-plugins/|genksyms/).*")
"""Makefiles of Kbuild itself; the folders are entered as others are."""


def is_makefile(path: str) -> bool:
    """Whether a file is one by its name, or the script that links vmlinux."""
    return path == LINK or _NAMES.fullmatch(posixpath.basename(path)) is not None


class Reach:
    """What the makefiles of one tree decide about."""

    def __init__(self, sources: Sources) -> None:
        self._bundled = is_bundled(sources)
        self._texts: dict[str, str] = {}
        self._symbols: dict[str, list[str]] = {}
        self._includers: dict[str, list[str]] = {}
        self._around: dict[tuple[str, str], list[str]] = {}
        for path in _makefiles(sources):
            try:
                text = "\n".join(sources.lines(path))
            except SourceError:
                continue
            self._texts[path] = text
            for name in dict.fromkeys(_SYMBOL.findall(text)):
                self._symbols.setdefault(name, []).append(path)
            self._note_includes(path, text)
        self._arches: dict[str, frozenset[str] | None] = {}

    @property
    def files(self) -> Collection[str]:
        """Every makefile, relative to the tree."""
        return self._texts.keys()

    def homes(self, names: Iterable[str]) -> frozenset[str]:
        """The folders of the makefiles that name symbols, whatever these decide elsewhere."""
        paths = (path for name in names for path in self._symbols.get(name, ()))
        return frozenset(posixpath.dirname(path) or EVERYWHERE for path in paths)

    def of_symbols(self, names: Iterable[str], srcarch: str) -> frozenset[str]:
        """The folders about which symbols may decide, for one architecture."""
        return self.of_files((path for name in names for path in self._symbols.get(name, ())), srcarch)

    def of_files(self, paths: Iterable[str], srcarch: str) -> frozenset[str]:
        """The folders about which files of the tree may decide: makefiles, and those that a makefile may look for."""
        found: set[str] = set()
        done: set[str] = set()
        ahead = list(dict.fromkeys(paths))
        while ahead:
            path = ahead.pop()
            if path in done:
                continue
            done.add(path)
            folder = posixpath.dirname(path) or EVERYWHERE
            if self._bundled:
                # Its makefiles lie in a folder of their own.
                folder = folder.removeprefix("kconfig/")
            if self._is_top(path, srcarch):
                return frozenset((EVERYWHERE,))
            if self._counts(folder, srcarch):
                # What the link makes is a part of every plan.
                found.add(folder)
            ahead += self._includers.get(path, ())
            for (around, end), includers in self._around.items():
                if path.startswith(f"{around}/") and path.endswith(end):
                    ahead += includers
        return frozenset(found)

    def looks(self, path: str) -> bool:
        """Whether a makefile beside a file, or above it, looks for files by pattern."""
        folder = posixpath.dirname(path)
        while folder:
            texts = (self._texts.get(f"{folder}/{name}", "") for name in ("Kbuild", "Makefile"))
            if any("$(wildcard" in text or "$(shell" in text for text in texts):
                return True
            folder = posixpath.dirname(folder)
        return False

    def _is_top(self, path: str, srcarch: str) -> bool:
        return path in {"Makefile", BUNDLED, f"arch/{srcarch}/Makefile"} or (
            path != LINK and _KBUILD.fullmatch(path) is not None
        )

    def _counts(self, folder: str, srcarch: str) -> bool:
        """Whether an architecture's makefiles may lead into a folder: not into those of others, unless they name
        one."""
        parts = folder.split("/")
        if parts[0] != "arch" or len(parts) < 2 or parts[1] == srcarch:
            return True
        others = self._named_by(srcarch)
        return others is None or parts[1] in others

    def _named_by(self, srcarch: str) -> frozenset[str] | None:
        """The architectures whose folders one's own makefiles name; None where that is a variable."""
        if srcarch not in self._arches:
            own = (text for path, text in self._texts.items() if path.startswith(f"arch/{srcarch}/"))
            named = {name for text in own for name in _OTHER_ARCH.findall(text.replace("$(SRCARCH)", srcarch))}
            self._arches[srcarch] = None if "$" in named else frozenset(named)
        return self._arches[srcarch]

    def _note_includes(self, path: str, text: str) -> None:
        folder = posixpath.dirname(path)
        for match in _INCLUDE.finditer(text):
            for word in _HERE.sub("", match[1]).split():
                # $(src) is the folder that is entered, not that of the file which is included.
                homes = [folder, *_above(folder)] if _OWN.search(word) else [""]
                names = {posixpath.normpath(_OWN.sub(home or ".", word)) for home in homes}
                if not any("$" in name for name in names):
                    for name in names:
                        self._includers.setdefault(name, []).append(path)
                elif folder and not folder.startswith("scripts"):
                    # Which files these are is known when it is read; so far they all lie around it.
                    around = posixpath.dirname(folder) or folder
                    self._around.setdefault((around, _plain_end(match[1])), []).append(path)


def _plain_end(words: str) -> str:
    """What the files of an include all end with, as far as that is written: `/Platform` of
    `$(patsubst %/, arch/mips/%/Platform, $(platform-y))`."""
    ends = (re.split(r"[)}%]", word.rstrip(",)"))[-1] for word in words.split())
    return max((end for end in ends if end.startswith("/")), key=len, default="").rstrip("/")


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def _makefiles(sources: Sources) -> Iterator[str]:
    for folder, names in sources.listed():
        for name in names:
            if _NAMES.fullmatch(name):
                yield name if folder == "." else f"{folder}/{name}"
    if sources.is_file(LINK):
        yield LINK
