"""Why a symbol has its value, and what would change it.

Enters: a `ResolvedConfig` and a name; optionally a way to resolve again. Leaves: an `Explanation`. Must hold: it is
the same for the same input, and what it proposes carries whether it was verified.
"""

from __future__ import annotations

from analyzer.deps.chain import chain
from analyzer.deps.conditions import is_two_valued
from analyzer.deps.defined import Homes, known
from analyzer.deps.propose import Resolver, propose
from analyzer.deps.requirements import definition_states, openings
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Tristate
from analyzer.model.graph import Explanation, Proposal
from analyzer.model.kconfig import Symbol


def explain(
    config: ResolvedConfig, symbol: str, *, resolve_with: Resolver | None = None, homes: Homes | None = None
) -> Explanation:
    """The whole chain behind the value of `symbol` (its name without CONFIG_), and what would turn it on.

    `resolve_with` resolves `config` with assignments on top and returns all values: with it proposals are verified.
    `homes` lists the Kconfig files of other architectures that define a name. Raises UsageError for a name that the
    tree does not define.
    """
    found = known(config, symbol, homes)
    value = config.values[symbol]
    steps = chain(config, symbol)
    if not found.is_tristate_valued:
        held = definition_states(config, found, Tristate.m) if steps[0].kind == "unmet" else ()
        return Explanation(symbol=symbol, value=value, type=found.type, steps=steps, definitions=held)
    if value == "y" or (value == "m" and is_two_valued(config, found)):
        return Explanation(symbol=symbol, value=value, type=found.type, steps=steps)
    off = value == "n"
    hidden = config.visibility[symbol] == Tristate.n
    return Explanation(
        symbol=symbol,
        value=value,
        type=found.type,
        steps=steps,
        definitions=definition_states(config, found, Tristate.m if off else Tristate.y),
        openings=openings(config, found) if off and hidden else (),
        proposal=_proposal(config, found, resolve_with, homes),
    )


def _proposal(config: ResolvedConfig, symbol: Symbol, resolve_with: Resolver | None, homes: Homes | None) -> Proposal:
    full = propose(config, symbol.name, Tristate.y, resolve_with=resolve_with, homes=homes)
    if full.status == "verified" or symbol.type != "tristate" or config.values[symbol.name] == "m":
        return full
    # A tristate that cannot be built in may still be had as a module.
    module = propose(config, symbol.name, Tristate.m, resolve_with=resolve_with, homes=homes)
    better = module.status == "verified" or not full.assignments
    return module if module.assignments and better else full
