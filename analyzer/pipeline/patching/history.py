"""A range of a tree's own history, as git has it.

Enters: a tree that is a git repository (or a folder of one), a range or a commit. Leaves: the diff, and the texts of
files at both ends. Must hold: nothing is checked out, written or fetched, and no program runs that the repository names
(hooks, filters, text conversion, a monitor): only blobs and trees are looked at, never the files that lie there.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import InputError
from analyzer.noted import note_fleeting, which

_QUIET = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never", "core.quotePath=false")
_RANGE = re.compile(r"(.*?)(\.\.\.?)(.*)")
_PATIENCE = 120
"""Seconds that git may take for one question."""
_LARGEST = 64 << 20
"""Bytes of a diff, and of all files that it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a range changes: the `diff` and its `title`; `before` and `after` are those files that are at its two ends
    otherwise than in the commit that the tree stands at (None: not there)."""

    title: str
    diff: bytes
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]


def read_range(root: Path, asked: str) -> History:
    """What the range `asked` (`A..B`, `A...B`, or a commit) changes below `root`. Raises InputError where git is
    missing, the tree is no repository, or there are no such commits."""
    if which("git") is None:
        raise InputError(f"{asked}: no such file, and without git no range of commits", hint="install git")
    git = _Git(root)
    if git.try_to("rev-parse", "--git-dir") is None:
        raise InputError(f"{asked}: no such file, and {root} is no git repository", hint="give a patch or a folder")
    # What HEAD means may be another thing next time.
    note_fleeting()
    first, last, single = git.ends(asked)
    diff = git.ask("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--relative", "-M", *_PREFIXES, first, last)
    if not diff:
        raise InputError(f"{asked}: nothing of this tree changes there")
    head = git.try_to("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or last.encode()
    changed = git.names(first, last)
    before, after = (git.texts(end, {*changed, *git.names(head.decode().strip(), end)}) for end in (first, last))
    title = git.ask("log", "-1", "--no-show-signature", "--format=%s", last).decode("utf-8", "replace").strip()
    return History(title=title if single else asked, diff=diff, before=before, after=after)


_PREFIXES = ("--src-prefix=a/", "--dst-prefix=b/")


class _Git:
    def __init__(self, root: Path) -> None:
        self._root = root

    def ends(self, asked: str) -> tuple[str, str, bool]:
        """The commits that a range goes from and to, and whether it is one commit's own change."""
        found = _RANGE.fullmatch(asked)
        if found is None:
            last = self._commit(asked, asked)
            return self._commit(f"{asked}^", asked), last, True
        first, last = self._commit(found[1] or "HEAD", asked), self._commit(found[3] or "HEAD", asked)
        if found[2] == "...":
            common = self.try_to("merge-base", first, last)
            if not common:
                raise InputError(f"{asked}: these commits have nothing in common")
            first = common.decode("ascii").strip()
        return first, last, False

    def _commit(self, name: str, asked: str) -> str:
        found = None
        if not name.startswith("-"):
            found = self.try_to("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if not found:
            what = f"no commit {name}" if name != asked else "no such file, folder or commit"
            raise InputError(f"{asked}: {what}", hint="give a patch, a folder of patches, a range A..B, or a tree")
        return found.decode("ascii").strip()

    def names(self, first: str, last: str) -> list[str]:
        """The files below the root that differ between two commits."""
        told = self.ask("diff", "--no-ext-diff", "--no-renames", "--name-only", "--relative", "-z", first, last)
        return [os.fsdecode(name) for name in told.split(b"\0") if name]

    def texts(self, commit: str, paths: Iterable[str]) -> dict[str, str | None]:
        """The texts of files in a commit; None for one that is not there, or is none (a link, a submodule)."""
        wanted = sorted(paths)
        asked = "".join(f"{commit}:./{path}\n" for path in wanted if "\n" not in path)
        told = self.ask("cat-file", "--batch", text=asked)
        found: dict[str, str | None] = {}
        at = 0
        for path in wanted:
            if "\n" in path:
                continue
            end = told.index(b"\n", at)
            words = told[at:end].split(b" ")
            at = end + 1
            if words[-1] == b"missing" or words[-2] != b"blob":
                found[path] = None
                continue
            size = int(words[-1])
            found[path] = told[at : at + size].decode("utf-8", "surrogateescape")
            at += size + 1
        return found

    def try_to(self, *words: str) -> bytes | None:
        """What git answers; None where it fails."""
        try:
            return self.ask(*words)
        except InputError:
            return None

    def ask(self, *words: str, text: str = "") -> bytes:
        """What git answers. Raises InputError with its own words where it fails."""
        settings = [part for one in _QUIET for part in ("-c", one)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        try:
            done = subprocess.run(
                ["git", "--no-pager", *settings, *words],
                cwd=self._root,
                env=environment,
                input=os.fsencode(text),
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"git {words[0]}: {error}") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
            raise InputError(f"git {words[0]}: {said or f'exit code {done.returncode}'}")
        if len(done.stdout) > _LARGEST:
            raise InputError(f"git {words[0]}: more than {_LARGEST >> 20} MiB", hint="give a shorter range")
        return done.stdout
