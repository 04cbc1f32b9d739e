"""Config targets that an architecture's Makefile merges from files.

Enters: a located tree. Leaves: what each such target merges. Must hold: nothing is run; a target of another form is
none of ours. Sources: `merge_into_defconfig` of scripts/Makefile.defconf (in arch/powerpc/Makefile before that), and
the generic targets of arch/mips/Makefile with arch/mips/tools/generic-board-config.sh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

from analyzer.errors import SourceError
from analyzer.model.tree import Recipe, SourceTree
from analyzer.trees.texts import is_file_within, read_within

_RULE = re.compile(r"^(?P<name>[\w.-]+):[^=\n]*\n(?P<recipe>(?:\t.*\n)+)", re.MULTILINE)
_CALL = re.compile(r"\$\(call merge_into_defconfig(?:_override)?,(?P<base>[\w./-]+),(?P<fragments>[\w./\s-]*)\)")
_ALIAS = re.compile(r"^(?P<name>[\w.-]+_defconfig):[ \t]*(?P<other>[\w.-]+_defconfig)[ \t]*\n(?!\t)", re.MULTILINE)
_GENERIC = re.compile(
    r"\$\(eval \$\(call gen_generic_defconfigs,(?P<bits>[\w ]+),(?P<revisions>[\w ]+),(?P<endians>[\w ]+)\)\)"
)
_REQUIRE = re.compile(r"^# require CONFIG_(\S+=[yn])$", re.MULTILINE)


def recipes(tree: SourceTree) -> Mapping[str, Recipe]:
    """Every target that is merged from files which the tree has. Empty where the Makefile cannot be read."""
    try:
        text = read_within(tree.root, f"arch/{tree.srcarch}/Makefile").replace("\\\n", " ")
    except SourceError:
        return {}
    found = {name: recipe for name, recipe in (*_called(tree, text), *_generic(tree, text)) if _is_there(tree, recipe)}
    for alias in _ALIAS.finditer(text):
        if alias["other"] in found:
            found[alias["name"]] = found[alias["other"]]
    return found


def _folder(tree: SourceTree) -> str:
    return f"arch/{tree.srcarch}/configs"


def _is_there(tree: SourceTree, recipe: Recipe) -> bool:
    return all(is_file_within(tree.root, path) for path in recipe.files)


def _called(tree: SourceTree, text: str) -> Iterator[tuple[str, Recipe]]:
    for rule in _RULE.finditer(text):
        if call := _CALL.search(rule["recipe"]):
            fragments = (f"{_folder(tree)}/{name}.config" for name in call["fragments"].split())
            yield rule["name"], Recipe(files=(f"{_folder(tree)}/{call['base']}", *fragments))


def _generic(tree: SourceTree, text: str) -> Iterator[tuple[str, Recipe]]:
    """The generic MIPS targets: bits, revision and endianness, and every board that fits."""
    boards = tuple(_boards(tree)) if "generic-board-config.sh" in text else ()
    for call in _GENERIC.finditer(text) if boards else ():
        for bits, revision, endian in product(*(call[part].split() for part in ("bits", "revisions", "endians"))):
            generic = f"{_folder(tree)}/generic"
            files = (f"{generic}_defconfig", f"{generic}/{bits}{revision}.config", f"{generic}/{endian}.config")
            yield f"{bits}{revision}{endian.replace('eb', '')}_defconfig", Recipe(files=files, boards=boards)


def _boards(tree: SourceTree) -> Iterator[tuple[str, tuple[str, ...]]]:
    for file in sorted((tree.root / _folder(tree) / "generic").glob("board-*.config")):
        path = file.relative_to(tree.root).as_posix()
        if is_file_within(tree.root, path):
            yield path, tuple(_REQUIRE.findall(read_within(tree.root, path)))
