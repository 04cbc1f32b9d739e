"""What make exports to the tree's `conf`.

Enters: a tree's makefiles, the variables of make's command line, and what answers `$(shell …)`. Leaves: `Exports`. Must
hold: nothing is run here; a variable that hangs on a question which nobody answered is named with that question, and
has no value. Source: the config targets of the top Makefile (`make defconfig`), which reads arch/$(SRCARCH)/Makefile
before it calls scripts/kconfig/Makefile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.kbuild import top as tops
from analyzer.kbuild.probes import ToolAnswers
from analyzer.kbuild.run import TOP, include, world_of
from analyzer.kbuild.scope import Scope, TooMuch
from analyzer.kbuild.sources import Sources
from analyzer.kbuild.unknowns import has_mark
from analyzer.model.expr import Location

_ELSEWHERE = "/objtree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """Exported variables: `values` by name, `unanswered` maps the others to the question behind each; `files` are the
    makefiles that were read."""

    values: Mapping[str, str]
    unanswered: Mapping[str, str]
    files: tuple[str, ...]


def exports(tree: Path | Sources, called: Mapping[str, str], answers: ToolAnswers) -> Exports:
    """What `make defconfig` with the variables `called` (ARCH, SRCARCH, CROSS_COMPILE, LLVM …) exports to conf.

    `srctree` is the absolute root, as it is for a build elsewhere. Raises nothing for makefiles that cannot be read or
    understood: what hangs on them is `unanswered`.
    """
    sources = tree if isinstance(tree, Sources) else Sources(tree)
    world = world_of(sources, {}, answers)
    root = str(sources.root)
    # The build lies elsewhere, so every name of the tree's own folder is the full one.
    fixed = {**called, "srctree": root, "abs_srctree": root, "srcroot": root, "VPATH": root}
    given = {"MAKECMDGOALS": "defconfig", "CURDIR": _ELSEWHERE}
    values: dict[str, str] = {}
    try:
        if tops.is_bundled(world.sources):
            # The bundled tree has no top Makefile; its architectures' makefiles say one thing that matters here.
            scope = tops.outermost(world, tops.common(world), fixed, given)
            include(scope, f"arch/{called['SRCARCH']}/Makefile")
            exported = {"KBUILD_DEFCONFIG"}
        else:
            scope = tops.read_passes(world, tops.common(world), fixed, given)
            exported = scope.exported
        # In the order of their names, so that a question asked twice is asked at the same place each time.
        values = {name: _value(scope, name) for name in sorted(exported) if scope.get(name) is not None}
    except (TooMuch, RecursionError):
        where = Location(path=TOP, line=0)
        world.unknowns.note(where, TOP, "its makefiles would take too long to evaluate")
    return Exports(
        values={name: text for name, text in values.items() if not has_mark(text)},
        unanswered={name: world.unknowns.question(text) for name, text in values.items() if has_mark(text)},
        files=tuple(sorted(world.files)),
    )


def _value(scope: Scope, name: str) -> str:
    """The value, worked out where the variable was set, so that a question has a place."""
    found = scope.get(name)
    last = found.pieces[-1] if found is not None and found.pieces else None
    if last is not None and last.assignment is not None:
        scope.path, scope.line = last.path, last.assignment.line
    return scope.value(name)
