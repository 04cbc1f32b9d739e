"""Reading a tree once: the compiled program is kept, and found again as long as nothing that it was made of has
changed.

Enters: a located tree, what answers its `$(shell,…)`, a cache folder. Leaves: the model and the program. Must hold: an
entry counts only when every file that was read still has the same content, and when the architecture, the environment,
the toolchain's programs and our own code are the same.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache as remembered
from pathlib import Path

from analyzer import cache, configs, deps, model, toolchain
from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.kconfig import KconfigModel
from analyzer.model.tree import ShellAnswers, SourceTree


def compiled(
    tree: SourceTree, answers: ShellAnswers, answered_by: str, folder: Path | None
) -> tuple[KconfigModel, configs.Program]:
    """The model and program of `tree`, from the cache in `folder` where they are there, else made and kept.

    `answered_by` says what `answers` depends on besides the toolchain's programs. Raises what reading and compiling
    raise.
    """
    with without_collector():
        return _made(tree, answers) if folder is None else _kept(tree, answers, answered_by, folder)


def _kept(
    tree: SourceTree, answers: ShellAnswers, answered_by: str, folder: Path
) -> tuple[KconfigModel, configs.Program]:
    key = _key(tree, answered_by)
    found = cache.get(folder, key)
    if found is not None:
        start = found.find(b"\n") + 1
        seen = _Seen(*json.loads(found[:start]))
        if (now := seen.again(tree.root)) is not None:
            decoded = configs.decode(found, start)
            if decoded is not None:
                if now != seen:
                    cache.put(folder, key, tree.label, now.line() + found[start:])
                # They live as long as the tree; the collector need not walk through them again and again. What the
                # parser leaves behind is garbage in cycles, so after a reading this would keep it for ever.
                gc.freeze()
                return decoded
    known = None if answered_by else _KnownAnswers(tree, answers, folder)
    listening = _Listening(known or answers)
    made = _made(tree, listening)
    if known is not None:
        known.keep()
    paths = sorted({*made[0].files, *listening.files(tree.root)})
    cache.put(folder, key, tree.label, _see(tree.root, paths).line() + configs.encode(*made))
    return made


@dataclass(frozen=True, slots=True)
class _Seen:
    """Files as they were when they were read: their paths, a checksum over their content, and one over what the file
    system says of them ("": not to be relied on).

    The file system's word is taken as git takes it for its index: where size, inode and both times (a change of content
    moves ctime, which nobody can set) are what they were, so is the content. A file that changed in the last moments
    could change again without a new time; then only the content counts.
    """

    paths: list[str]
    content: str
    status: str

    def again(self, root: Path) -> _Seen | None:
        """The same files as they are now; None when their content is another."""
        if self.status and self.status == _status(root, self.paths):
            return self
        now = _see(root, self.paths)
        return now if now.content == self.content else None

    def line(self) -> bytes:
        """As the first line of an entry."""
        return json.dumps([self.paths, self.content, self.status]).encode("ascii") + b"\n"


def _see(root: Path, paths: list[str]) -> _Seen:
    # First the status: a file that changes while its content is read has another one next time.
    status = _status(root, paths)
    return _Seen(paths, _digest(root, paths), status)


def _status(root: Path, paths: Iterable[str]) -> str:
    """One checksum over size, inode and times of all `paths`, or that they are missing; "" when one changed a moment
    ago."""
    found: list[tuple[int, ...]] = []
    newest = 0
    top = str(root)
    for path in paths:
        try:
            status = os.stat(f"{top}/{path}")  # noqa: PTH116 (a Path for each would cost more than the call)
        except OSError:
            found.append(())
            continue
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        found.append((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
    if newest > time.time_ns() - _MOMENT:
        return ""
    return hashlib.sha256(repr(found).encode("ascii")).hexdigest()


_MOMENT = 3_000_000_000
"""Nanoseconds; the coarsest times of a file system (FAT) are 2 s apart."""


def _made(tree: SourceTree, answers: ShellAnswers) -> tuple[KconfigModel, configs.Program]:
    from analyzer.configs.compile import DependencyLoop, compile_model
    from analyzer.configs.read import read

    found = read(tree, answers)
    try:
        return found, compile_model(found)
    except DependencyLoop as loop:
        raise _spelled(loop, found) from None


def _spelled(loop: SourceError, model: KconfigModel) -> SourceError:
    """The loop with the line that makes each hop, as far as the graph has it."""
    for cycle in deps.find_cycles(model):
        hops = ", ".join(f"{hop.source} {hop.kind} {hop.target} ({hop.location})" for hop in cycle.hops)
        first = cycle.hops[0].location
        return SourceError(f"dependency loop: {hops}", path=first.path, lineno=first.line, hint=loop.hint)
    return loop


class _KnownAnswers:
    """What the same toolchain has answered before, for any tree and architecture; it is asked only what is new.

    Scripts of the tree are known by their content, so that another tree's may answer otherwise.
    """

    def __init__(self, tree: SourceTree, live: ShellAnswers, folder: Path) -> None:
        self._folder = folder
        self._label = f"answers of {tree.toolchain.identity}"
        parts = ["answers", _own_code(), *_programs(tree)]
        self._key = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
        found = cache.get(folder, self._key)
        self._known: dict[str, str] = json.loads(found) if found is not None else {}
        self._new = toolchain.RecordingAnswers(tree, live)
        profile = toolchain.Profile(arch=tree.arch, toolchain=tree.toolchain, versions={}, answers=self._known)
        self._answers = toolchain.FallbackAnswers(toolchain.ProfileAnswers(tree, profile), self._new)

    def answer(self, command: str, location: Location) -> str:
        """As ShellAnswers.answer."""
        return self._answers.answer(command, location)

    def keep(self) -> None:
        """Write down what was new."""
        if self._new.recorded:
            content = json.dumps({**self._known, **self._new.recorded}, sort_keys=True)
            cache.put(self._folder, self._key, self._label, content.encode("ascii"))


class _Listening:
    """Passes questions on, and remembers which files of the tree they name."""

    def __init__(self, answers: ShellAnswers) -> None:
        self._answers = answers
        self._asked: list[str] = []

    def answer(self, command: str, location: Location) -> str:
        """As ShellAnswers.answer."""
        self._asked.append(command)
        return self._answers.answer(command, location)

    def files(self, root: Path) -> Iterator[str]:
        """The paths below `root` in the commands asked; scripts ask min-tool-version.sh in turn."""
        pattern = re.compile(re.escape(str(root)) + r"/([\w./+-]+)")
        for command in self._asked:
            yield from pattern.findall(command)
        yield "scripts/min-tool-version.sh"


def _key(tree: SourceTree, answered_by: str) -> str:
    """What must be the same besides the files' content, as hexadecimal digits."""
    parts = [
        _own_code(),
        str(tree.root.resolve()),
        tree.kconfig,
        repr(tree.dialect),
        json.dumps(dict(tree.environment), sort_keys=True),
        json.dumps(dict(tree.overlay), sort_keys=True),
        answered_by,
        *_programs(tree),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _programs(tree: SourceTree) -> Iterator[str]:
    """The toolchain's programs as they are on disk now."""
    for name, command in sorted(tree.toolchain.programs.items()):
        found = shutil.which(command.split(" ", 1)[0])
        if found is not None:
            real = Path(found).resolve().stat()
            yield f"{name} {found} {real.st_size} {real.st_mtime_ns}"


def _digest(root: Path, paths: Iterable[str]) -> str:
    """One checksum over the content of all `paths`; one that cannot be read counts as missing."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            data = (root / path).read_bytes()
        except OSError:
            data = b"\0missing"
        digest.update(f"{path}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return digest.hexdigest()


@remembered
def _own_code() -> str:
    """A checksum of the code that makes programs, so that none of another version is taken for ours."""
    digest = hashlib.sha256()
    for package in (configs, model, toolchain):
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def without_collector() -> Iterator[None]:
    """Hundreds of thousands of lists are made at once, none of them garbage; looking through them costs twice what
    making them does."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
