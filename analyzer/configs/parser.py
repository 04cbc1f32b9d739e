"""Kconfig files to the raw menu tree.

Enters: the root Kconfig file of a tree, the environment that the tree may see, and what answers `$(shell,…)`. Leaves:
`Parsed`, the raw tree: what stands in the files, nothing propagated or evaluated. Must hold: no file outside the tree
is read, nothing is executed but through `ShellAnswers`, nothing of the caller's environment comes in, and every failure
is a SourceError with file and line.

The text is read as the tree's own conf reads it: lexer.py stands for scripts/kconfig/lexer.l, preprocess.py for
preprocess.c, grammar.py with phrase.py and properties.py for parser.y.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from analyzer.configs.grammar import Grammar
from analyzer.configs.leaves import expect_more
from analyzer.configs.lexer import Lexer
from analyzer.configs.raw import Parsed
from analyzer.configs.sources import Sources
from analyzer.model.expr import Location
from analyzer.model.tree import ShellAnswers, SourceTree

PARSING_DEPTH = 12_000
"""Python frames allowed while parsing: macros recurse with their nesting. What passes needs fewer frames afterwards."""


def parse(tree: SourceTree, shell: ShellAnswers, file: str = "") -> Parsed:
    """Read the tree's root Kconfig (or another `file`) and all that it sources, files of its overlay as that has them.

    Raises SourceError for what the tree's conf refuses, for a `source` that is missing, recursive, outside the tree,
    not a regular file or too large, and for nesting and macros beyond what is sane; passes on what `shell` raises.
    """
    warnings: list[tuple[str, Location]] = []

    def warn(text: str, location: Location) -> None:
        warnings.append((text, location))

    environment = {**tree.environment, "srctree": str(tree.root)}
    lexer = Lexer(tree.dialect, environment, tree.unanswered, shell, warn)
    grammar = Grammar(lexer=lexer, sources=Sources(tree), dialect=tree.dialect, warn=warn, warnings=warnings)
    with recursion(PARSING_DEPTH):
        grammar.read(file or tree.kconfig)
    # Who reads one tree has no use for leaves; who reads a second one is likely to read many.
    expect_more()
    return Parsed(
        mainmenu=grammar.mainmenu,
        children=grammar.children,
        attributes=grammar.attributes,
        modules=grammar.special.modules,
        files=tuple(grammar.files),
        warnings=tuple(warnings),
    )


@contextmanager
def recursion(depth: int) -> Iterator[None]:
    """Allow `depth` Python frames for a while (a frame costs no C stack from Python 3.11 on)."""
    saved = sys.getrecursionlimit()
    sys.setrecursionlimit(max(saved, depth))
    try:
        yield
    finally:
        sys.setrecursionlimit(saved)
