"""Reading a tree once: what its makefiles export and its compiled program are kept, and found again as long as nothing
that they were made of has changed.

Enters: a located tree, what answers its `$(shell,…)`, a cache folder. Leaves: the tree with its environment; the model
and the program. Must hold: an entry counts only when every file that was read still has the same content, and when the
architecture, the environment, the toolchain's programs and our own code are the same.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer import cache, configs, deps, trees
from analyzer.errors import SourceError
from analyzer.model.kconfig import KconfigModel
from analyzer.model.tree import ShellAnswers, SourceTree
from analyzer.pipeline import seen, values
from analyzer.pipeline.asking import Allowed, Answers, programs
from analyzer.pipeline.own_code import own_code

if TYPE_CHECKING:
    from analyzer import kbuild


def with_exports(
    tree: SourceTree, allowed: Allowed, folder: Path | None, *, thorough: bool
) -> tuple[SourceTree, tuple[str, ...]]:
    """A located tree with the environment that make exports to conf, and the commands of its makefiles that ran
    confined; kept in `folder`.

    Only a `thorough` answer runs what the makefiles ask for: most of it decides flags, which Kconfig never reads.
    """
    key = _key(tree, allowed, "exports")
    if folder is not None and not thorough and (found := _found(tree, folder, key)) is not None:
        content, start, before = found
        exported_values, unanswered = json.loads(content[start:])
        return _exporting(tree, exported_values, unanswered), tuple(before.confined)
    from analyzer.pipeline.makefiles import exported

    answers = Answers(tree, allowed if thorough else replace(allowed, shell="none"), folder)
    exports = exported(tree, answers.answer)
    answers.keep()
    if folder is not None:
        payload = json.dumps([dict(exports.values), dict(exports.unanswered)]).encode("ascii")
        _keep(tree, folder, key, answers, exports.files, payload)
    return exporting(tree, exports), tuple(answers.confined)


def exporting(tree: SourceTree, exports: kbuild.Exports) -> SourceTree:
    """A located tree with the environment that `exports` gives it, and the root Kconfig file that they name."""
    return _exporting(tree, exports.values, exports.unanswered)


def _exporting(tree: SourceTree, values: Mapping[str, str], unanswered: Mapping[str, str]) -> SourceTree:
    # What a record brings along was told by programs that are not here.
    recorded = {name: text for name, text in tree.environment.items() if name.endswith(("_VERSION_TEXT", "_VERSION"))}
    given = tree.environment if tree.kind == "bundled" else {}
    environment = dict(sorted({**given, **values, **recorded}.items()))
    hidden = {name: question for name, question in unanswered.items() if name not in recorded}
    kconfig = environment.get("KBUILD_KCONFIG", "").strip().removeprefix(f"{tree.root}/") or tree.kconfig
    return replace(tree, environment=environment, unanswered=hidden, kconfig=kconfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A model and its program; `answers` is what answers its `$(shell,…)`, `seen` what it was made of (None: nothing is
    kept)."""

    model: KconfigModel
    program: configs.Program
    answers: Answers
    seen: seen.Seen | None = None

    @property
    def confined(self) -> tuple[str, ...]:
        """The commands that ran confined for it."""
        return tuple(self.answers.confined if self.seen is None else self.seen.confined)


def compiled(tree: SourceTree, allowed: Allowed, folder: Path | None) -> Compiled:
    """`tree` compiled, from the cache in `folder` where it is there, else made and kept. Raises what reading and
    compiling raise."""
    with without_collector():
        found = _compiled(tree, allowed, folder)
        # They live as long as the tree; the collector need not walk through them again and again.
        gc.freeze()
    return found


def _compiled(tree: SourceTree, allowed: Allowed, folder: Path | None) -> Compiled:
    answers = Answers(tree, allowed, folder)
    if folder is None:
        model, program = made(tree, answers)
        return Compiled(model=model, program=program, answers=answers)
    key = _key(tree, allowed, "program")
    if (found := _found(tree, folder, key)) is not None:
        content, start, before = found
        decoded = configs.decode(content, start)
        if decoded is not None:
            return Compiled(model=decoded[0], program=decoded[1], answers=answers, seen=before)
    model, program = made(tree, answers)
    answers.keep()
    now = _keep(tree, folder, key, answers, model.files, configs.encode(model, program))
    return Compiled(model=model, program=program, answers=answers, seen=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Keeps values that were worked out about a tree, under what was asked (its first word is what they are called);
    `folder` None keeps nothing.

    A value counts as long as what the tree was read from, `paths` besides, the toolchain, and all of our code are the
    same.
    """

    tree: SourceTree
    allowed: Allowed
    folder: Path | None

    def again(self, asked: str) -> Any:
        """What was kept; None where there is nothing that counts."""
        found = None if self.folder is None else _found(self.tree, self.folder, self._key(asked))
        return None if found is None else values.read(found[0][found[1] :])

    def keep(self, asked: str, value: object, tree: Compiled, paths: Iterable[str] = ()) -> None:
        """Keep a value that rests on a compiled tree, and on `paths` of it."""
        if self.folder is None or tree.seen is None:
            return
        now = seen.see(self.tree.root, sorted({*tree.seen.paths, *paths}), tree.seen.programs, tree.seen.confined)
        label = f"{self.tree.label}, {asked.split(' ', 1)[0]}"
        cache.put(self.folder, self._key(asked), label, now.line() + values.written(value))

    def _key(self, asked: str) -> str:
        return _key(self.tree, self.allowed, f"{own_code('deps', 'dma', 'features', 'pipeline', 'trees')} {asked}")


def _found(tree: SourceTree, folder: Path, key: str) -> tuple[bytes, int, seen.Seen] | None:
    """What is kept under a key, where its payload begins, and what it rests on; None when it does not count."""
    content = cache.get(folder, key)
    if content is None:
        return None
    start = content.find(b"\n") + 1
    before = seen.read(content[:start])
    now = before.again(tree.root, tree.toolchain.path)
    if now is None:
        return None
    if now is not before:
        content = now.line() + content[start:]
        start = content.find(b"\n") + 1
        cache.put(folder, key, tree.label, content)
    return content, start, now


def _keep(
    tree: SourceTree, folder: Path, key: str, answers: Answers, files: tuple[str, ...], payload: bytes
) -> seen.Seen:
    named, used = answers.rests_on()
    now = seen.see(tree.root, sorted({*files, *named}), used, answers.confined)
    cache.put(folder, key, tree.label, now.line() + payload)
    return now


def made(tree: SourceTree, answers: ShellAnswers) -> tuple[KconfigModel, configs.Program]:
    """Read and compile the Kconfig of a tree. Raises what these raise; of a dependency loop every hop."""
    with without_collector():
        return _made(tree, answers)


def _made(tree: SourceTree, answers: ShellAnswers) -> tuple[KconfigModel, configs.Program]:
    from analyzer.configs.compile import compile_model
    from analyzer.configs.loops import DependencyLoop
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


def _key(tree: SourceTree, allowed: Allowed, what: str) -> str:
    """What must be the same besides the files' content, as hexadecimal digits."""
    parts = [
        what,
        own_code(),
        trees.machine(),
        str(tree.root.resolve()),
        tree.kconfig,
        repr(tree.dialect),
        json.dumps(dict(tree.environment), sort_keys=True),
        json.dumps(dict(tree.unanswered), sort_keys=True),
        json.dumps(dict(tree.overlay), sort_keys=True),
        tree.toolchain.llvm,
        tree.toolchain.path,
        allowed.key,
        *programs(tree),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


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
