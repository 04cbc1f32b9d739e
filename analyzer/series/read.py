"""A series from text: a diffstat, a mail or other text with one, or unified diffs.

Enters: the text of one input and its name. Leaves: one `Series`. Must hold: a diff is believed before a diffstat, and a
diffstat that belongs to a diff is checked against it; whatever the input has besides the first series is named as a
problem, never dropped silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer.model.expr import Location
from analyzer.model.patching import FilePatch, Patch
from analyzer.model.series import FileChange, Problem, Series, SeriesForm
from analyzer.series import check, diff, diffstat
from analyzer.series.diffstat import Stat
from analyzer.series.mail import Passage, passages, quoted
from analyzer.series.merge import merged
from analyzer.series.text import LONGEST_TITLE, no_series, printable, readable

_COMMIT = re.compile(r"commit [0-9a-f]{7,64}\b.*|(?:Author|AuthorDate|Commit|CommitDate|Date|Merge): .*")
_NUMBERED = re.compile(r"\[[^\]]*?(\d{1,9})/(\d{1,9})\]")
_MACHINE = ("diff ", "--- ", "+++ ", "@@ ", "Index: ", "Binary files ", "Only in ")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A patch, with its own diffstat if it has one; or, without files, a diffstat that no diff follows."""

    location: Location
    title: str
    form: SeriesForm
    stat: Stat | None
    files: tuple[FilePatch, ...] = ()


def read(text: str, name: str) -> Series:
    """The series that `text` holds; `name` is how the user calls the input, for locations and messages.

    Enters text as `text.decode` gives it: a bare diffstat, a mail or mbox (also quoted-printable and base64), a log, or
    unified diffs. Where one input holds several series the first is read and the others become problems. Raises
    InputError for what is empty, binary, larger than 64 MiB, or holds neither diffstat nor diff, and SourceError (with
    the line) for a damaged diff.
    """
    found = list(passages(readable(text, name), name))
    items = [item for passage in found for item in _items(passage, name)]
    if not items:
        # A reply, which quotes what it is about.
        items = [item for passage in found for item in _items(quoted(passage), name) if item.files]
    if not items:
        raise no_series(name)
    # A diffstat that no diff follows is a cover letter's or stands alone; either way a series begins there.
    starts = sorted({0, *(index for index, item in enumerate(items) if not item.files)})
    group, *others = (_in_order(items[start:stop]) for start, stop in pairwise([*starts, len(items)]))
    files = _files(group, name)
    stat = group[0].stat if not group[0].files or len(group) == 1 else None
    return Series(
        name=name,
        title=printable(group[0].title[:LONGEST_TITLE]) or name,
        form="diff" if group[-1].files else group[0].form,
        files=files,
        stated=stat.totals if stat else None,
        counted=check.counted(files),
        problems=(*_problems(group, files, name), *(_not_read(other, name) for other in others)),
        patches=_patches(group, name),
    )


def joined(found: Sequence[Series], name: str) -> Series:
    """Several inputs as one series, in order: the patches of a folder. Titled as the first that has a title is."""
    patches = tuple(patch for one in found for patch in one.patches)
    files = merged(patches)
    return Series(
        name=name,
        title=next((one.title for one in found if one.title != one.name), name),
        form="diff",
        files=files,
        stated=None,
        counted=check.counted(files),
        problems=tuple(problem for one in found for problem in one.problems),
        patches=patches,
    )


def _in_order(group: Sequence[_Item]) -> Sequence[_Item]:
    """Mails in the order in which their subjects number them, as git am wants them; a mailbox may have another."""
    numbered = [_NUMBERED.search(item.title) for item in group if item.files]
    counts = {found[2] for found in numbered if found}
    if None in numbered or len(counts) != 1 or len({found[1] for found in numbered if found}) != len(numbered):
        return group
    patches = (item for item in group if item.files)
    order = sorted(zip(numbered, patches, strict=True), key=lambda one: int(one[0][1]) if one[0] else 0)
    return [*(item for item in group if not item.files), *(item for _, item in order)]


def _files(group: Sequence[_Item], name: str) -> tuple[FileChange, ...]:
    first = group[0]
    if len(group) == 1 and not first.files:
        return first.stat.files if first.stat else ()
    return merged(_patches(group, name))


def _patches(group: Sequence[_Item], name: str) -> tuple[Patch, ...]:
    titled = ((printable(item.title[:LONGEST_TITLE]), item.files) for item in group if item.files)
    return tuple(Patch(title=title, name=name, files=files) for title, files in titled)


def _problems(group: Sequence[_Item], files: Sequence[FileChange], name: str) -> Iterator[Problem]:
    for item in group:
        if item.stat:
            yield from check.stat_problems(item.stat)
        if item.stat and item.files:
            yield from check.patch_problems(item.stat, merged(_patches([item], name)))
        elif item.stat and len(group) > 1:
            yield from check.cover_problems(item.stat, files, [file for item in group for file in item.files])


def _not_read(group: Sequence[_Item], name: str) -> Problem:
    count = len(_files(group, name))
    text = f"a further series of {count} file{'s' * (count != 1)} begins here and was not read; give it on its own"
    return Problem(kind="not read", text=text, location=group[0].location)


def _items(passage: Passage, name: str) -> Iterator[_Item]:
    """The patches and lone diffstats of a passage, in order; a diffstat belongs to the diffs up to the next one."""
    pieces = list(_pieces(passage, name))
    bare = _is_bare(passage, pieces)
    title = _title(passage)
    stat: Stat | None = None
    files: list[FilePatch] = []

    def item() -> _Item:
        line = passage.numbers[stat.first] if stat else files[0].line
        form: SeriesForm = "diff" if files else "diffstat" if bare else "mail"
        return _Item(location=Location(path=name, line=line), title=title, form=form, stat=stat, files=tuple(files))

    for piece in pieces:
        if not isinstance(piece, Stat):
            files += piece
        elif bare or piece.totals or piece.headed:
            if stat or files:
                yield item()
            stat, files = piece, []
    if stat or files:
        yield item()


def _pieces(passage: Passage, name: str) -> Iterator[Stat | list[FilePatch]]:
    """All that may be a diffstat, and the diffs, in order."""
    lines, numbers = passage.lines, passage.numbers
    end = 0
    for first, stop in diff.find(lines, numbers, name):
        yield from diffstat.find(lines, numbers, name, range(end, first))
        yield list(diff.read(lines[first:stop], numbers[first:stop], name))
        end = stop
    yield from diffstat.find(lines, numbers, name, range(end, len(lines)))


def _is_bare(passage: Passage, pieces: Sequence[Stat | list[FilePatch]]) -> bool:
    """Whether nothing but diffstats, and what may decorate them, is there."""
    end = 0
    around: list[range] = []
    for piece in pieces:
        if not isinstance(piece, Stat):
            return False
        around.append(range(end, piece.first))
        end = piece.stop
    around.append(range(end, len(passage.lines)))
    return not passage.is_mail and all(diffstat.is_decoration(passage.lines[i]) for span in around for i in span)


def _title(passage: Passage) -> str:
    """A mail's subject, or else the first line of prose or comment; "" if the text begins as machines write it."""
    if passage.is_mail or passage.subject:
        return passage.subject
    for line in passage.lines:
        if not line.strip() or _COMMIT.fullmatch(line):
            continue
        if line.startswith("#"):
            return line.removeprefix("#").strip()
        return (
            "" if line.startswith(_MACHINE) or diffstat.is_part(line) or diffstat.is_decoration(line) else line.strip()
        )
    return ""
