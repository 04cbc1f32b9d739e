"""Commands that a report proposes.

Enters: a resolved config, what to ask of it. Leaves: a Span that can be pasted into a shell. Must hold: it asks about
the same config, tree and architecture as the report does.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from analyzer.model.report import Span

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig


def command(verb: str, config: ResolvedConfig, *names: str) -> Span:
    """`kweigh VERB NAMES… CONFIG`, with the tree where it is not the bundled one."""
    tree = ("--tree", str(config.tree.root)) if config.tree.kind != "bundled" else ()
    return Span(shlex.join(["kweigh", verb, *names, config.source.name, *tree, "--arch", config.tree.arch]), "command")
