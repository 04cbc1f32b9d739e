"""What stands in the way for good: the facts that no assignment changes.

Enters: a need that cannot be met, with the alternatives that were tried. Leaves: `Obstacle` values, in the order met.
Must hold: each is a leaf of the search, said in words, with the line that asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analyzer.deps.conditions import mention, mentions
from analyzer.deps.defined import Homes, undefined
from analyzer.deps.needs import Alternative, Need
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import MOD, Answered, Const, Ref, Tristate, show
from analyzer.model.graph import Obstacle


def find_obstacles(
    config: ResolvedConfig,
    goal: Need,
    possible: Callable[[Need], bool],
    alternatives: Mapping[Need, tuple[Alternative, ...]],
    homes: Homes | None,
) -> tuple[Obstacle, ...]:
    """The leaves under `goal` for which there is no alternative, each once.

    Of several things that an alternative needs only the impossible ones are followed; of several alternatives all are,
    for each of them fails.
    """
    found: dict[Obstacle, None] = {}
    waiting, seen = [goal], {goal}
    while waiting:
        need = waiting.pop()
        below = [n for alternative in alternatives.get(need, ()) for n in alternative.needs if not possible(n)]
        if not below:
            found[_leaf(config, need, homes)] = None
        new = [n for n in dict.fromkeys(below) if n not in seen]
        seen.update(new)
        waiting.extend(reversed(new))
    return tuple(found) or (Obstacle(name="", text=f"{show(goal.expr)} needs itself", location=goal.asked),)


def _leaf(config: ResolvedConfig, need: Need, homes: Homes | None) -> Obstacle:
    expr = need.expr
    if isinstance(expr, Ref):
        return Obstacle(name=expr.name, text=_about(config, expr.name, need, homes), location=need.asked)
    if isinstance(expr, Answered):
        text = f"{expr.macro} is answered {expr.text} by {config.tree.toolchain.identity}"
        return Obstacle(name="", text=text, location=need.asked)
    if isinstance(expr, Const):
        always = "m as long as there are modules" if expr == MOD else f"always {expr.text}"
        text = f"the condition is {always}, as it is written"
        return Obstacle(name="", text=text, location=need.asked)
    known = ", ".join(f"{m.name}={m.value}" for m in mentions(config, expr) if m.defined)
    wanted = "false" if need.high == Tristate.n else "true"
    text = f"{show(expr)} would have to be {wanted}" + (f" ({known})" if known else "")
    return Obstacle(name="", text=text, location=need.asked)


def _about(config: ResolvedConfig, name: str, need: Need, homes: Homes | None) -> str:
    symbol = config.model.symbols.get(name)
    if symbol is None and name not in config.model.choices:
        return undefined(config, name, homes)
    value = mention(config, name).value
    if symbol is not None and symbol.env is not None:
        return f"{name} comes from the environment and is {value}"
    if symbol is not None and not symbol.is_tristate_valued:
        return f"{name} is of type {symbol.type}, which counts as n"
    if need.low == need.high == Tristate.m:
        return f"{name} is {value} and cannot be m"
    if need.low > Tristate.n:
        return f"{name} is {value}, and no prompt, select, imply or default can turn it on"
    return f"{name} is {value}, and nothing that a user sets turns it off"
