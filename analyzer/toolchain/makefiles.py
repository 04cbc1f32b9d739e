"""What makefiles ask the compiler itself, rather than through a probe of Kbuild's.

Enters: a tree and the text of a `$(shell …)`. Leaves: the answer, or None. Must hold: only the tree's own compiler is
run, with an argument list, and only to say where its libgcc is: several architectures link that into vmlinux.
"""

from __future__ import annotations

import re
import shlex

from analyzer.model.tree import SourceTree
from analyzer.toolchain.run import scratch

_ASKED = ("-print-libgcc-file-name", "--print-libgcc-file-name")
# What decides which of a compiler's libraries it is; all other flags are of no account, and so are not passed on.
_DECIDES = re.compile(r"-(?:m(?!llvm)[\w=.,+-]+|E[BL]|f(?:PIC|pic|PIE|pie)|-target=[\w.-]+)|--target=[\w.-]+")


def makefile_answer(tree: SourceTree, command: str) -> str | None:
    """What `command` prints, or None for anything but the compiler's `-print-libgcc-file-name`."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    compiler = shlex.split(tree.toolchain.programs.get("CC", ""))
    if not compiler or words[: len(compiler)] != compiler or words[-1] not in _ASKED:
        return None
    flags = [word for word in words[len(compiler) : -1] if _DECIDES.fullmatch(word)]
    with scratch(tree.toolchain.path) as runner:
        done = runner.run([*compiler, *flags, "-print-libgcc-file-name"])
    return done.output.decode("utf-8", "surrogateescape").strip() if done else None
