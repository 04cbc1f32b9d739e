"""The dependency graph of a tree, and the answers that it gives for one config.

Enters: nothing. Leaves: the graph (`Edge`, `DependencyGraph`, `Neighbourhood`), the answer to "why" (`Explanation`
and its parts), `UnmetDependency` and `Cycle`. Must hold: every line cited carries its place; every name that an
evidence leans on has exactly one step in its explanation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from analyzer.model.config import ReasonKind
from analyzer.model.expr import Expr, Location, SymbolType, Tristate
from analyzer.model.kconfig import DependencySource

EdgeKind = Literal["depends", "selects", "implies", "default", "choice"]
EDGE_KINDS: tuple[EdgeKind, ...] = get_args(EdgeKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`source` depends on, selects, implies, takes its default from, or (a member) is part of the choice `target`.

    `condition` is the conjunct itself for "depends", and for all others the whole condition under which the line
    works: the source's own value for "selects" and "implies", the dependencies of the definition, and the line's
    `if`.
    """

    kind: EdgeKind
    source: str
    target: str
    condition: Expr
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyGraph:
    """All edges between names. `names` are the symbols, the choices, and then the names that are used but never
    defined.
    """

    names: tuple[str, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name in an expression and its value in the config; a name that the tree does not define counts as n."""

    name: str
    value: str
    defined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One line that took part in a decision, as it reads and as it evaluates.

    `name` is the other symbol (selector, implier, the choice's pick) or "". `condition` is the whole condition
    tested, `value` its value, `mentions` every name in it. `because` are the names that made it so; each has a `Step`
    in the same explanation.
    """

    name: str
    text: str
    location: Location
    condition: Expr
    value: Tristate
    mentions: tuple[Mention, ...] = ()
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Why one symbol (or choice) has its value: one step of the chain. No evidence that leans on others: a root.
    `prompted` and `choice` are as in Reason; `selectors` are those that would select what nothing else can turn on."""

    name: str
    value: str
    kind: ReasonKind
    location: Location
    evidence: tuple[Evidence, ...] = ()
    prompted: bool = False
    choice: str = ""
    selectors: tuple[str, ...] = ()

    @property
    def because(self) -> tuple[str, ...]:
        """The names that its evidence leans on, each once, in order."""
        return tuple(dict.fromkeys(name for e in self.evidence for name in e.because))


def spoken(text: str) -> str:
    """A name, or an expression, in which a choice, which has no name, is called by its prompt and its place.

    >>> spoken('<choice "Timer frequency" kernel/Kconfig.hz:8> && SMP')
    'the choice "Timer frequency" at kernel/Kconfig.hz:8 && SMP'
    """
    return _CHOICE.sub(r"the choice\1 at \2", text) if "<choice " in text else text


def titled(choice: str) -> str:
    """A choice by its prompt alone, for where its place, or one in it, stands beside."""
    return _CHOICE.sub(r"the choice\1", choice) if choice else "the choice"


_CHOICE = re.compile(r'<choice( ".*?")? ([^<>"]+:\d+)>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A smallest sub-expression that is worth less than is needed, and the names in it that keep it there."""

    expr: Expr
    value: Tristate
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One conjunct that a definition stands under, evaluated; `failures` is empty when it is met.

    `source` is the construct that wrote it, "prompt" for the `if` behind a prompt.
    """

    source: DependencySource | Literal["prompt"]
    text: str
    expr: Expr
    value: Tristate
    location: Location
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionState:
    """One place that defines a symbol: what it depends on and, where it has a prompt, what its prompt needs on top.

    `value` is that of all dependencies together, `visible` that of the prompt (None: there is no prompt here).
    """

    location: Location
    value: Tristate
    visible: Tristate | None
    requirements: tuple[Requirement, ...]


OpeningKind = Literal["select", "imply", "default"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A line that could turn a symbol on without its prompt, and what it lacks in this config.

    `name` is the symbol whose line it is. For a default, `condition` includes its value and that no earlier default
    holds.
    """

    kind: OpeningKind
    name: str
    text: str
    location: Location
    condition: Expr
    value: Tristate
    missing: tuple[Failure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedValue:
    """One assignment of a proposal; `current` is the value now, `location` the prompt that takes it."""

    name: str
    value: str
    current: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Something that no assignment can change, in words, and the line that asks for it."""

    name: str
    text: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What to set so that `symbol` becomes `value`.

    "verified": the config was resolved again with the assignments and the symbol took the value. "not verified":
    nobody could resolve it, or it did not come out. "impossible": no assignment does it; `obstacles` say why.
    "unknown": the search ended with neither a plan nor a proof.
    """

    symbol: str
    value: Tristate
    status: Literal["verified", "not verified", "impossible", "unknown"]
    assignments: tuple[ProposedValue, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why `symbol` has `value`.

    `steps` starts with the symbol itself; every other step is named by an earlier one's `because`, and each name
    occurs once. When more could be had (off, or m where y exists) `definitions` says what holds it back, and
    `proposal` what to set; `openings` are the lines that could turn it on without a prompt, listed when it is off and
    no user can reach it through a prompt.
    """

    symbol: str
    value: str
    type: SymbolType
    steps: tuple[Step, ...]
    definitions: tuple[DefinitionState, ...] = ()
    openings: tuple[Opening, ...] = ()
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetDependency:
    """A select that forces a symbol past what its `depends on` allows.

    `forced` is the value that the selects ask for, `allowed` that of the direct dependency; `selects` the active
    lines, `definitions` the places whose dependencies fail.
    """

    name: str
    value: str
    forced: Tristate
    allowed: Tristate
    selects: tuple[Evidence, ...]
    definitions: tuple[DefinitionState, ...]


LoopEdgeKind = Literal[
    "depends on",
    "is selected by",
    "is implied by",
    "default",
    "prompt",
    "range",
    "visible if",
    "is part of",
    "contains",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopEdge:
    """One edge of a loop: the value of `source` needs the value of `target`, for the line at `location`."""

    kind: LoopEdgeKind
    source: str
    target: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A dependency loop: each edge's target is the next one's source, and the last leads back to the first."""

    edges: tuple[LoopEdge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A name near the centre: `distance` in edges, `location` of the definition (None: the tree does not define it)."""

    name: str
    value: str
    type: SymbolType
    prompt: str
    location: Location | None
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuedEdge:
    """An edge and what its condition is worth in the config."""

    edge: Edge
    value: Tristate


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """The part of the graph within `depth` edges of `centre` in either direction, over edges of the given kinds.

    `nodes` by distance, then in the order of the graph; `edges` are all that join two of them.
    """

    centre: str
    depth: int
    kinds: tuple[EdgeKind, ...]
    nodes: tuple[Node, ...]
    edges: tuple[ValuedEdge, ...]
