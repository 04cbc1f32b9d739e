"""Config targets that an architecture's Makefile makes of files and of other targets.

Enters: a located tree. Leaves: what each such target is made of. Must hold: nothing is run; a target of another form is
none of ours. Sources: `merge_into_defconfig` of scripts/Makefile.defconf (in arch/powerpc/Makefile before that), rules
that call make again with other goals (powerpc, riscv), and the generic targets of arch/mips/Makefile with
arch/mips/tools/generic-board-config.sh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from analyzer.errors import SourceError
from analyzer.model.tree import Recipe, SourceTree
from analyzer.noted import note
from analyzer.trees.texts import is_file_within, read_within

_RULE = re.compile(r"^(?P<name>[\w.-]+):[^=\n]*\n(?P<recipe>(?:\t.*\n)+)", re.MULTILINE)
_CALL = re.compile(r"\$\(call merge_into_defconfig(?:_override)?,(?P<base>[\w./-]+),(?P<fragments>[\w./\s-]*)\)")
_ALIAS = re.compile(r"^(?P<name>[\w.-]+_defconfig):[ \t]*(?P<other>[\w.-]+_defconfig)[ \t]*\n(?!\t)", re.MULTILINE)
# KCONFIG_ALLCONFIG seeds an all*config target; randconfig is another each time.
_AGAIN = re.compile(
    r"\$\(MAKE\)(?:\s+KCONFIG_ALLCONFIG=\$\(srctree\)/(?P<seed>[\w./-]+))?\s+-f \$\(srctree\)/Makefile"
    r"(?P<goals>(?:\s+[\w.-]+config)+)[ \t]*$",
    re.MULTILINE,
)
_SEEDED = re.compile(r"all(?:no|yes|mod|def)config")
_LEGACY = re.compile(
    r"^(?P<name>[\w.-]+_defconfig)-y[ \t]*:=[ \t]*(?P<other>[\w.-]+_defconfig)[ \t]+BOARDS=(?P<board>[\w.-]+)[ \t]*$",
    re.MULTILINE,
)
_GENERIC = re.compile(
    r"\$\(eval \$\(call gen_generic_defconfigs,(?P<bits>[\w ]+),(?P<revisions>[\w ]+),(?P<endians>[\w ]+)\)\)"
)
_REQUIRE = re.compile(r"^# require CONFIG_(\S+=[yn])$", re.MULTILINE)


def recipes(tree: SourceTree) -> Mapping[str, Recipe]:
    """Every target that is made of files which the tree has. Empty where the Makefile cannot be read."""
    try:
        text = read_within(tree.root, f"arch/{tree.srcarch}/Makefile").replace("\\\n", " ")
    except SourceError:
        return {}
    forms = (*_called(tree, text), *_again(text), *_generic(tree, text))
    found = {name: recipe for name, recipe in forms if _is_there(tree, recipe)}
    for legacy in _LEGACY.finditer(text):
        if legacy["other"] in found:
            found[legacy["name"]] = _with_one_board(found[legacy["other"]], legacy["board"])
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


def _again(text: str) -> Iterator[tuple[str, Recipe]]:
    """Rules that call make for other config targets: one with a seed, or several onto each other."""
    for rule in _RULE.finditer(text):
        if call := _AGAIN.search(rule["recipe"]):
            goals = tuple(call["goals"].split())
            if call["seed"] is None:
                yield rule["name"], Recipe(goals=goals)
            elif len(goals) == 1 and _SEEDED.fullmatch(goals[0]):
                yield rule["name"], Recipe(files=(call["seed"],), target=goals[0])


def _with_one_board(recipe: Recipe, board: str) -> Recipe:
    boards = tuple(one for one in recipe.boards if one[0].endswith(f"/board-{board}.config"))
    return replace(recipe, boards=boards)


def _generic(tree: SourceTree, text: str) -> Iterator[tuple[str, Recipe]]:
    """The generic MIPS targets: bits, revision and endianness, and every board that fits."""
    boards = tuple(_boards(tree)) if "generic-board-config.sh" in text else ()
    for call in _GENERIC.finditer(text) if boards else ():
        for bits, revision, endian in product(*(call[part].split() for part in ("bits", "revisions", "endians"))):
            generic = f"{_folder(tree)}/generic"
            files = (f"{generic}_defconfig", f"{generic}/{bits}{revision}.config", f"{generic}/{endian}.config")
            yield f"{bits}{revision}{endian.replace('eb', '')}_defconfig", Recipe(files=files, boards=boards)


def _boards(tree: SourceTree) -> Iterator[tuple[str, tuple[str, ...]]]:
    folder = tree.root / _folder(tree) / "generic"
    note(folder)
    for file in sorted(folder.glob("board-*.config")):
        path = file.relative_to(tree.root).as_posix()
        if is_file_within(tree.root, path):
            yield path, tuple(_REQUIRE.findall(read_within(tree.root, path)))
