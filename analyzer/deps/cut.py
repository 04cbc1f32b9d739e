"""What to turn off so that a symbol goes: a smallest set, as far as that can be told.

Enters: a config in which the symbol is on, and ways to resolve again. Leaves: a `Removal`. Must hold: the set was
resolved again, and the symbol is off with it but with none of its assignments left out; `lower_bound` is what was tried
out in full.

Single symbols, then pairs, are tried out, all that stand behind the symbol. Where they do not do, the selectors are
taken for a graph in which a symbol is on where a path leads to it from somebody's answer; a minimum cut of that graph
is as small a set of answers as blocks all paths. What it leaves on, defaults and implies, is cut in further rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from analyzer.deps.chain import chain
from analyzer.deps.moves import moves
from analyzer.deps.propose import proposed, smallest
from analyzer.deps.remedy import Aids, changed, goal, lightest, remedy
from analyzer.deps.requirements import guarded
from analyzer.deps.search import Plan, Search
from analyzer.model.config import ResolvedConfig
from analyzer.model.doctor import Remedy, Removal
from analyzer.model.expr import Expr, Ref, Tristate, all_of, conjuncts, names
from analyzer.model.graph import Explanation
from analyzer.model.kconfig import Line, Symbol

if TYPE_CHECKING:
    import networkx as nx

Trial = Callable[[Sequence[Sequence[str]], str], Sequence[bool]]
"""For sets of symbols, whether turning off just these turns the named one off."""

_SINGLES = 1500
_PAIRED = 70
"""How many symbols are tried out alone, and in pairs: the nearest first."""
_ROUNDS = 4
_HIDDEN = 2
"""What it costs to cut at a prompt that does not show, where a prompt that shows costs 1."""


def removal(config: ResolvedConfig, name: str, aids: Aids, turns_off: Trial) -> Removal:
    """What keeps the bool or tristate symbol `name`, which is on, in `config`, and what to turn off so that it goes."""
    symbol = config.model.symbols[name]
    explanation = Explanation(symbol=name, value=config.values[name], type=symbol.type, steps=chain(config, name))
    behind = _Behind(config, aids)
    nearest = list(behind.answered(name))
    found, tried, bound = _small_set(nearest, lambda sets: turns_off(sets, name))
    sets = [plan for plan in found if _goes(aids, plan, name)]
    if not sets:
        sets = [plan for plan in (behind.cut_in_rounds(name),) if plan]
        bound = min(bound, max((len(plan) for plan in sets), default=1))
    cured = [_cured(config, name, plan, aids) for plan in sets] or [remedy(config, {name: "n"}, aids, keep={})]
    least = min(map(_rank, cured))
    best = lightest([one for one in cured if _rank(one) == least], lambda one: one.gain)
    if len(best.assignments) > 1 and sets:
        # The search by needs knows moves that are no cuts, such as another pick of a choice.
        other = remedy(config, {name: "n"}, aids, keep={})
        if other.status == "verified" and len(other.assignments) < len(best.assignments):
            best = other
    return Removal(
        config=config,
        explanation=explanation,
        remedy=best,
        lower_bound=min(bound, max(len(best.assignments), 1)),
        tried=tried,
    )


def _rank(one: Remedy) -> tuple[int, int]:
    return len(one.assignments), len(one.changes)


def _goes(aids: Aids, plan: Plan, name: str) -> bool:
    return aids.resolve_with(dict(plan)).values[name] == "n"


def _small_set(
    names: Sequence[str], tries: Callable[[Sequence[Sequence[str]]], Sequence[bool]]
) -> tuple[list[Plan], int, int]:
    """The sets of one symbol, else of two, that do it; how many were tried; and how many are needed at least."""
    singles = [(name,) for name in names[:_SINGLES]]
    works = [single for single, goes in zip(singles, tries(singles), strict=True) if goes] if singles else []
    if works:
        return [_off(single) for single in works[:6]], len(singles), 1
    if len(names) > _SINGLES:
        return [], len(singles), 1
    pairs = list(combinations(names[:_PAIRED], 2))
    twos = [pair for pair, goes in zip(pairs, tries(pairs), strict=True) if goes] if pairs else []
    complete = len(names) <= _PAIRED
    tried = len(singles) + len(pairs)
    return [_off(pair) for pair in twos[:6]], tried, 3 if complete and not twos else 2


def _off(names: Sequence[str]) -> Plan:
    return tuple((name, "n") for name in names)


def _cured(config: ResolvedConfig, name: str, plan: Plan, aids: Aids) -> Remedy:
    least = smallest(aids.resolve_with, plan, (goal(config, name, "n"),))
    there = aids.resolve_with(dict(least))
    set_ = {name, *dict(least)}
    return Remedy(
        wishes=((name, "n"),),
        status="verified",
        assignments=proposed(config, least),
        changes=tuple(change for change in changed(config, there) if change.name not in set_),
        gain=aids.gain(there),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """The node between a symbol and what it depends on: the answer to its prompt."""

    name: str


_SOURCE = _Answer("")


class _Behind:
    """What stands behind symbols that are on."""

    def __init__(self, config: ResolvedConfig, aids: Aids) -> None:
        self._config = config
        self._aids = aids
        self._selectors: Mapping[str, Sequence[Line]] = config.model.selectors()
        self._impliers: Mapping[str, Sequence[Line]] = config.model.impliers()

    def answered(self, name: str) -> Iterator[str]:
        """The symbols behind `name` that a user can answer, the nearest first; members of choices left out."""
        waiting, seen = [name], {name}
        for current in waiting:
            symbol = self._config.model.symbols.get(current)
            if symbol is not None and symbol.choice is None and self._is_visible(current):
                yield current
            for other in self._names_behind(current):
                if other not in seen and self._config.tristate(other) > Tristate.n:
                    seen.add(other)
                    waiting.append(other)

    def _is_visible(self, name: str) -> bool:
        return self._config.visibility[name] > Tristate.n and self._config.model.symbols[name].is_tristate_valued

    def _names_behind(self, name: str) -> Iterator[str]:
        entry = self._config.model.symbols.get(name) or self._config.model.choices[name]
        for definition in entry.definitions:
            yield from names(definition.condition)
            for default in definition.defaults:
                yield from names(all_of([default.value, default.condition]))
        for lines in (self._selectors, self._impliers):
            for source, definition, line in lines.get(name, ()):
                if self._config.value(guarded(source.name, definition, line)) > Tristate.n:
                    yield source.name
                    yield from names(all_of([definition.condition, line.condition]))

    def cut_in_rounds(self, name: str) -> Plan:
        """A set of answers that turns `name` off; () where no cut does."""
        plan: dict[str, str] = {}
        behind = self
        for _ in range(_ROUNDS):
            more = behind._cut(name)
            if not more or more <= plan.keys():
                return ()
            plan |= behind._answers(sorted(more))
            there = self._aids.resolve_with(plan)
            if there.values[name] == "n":
                return tuple(plan.items())
            behind = _Behind(there, self._aids)
        return ()

    def _answers(self, names: Sequence[str]) -> dict[str, str]:
        """What turns the symbols off that a cut goes through: n, and what makes a prompt show that does not."""
        hidden = [goal(self._config, name, "n") for name in names if not self._is_visible(name)]
        opened = next(Search(moves(self._config)).plans(*hidden), ()) if hidden else ()
        return {**dict(opened), **dict.fromkeys(names, "n")}

    def _cut(self, name: str) -> frozenset[str]:
        """A smallest set of answers that every path to `name` leads through."""
        import networkx as nx

        graph: nx.DiGraph[object] = nx.DiGraph()
        waiting, seen = [name], {name}
        for current in waiting:
            for before in self._edges(graph, self._config.model.symbols[current]):
                if before not in seen:
                    seen.add(before)
                    waiting.append(before)
        if _SOURCE not in graph:
            return frozenset()
        try:
            _, (reached, _) = nx.minimum_cut(graph, _SOURCE, name)
        except nx.NetworkXUnbounded:
            return frozenset()
        answers = (node.name for node in reached if isinstance(node, _Answer) and node is not _SOURCE)
        return frozenset(name for name in answers if name not in reached)

    def _edges(self, graph: nx.DiGraph[object], symbol: Symbol) -> Iterator[str]:
        """Adds what turns `symbol` on; gives the names at the other ends."""
        name = symbol.name
        quiet = True
        for source, definition, line in self._selectors.get(name, ()):
            if self._config.value(guarded(source.name, definition, line)) > Tristate.n:
                graph.add_edge(source.name, name)
                quiet = False
                yield source.name
        if self._is_visible(name):
            answer = _Answer(name)
            graph.add_edge(answer, name, capacity=1)
            parent = self._parent(all_of([d.condition for d in symbol.definitions if d.prompt is not None][:1]))
            graph.add_edge(parent or _SOURCE, answer)
            if parent:
                yield parent
            return
        target: object = name
        if symbol.prompt and symbol.choice is None:
            # Another answer than the silent one is to be had at the price of making the prompt show.
            target = _Answer(name)
            graph.add_edge(target, name, capacity=_HIDDEN)
        for condition in self._silent(symbol):
            parent = self._parent(condition)
            if parent or quiet:
                graph.add_edge(parent or _SOURCE, target)
            if parent:
                yield parent

    def _silent(self, symbol: Symbol) -> Iterator[Expr]:
        """The conditions of the implies and defaults that hold."""
        for source, definition, line in self._impliers.get(symbol.name, ()):
            yield guarded(source.name, definition, line)
        for definition in symbol.definitions:
            for default in definition.defaults:
                condition = definition.under(all_of([default.value, default.condition]))
                if self._config.value(condition) > Tristate.n:
                    yield condition

    def _parent(self, condition: Expr) -> str:
        """The first symbol that the condition needs and that is not on in every config; "" without one."""
        for part in conjuncts(condition):
            symbol = self._config.model.symbols.get(part.name) if isinstance(part, Ref) else None
            if symbol is not None and symbol.is_tristate_valued and symbol.choice is None:
                low, _ = self._aids.constants(symbol.name)
                if low == Tristate.n and self._config.tristate(symbol.name) > Tristate.n:
                    return symbol.name
        return ""
