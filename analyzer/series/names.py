"""File names as git and diffstat print them.

Enters: a printed name. Leaves: the path, and what the printed form tells beside it. Must hold: nothing is guessed; an
abbreviated name stays as printed.

Sources: git's quote.c (quote_c_style), diff.c (pprint_rename, show_stats, get_compact_summary).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzer.model.patching import ChangeKind
from analyzer.series.text import printable

_ESCAPE = re.compile(r'\\([abtnvfr"\\]|[0-3][0-7]{2})')
_CONTROL = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_QUOTED_RENAME = re.compile(rf"({_QUOTED}|[^\"].*?) => ({_QUOTED}|[^\"].*)")
_ARROW_END = re.compile(r"^\.\.\.(?: ?=)?> ")
_COMPACT = re.compile(r"(.+) \((new|gone|mode)(?: [+-][lx])*\)")
_COMPACT_KIND: dict[str, ChangeKind] = {"new": "added", "gone": "removed", "mode": "changed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A printed name taken apart; `old_path` is set for a rename or copy, which look the same here."""

    path: str
    old_path: str | None = None
    kind: ChangeKind = "changed"
    abbreviated: bool = False


def unquoted(name: str) -> str:
    """`name` without git's C-style quotes, if it has them: `"\\303\\251"` is é.

    Text without quotes is taken as it is.
    """
    if len(name) < len('""') or not (name.startswith('"') and name.endswith('"')):
        return printable(name)
    whole = bytearray()
    end = 0
    inner = name[1:-1]
    for escape in _ESCAPE.finditer(inner):
        whole += inner[end : escape.start()].encode("utf-8", "surrogateescape")
        code = escape[1]
        whole.append(_CONTROL.get(code, ord(code)) if len(code) == 1 else int(code, 8))
        end = escape.end()
    whole += inner[end:].encode("utf-8", "surrogateescape")
    return whole.decode("utf-8", "backslashreplace")


def parse(printed: str) -> Name:
    """The name column of a diffstat: plain, quoted, or renamed (`a => b`, `{a => b}/c`).

    git's `...` may stand before it and a compact summary such as `(new)` behind it.
    """
    kind: ChangeKind = "changed"
    if compact := _COMPACT.fullmatch(printed):
        printed, kind = compact[1], _COMPACT_KIND[compact[2]]
    if printed.startswith("..."):
        return _abbreviated(printed, kind)
    if '"' in printed and (pair := _QUOTED_RENAME.fullmatch(printed)):
        return Name(path=unquoted(pair[2]), old_path=unquoted(pair[1]), kind="renamed")
    left, arrow, right = printed.partition(" => ")
    if not arrow or printed.startswith('"'):
        return Name(path=unquoted(printed), kind=kind)
    if "{" not in left or "}" not in right:
        return Name(path=printable(right), old_path=printable(left), kind="renamed")
    prefix, _, old = left.rpartition("{")
    new, _, suffix = right.partition("}")
    return Name(path=_joined(prefix, new, suffix), old_path=_joined(prefix, old, suffix), kind="renamed")


def _joined(prefix: str, middle: str, suffix: str) -> str:
    # A side that is empty in the braces leaves two slashes behind: a/{ => b}/c.
    return printable(f"{prefix}{middle}{suffix if middle else suffix.removeprefix('/')}")


def _abbreviated(printed: str, kind: ChangeKind) -> Name:
    left, arrow, right = printed.partition(" => ")
    if arrow and "}" not in right:
        # Only the old name was cut.
        return Name(path=printable(right), kind="renamed")
    if "{" not in left:
        # The opening brace is cut off, perhaps with the arrow; what stood before it is missing in the new name too.
        tail, cuts = _ARROW_END.subn(".../", f".../{right}" if arrow else left)
        kind = "renamed" if arrow or cuts else kind
        return Name(path=printable(tail.replace("}", "", 1)), kind=kind, abbreviated=True)
    new, _, suffix = right.partition("}")
    return Name(path=_joined(left.rpartition("{")[0], new, suffix), kind="renamed", abbreviated=True)
