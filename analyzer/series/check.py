"""Do the figures of a series add up?

Enters: the files and totals that an input gives. Leaves: counted totals, and every discrepancy as a `Problem` that
names both figures. Must hold: a sum that the input does not give is never compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.model.expr import Location
from analyzer.model.patching import ChangeKind, FilePatch
from analyzer.model.series import FileChange, Problem, Totals
from analyzer.series.diffstat import Stat

_SHOWN = 5
_MOVING: frozenset[ChangeKind] = frozenset({"renamed", "copied"})


def counted(files: Sequence[FileChange]) -> Totals:
    """The sums over `files`; None where a file that is not binary does not tell its figure."""
    text = [f for f in files if not f.binary]
    return Totals(
        files=len(files),
        insertions=_sum([f.insertions for f in text]),
        deletions=_sum([f.deletions for f in text]),
        changes=_sum([f.changes for f in text]),
    )


def _sum(figures: Sequence[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None


def stat_problems(stat: Stat) -> Iterator[Problem]:
    """What is wrong within one diffstat."""
    seen: dict[str, Location] = {}
    for entry in stat.entries:
        change = entry.change
        if change.changes is not None and entry.drawn > change.changes:
            text = f"{change.path}: the histogram shows {entry.drawn} changed lines, the column says {change.changes}"
            yield Problem(kind="histogram", text=text, location=change.location)
        if change.abbreviated:
            text = f"{change.path}: the path is abbreviated; git diff --stat=999 prints it whole"
            yield Problem(kind="abbreviated", text=text, location=change.location)
        if change.path in seen:
            text = f"{change.path}: listed a second time (first in line {seen[change.path].line})"
            yield Problem(kind="duplicate", text=text, location=change.location)
        seen.setdefault(change.path, change.location)
    sums = counted(stat.files)
    place = stat.totals.location if stat.totals else stat.files[-1].location
    assert place is not None
    if stat.totals is None:
        text = f"{_files(sums.files)} listed, but no totals line that checks them"
        yield Problem(kind="no totals", text=text, location=place)
    elif not stat.entries:
        yield Problem(
            kind="cut", text=f"totals alone: {_files(sums.files)} listed of {stat.totals.files}", location=place
        )
    elif stat.cut:
        text = f"the diffstat leaves files out: it lists {sums.files} of {stat.totals.files}"
        yield Problem(kind="cut", text=text, location=place)
    else:
        yield from totals_problems(stat.totals, sums)


def totals_problems(stated: Totals, sums: Totals) -> Iterator[Problem]:
    """Where `stated` is not what the files add up to.

    The sum of all changes is compared when the parts are not known.
    """
    assert stated.location is not None
    if stated.files != sums.files:
        text = f"the totals line states {_files(stated.files)}, {sums.files} counted"
        yield Problem(kind="totals", text=text, location=stated.location)
    pairs = [("insertions", stated.insertions, sums.insertions), ("deletions", stated.deletions, sums.deletions)]
    if None in {sums.insertions, sums.deletions}:
        pairs = [("changed lines", stated.changes, sums.changes)]
    for what, said, found in pairs:
        if found is not None and said != found:
            text = f"the totals line states {said} {what}, the files add up to {found}"
            yield Problem(kind="totals", text=text, location=stated.location)


def patch_problems(stat: Stat, files: Sequence[FileChange]) -> Iterator[Problem]:
    """Where one patch's diffstat and its diff differ."""
    if not stat.cut:
        yield from _file_set_problems(stat, files, files)
    if stat.totals is not None:
        yield from totals_problems(stat.totals, counted(files))


def cover_problems(cover: Stat, files: Sequence[FileChange], patches: Sequence[FilePatch]) -> Iterator[Problem]:
    """Where a cover letter's diffstat can't be that of its `patches`, which together change `files`.

    Insertions and deletions need not agree, since a line that two patches touch counts once in the cover letter. By how
    many lines the tree grows must agree, unless renames move lines that count nowhere; and no file may be named that no
    patch touches.
    """
    if not cover.cut:
        yield from _file_set_problems(cover, patches, [f for f in files if not _may_be_undone(f)])
    if _MOVING & ({f.kind for f in cover.files} | {patch.kind for patch in patches}):
        return
    sums, stated = counted(files), cover.totals
    said, found = _growth(stated), _growth(sums)
    if stated and stated.location and said is not None and found is not None and said != found:
        text = (
            f"the cover letter states +{stated.insertions} -{stated.deletions} lines ({said:+}), "
            f"the patches add up to +{sums.insertions} -{sums.deletions} ({found:+})"
        )
        yield Problem(kind="totals", text=text, location=stated.location)


def _growth(totals: Totals | None) -> int | None:
    """By how many lines the tree grows."""
    if totals is None or totals.insertions is None or totals.deletions is None:
        return None
    return totals.insertions - totals.deletions


def _may_be_undone(change: FileChange) -> bool:
    """Whether later patches may take back what earlier ones did, so that a cover letter need not name the file."""
    return change.insertions is not None and change.insertions == change.deletions


def _file_set_problems(
    stat: Stat, touched: Sequence[FileChange | FilePatch], expected: Sequence[FileChange]
) -> Iterator[Problem]:
    """Where a diffstat names a file that is not among `touched`, or leaves out one of `expected`."""
    if not stat.entries or any(f.abbreviated for f in stat.files):
        return
    place = stat.files[0].location
    named, changed = {f.path for f in stat.files}, {f.path for f in expected}
    # Of a rename, one of the two may see only a removal and an addition, when these happen in different patches.
    if missing := sorted(named - _all_paths(touched)):
        text = f"the diffstat names {_files(len(named))}, {len(missing)} of them not in the diff: {_some(missing)}"
        yield Problem(kind="files differ", text=text, location=place)
    if further := sorted(changed - _all_paths(stat.files)):
        text = f"the diff changes {_files(len(changed))}, {len(further)} of them not in the diffstat: {_some(further)}"
        yield Problem(kind="files differ", text=text, location=place)


def _all_paths(files: Sequence[FileChange | FilePatch]) -> set[str]:
    """New and old paths."""
    return {path for f in files for path in (f.path, f.old_path) if path is not None}


def _files(count: int) -> str:
    return f"{count} file" if count == 1 else f"{count} files"


def _some(paths: Sequence[str]) -> str:
    rest = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
