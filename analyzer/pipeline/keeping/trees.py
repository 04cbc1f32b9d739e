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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from analyzer import cache, configs, deps, trees
from analyzer.configs.programs import without_collector
from analyzer.errors import SourceError
from analyzer.model.kconfig import KconfigModel
from analyzer.model.tree import ShellAnswers, SourceTree
from analyzer.pipeline.asking import Allowed, Answers, programs
from analyzer.pipeline.keeping.answers import PLAIN, Form, kept, key
from analyzer.pipeline.keeping.own_code import own_code, whole_code

if TYPE_CHECKING:
    from analyzer import kbuild

_T = TypeVar("_T")


def with_exports(
    tree: SourceTree, allowed: Allowed, folder: Path | None, *, thorough: bool
) -> tuple[SourceTree, tuple[str, ...]]:
    """A located tree with the environment that make exports to conf, and the commands of its makefiles that ran
    confined; kept in `folder`.

    Only a `thorough` answer runs what the makefiles ask for: most of it decides flags, which Kconfig never reads.
    """

    def made() -> tuple[Mapping[str, str], Mapping[str, str], Sequence[str]]:
        from analyzer.pipeline.makefiles import exported

        answers = Answers(tree, allowed if thorough else replace(allowed, shell="none"), folder)
        exports = exported(tree, answers.answer)
        answers.keep()
        if folder is not None:
            # Where nothing is kept, nobody looks into the folders of PATH for what it rests on.
            answers.note()
        return exports.values, exports.unanswered, answers.confined

    if thorough:
        exports, unanswered, confined = made()
    else:
        exports, unanswered, confined = kept(folder, _key(tree, allowed, "exports"), tree.label, made, _EXPORTS)
    return _exporting(tree, exports, unanswered), tuple(confined)


_EXPORTS: Form[tuple[Mapping[str, str], Mapping[str, str], Sequence[str]]] = Form(
    write=lambda made: json.dumps([dict(made[0]), dict(made[1]), list(made[2])]).encode("ascii"),
    read=lambda content, start: json.loads(content[start:]),
)


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
    """A model and its programs; `answers` is what answers its `$(shell,…)`, `confined` are the commands that ran
    confined for it."""

    model: KconfigModel
    programs: configs.Programs
    answers: Answers
    confined: Sequence[str]


def compiled(tree: SourceTree, allowed: Allowed, folder: Path | None) -> Compiled:
    """`tree` read, from the cache in `folder` where it is there, else anew; then that is kept, and its program once
    somebody asks for it. Raises what reading raises."""
    answers = Answers(tree, allowed, folder)

    def compile_it() -> _Told:
        model = made(tree, answers)
        answers.keep()
        if folder is None:
            return _Told(model=model, confined=answers.confined, data=b"", mark="")
        # Where nothing is kept, nobody looks into the folders of PATH for what it rests on.
        answers.note()
        data = configs.encode(model)
        return _Told(model=model, confined=answers.confined, data=data, mark=hashlib.sha256(data).hexdigest())

    with without_collector():
        told = kept(folder, _key(tree, allowed, "model"), tree.label, compile_it, _MODEL)
        # They live as long as the tree; the collector need not walk through them again and again.
        gc.freeze()
    programs = _programs(told.model, tree.label, folder, told.mark)
    return Compiled(model=told.model, programs=programs, answers=answers, confined=told.confined)


def _programs(model: KconfigModel, label: str, folder: Path | None, mark: str) -> configs.Programs:
    """The programs of a model; the whole one is kept by what the model is as bytes, so that it is never out of date."""
    if folder is None:
        return configs.Programs(model)
    name = key(("program", own_code(), mark))

    def known() -> configs.Program | None:
        content = cache.get(folder, name)
        return None if content is None else configs.decode_program(content, model)

    def keep(program: configs.Program) -> None:
        cache.put(folder, name, f"{label}, compiled", configs.encode_program(model, program))

    return configs.Programs(model, known, keep)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is kept of a tree that was read: `data` are the bytes of its model (while they are written), and `mark`
    their checksum."""

    model: KconfigModel
    confined: Sequence[str]
    data: bytes
    mark: str


def _write(told: _Told) -> bytes:
    return json.dumps([list(told.confined), told.mark]).encode("ascii") + b"\n" + told.data


def _read(content: bytes, start: int) -> _Told | None:
    begin = content.find(b"\n", start) + 1
    model = configs.decode(content, begin)
    if model is None:
        return None
    confined, mark = json.loads(content[start:begin])
    return _Told(model=model, confined=confined, data=b"", mark=mark)


_MODEL: Form[_Told] = Form(write=_write, read=_read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Keeps answers about a tree, as long as the toolchain and all of our code are the same, and what they rest on;
    `folder` None keeps nothing."""

    tree: SourceTree
    allowed: Allowed
    folder: Path | None

    def kept(self, asked: str, make: Callable[[], _T], form: Form[_T] = PLAIN) -> _T:  # type: ignore[assignment]
        """What `make` gives, or gave when the same was asked. The first word of `asked` is what people are told."""
        label = f"{self.tree.label}, {asked.split(' ', 1)[0]}"
        return kept(self.folder, self._key(asked), label, make, form)

    @property
    def key(self) -> str:
        """What tells this tree, so asked, from any other."""
        return self._key("tree")

    def _key(self, asked: str) -> str:
        return _key(self.tree, self.allowed, f"{whole_code()} {asked}")


def made(tree: SourceTree, answers: ShellAnswers) -> KconfigModel:
    """Read the Kconfig of a tree. Raises what that raises; of a dependency loop every hop."""
    with without_collector():
        return _made(tree, answers)


def _made(tree: SourceTree, answers: ShellAnswers) -> KconfigModel:
    from analyzer.configs.compile import check
    from analyzer.configs.loops import DependencyLoop
    from analyzer.configs.read import read

    found = read(tree, answers)
    try:
        check(found)
    except DependencyLoop as loop:
        raise _spelled(loop, found) from None
    return found


def _spelled(loop: SourceError, model: KconfigModel) -> SourceError:
    """The loop with the line that makes each edge, as far as the graph has it."""
    for cycle in deps.find_cycles(model):
        edges = ", ".join(f"{edge.source} {edge.kind} {edge.target} ({edge.location})" for edge in cycle.edges)
        first = cycle.edges[0].location
        return SourceError(f"dependency loop: {edges}", path=first.path, lineno=first.line, hint=loop.hint)
    return loop


def _key(tree: SourceTree, allowed: Allowed, what: str) -> str:
    """What must be the same besides the files' content, as hexadecimal digits."""
    return key(_parts(tree, allowed, what))


def _parts(tree: SourceTree, allowed: Allowed, what: str) -> Iterable[str]:
    return (
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
    )
