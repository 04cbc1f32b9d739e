"""Commands that only look at texts and at the tree.

Enters: the command of a `$(shell …)`. Leaves: what it prints, or None. Must hold: nothing is run; only `test`, `[`,
`echo`, `true`, `false` and lists of them are understood, and whatever else stands in the command makes the answer None.
Source: POSIX.1-2017, Shell & Utilities, 2.9.3 "Lists" and `test`.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Mapping, Sequence

from analyzer.kbuild.sources import Sources

_QUIET = re.compile(r"(?:^|(?<=\s))2> ?/dev/null(?!\S)")
_STRANGE = re.compile(r"""[`\\*~{}<>()\n\ue000]|\$(?!\?)|(?<!\$)\?|\S\[|\[\S|(?<!\S)#|["'][;&|]+["']""")
_BEHIND = frozenset({";", "&&", "||"})
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "-lt": int.__lt__,
    "-le": int.__le__,
    "-eq": int.__eq__,
    "-ne": int.__ne__,
    "-ge": int.__ge__,
    "-gt": int.__gt__,
}


class _Unknown(Exception):
    """A command that is not understood."""


def printed(command: str, sources: Sources) -> str | None:
    """What `command` prints in the tree, as make sees it (newlines as blanks)."""
    text = _QUIET.sub("", command)
    if _STRANGE.search(text):
        return None
    try:
        return "\n".join(_run(_tokens(text), sources)).rstrip("\n").replace("\n", " ")
    except (_Unknown, ValueError):
        return None


def _tokens(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|")
    lexer.commenters = ""
    lexer.whitespace_split = True
    return list(lexer)


def _run(tokens: Sequence[str], sources: Sources) -> list[str]:
    said: list[str] = []
    status = 0
    runs = True
    words: list[str] = []
    for token in (*tokens, ";"):
        if token not in _BEHIND:
            if set(token) <= set(";&|"):
                raise _Unknown
            words.append(token.replace("$?", str(status)))
            continue
        if not words and token != ";":
            raise _Unknown
        if words and runs:
            status = _command(words, said, sources)
        words = []
        runs = token == ";" or (token == "&&") == (status == 0)
    return said


def _command(words: list[str], said: list[str], sources: Sources) -> int:
    match words:
        case ["!", *rest] if rest:
            return int(not _command(rest, said, sources))
        case ["true" | ":"]:
            return 0
        case ["false"]:
            return 1
        case ["echo", *rest] if not (rest and rest[0].startswith("-")):
            said.append(" ".join(rest))
            return 0
        case ["[", *operands, "]"] | ["test", *operands]:
            return int(not _holds(operands, sources))
    raise _Unknown


def _holds(operands: list[str], sources: Sources) -> bool:
    match operands:
        case []:
            return False
        case ["!", *rest] if rest:
            return not _holds(rest, sources)
        case [text]:
            return bool(text)
        case ["-n", text]:
            return bool(text)
        case ["-z", text]:
            return not text
        case ["-e" | "-f" | "-d" as how, path]:
            return _exists(how, path, sources)
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, how, right] if how in _COMPARE and _NUMBER.fullmatch(left) and _NUMBER.fullmatch(right):
            return _COMPARE[how](int(left), int(right))
    raise _Unknown


def _exists(how: str, path: str, sources: Sources) -> bool:
    place = posixpath.normpath(path)
    if not path or place.startswith(("/", "..", "include/config", "include/generated")):
        raise _Unknown
    return sources.exists(place) and (how == "-e" or sources.is_file(place) == (how == "-f"))
