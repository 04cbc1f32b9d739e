"""Who answers a tree's `$(shell,…)`, and what the answers rest on.

Enters: a located tree, and what the user allows. Leaves: `Answers`. Must hold: the order is what the same toolchain has
answered before, the toolchain itself asked by our own code, and last what the tree wrote, confined; with a record of a
toolchain nothing runs at all.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from analyzer import cache, toolchain, trees
from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.tree import ShellAnswers, SourceTree
from analyzer.noted import note_all, unnoted
from analyzer.pipeline.keeping import seen
from analyzer.pipeline.keeping.own_code import own_code

_NO_WAY = (
    "nothing here can confine it, neither Landlock nor bwrap; --toolchain FILE answers it from a record, --allow-shell "
    "lets it run free"
)
_CLOSURE = 64
"""Scripts that one command may lead to."""
_PATH = re.compile(r"[\w.+/-]+")
_WORD = re.compile(r"[A-Za-z_][\w.+-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What may answer: `profile` is a recorded toolchain, which then answers alone; `shell` is how a tree's own
    commands run where our code does not know them."""

    profile: toolchain.Profile | None = None
    shell: Literal["confined", "none", "any"] = "confined"

    @property
    def key(self) -> str:
        """What answers depend on besides the toolchain's programs and the tree's files."""
        record = "" if self.profile is None else toolchain.render_profile(self.profile)
        return f"{self.shell} {record}"


class Answers:
    """Answers the `$(shell,…)` of one tree. `folder` is where answers of the toolchain are kept (None: nowhere)."""

    def __init__(self, tree: SourceTree, allowed: Allowed, folder: Path | None) -> None:
        self._tree = tree
        self._allowed = allowed
        self._folder = folder
        self._shell = _Shell(tree, allowed)
        self._asked: list[str] = []
        self._lead: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _first(self) -> ShellAnswers:
        if self._allowed.profile is not None:
            return toolchain.ProfileAnswers(self._tree, self._allowed.profile)
        live = toolchain.LiveAnswers(self._tree)
        return live if self._folder is None else _Kept(self._tree, live, self._folder)

    def answer(self, command: str, location: Location) -> str:
        """As ShellAnswers.answer."""
        self._asked.append(command)
        try:
            return self._first.answer(command, location)
        except SourceError as refused:
            return self._shell.answer(command, location, refused)

    def keep(self) -> None:
        """Write down what the toolchain answered."""
        if self._asked and isinstance(self._first, _Kept):
            self._first.keep()

    @property
    def confined(self) -> Sequence[str]:
        """The tree's own commands that were run, confined."""
        return self._shell.commands

    def note(self) -> None:
        """Note the files of the tree that the commands asked so far lead to, and for those that ran confined the
        programs that they name."""
        root = self._tree.root
        with unnoted():
            # To look for what a word may mean is no use of it.
            files = dict.fromkeys(path for command in self._asked for path in _paths(root, command, self._lead))
        # Our own versions of the scripts ask it.
        files["scripts/min-tool-version.sh"] = None
        texts = list(self.confined)
        if texts:
            texts += [_text(root, path) for path in files]
        path = self._tree.toolchain.path
        words = seen.names(path).intersection(*[set().union(*map(_WORD.findall, texts))]) if texts else ()
        note_all((f"{root}/{path}" for path in files), ((word, path) for word in words))


class _Shell:
    """What a tree's own commands do, as far as the user allows."""

    def __init__(self, tree: SourceTree, allowed: Allowed) -> None:
        self._tree = tree
        self._allowed = allowed
        self._confined: toolchain.ConfinedAnswers | None = None

    @cached_property
    def _any(self) -> ShellAnswers:
        return toolchain.AnyShell(self._tree)

    @property
    def commands(self) -> Sequence[str]:
        return () if self._confined is None else self._confined.commands

    def answer(self, command: str, location: Location, refused: SourceError) -> str:
        if self._allowed.shell == "any":
            return self._any.answer(command, location)
        if self._allowed.profile is not None:
            raise refused
        if self._allowed.shell == "none":
            raise _hinted(refused, "without --no-shell it would run, confined")
        if self._confined is None:
            how = toolchain.way()
            if how is None:
                raise _hinted(refused, _NO_WAY)
            self._confined = toolchain.ConfinedAnswers(self._tree, how)
        return self._confined.answer(command, location)


def _hinted(error: SourceError, hint: str) -> SourceError:
    return SourceError(error.message, path=error.path, lineno=error.lineno, hint=hint)


class _Kept:
    """What the same toolchain has answered before, for any tree and architecture; it is asked only what is new.

    Scripts of the tree are known by their content, so that another tree's may answer otherwise. Only what the
    toolchain's own programs answered to our code is kept here, never what ran as a tree wrote it.
    """

    def __init__(self, tree: SourceTree, live: ShellAnswers, folder: Path) -> None:
        self._folder = folder
        self._label = f"answers of {tree.toolchain.identity}"
        parts = ["answers", own_code(), *programs(tree)]
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


def programs(tree: SourceTree) -> Iterator[str]:
    """The toolchain's programs as they are on disk now."""
    for name, command in sorted(tree.toolchain.programs.items()):
        if found := seen.program(command.split(" ", 1)[0], tree.toolchain.path):
            yield f"{name} {command} {found}"


def _paths(root: Path, command: str, lead: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """The files of the tree that a command names, and those that these name in turn; `lead` keeps what each names,
    since many commands lead to the same files."""
    waiting = [path.removeprefix(f"{root}/") for path in re.findall(re.escape(str(root)) + r"/[\w./+-]+", command)]
    found: dict[str, None] = {}
    while waiting and len(found) < _CLOSURE:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = None
        if path.startswith("Documentation/"):
            # A command may read it, but what it tells of is neither run nor read: by examples it leads to all of mm/.
            continue
        if path not in lead:
            named = (one for name in _named(_text(root, path)) for one in _meant(name, path))
            lead[path] = tuple(dict.fromkeys(one for one in named if trees.is_file_within(root, one)))
        waiting += lead[path]
    yield from found


def _named(text: str) -> Iterable[str]:
    """The words of a text that look like paths."""
    words = dict.fromkeys(_PATH.findall(text))
    return dict.fromkeys(word.strip("/") for word in words if "/" in word or ".sh" in word)


def _meant(name: str, path: str) -> Iterable[str]:
    """The files that a name in the file `path` may stand for: below the root, beside the file (also behind `$(dirname
    $0)`), or behind a variable that names a folder (`$srctree/…`)."""
    return name, str(Path(path).parent / name), name.partition("/")[2] or name


def _text(root: Path, path: str) -> str:
    try:
        return trees.read_within(root, path)
    except SourceError:
        return ""
