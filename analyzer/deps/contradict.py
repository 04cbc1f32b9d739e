"""Proofs that something cannot be: what goals need, followed until two lines exclude each other.

Enters: a config, what is known of names in all configs of its tree, and `Need`s. Leaves: a `Contradiction`, or None
where none was found. Must hold: a contradiction is one for every config of the tree, whatever users set (only the
environment is taken from the config); its steps are the lines that make it, the goals first.

Every name has a lowest and a highest value that it may have; what follows from a line narrows them, until nothing more
follows or a name has no value left (unit propagation). That is no full search: None proves nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analyzer.deps.consequences import Clause, Conjunction, Consequences, Term
from analyzer.deps.fixed import Fixed
from analyzer.deps.needs import Need
from analyzer.deps.value_ranges import ANY, Bounds, Constants, ValueRanges
from analyzer.model.config import ResolvedConfig
from analyzer.model.doctor import Contradiction
from analyzer.model.expr import (
    TRISTATES,
    YES,
    And,
    Answered,
    Compare,
    Expr,
    Location,
    Not,
    Or,
    Ref,
    Tristate,
    compare,
    holds,
    names,
    show,
)

_STEPS = 6000
"""What follows is followed so far; a proof by hand has a dozen steps."""
_WAYS = 4
"""Dead ways that a proof names one by one."""


def contradiction(
    config: ResolvedConfig, goals: Sequence[tuple[Need, str]], constants: Constants = lambda _: ANY
) -> Contradiction | None:
    """Why the goals cannot be met together in any config; each goal comes with a text to cite it by."""
    wanted = {name for need, _ in goals for name in names(need.expr)}

    def of_others(name: str) -> Bounds:
        return ANY if name in wanted else constants(name)

    # That the goal itself is a constant proves it, but says less than why it is one.
    found = _Proof(config, of_others).run(goals) or _Proof(config, constants).run(goals)
    if found is None or not found.answers:
        return found
    # What holds whatever the toolchain answers is no matter of the toolchain; what is folded rests on its answers.
    return _Proof(config, lambda _: ANY, any_toolchain=True).run(goals) or found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    """Something that follows from `parents` (numbers of facts); without a text it is not worth a line. `expr` is what
    it is about."""

    text: str
    location: Location | None
    parents: tuple[int, ...]
    expr: Expr = YES


class _Conflict(Exception):
    """Two facts exclude each other."""

    def __init__(self, text: str, parents: tuple[int, ...]) -> None:
        super().__init__(text)
        self.text = text
        self.parents = parents


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """Something that holds and may narrow more when names in it have been narrowed: a clause, because of a fact."""

    clause: Clause
    fact: int


class _Proof:
    def __init__(self, config: ResolvedConfig, constants: Constants, *, any_toolchain: bool = False) -> None:
        self._config = config
        self._ranges = ValueRanges(config, constants, any_toolchain=any_toolchain)
        model = config.model
        self._consequences = Consequences(model=model, selectors=model.selectors(), impliers=model.impliers())
        self._fixed = Fixed(lines=self._consequences, range_of=self._ranges.of, initial=self._ranges.initial)
        self._facts: list[_Fact] = []
        self._because: dict[str, list[int]] = {}
        self._watching: dict[str, dict[int, _Claim]] = {}
        self._settled: set[int] = set()
        self._claims: list[_Claim] = []
        self._queue: deque[_Claim] = deque()

    def run(self, goals: Sequence[tuple[Need, str]]) -> Contradiction | None:
        try:
            for need, text in goals:
                fact = self._fact(text, need.asked, ())
                term = Term(expr=need.expr, low=need.low, high=need.high, text="", location=need.asked)
                self._queue.append(_Claim(clause=((term,),), fact=fact))
            while self._queue and len(self._facts) < _STEPS:
                self._follow(self._queue.popleft())
        except _Conflict as conflict:
            found = self._behind(conflict.parents)
            told = ((self._facts[n].text, self._facts[n].location) for n in found if self._facts[n].text)
            asked = dict.fromkeys(one for n in found for one in self._fixed.answers(self._facts[n].expr))
            return Contradiction(text=conflict.text, steps=tuple(dict.fromkeys(told)), answers=tuple(asked))
        return None

    def _behind(self, parents: Iterable[int]) -> list[int]:
        """The facts that lead to `parents`, in the order in which they were found."""
        found: set[int] = set()
        waiting = list(parents)
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting.extend(self._facts[number].parents)
        return sorted(found)

    def _fact(self, text: str, location: Location | None, parents: Iterable[int], expr: Expr = YES) -> int:
        self._facts.append(_Fact(text=text, location=location, parents=tuple(dict.fromkeys(parents)), expr=expr))
        return len(self._facts) - 1

    # Claims.

    def _follow(self, claim: _Claim) -> None:
        if id(claim) in self._settled:
            return
        alive = [way for way in claim.clause if self._killer(way) is None]
        if len(alive) > 1:
            self._watch(claim, (term.expr for way in claim.clause for term in way))
            return
        dead = [(way, term) for way in claim.clause if (term := self._killer(way)) is not None]
        parents = [claim.fact, *(self._dead(term) for _, term in dead[:_WAYS])]
        parents += [number for _, term in dead[_WAYS:] for number in self._support(term.expr)]
        if not alive:
            raise _Conflict(self._no_way(dead), tuple(parents))
        self._settle(claim)
        for term in alive[0]:
            fact = self._fact(term.text, term.location, parents, term.expr)
            self._require(term.expr, term.low, term.high, fact)

    def _settle(self, claim: _Claim) -> None:
        # A claim that nothing holds on to could leave its number to another one.
        self._settled.add(id(claim))
        self._claims.append(claim)

    def _watch(self, claim: _Claim, exprs: Iterable[Expr]) -> None:
        for name in dict.fromkeys(name for expr in exprs for name in names(expr)):
            self._watching.setdefault(name, {})[id(claim)] = claim

    def _killer(self, way: Conjunction) -> Term | None:
        """The first term of a way that cannot hold."""
        for term in way:
            low, high = self._ranges.of(term.expr)
            if high < term.low or low > term.high:
                return term
        return None

    def _dead(self, term: Term) -> int:
        """The fact that a way is none."""
        number = self._fact(term.text, term.location, (), term.expr)
        # The line is cited before what bars it.
        self._facts[number] = replace(self._facts[number], parents=tuple(self._support(term.expr)))
        return number

    def _no_way(self, dead: Sequence[tuple[Conjunction, Term]]) -> str:
        if not dead:
            return "no prompt, select, imply or default turns it on"
        if len(dead) == 1:
            return self._cannot(dead[0][1].expr, dead[0][1].low, dead[0][1].high)
        more = f" ({len(dead)} ways, none of which can hold)" if len(dead) > _WAYS else ""
        return f"none of the ways to it can hold{more}"

    def _cannot(self, expr: Expr, low: Tristate, high: Tristate) -> str:
        if isinstance(expr, Ref) and not self._is_defined(expr.name):
            return f"{expr.name} is not defined in {self._config.tree.label}"
        if isinstance(expr, Answered):
            return f"{show(expr)} is answered {expr.text} by {self._config.tree.toolchain.identity}"
        wanted = (
            "hold" if low > Tristate.n and high == Tristate.y else f"be {low if low == high else f'at most {high}'}"
        )
        return f"{show(expr)} cannot {wanted}"

    def _is_defined(self, name: str) -> bool:
        return name in self._config.model.symbols or name in self._config.model.choices

    def _support(self, expr: Expr) -> list[int]:
        """The facts that narrowed the names in `expr`."""
        return [number for name in dict.fromkeys(names(expr)) for number in self._known(name)]

    def _known(self, name: str) -> list[int]:
        """Why the value of a name is bound, if it is."""
        if name not in self._because:
            low, high = self._ranges.initial(name)
            if name in self._config.model.symbols and (low, high) != ANY:
                shown = str(low) if low == high else f"{low} to {high}"
                why, place = self._fixed.line(self._config.model.symbols[name])
                text = f"{name} is {shown} in every config{why}"
                self._because[name] = [self._fact(text, place, (), Ref(name))]
            elif not self._is_defined(name):
                self._because[name] = [self._fact(f"{name} is not defined in {self._config.tree.label}", None, ())]
        return self._because.get(name, [])

    # Expressions.

    def _require(self, expr: Expr, low: Tristate, high: Tristate, fact: int) -> None:
        """`expr` is worth `low` to `high`, because of `fact`."""
        lowest, highest = self._ranges.of(expr)
        if highest < low or lowest > high:
            raise _Conflict(self._cannot(expr, low, high), (fact, *self._support(expr)))
        if lowest >= low and highest <= high:
            return
        match expr:
            case Ref(name):
                self._narrow(name, max(low, lowest), min(high, highest), fact)
            case Not(operand):
                self._require(operand, Tristate(2 - high), Tristate(2 - low), fact)
            case And(operands):
                if low > Tristate.n:
                    for operand in operands:
                        self._require(operand, low, Tristate.y, fact)
                if high < Tristate.y:
                    self._one_of(operands, (Tristate.n, high), fact)
            case Or(operands):
                if high < Tristate.y:
                    for operand in operands:
                        self._require(operand, Tristate.n, high, fact)
                if low > Tristate.n:
                    self._one_of(operands, (low, Tristate.y), fact)
            case Compare():
                self._compared(expr, low, fact)
            case _:
                pass

    def _one_of(self, operands: Sequence[Expr], bounds: Bounds, fact: int) -> None:
        """One operand at least is within `bounds`."""
        place = self._facts[fact].location or Location(path="", line=0)
        terms = (Term(expr=o, low=bounds[0], high=bounds[1], text="", location=place) for o in operands)
        self._queue.append(_Claim(clause=tuple((term,) for term in terms), fact=fact))

    def _compared(self, expr: Compare, low: Tristate, fact: int) -> None:
        """A comparison is true (low is above n) or false: each side keeps the values that occur in a pair."""
        pairs = [
            (left, right)
            for left in self._ranges.values(expr.left)
            for right in self._ranges.values(expr.right)
            if holds(expr.op, compare(left, right)) == (low > Tristate.n)
        ]
        if not pairs:
            # A number or text may be anything.
            return
        for side, index in ((expr.left, 0), (expr.right, 1)):
            if isinstance(side, Ref) and self._ranges.is_tristate(side.name):
                values = [TRISTATES[pair[index].text] for pair in pairs]
                self._require(side, min(values), max(values), fact)
        place = self._facts[fact].location or Location(path="", line=0)
        claim = Term(expr=expr, low=low, high=Tristate.y if low > Tristate.n else Tristate.n, text="", location=place)
        self._watch(_Claim(clause=((claim,),), fact=fact), (expr,))

    def _narrow(self, name: str, low: Tristate, high: Tristate, fact: int) -> None:
        """`name` is `low` to `high`, because of `fact`; what follows from that is put on the queue."""
        before = self._ranges.of(Ref(name))
        symbol = self._config.model.symbols.get(name)
        if symbol is not None and symbol.type == "bool":
            low = Tristate.y if low == Tristate.m else low
            high = Tristate.n if high == Tristate.m else high
        self._ranges.narrowed[name] = (low, high)
        because = self._fact("", None, (fact, *self._known(name)))
        self._because[name] = [because]
        if low > high:
            raise _Conflict(f"{name} would have to be both on and off", (because,))
        if low > before[0]:
            self._queue.extend(_Claim(clause=c, fact=because) for c in self._consequences.of_on(name, low))
        if high < before[1]:
            self._queue.extend(_Claim(clause=c, fact=because) for c in self._consequences.of_off(name, high))
        self._queue.extend(self._watching.get(name, {}).values())
