"""Config targets that an architecture's Makefile merges from fragments.

Enters: a located tree. Leaves: for each such target the files that it merges, base first. Must hold: only the form
`$(call merge_into_defconfig,BASE,FRAGMENT…)` is read (powerpc, arm, arm64; scripts/Makefile.defconf); nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyzer.errors import SourceError
from analyzer.model.tree import SourceTree
from analyzer.trees.texts import is_file_within, read_within

_RULE = re.compile(r"^(?P<name>[\w.-]+):[^=\n]*\n(?P<recipe>(?:\t.*\n)+)", re.MULTILINE)
_CALL = re.compile(r"\$\(call merge_into_defconfig(?:_override)?,(?P<base>[\w./-]+),(?P<fragments>[\w./\s-]*)\)")

_ALIAS = re.compile(r"^(?P<name>[\w.-]+_defconfig):[ \t]*(?P<other>[\w.-]+_defconfig)[ \t]*\n(?!\t)", re.MULTILINE)


def recipes(tree: SourceTree) -> Mapping[str, tuple[str, ...]]:
    """Target name to the files that it merges, relative to the tree's root. Empty where the Makefile cannot be read."""
    try:
        text = read_within(tree.root, f"arch/{tree.srcarch}/Makefile").replace("\\\n", " ")
    except SourceError:
        return {}
    folder = f"arch/{tree.srcarch}/configs"
    found = {}
    for rule in _RULE.finditer(text):
        call = _CALL.search(rule["recipe"])
        if call is not None:
            paths = (f"{folder}/{call['base']}", *(f"{folder}/{name}.config" for name in call["fragments"].split()))
            if all(is_file_within(tree.root, path) for path in paths):
                found[rule["name"]] = paths
    for alias in _ALIAS.finditer(text):
        if alias["other"] in found:
            found[alias["name"]] = found[alias["other"]]
    return found
