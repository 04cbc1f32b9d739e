"""Whether a diff applies to a tree, or has been applied to it.

Enters: hunks in order, what reads a file of the tree. Leaves: `Applied`. Must hold: exact, as `git apply` is without
fuzz: a hunk fits where its lines stand one after the other, wherever that is; one of the first line stands at the
beginning of its file, one that ends with a change at the end. Source: git's apply.c (apply_one_fragment, find_pos).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from analyzer.model.expr import Location
from analyzer.model.series import Applied, ChangeKind, LineSign, PatchHunk

Read = Callable[[str], Sequence[str] | None]
"""The lines of a file of the tree; None where there is none."""


def applied(hunks: Sequence[PatchHunk], name: str, read: Read) -> Applied | None:
    """How the hunks of the input `name` meet a tree; None without any."""
    if not hunks:
        return None
    forward = _fit(hunks, read)
    if all(forward):
        return Applied(kind="applies")
    backward = _fit([_reversed(hunk) for hunk in reversed(hunks)], read)[::-1]
    if all(backward):
        return Applied(kind="applied")
    first = next(
        (hunk for hunk, one, other in zip(hunks, forward, backward, strict=True) if not one and not other), None
    )
    if first is None:
        return Applied(kind="partly applied")
    missing = read(first.old_path) is None and first.kind != "added"
    reason = f"the tree has no {first.old_path}" if missing else f"these lines of {first.path} are not there so"
    at = next((line.at for line in first.lines if line.sign != " "), first.lines[0].at)
    return Applied(kind="does not apply", location=Location(path=name, line=at), reason=reason)


def _fit(hunks: Sequence[PatchHunk], read: Read) -> list[bool]:
    """Which hunks fit, each upon those before it."""
    files: dict[str, list[str] | None] = {}
    done: list[bool] = []
    shifts: dict[str, int] = {}
    for hunk in hunks:
        if hunk.old_path not in files:
            found = read(hunk.old_path)
            files[hunk.old_path] = None if found is None else list(found)
        lines = files[hunk.old_path]
        before = [line.text for line in hunk.lines if line.sign != "+"]
        after = [line.text for line in hunk.lines if line.sign != "-"]
        if hunk.kind == "added":
            done.append(lines is None)
            if lines is None:
                files[hunk.path] = after
            continue
        at = None if lines is None else _found(lines, before, hunk, shifts.get(hunk.path, 0))
        if lines is None or at is None or (hunk.kind == "removed" and len(lines) != len(before)):
            done.append(False)
            continue
        done.append(True)
        wanted = next((line.old for line in hunk.lines if line.old), 1) - 1
        shifts[hunk.path] = at - wanted + len(after) - len(before)
        lines[at : at + len(before)] = after
        if hunk.path != hunk.old_path or hunk.kind == "removed":
            files[hunk.old_path] = None
        if hunk.kind != "removed":
            files[hunk.path] = lines
    return done


def _found(lines: Sequence[str], wanted: Sequence[str], hunk: PatchHunk, shift: int) -> int | None:
    """Where the lines stand, nearest to where they are expected."""
    first = next((line.old for line in hunk.lines if line.old), 0)
    last = len(lines) - len(wanted)
    places = set(range(last + 1))
    if first <= 1:
        places &= {0}
    if not hunk.lines or hunk.lines[-1].sign != " ":
        places &= {last}
    fits = [at for at in places if lines[at : at + len(wanted)] == list(wanted)]
    return min(fits, key=lambda at: (abs(at - (first - 1 + shift)), at), default=None)


def _reversed(hunk: PatchHunk) -> PatchHunk:
    kinds: dict[ChangeKind, ChangeKind] = {"added": "removed", "removed": "added"}
    signs: dict[LineSign, LineSign] = {"+": "-", "-": "+", " ": " "}
    lines = tuple(replace(line, sign=signs[line.sign], old=line.new, new=line.old) for line in hunk.lines)
    return replace(hunk, path=hunk.old_path, old_path=hunk.path, kind=kinds.get(hunk.kind, hunk.kind), lines=lines)
