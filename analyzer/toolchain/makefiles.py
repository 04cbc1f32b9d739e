"""What makefiles ask the compiler itself, rather than through a probe of Kbuild's.

Enters: a tree and the text of a `$(shell …)`. Leaves: the answer, or None. Must hold: only the tree's own compiler is
run, with an argument list, and only to say where its libgcc is: several architectures link that into vmlinux.
"""

from __future__ import annotations

import re

from analyzer.model.tree import SourceTree
from analyzer.toolchain.run import scratch

_LIBGCC = re.compile(r"(?P<cc>[\w./+-]+)(?P<flags>(?: +-[\w=.,+-]+)*) +-print-libgcc-file-name")


def makefile_answer(tree: SourceTree, command: str) -> str | None:
    """What `command` prints, or None for anything but the compiler's `-print-libgcc-file-name`."""
    asked = _LIBGCC.fullmatch(command.strip())
    if not asked or asked["cc"] != tree.toolchain.programs.get("CC"):
        return None
    with scratch({}, tree.toolchain.path) as runner:
        done = runner.run([asked["cc"], *asked["flags"].split(), "-print-libgcc-file-name"])
    return done.output.decode("utf-8", "surrogateescape").strip() if done else None
