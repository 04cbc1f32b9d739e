"""How the top makefiles tell the compiler to make every object.

Enters: a tree's makefiles, a config. Leaves: the variables of flags by name. Must hold: nothing is run; a question to
the toolchain stands in the text as it was asked, so that two configs that ask the same have equal flags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analyzer.kbuild import top as tops
from analyzer.kbuild.probes import ToolAnswers, no_answers
from analyzer.kbuild.run import world_of
from analyzer.kbuild.scope import TooMuch
from analyzer.kbuild.sources import Sources

_FLAGS = re.compile(r"(?:\A|_)(?:C|A|CPP)FLAGS(?:_|\Z)")
_NOT_OF_OBJECTS = re.compile(r"HOST|USER|MODULE")
_NO_BYTES = re.compile(r"-(?:W(?![alp],)|g)\S*")
"""Warnings and debug information, which change nothing that is loaded."""


def flags(
    tree: Path | Sources,
    arch: str,
    config: Mapping[str, str],
    answers: ToolAnswers = no_answers,
    *,
    prefix: str = "",
) -> dict[str, str]:
    """The variables of the top makefiles that hold flags for all objects of vmlinux, as `config` has them, without the
    words that change no byte that is loaded; empty ones are left out. The arguments are those of `evaluate`. Nothing
    where the makefiles take too long to evaluate.

    What scripts/Makefile.lib and its kin add for single objects is not among them.
    """
    sources = tree if isinstance(tree, Sources) else Sources(tree)
    world = world_of(sources, config, answers)
    called = {"ARCH": arch, "CROSS_COMPILE": prefix}
    try:
        scope = tops.read_passes(world, tops.common(world), called)
        names = sorted(name for name in scope.own if _FLAGS.search(name) and not _NOT_OF_OBJECTS.search(name))
        words = {name: world.unknowns.spelled(scope.value(name)).split() for name in names}
    except (TooMuch, RecursionError):
        return {}
    kept = {name: [word for word in some if not _NO_BYTES.fullmatch(word)] for name, some in words.items()}
    return {name: " ".join(some) for name, some in kept.items() if some}
