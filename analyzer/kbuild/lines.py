"""A makefile's text, cleaned line by line, before the grammar sees it.

Enters: the text of a makefile. Leaves: the same number of lines, so that line numbers hold: continued lines joined into
the first of them, without comments, recipes and leading blanks. Must hold: bodies of `define` keep their text, since
they are parsed when they are used. Source: the GNU make manual, "Splitting Lines", "Recipe Syntax", and readline() of
GNU make 4.3's src/read.c.
"""

from __future__ import annotations

import re

ASSIGNED = re.compile(
    r"(?:(?:export|override|private)[ \t]+)*"
    r"(?:[^\s:=+?!#$]|\$\$|\$[({](?:[^(){}]|[({](?:[^(){}]|[({][^(){}]*[)}])*[)}])*[)}]|[+?!](?!=))+"
    r"[ \t]*(?::{1,3}=|[?+!]?=)"
)
"""The head of a line that sets a variable."""
_NO_RULE = re.compile(r"(?:ifn?eq|ifn?def|else|endif)(?!\S)")
_OTHER = re.compile(r"(?:-?include|sinclude|export|unexport|undefine|vpath)(?!\S)")
_DEFINE = re.compile(r"(?:override[ \t]+|export[ \t]+)*define[ \t]+[^\s:=]+")
_ENDEF = re.compile(r"endef(?!\S)")
_JOINT = re.compile(r"(?:(?<![ \t])[ \t]+)?\\\n[ \t]*")


def clean(text: str) -> str:
    """`text` with one logical line where its first line stood, and empty lines in place of what was joined or left
    out."""
    lines = text.split("\n")
    out: list[str] = []
    depth = 0
    in_rule = False
    owed = 0
    at = 0
    while at < len(lines):
        end = at
        while _continues(lines[end]) and end + 1 < len(lines):
            end += 1
        raw = lines[at] if end == at else _JOINT.sub(" ", "\n".join(lines[at : end + 1]))
        kept = raw
        if depth:
            depth += _depth_change(raw)
            if not depth:
                kept = raw.strip()
        elif raw.startswith("\t") and in_rule:
            kept = ""
        else:
            kept = without_comment(raw).lstrip()
            if _DEFINE.match(kept):
                depth = 1
            elif kept and not _NO_RULE.match(kept):
                in_rule = not (ASSIGNED.match(kept) or _OTHER.match(kept)) and ":" in kept
        out.append(kept)
        # An empty line inside of a definition would become part of it.
        owed += end - at
        if not depth:
            out.extend([""] * owed)
            owed = 0
        at = end + 1
    return "\n".join(out) + "\n"


def _depth_change(raw: str) -> int:
    line = raw.strip()
    return bool(_DEFINE.match(line)) - bool(_ENDEF.match(line))


def _continues(line: str) -> bool:
    return line.endswith("\\") and (len(line) - len(line.rstrip("\\"))) % 2 == 1


def without_comment(line: str) -> str:
    """`line` up to its comment, `\\#` as a plain `#`. Inside a reference a # is no comment, as since GNU make 4.3."""
    if "#" not in line:
        return line
    out: list[str] = []
    depth = 0
    at = 0
    while at < len(line):
        char = line[at]
        if char == "$" and line[at + 1 : at + 2] in {"(", "{"}:
            depth += 1
            out.append(line[at : at + 2])
            at += 2
            continue
        if depth:
            depth += (char in "({") - (char in ")}")
        elif char == "\\" and line[at + 1 : at + 2] == "#":
            out.append("#")
            at += 2
            continue
        elif char == "#":
            break
        out.append(char)
        at += 1
    return "".join(out)
