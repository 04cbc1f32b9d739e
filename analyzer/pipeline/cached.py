"""Reading a tree once: what its makefiles export and its compiled program are kept, and found again as long as nothing
that they were made of has changed.

Enters: a located tree, what answers its `$(shell,…)`, a cache folder. Leaves: the tree with its environment; the model
and the program. Must hold: an entry counts only when every file that was read still has the same content, and when the
architecture, the environment, the toolchain's programs and our own code are the same.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from analyzer import configs, deps, trees
from analyzer.errors import SourceError
from analyzer.model.kconfig import KconfigModel
from analyzer.model.tree import ShellAnswers, SourceTree
from analyzer.pipeline.asking import Allowed, Answers, programs
from analyzer.pipeline.keeping import PLAIN, Form, kept, key
from analyzer.pipeline.own_code import own_code, whole_code

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
    """A model and its program; `answers` is what answers its `$(shell,…)`, `confined` are the commands that ran
    confined for it."""

    model: KconfigModel
    program: configs.Program
    answers: Answers
    confined: Sequence[str]


def compiled(tree: SourceTree, allowed: Allowed, folder: Path | None) -> Compiled:
    """`tree` compiled, from the cache in `folder` where it is there, else made and kept. Raises what reading and
    compiling raise."""
    answers = Answers(tree, allowed, folder)

    def compile_it() -> _Told:
        model, program = made(tree, answers)
        answers.keep()
        if folder is not None:
            # Where nothing is kept, nobody looks into the folders of PATH for what it rests on.
            answers.note()
        return model, program, answers.confined

    with without_collector():
        model, program, confined = kept(folder, _key(tree, allowed, "program"), tree.label, compile_it, _PROGRAM)
        # They live as long as the tree; the collector need not walk through them again and again.
        gc.freeze()
    return Compiled(model=model, program=program, answers=answers, confined=confined)


_Told = tuple[KconfigModel, configs.Program, Sequence[str]]


def _write(told: _Told) -> bytes:
    model, program, confined = told
    return json.dumps(list(confined)).encode("ascii") + b"\n" + configs.encode(model, program)


def _read(content: bytes, start: int) -> _Told | None:
    begin = content.find(b"\n", start) + 1
    found = configs.decode(content, begin)
    return None if found is None else (*found, json.loads(content[start:begin]))


_PROGRAM: Form[_Told] = Form(write=_write, read=_read)


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


def made(tree: SourceTree, answers: ShellAnswers) -> tuple[KconfigModel, configs.Program]:
    """Read and compile the Kconfig of a tree. Raises what these raise; of a dependency loop every edge."""
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
