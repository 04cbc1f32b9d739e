"""The examples of every help, ready to be run.

Enters: the command line's own helps. Leaves: argv per example. Must hold: what a shell would do with the output is left
out; files that an example names are there, and trees are the one at hand.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import analyzer.cli  # noqa: F401 (adds the commands)
from analyzer.cli.group import kweigh as group

CONFIG = "CONFIG_64BIT=y\nCONFIG_PCI=y\nCONFIG_CRYPTO=y\nCONFIG_MODULES=y\n"
FEATURES = 'title = "Mine"\n[[feature]]\nname = "PCI"\n'
POLICY = '[[rule]]\nname = "bus"\narches = ["x86_64"]\nconfigs = ["tinyconfig"]\nsymbol = "PCI"\nvalue = "n"\n'
PATCH = "diff --git a/mm/Kconfig b/mm/Kconfig\n--- a/mm/Kconfig\n+++ b/mm/Kconfig\n@@ -1,1 +1,1 @@\n-a\n+b\n"
SLOW = (
    *("measure", "size", "weigh", "shrink", "certify", "rank", "toolchain"),
    *("report", "matrix", "query", "check", "sample", "model", "gate", "cache", "completion", "review"),
)
"""Commands whose examples build, look at all architectures, or are of no tree in particular."""
_HISTORY = "HEAD~3..HEAD"
"""Of a repository's history: the trees at hand have none."""
_TREE = re.compile(r"~/linux.*|\.")


def examples() -> Iterator[tuple[str, ...]]:
    """The words of each example behind `kweigh`, but for those that build, take long, or ask for a history."""
    for name, command in group.commands.items():
        for line in (command.epilog or "").splitlines():
            if line.startswith("  kweigh ") and name not in SLOW and not {"--build", _HISTORY} & {*line.split()}:
                words = shlex.split(line, comments=True)[1:]
                ends = [at for at, word in enumerate(words) if word in {"|", ">", ">>"}]
                yield tuple(words[: ends[0]] if ends else words)


def at_home(words: Sequence[str], tree: str) -> tuple[str, ...]:
    """An example with its files in the current folder, on `tree`."""
    found = [tree if _TREE.fullmatch(word) else word for word in words]
    for at, word in enumerate(found):
        if word.startswith("/boot/"):
            found[at] = "old.config"
    for word in ("my.config", "old.config", ".config", "mine.config", "yours.config", "board_defconfig"):
        Path(word).write_text(CONFIG, "utf-8")
    Path("mine.toml").write_text(FEATURES, "utf-8")
    Path("policy.toml").write_text(POLICY, "utf-8")
    Path("patches.mbox").write_text(PATCH, "utf-8")
    Path("lost.txt").write_text("arm64 *defconfig PCI: no bus here\n", "utf-8")
    return tuple(found)
