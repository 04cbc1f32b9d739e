"""What a series does about symbols, line by line.

Enters: patches, and which entry a line of a tree's Kconfig file is in. Leaves: `SymbolEdit`s. Must hold: a
line says what it says: no model of the tree after the series is made; what moves is neither defined nor removed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from analyzer.model.expr import Location
from analyzer.model.patching import Patch, PatchHunk, PatchLine
from analyzer.model.series import EditKind, SymbolEdit
from analyzer.series.roles import role

_ENTRY = re.compile(r"\s*(?:menu)?config\s+(\w+)\s*(?:#.*)?")
_OTHER = re.compile(r"\s*(?:choice|endchoice|menu|endmenu|if|endif|source|comment|mainmenu)\b.*")
_SELECT = re.compile(r"\s+(?:select|imply)\s+(\w+)(?:\s+if\s+\S.*|\s*(?:#.*)?)")
_LIST = re.compile(r"\s*([\w.-]+?)-(\$[({]CONFIG_(\w+)[)}]|[ym]|objs)\s*[:+?]?=\s*(.*)")
_GOAL = re.compile(r"obj|libs?|core|drivers|net|virt|head|init|usr|subdir|always|extra|hostprogs|userprogs")
_FLAGS = re.compile(r"[\w-]*flags", re.IGNORECASE)
_OBJECT = re.compile(r"[\w./+-]+(?:\.o|/)")
_SYMBOL = re.compile(r"\w+")
_NAMED = re.compile(r"\bCONFIG_(\w+)")
_SET = re.compile(r"(?:CONFIG_(\w+)=(.*)|# CONFIG_(\w+) is not set)\s*")


def edits(
    patches: Sequence[Patch],
    entry: Callable[[str, int], str],
    defined: Collection[str],
    makefile: Callable[[str], str | None] = lambda _path: None,
) -> tuple[SymbolEdit, ...]:
    """What `patches` do about symbols, in the order of the input, each once.

    `entry` names the symbol whose entry a line of a file of the tree is in ("": none), for hunks that begin within one;
    `defined` are the symbols that the tree has; what the series defines is known as well. `makefile` gives the text
    of one of the tree's: parts of an object are told by the symbol that builds the object, here or there, else by it.
    """
    found: list[SymbolEdit] = []
    hunks = ((patch.name, hunk) for patch in patches for file in patch.files for hunk in file.hunks)
    for name, hunk in hunks:
        what = role(hunk.path)
        lines = {"Kconfig": _kconfig, "Makefile": _makefile, "config": _config}.get(what, _code)
        for symbol, kind, detail, line in lines(hunk, entry):
            path, number = (hunk.path, line.new) if line.new else (hunk.old_path, line.old)
            place = Location(path=path, line=number)
            at = Location(path=name, line=line.at)
            found.append(SymbolEdit(symbol=symbol, kind=kind, detail=detail, location=at, place=place))
    settled = tuple(_settled([*_owned(found, makefile)]))
    known = {*defined, *(one.symbol for one in settled if one.kind == "defined")}
    return tuple(replace(one, known=one.symbol in known or not _SYMBOL.fullmatch(one.symbol)) for one in settled)


def _owned(found: Sequence[SymbolEdit], makefile: Callable[[str], str | None]) -> Iterator[SymbolEdit]:
    """Parts of an object with the symbol that builds it."""
    owners = {
        (one.place.path, one.detail): one.symbol
        for one in found
        if one.kind in ("object added", "object dropped") and not one.symbol.endswith(".o")
    }
    read: set[str] = set()
    for one in found:
        path = one.place.path
        if one.symbol.endswith(".o") and path not in read:
            read.add(path)
            for name, symbol in _objects(makefile(path) or ""):
                owners.setdefault((path, name), symbol)
        symbol = one.symbol
        # An object may be a part itself; one that names itself would not end.
        for _ in range(_DEEPEST):
            symbol = owners.get((path, symbol), symbol)
        yield replace(one, symbol=symbol)


_DEEPEST = 3


def _objects(text: str) -> Iterator[tuple[str, str]]:
    """The objects that a makefile lists, and the symbol, the goal or the object that each is for."""
    for line in text.replace("\\\n", " ").split("\n"):
        if (found := _LIST.fullmatch(line)) and (owner := _owner(found)):
            yield from ((name, owner) for name in _OBJECT.findall(found[4].split("#")[0]))


def _owner(found: re.Match[str]) -> str:
    """What a list is for: a symbol, else a goal as it stands there (`obj-y`), else an object (`snd.o`); "": flags."""
    if _FLAGS.fullmatch(found[1]):
        return ""
    if found[3]:
        return found[3]
    return f"{found[1]}-{found[2]}" if _GOAL.fullmatch(found[1]) else f"{found[1]}.o"


_Told = tuple[str, EditKind, str, PatchLine]


def _settled(found: Sequence[SymbolEdit]) -> Iterator[SymbolEdit]:
    """Without what only moves, and what one line says of an entry that another says already."""
    names: dict[EditKind, set[tuple[str, str]]] = {}
    for one in found:
        names.setdefault(one.kind, set()).add((one.symbol, one.detail))
    back: dict[EditKind, EditKind] = {
        "defined": "removed",
        "select added": "select dropped",
        "object added": "object dropped",
    }
    back |= {other: one for one, other in back.items()}
    new = {symbol for kind in ("defined", "removed") for symbol, _ in names.get(kind, ())}
    moved = names.get("defined", set()) & names.get("removed", set())
    seen: set[tuple[str, str, str]] = set()
    for one in found:
        other = back.get(one.kind)
        key = (one.symbol, one.detail)
        if one.kind in ("defined", "removed") and key in moved:
            one = replace(one, kind="changed")  # noqa: PLW2901 - as it counts from here on
        elif (other is not None and key in names.get(other, ())) or (one.kind == "changed" and one.symbol in new):
            continue
        told = (one.symbol, one.kind, one.detail)
        if told not in seen:
            seen.add(told)
            yield one


def _kconfig(hunk: PatchHunk, entry: Callable[[str, int], str]) -> Iterator[_Told]:
    """Each side of a hunk is a text of its own: an entry that one side has begun goes on there only."""
    first = hunk.lines[0] if hunk.lines else None
    section = _ENTRY.fullmatch(hunk.section)
    begun = section[1] if section else entry(hunk.old_path, first.old) if first is not None and first.old else ""
    current = {"-": begun, "+": begun}
    for line in hunk.lines:
        heading = _ENTRY.fullmatch(line.text)
        ends = heading is None and _OTHER.fullmatch(line.text) is not None
        for side in ("-", "+") if line.sign == " " else (line.sign,):
            if heading or ends:
                current[side] = heading[1] if heading else ""
        if line.sign == " " or not line.text.strip():
            continue
        added = line.sign == "+"
        symbol = current[line.sign]
        if heading:
            yield symbol, "defined" if added else "removed", "", line
        elif symbol and (found := _SELECT.fullmatch(line.text)):
            yield symbol, "select added" if added else "select dropped", found[1], line
        elif symbol and not heading:
            yield symbol, "changed", "", line
        for name in _NAMED.findall(line.text):
            yield name, "named", "", line


def _makefile(hunk: PatchHunk, _entry: Callable[[str, int], str]) -> Iterator[_Told]:
    """Lists, which go on behind a backslash."""
    lists: dict[str, str] = {"-": "", "+": ""}
    for line in hunk.lines:
        found = _LIST.fullmatch(line.text)
        names = _OBJECT.findall((found[4] if found else line.text).split("#")[0])
        for side in ("-", "+") if line.sign == " " else (line.sign,):
            if found:
                lists[side] = _owner(found)
            symbol, goes_on = lists[side], line.text.rstrip().endswith("\\")
            if line.sign != " " and symbol:
                kind: EditKind = "object added" if side == "+" else "object dropped"
                yield from ((symbol, kind, name, line) for name in names)
            lists[side] = symbol if goes_on else ""
        if line.sign != " ":
            own = found[3] if found and _owner(found) else None
            yield from ((name, "named", "", line) for name in _NAMED.findall(line.text) if name != own or not names)


def _config(hunk: PatchHunk, _entry: Callable[[str, int], str]) -> Iterator[_Told]:
    for line in hunk.lines:
        found = _SET.fullmatch(line.text) if line.sign != " " else None
        if found:
            yield found[1] or found[3], "set" if line.sign == "+" else "unset", found[2] if found[1] else "n", line


def _code(hunk: PatchHunk, _entry: Callable[[str, int], str]) -> Iterator[_Told]:
    for line in hunk.lines:
        if line.sign != " ":
            for name in _NAMED.findall(line.text):
                yield name.removesuffix("_MODULE"), "named", "", line
