"""Faults that a series brings, worsens or mends: what lint says of two trees, where they differ.

Enters: two open trees of one architecture. Leaves: `LintChange`. Must hold: only lines are asked about that one tree
has and the other has not so: selects that are new, under another condition, or of a target with other dependencies,
choices with other members, names that one tree defines; what a series does to a fault of lines that it leaves alone,
through symbols far away, is for `lint` on both to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from analyzer import trees
from analyzer.model.expr import show
from analyzer.model.kconfig import Choice, Definition, KconfigModel, Line
from analyzer.model.lint import Fault, LintChange
from analyzer.pipeline.commands.lint import happening
from analyzer.pipeline.commands.lint_names import unknown_elsewhere, unknown_names
from analyzer.pipeline.opening import OpenTree, Progress, silent
from analyzer.trees.mentions import Mentions

_Key = tuple[str, ...]


def lint_change(
    before: OpenTree,
    after: OpenTree,
    progress: Progress = silent,
    *,
    mentions: Callable[[Path], Mentions] = trees.mentions,
) -> LintChange:
    """What the way from one tree to the other does to its faults; `mentions` gives what the files of a tree ask for."""
    progress(f"looking for faults: {after.tree.label}", 0, 1)
    old, new = _lines(before.model), _lines(after.model)
    touched = old.keys() ^ new.keys()
    olds, news = _choices(before.model), _choices(after.model)
    shown = {key for key in olds.keys() | news.keys() if _members(before, olds, key) != _members(after, news, key)}
    found: list[list[Fault]] = []
    undecided: list[str] = []
    names = unknown_names(before), unknown_names(after)
    for at, (opened, lines, choices) in enumerate(((before, old, olds), (after, new, news))):
        asked = [line for key, rows in lines.items() if key in touched for line in rows]
        empty = [one for key, rows in choices.items() if key in shown for one in rows]
        told = list(happening(opened, asked, empty)) if asked or empty else []
        faults = [one for one in told if isinstance(one, Fault)]
        other = (after, before)[at]
        found.append([*faults, *_unknown(opened, other, names[at], names[1 - at], mentions)])
        undecided += (one for one in told if not isinstance(one, Fault) and opened is after)
    there, here = ({_key(one): one for one in faults} for faults in found)
    progress(f"looking for faults: {after.tree.label}", 1, 1)
    return LintChange(
        brought=tuple(one for key, one in here.items() if key not in there),
        worsened=tuple(one for key, one in here.items() if key in there and _is_worse(one, there[key])),
        mended=tuple(one for key, one in there.items() if key not in here),
        undecided=tuple(undecided),
    )


def _key(fault: Fault) -> _Key:
    return fault.kind, _unplaced(fault.name), _unplaced(fault.text)


def _unplaced(text: str) -> str:
    """Without the line of a choice: it moves."""
    return _LINE.sub(">", text)


_LINE = re.compile(r":\d+>")


def _is_worse(now: Fault, then: Fault) -> bool:
    """Whether there is more of it: lines that are not met, or places."""
    lines = Counter(text for text, _ in now.lines), Counter(text for text, _ in then.lines)
    return bool(lines[0] - lines[1]) or now.more > then.more


def _lines(model: KconfigModel) -> Mapping[_Key, tuple[Line, ...]]:
    """The selects, by what decides at first hand whether they may force: their own condition, what they stand under,
    and what their target depends on."""
    found: dict[_Key, tuple[Line, ...]] = {}
    for target, rows in model.selectors().items():
        needs = _needs(model.symbols[target].definitions) if target in model.symbols else ""
        for line in rows:
            selector, definition, select = line
            key = (selector.name, target, _unplaced(show(select.condition)), _needs((definition,)), needs)
            found[key] = (*found.get(key, ()), line)
    return found


def _needs(definitions: Iterable[Definition]) -> str:
    return _unplaced(" || ".join(show(one.condition) for one in definitions))


def _choices(model: KconfigModel) -> Mapping[str, tuple[Choice, ...]]:
    """The choices by file and prompt."""
    found: dict[str, tuple[Choice, ...]] = {}
    for key, choice in model.choices.items():
        found[_unplaced(key)] = (*found.get(_unplaced(key), ()), choice)
    return found


def _members(opened: OpenTree, choices: Mapping[str, tuple[Choice, ...]], key: str) -> Sequence[_Key]:
    """The members of the choices called so, and when each shows."""
    symbols = opened.model.symbols
    found: list[_Key] = []
    for choice in choices.get(key, ()):
        found.append(("", _shows(choice.definitions)))
        found += ((name, _shows(symbols[name].definitions)) for name in choice.members if name in symbols)
    return found


def _shows(definitions: Iterable[Definition]) -> str:
    return _unplaced(" || ".join(show(one.prompt_condition()) for one in definitions if one.prompt))


def _unknown(
    opened: OpenTree,
    other: OpenTree,
    here: Mapping[str, Fault],
    there: Mapping[str, Fault],
    mentions: Callable[[Path], Mentions],
) -> Iterator[Fault]:
    """Names that nothing defines, where the other tree does not name them (`there`), or defines them."""
    found = {name: fault for name, fault in here.items() if name not in there}
    gone = other.model.symbols.keys() - opened.model.symbols.keys()
    defined = trees.defined(opened.tree.root, {*found, *gone})
    yield from (fault for name, fault in found.items() if name not in defined)
    if gone - defined:
        yield from unknown_elsewhere(mentions(opened.tree.root), gone - defined)
