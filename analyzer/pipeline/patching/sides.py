"""A series as two trees: before it and after it.

Enters: a request for a tree, what the user calls a series. Leaves: `Sides`, two requests like any other. Must hold: the
tree is not touched; the side that does not lie on disk is a folder of links (`links`), so whatever reads a tree reads
it: Kconfig, makefiles, C, conf, make. It is gone once the `with` ends.

The folder's name is a checksum over what it stands for, and files that are not changed are noted as the tree's own, so
what is worked out of it is kept (`keeping`), and counts in the next run.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from analyzer import documents, links, series, trees
from analyzer.configs.inputs import STDIN
from analyzer.configs.leaves import expect_more
from analyzer.errors import InputError, PatchRejected
from analyzer.model.patching import FileText, Landed, Outcome
from analyzer.model.series import Series
from analyzer.pipeline.opening import Progress, TreeRequest, silent
from analyzer.pipeline.patching.history import read_range
from analyzer.pipeline.patching.source import is_folder_of_patches, read_source
from analyzer.pipeline.patching.stripping import settled
from analyzer.trees.locate import check_is_linux

Texts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A tree before and after a series. `name` is what the user calls that, `series` what it says (None: SOURCE is a
    second tree, whose files nobody compared). `changes` are the files that differ, `landed` the hunks that stand
    elsewhere than they say, `remarks` what else the user should know, in one line each."""

    name: str
    form: Literal["patch", "range", "tree"]
    before: TreeRequest
    after: TreeRequest
    series: Series | None = None
    changes: tuple[FileText, ...] = ()
    landed: tuple[Landed, ...] = ()
    remarks: tuple[str, ...] = ()


@contextmanager
def sides(request: TreeRequest, source: str, *, reverse: bool = False, progress: Progress = silent) -> Iterator[Sides]:
    """The tree of `request` before and after the series `source`: a file, `-`, a folder of patches, a range of the
    tree's history, or a second tree.

    Where the tree has a patch already, it is the side after it. With `reverse` the series is taken back. Raises
    InputError for what is no series, SourceError for a damaged one, PatchRejected where hunks do not fit.
    """
    # Both sides read the same files.
    expect_more()
    progress("reading the series", 0, 1)
    path = Path(source)
    with ExitStack() as stack:
        if source != STDIN and documents.is_folder(path) and not is_folder_of_patches(path):
            found = _second_tree(request, path)
        elif source == STDIN or documents.is_there(path):
            found = _patched(request, read_source(source, request.inputs), stack, reverse=reverse)
        else:
            found = _range(request, source, stack)
        if reverse and found.form != "patch":
            found = replace(found, before=found.after, after=found.before, changes=_turned(found.changes))
        progress("reading the series", 1, 1)
        yield found


def _second_tree(request: TreeRequest, path: Path) -> Sides:
    check_is_linux(path)
    return Sides(name=str(path), form="tree", before=request, after=replace(request, root=path.absolute()))


def _range(request: TreeRequest, asked: str, stack: ExitStack) -> Sides:
    root = _root(request)
    found = read_range(root, asked)
    told = series.read(series.decode(found.diff, asked), asked)
    before, after = (
        replace(request, root=stack.enter_context(_linked(request, texts))) for texts in (found.before, found.after)
    )
    paths = sorted(path for path in found.before if path in found.after and found.before[path] != found.after[path])
    changes = tuple(FileText(path=path, before=found.before[path], after=found.after[path]) for path in paths)
    return Sides(
        name=asked, form="range", before=before, after=after, series=replace(told, title=found.title), changes=changes
    )


def _patched(request: TreeRequest, told: Series, stack: ExitStack, *, reverse: bool) -> Sides:
    if not told.patches:
        raise InputError(f"{told.name}: no diff in it", hint="a diffstat says which files change, not how")
    read = _reader(_root(request))
    patches = settled(told.patches, read)
    told = replace(told, patches=patches, files=series.merged(patches))
    remarks: list[str] = []
    if reverse:
        outcome = series.apply(series.reverse(patches), read)
        forward = True
    else:
        met, outcome = series.met(patches, read)
        forward = met.kind != "applied"
        if not forward:
            remarks.append("the tree has this series already: before is the tree without it")
    if outcome.rejected:
        raise PatchRejected((one.name, one.at, f"{one.path}: {one.reason}") for one in outcome.rejected)
    remarks += (f"{path} is binary and stays as it is" for path in outcome.passed)
    linked = replace(request, root=stack.enter_context(_linked(request, outcome.texts)))
    changes = _changes(outcome, read)
    return Sides(
        name=told.name,
        form="patch",
        before=request if forward else linked,
        after=linked if forward else request,
        series=told,
        changes=changes if forward else _turned(changes),
        landed=outcome.landed,
        remarks=tuple(remarks),
    )


def _changes(outcome: Outcome, read: series.Read) -> tuple[FileText, ...]:
    texts = ((path, read(path), text) for path, text in sorted(outcome.texts.items()))
    return tuple(FileText(path=path, before=old, after=new) for path, old, new in texts if old != new)


def _turned(changes: tuple[FileText, ...]) -> tuple[FileText, ...]:
    return tuple(replace(one, before=one.after, after=one.before) for one in changes)


def _root(request: TreeRequest) -> Path:
    return request.root if request.root is not None else trees.bundled_root()


def _reader(root: Path) -> series.Read:
    """What reads a file of the tree; a path of an input leads nowhere else."""
    known: dict[str, str | None] = {}

    def read(path: str) -> str | None:
        if path not in known:
            known[path] = trees.read_within(root, path) if trees.is_file_within(root, path) else None
        return known[path]

    return read


@contextmanager
def _linked(request: TreeRequest, texts: Texts) -> Iterator[Path | None]:
    """A folder of links that stands for the tree with these texts, as long as the `with` lasts; the tree itself where
    there are none."""
    if not texts:
        yield request.root
        return
    root = _root(request)
    parts = (str(root.resolve()), repr(sorted(texts.items())))
    name = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    with _place(request.cache, f"links-{name}") as folder:
        try:
            links.link(root, texts, folder)
        except OSError as error:
            raise InputError(f"no folder of links in {folder.parent}: {error.strerror}") from None
        try:
            yield folder
        finally:
            links.forget(folder)


@contextmanager
def _place(cache: Path | None, name: str) -> Iterator[Path]:
    """Where a folder can be made, and is removed in the end: always the same place, so that what is kept of it is found
    again, unless another process is there."""
    with ExitStack() as stack:
        if cache is None or not _is_free(cache, name, stack):
            yield Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kweigh-"))).resolve() / name
            return
        for left in cache.glob("links-*.lock"):
            # A process that was killed has left its folder.
            with ExitStack() as other:
                if left.stem != name and _is_free(cache, left.stem, other):
                    shutil.rmtree(cache / left.stem, ignore_errors=True)
        folder = cache.absolute() / name
        shutil.rmtree(folder, ignore_errors=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _is_free(cache: Path, name: str, stack: ExitStack) -> bool:
    """Whether nobody uses the folder called so; then it is ours as long as `stack` lasts."""
    path = cache / f"{name}.lock"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return False
    stack.callback(os.close, lock)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Who had it may have taken the file away before it was ours.
        mine = path.stat().st_ino == os.fstat(lock).st_ino
    except OSError:
        return False
    if mine:
        stack.callback(path.unlink, missing_ok=True)
    return mine
