"""Why and why not: the dependency graph of a tree and what it says about one config.

Enters: a `KconfigModel` or a `ResolvedConfig`. Leaves: the types of `analyzer.model.graph`, and a neighbourhood as
text. Must hold: networkx is used here and nowhere else, and only where a question about the graph is asked.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.deps.connect import connect, neighbourhood
    from analyzer.deps.cycles import find_cycles
    from analyzer.deps.defined import Homes, known, known_switch
    from analyzer.deps.doctor import diagnose, verdict_of
    from analyzer.deps.explain import explain
    from analyzer.deps.export import to_dot, to_mermaid
    from analyzer.deps.force import Forcing, force
    from analyzer.deps.minimality import Fewest
    from analyzer.deps.picks import picks
    from analyzer.deps.propose import Resolver, propose
    from analyzer.deps.remarks import limits
    from analyzer.deps.remedy import Aids, Remedies, prove, remedy, removal
    from analyzer.deps.similar_names import hint
    from analyzer.deps.strangers import Strangers
    from analyzer.deps.unmet import find_unmet

__all__ = [
    "Aids",
    "Fewest",
    "Forcing",
    "Homes",
    "Remedies",
    "Resolver",
    "Strangers",
    "connect",
    "diagnose",
    "explain",
    "find_cycles",
    "find_unmet",
    "force",
    "hint",
    "known",
    "known_switch",
    "limits",
    "neighbourhood",
    "picks",
    "propose",
    "prove",
    "remedy",
    "removal",
    "to_dot",
    "to_mermaid",
    "verdict_of",
]

import_lazily(__name__)
