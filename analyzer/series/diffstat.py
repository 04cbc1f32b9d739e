"""Diffstats within lines of text.

Enters: lines with their numbers. Leaves: every diffstat among them, as `Stat`. Must hold: what is no line of a diffstat
is never taken for one by its bar alone: a block counts when a totals line ends it, a heading stands above it, or
nothing but a diffstat is there.

The grammar (sources: show_stats() and print_stat_summary() in git's diff.c; the manual of the `diffstat` tool, whose
histogram may also be filled up with dots):

    stat     = entry* [cut] totals summary*
    entry    = name "|" (count [histogram] | "Bin" [old "->" new "bytes"] | "binary" | "Unmerged")
    cut      = "..."
    totals   = n "file[s] changed" ["," n "insertion[s](+)"] ["," n "deletion[s](-)"] ["," n "modification[s](!)"]
    summary  = ("create" | "delete") "mode" mode path | ("rename" | "copy" | "rewrite") name "(" n "%)"
             | "mode change" …
    comment  = "#" …            only outside of mails; our own addition, to say where a file comes from

Unmerged entries are left out, as git leaves them out of its totals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.model.expr import Location
from analyzer.model.patching import ChangeKind
from analyzer.model.series import FileChange, Totals
from analyzer.series.names import parse

_FIGURE = re.compile(
    r"(?:(?P<count>\d{1,12})(?:\s+(?P<graph>[-+!.]+))?|(?P<binary>Bin(?: \d+ -> \d+ bytes)?|binary)|Unmerged)"
)
_TOTALS = re.compile(
    r"\s*(?P<files>\d{1,12}) files? changed(?:, (?P<insertions>\d{1,12}) insertions?\(\+\))?"
    r"(?:, (?P<deletions>\d{1,12}) deletions?\(-\))?(?:, (?P<modifications>\d{1,12}) modifications?\(!\))?\s*"
)
_SUMMARY = re.compile(
    r" (?:(?P<verb>create|delete) mode \d{6} (?P<path>.+)|(?P<pair>rename|copy|rewrite) (?P<names>.+) \(\d{1,3}%\)"
    r"|mode change \d{6} => \d{6}.*)"
)
_VERBS: dict[str, ChangeKind] = {"create": "added", "delete": "removed", "copy": "copied"}
_HEADING = re.compile(r"---\s*|.*\bdiff-?stat\b.*", re.IGNORECASE)
_CUT = "..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a diffstat: the file, and how many signs its histogram has."""

    change: FileChange
    drawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A diffstat: its entries, its totals line if there is one, and whether git says that it left files out.

    `headed`: a `---` or `Diffstat:` stands above it, with nothing but empty lines and other diffstats between. `first`
    and `stop` are the indices of its lines.
    """

    entries: tuple[Entry, ...]
    totals: Totals | None
    cut: bool
    headed: bool
    first: int
    stop: int

    @property
    def files(self) -> tuple[FileChange, ...]:
        """The files, in the order of the lines."""
        return tuple(entry.change for entry in self.entries)


def find(lines: Sequence[str], numbers: Sequence[int], name: str, within: range) -> Iterator[Stat]:
    """Everything that may be a diffstat among the lines that `within` indexes, in order.

    `Stat.headed` and `Stat.totals` tell how sure it is.
    """
    index = within.start
    heading = False
    while index < within.stop:
        line = lines[index]
        if is_part(line):
            stat = _read(lines, numbers, name, range(index, within.stop), heading)
            index = stat.stop
            if stat.entries or stat.totals:
                yield stat
            continue
        if line.strip() and not line.startswith("#"):
            heading = bool(_HEADING.fullmatch(line))
        index += 1


def is_part(line: str) -> bool:
    """Whether a line looks like one of a diffstat: an entry or the totals."""
    return _figure(line) is not None or _TOTALS.fullmatch(line) is not None


def is_decoration(line: str) -> bool:
    """Whether a line may stand around a bare diffstat without making it a text: empty, a comment, a heading."""
    return not line.strip() or line.startswith("#") or bool(_HEADING.fullmatch(line))


def _figure(line: str) -> re.Match[str] | None:
    name, _, figure = line.rpartition("|")
    return _FIGURE.fullmatch(figure.strip()) if name.strip() else None


def _read(lines: Sequence[str], numbers: Sequence[int], name: str, within: range, headed: bool) -> Stat:
    entries: list[Entry] = []
    totals = None
    cut = False
    index = within.start
    while index < within.stop and totals is None:
        line = lines[index]
        location = Location(path=name, line=numbers[index])
        if figure := _figure(line):
            if "Unmerged" not in figure[0]:
                entries.append(_entry(line.rpartition("|")[0].strip(), figure, location))
        elif match := _TOTALS.fullmatch(line):
            totals = _totals(match, location)
        elif line.strip() == _CUT:
            cut = True
        elif not line.startswith("#"):
            break
        index += 1
    kinds: dict[str, ChangeKind] = {}
    while index < within.stop and (summary := _SUMMARY.fullmatch(lines[index])):
        kinds |= _summary_kinds(summary)
        index += 1
    told = [replace(e, change=replace(e.change, kind=kinds.get(e.change.path, e.change.kind))) for e in entries]
    return Stat(entries=tuple(told), totals=totals, cut=cut, headed=headed, first=within.start, stop=index)


def _entry(printed: str, figure: re.Match[str], location: Location) -> Entry:
    named = parse(printed)
    graph = (figure["graph"] or "").rstrip(".")
    changes = int(figure["count"]) if figure["count"] else None
    # A histogram as long as the count is not scaled, so its signs are the figures.
    exact = changes == len(graph) and set(graph) <= set("+-")
    change = FileChange(
        path=named.path,
        location=location,
        kind=named.kind,
        old_path=named.old_path,
        abbreviated=named.abbreviated,
        binary=figure["binary"] is not None,
        changes=changes,
        insertions=graph.count("+") if exact else None,
        deletions=graph.count("-") if exact else None,
    )
    return Entry(change=change, drawn=len(graph))


def _totals(match: re.Match[str], location: Location) -> Totals:
    """git leaves out a part that is 0. Modified lines (`!`) are neither insertions nor deletions."""
    insertions, deletions = int(match["insertions"] or 0), int(match["deletions"] or 0)
    changes = insertions + deletions + int(match["modifications"] or 0)
    files = int(match["files"])
    return Totals(files=files, insertions=insertions, deletions=deletions, changes=changes, location=location)


def _summary_kinds(summary: re.Match[str]) -> dict[str, ChangeKind]:
    if verb := summary["verb"]:
        return {parse(summary["path"]).path: _VERBS[verb]}
    if summary["pair"] == "copy":
        return {parse(summary["names"]).path: _VERBS["copy"]}
    return {}
