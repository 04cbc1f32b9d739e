"""What a tree's files say of symbols, wherever they lie.

Enters: a tree. Leaves: `Mentions`. Must hold: found by looking at the text; no file is parsed, and one that cannot be
read says nothing. In C a name counts where the preprocessor asks for it: anywhere else it would not compile if nothing
defined it, so it is one of the code's own (CONFIG_INFO, a struct). What runs on the machine that builds (tools/,
scripts/) and Documentation/ is no part of the kernel, and its code has names of its own; Kconfig files count wherever
they lie.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.model.expr import Location
from analyzer.trees.architectures import files
from analyzer.trees.homes import ENTRY, is_kconfig, text_of

_APART = frozenset({"Documentation", "tools", "scripts", "LICENSES"})
_CODE = (".c", ".h", ".S", ".rs")
_ASKED = re.compile(r"^[^\S\n]*(?:select|imply)\s+(\w+)", re.MULTILINE)
_NAME = re.compile(r"\bCONFIG_(\w+)")
_MADE = re.compile(
    r"^[ \t]*+#[ \t]*+define[ \t]++CONFIG_(\w++)|-DCONFIG_(\w++)"
    r"|^[ \t]*+(?:export[ \t]++)?CONFIG_(\w++)[ \t]*+[:?+]?=",
    re.MULTILINE,
)
"""A name that code or a makefile sets itself."""
_TOKEN = re.compile(r"""/\*(?:.*?\*/|.*)|//[^\n]*|"(?:\\.|[^"\\\n])*+"|\bCONFIG_(\w++)(?!\s*+\#\#)""", re.DOTALL)
_LINE_END = re.compile(r"(?<!\\)\n")
"""The end of a line that goes on in no other."""
_QUESTION = re.compile(r"[ \t]*+#[ \t]*+(?:el)?if")
_MACRO = re.compile(r"\b(?:IS|IF)_[A-Z]+[ \t]*\([ \t]*$")
"""What include/linux/kconfig.h offers: IS_ENABLED(), IS_REACHABLE() and so on."""
_NEAR = 40
"""Letters in which such a macro stands before its name."""
_COMMENT = re.compile(r"(?<!\\)#.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """`entries` gives the Kconfig files that define a name, `asked` those that select or imply it; `code` and
    `makefiles` every place of a name that nothing defines."""

    entries: Mapping[str, tuple[str, ...]]
    asked: Mapping[str, tuple[str, ...]]
    code: Mapping[str, tuple[Location, ...]]
    makefiles: Mapping[str, tuple[Location, ...]]


def mentions(root: Path) -> Mentions:
    """Looks through the files of the tree at `root`; takes seconds for a whole kernel."""
    entries: dict[str, dict[str, None]] = {}
    asked: dict[str, dict[str, None]] = {}
    named: dict[str, list[str]] = {}
    made: set[str] = set()
    for path in filter(_counts, files(root)):
        text = text_of(root, path)
        if is_kconfig(path):
            for pattern, found in ((ENTRY, entries), (_ASKED, asked)):
                for name in pattern.findall(text):
                    found.setdefault(name, {})[path] = None
        elif "CONFIG_" in text:
            made.update(name for names in _MADE.findall(text) for name in names if name)
            for name in set(_NAME.findall(text)):
                named.setdefault(name, []).append(path)
    unknown = {name for name in named if not _is_known(name, entries) and name not in made}
    paths = sorted({path for name in unknown for path in named[name]})
    lines = ((path, name, line) for path in paths for name, line in _lines(text_of(root, path), path))
    places = [one for one in lines if one[1] in unknown]
    return Mentions(
        entries={name: tuple(found) for name, found in entries.items()},
        asked={name: tuple(found) for name, found in asked.items()},
        code=_by_name(one for one in places if not _is_makefile(one[0])),
        makefiles=_by_name(one for one in places if _is_makefile(one[0])),
    )


def _counts(path: str) -> bool:
    """Whether a file may say something of a symbol."""
    return is_kconfig(path) or (path.partition("/")[0] not in _APART and (path.endswith(_CODE) or _is_makefile(path)))


def _is_makefile(path: str) -> bool:
    return path.rpartition("/")[2].split(".")[0] in {"Makefile", "Kbuild"}


def _is_known(name: str, entries: Mapping[str, object]) -> bool:
    return name in entries or name.removesuffix("_MODULE") in entries


def _lines(text: str, path: str) -> Iterator[tuple[str, int]]:
    """Names outside comments and strings, with their lines; of C those that the preprocessor asks for."""
    if _is_makefile(path):
        for number, line in enumerate(text.split("\n"), 1):
            yield from ((name, number) for name in _NAME.findall(_COMMENT.sub("", line)))
        return
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    number, counted = 1, 0
    for found in _TOKEN.finditer(text):
        if not found[1]:
            continue
        at = found.start()
        number, counted = number + text.count("\n", counted, at), at
        start = starts[bisect_right(starts, at) - 1]
        if path.endswith(".rs") or _QUESTION.match(text, start) or _MACRO.search(text, max(start, at - _NEAR), at):
            yield found[1], number


def _by_name(places: Iterator[tuple[str, str, int]]) -> dict[str, tuple[Location, ...]]:
    found: dict[str, list[Location]] = {}
    for path, name, line in places:
        found.setdefault(name, []).append(Location(path=path, line=line))
    return {name: tuple(ones) for name, ones in sorted(found.items())}
