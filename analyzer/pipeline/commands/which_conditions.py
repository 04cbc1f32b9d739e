"""What makefile lines ask of a config before they build something.

Enters: the steps that lead to an object. Leaves: the symbols that they need. Must hold: a condition that is of another
form is told as it stands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from analyzer.documents import is_there
from analyzer.model.build import Step


def leading(folders: Iterable[str], *, below: bool = False) -> Callable[[str], bool]:
    """Folders on the way to `folders`, and themselves; with `below` what lies in them as well."""
    ends = frozenset(folders)
    way = {"."}
    for end in ends:
        parts = end.split("/")
        way |= {"/".join(parts[:length]) for length in range(1, len(parts) + 1)}
    if not below:
        return way.__contains__
    return lambda folder: folder in way or any(folder.startswith(f"{end}/") for end in ends)


def path_below(root: Path, question: str) -> str:
    """A path as the tree names it: below the root, where it leads there from the current folder or as it stands."""
    path = question.rstrip("/") or question
    if "/" not in question and not Path(question).is_absolute():
        return path
    for base in (Path(path).absolute(), root / path):
        try:
            if is_there(base) and base.resolve().is_relative_to(root.resolve()):
                return base.resolve().relative_to(root.resolve()).as_posix()
        except OSError:
            continue
    return posixpath.normpath(path)


def needs(chain: Sequence[Step]) -> tuple[tuple[str, ...], ...]:
    """What the lines of a chain ask to be on: of each group one symbol. Of lines that would do alike, one is enough."""
    groups: dict[tuple[str, ...], None] = {}
    for step in chain:
        lines = [list(asked(line)) for line in (step, *step.also)]
        if len(lines) == 1:
            groups |= dict.fromkeys(lines[0])
        elif all(lines):
            groups[tuple(dict.fromkeys(name for line in lines for group in line for name in group))] = None
    alone = {group[0] for group in groups if len(group) == 1}
    return tuple(group for group in groups if len(group) == 1 or not alone.intersection(group))


def asked(step: Step) -> Iterator[tuple[str, ...]]:
    """The symbols that a line's list and the conditions around it ask, as groups of which one has to be on.

    obj-$(CONFIG_A)$(CONFIG_B), `ifneq ($(CONFIG_A)$(CONFIG_B),)` and `ifneq ($(filter y, $(CONFIG_A) $(CONFIG_B)),)`
    ask for either, `ifeq ($(CONFIG_A)$(CONFIG_B),yy)` for both.
    """
    if listed := tuple(dict.fromkeys(_TESTED.findall(step.variable))):
        yield listed
    for guard in step.guards:
        names = tuple(dict.fromkeys(_TESTED.findall(guard.text)))
        if _ALL_ON.fullmatch(guard.text):
            yield from ((name,) for name in names)
        elif _SOME_ON.fullmatch(guard.text) and names:
            yield names


_TESTED = re.compile(r"\bCONFIG_(\w+)")
_ALL_ON = re.compile(r"ifeq \(.*,\s*[ym]+\s*\)|else of ifneq \((?!.*filter).*,\s*[ym]+\s*\)")


_SOME_ON = re.compile(r"ifdef .*|ifneq \(.*,\s*\)|else of (?:ifndef .*|ifeq \(.*,\s*\))")
