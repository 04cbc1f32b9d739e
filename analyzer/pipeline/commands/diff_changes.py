"""What is otherwise in the second of two configs, one change at a time, and what to call it.

Enters: two opened configs, their sources as they are mixed, the keys that a mixture tells apart. Leaves: for every
change its keys, and a `RootCause`. Must hold: each key belongs to exactly one change.

The grain is what somebody can decide alone: the lines for one symbol or one choice; what a target answers to all other
symbols; one entry of Kconfig; one answer of the toolchain. An architecture is decided as a whole, with all entries that
are otherwise because of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from analyzer import trees
from analyzer.configs.union import Union
from analyzer.deps.requirements import suffix
from analyzer.errors import SourceError
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.difference import CauseKind, Cited, RootCause
from analyzer.model.expr import Location, show
from analyzer.model.kconfig import ChoiceRules, Definition, KconfigModel, Symbol
from analyzer.model.tree import SourceTree

_ARCH = "<arch>"
_TARGET = "<target>"
_SYMBOL_C = Location(path="scripts/kconfig/symbol.c", line=0)
_RULES = {
    ChoiceRules.SYMBOL: "a choice is a symbol with a value (up to 6.10)",
    ChoiceRules.MENU: "a choice is a menu, and the order of answers counts (from 6.11 on)",
}
_MACRO = re.compile(r"\$\(([\w-]+)")
_OF_ARCH = {"ARCH", "SRCARCH", "SUBARCH", "UTS_MACHINE", "BITS"}


class Changes:
    """The changes between two configs; `keys` has those of each."""

    def __init__(
        self,
        configs: tuple[ResolvedConfig, ResolvedConfig],
        sources: tuple[ConfigSource, ConfigSource],
        keys: Sequence[str],
        union: Union | None,
    ) -> None:
        self._configs = configs
        self._sources = sources
        self._union = union
        self._texts = _Texts()
        self._lines = tuple(_real_lines(source) for source in sources)
        parts: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for key in keys:
            parts.setdefault(self._part(key), []).append(key)
        self._parts = list(parts)
        self.keys = tuple(tuple(found) for found in parts.values())

    def told(self, change: int) -> RootCause:
        """What a change is."""
        what, names = self._parts[change]
        if what == _TARGET:
            told = [
                (Cited(text=_answers(source), location=Location(path=source.name, line=0)),) for source in self._sources
            ]
            return RootCause(kind="target", names=(), a=told[0], b=told[1])
        if what == "":
            ours, theirs = (tuple(_cited(a) for name in names for a in lines.get(name, ())) for lines in self._lines)
            return RootCause(kind="user", names=names, a=ours, b=theirs)
        if what == _ARCH:
            return self._architecture(self.keys[change])
        kind, ours, theirs = self._entry(names)
        return RootCause(kind=kind, names=names, a=ours, b=theirs)

    def _architecture(self, switches: Sequence[str]) -> RootCause:
        assert self._union is not None
        names = tuple(name for switch in switches for name in self._union.switches[switch])
        _, *lines = self._entry(names)
        a, b = (
            (Cited(text=f"ARCH={c.tree.arch}", location=Location(path=f"arch/{c.tree.srcarch}", line=0)), *cited)
            for c, cited in zip(self._configs, lines, strict=True)
        )
        return RootCause(kind="architecture", names=names, a=a, b=b)

    def rules(self) -> RootCause:
        """The rules of the trees' own scripts/kconfig, where these differ."""
        a, b = ((Cited(text=_RULES[config.tree.dialect.choices], location=_SYMBOL_C),) for config in self._configs)
        return RootCause(kind="rules", names=(), a=a, b=b)

    def _part(self, key: str) -> tuple[str, tuple[str, ...]]:
        """What a key belongs to: changes of lines go by their symbols, those of entries by their switch."""
        if self._union is not None and key in self._union.switches:
            names = self._union.switches[key]
            is_arch = self._crosses and self._entry(names)[0] == "architecture"
            return (_ARCH, ()) if is_arch else (key, names)
        names = tuple(dict.fromkeys(self._plain.get(name, name) for name in self._members(key)))
        if any(name in lines for lines in self._lines for name in names):
            return "", names
        return _TARGET, ()

    @property
    def _crosses(self) -> bool:
        a, b = (config.tree for config in self._configs)
        return a.arch != b.arch

    def _members(self, key: str) -> tuple[str, ...]:
        models = [config.model for config in self._configs] if self._union is None else [self._union.model]
        choice = next((model.choices[key] for model in models if key in model.choices), None)
        return choice.members if choice is not None else (key,)

    @cached_property
    def _plain(self) -> dict[str, str]:
        """The symbol that a twin stands for."""
        return {twin: name for name, twins in self._union.twins.items() for twin in twins} if self._union else {}

    # Entries of Kconfig.

    def _entry(self, names: Sequence[str]) -> tuple[CauseKind, tuple[Cited, ...], tuple[Cited, ...]]:
        """The kind of a changed entry, and the lines that differ on each side."""
        ours: list[Cited] = []
        theirs: list[Cited] = []
        lone = False
        for name in names:
            a, b = (config.model.symbols.get(name) for config in self._configs)
            lone = lone or a is None or b is None
            only_a, only_b = differing_lines(a, b)
            ours += only_a
            theirs += only_b
        return self._kind(ours, theirs, lone=lone), tuple(ours), tuple(theirs)

    def _kind(self, ours: Sequence[Cited], theirs: Sequence[Cited], *, lone: bool) -> CauseKind:
        a, b = (config.tree for config in self._configs)
        if a.root == b.root and a.arch == b.arch:
            # The same files, seen as the same architecture: nothing else is left.
            return "toolchain"
        raw = [self._texts.line(tree, c.location).strip() for tree, cited in ((a, ours), (b, theirs)) for c in cited]
        macros = {name for line in raw for name in _MACRO.findall(line)}
        if not lone and macros and len(set(raw)) == 1:
            return "architecture" if macros <= _OF_ARCH else "toolchain"
        if a.root == b.root:
            return "architecture"
        own = tuple(f"arch/{tree.srcarch}/" for tree in (a, b))
        if a.srcarch != b.srcarch and any(c.location.path.startswith(own) for c in (*ours, *theirs)):
            return "architecture"
        return "default" if not lone and all(c.text.startswith("default ") for c in (*ours, *theirs)) else "entry"


class _Texts:
    """Lines of trees, each file read once."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], list[str]] = {}

    def line(self, tree: SourceTree, location: Location) -> str:
        """The line; "" where it can't be read."""
        key = str(tree.root), location.path
        if key not in self._files:
            try:
                self._files[key] = trees.read_within(tree.root, location.path).split("\n")
            except SourceError:
                self._files[key] = []
        lines = self._files[key]
        return lines[location.line - 1] if 0 < location.line <= len(lines) else ""


def _real_lines(source: ConfigSource) -> dict[str, list[Assignment]]:
    """The lines that somebody wrote; those of a .config that a merge went over have no number."""
    found: dict[str, list[Assignment]] = {}
    for line in source.assignments:
        if line.location.line:
            found.setdefault(line.name, []).append(line)
    return found


def _cited(line: Assignment) -> Cited:
    return Cited(text=line.line, location=line.location)


def _answers(source: ConfigSource) -> str:
    kept = next((line.location.path for line in source.assignments if not line.location.line), "")
    if kept:
        return f"what is not set stays as in the .config of {kept}"
    return (
        "what is not set gets its default" if source.fill == "default" else f"what is not set is answered {source.fill}"
    )


def entry_cause(a: KconfigModel, b: KconfigModel, names: Sequence[str]) -> RootCause:
    """What is otherwise in the entries of `names` of one architecture and one toolchain."""
    ours: list[Cited] = []
    theirs: list[Cited] = []
    lone = False
    for name in names:
        one, other = a.symbols.get(name), b.symbols.get(name)
        lone = lone or one is None or other is None
        only_a, only_b = differing_lines(one, other)
        ours += only_a
        theirs += only_b
    defaults = not lone and all(c.text.startswith("default ") for c in (*ours, *theirs))
    return RootCause(kind="default" if defaults else "entry", names=tuple(names), a=tuple(ours), b=tuple(theirs))


def differing_lines(a: Symbol | None, b: Symbol | None) -> tuple[list[Cited], list[Cited]]:
    """The lines of each side that the other has not, wherever they stand."""
    if a is None or b is None:
        return _head(a), _head(b)
    ours, theirs = (list(_lines(symbol)) for symbol in (a, b))
    only_a, only_b = _without(ours, theirs), _without(theirs, ours)
    # What changed may be no more than the order.
    return (only_a, only_b) if only_a or only_b else (_head(a), _head(b))


def _head(symbol: Symbol | None) -> list[Cited]:
    return [] if symbol is None else [Cited(text=f"config {symbol.name}", location=symbol.location)]


def _without(these: Iterable[Cited], those: Iterable[Cited]) -> list[Cited]:
    there = Counter(cited.text for cited in those)
    left: list[Cited] = []
    for cited in these:
        if there[cited.text]:
            there[cited.text] -= 1
        else:
            left.append(cited)
    return left


def _lines(symbol: Symbol) -> Iterator[Cited]:
    for definition in symbol.definitions:
        yield Cited(text=symbol.type, location=definition.location)
        yield from _properties(definition)


def _properties(definition: Definition) -> Iterator[Cited]:
    for line in definition.dependencies:
        if line.source != "choice":
            yield Cited(text=f"{line.source} {show(line.expr)}", location=line.location)
    prompt = definition.prompt
    if prompt is not None:
        for line in definition.visibility:
            yield Cited(text=f"visible if {show(line.expr)}", location=line.location)
        yield Cited(text=f"prompt{suffix(prompt.condition)}", location=prompt.location)
    for default in definition.defaults:
        yield Cited(text=f"default {show(default.value)}{suffix(default.condition)}", location=default.location)
    for word, lines in (("select", definition.selects), ("imply", definition.implies)):
        for select in lines:
            yield Cited(text=f"{word} {select.target}{suffix(select.condition)}", location=select.location)
    for bounds in definition.ranges:
        text = f"range {show(bounds.low)} {show(bounds.high)}{suffix(bounds.condition)}"
        yield Cited(text=text, location=bounds.location)
