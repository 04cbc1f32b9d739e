"""What an expression owes its value to.

Enters: a `ResolvedConfig` and an `Expr`. Leaves: the names that decide, the smallest parts that fail, every name with
its value. Must hold: pure; left to right order; `want` is m or y, the least value that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import And, Expr, Not, Or, Tristate, answers, names
from analyzer.model.graph import Failure, Mention
from analyzer.model.kconfig import KconfigModel, Symbol


def mention(config: ResolvedConfig, name: str) -> Mention:
    """`name` and its value; a name that the tree defines neither as a symbol nor as a choice is worth n."""
    if name in config.values:
        return Mention(name=name, value=config.values[name], defined=True)
    if name in config.choice_values:
        return Mention(name=name, value=str(config.choice_values[name]), defined=True)
    return Mention(name=name, value="n", defined=False)


def mentions(config: ResolvedConfig, expr: Expr) -> tuple[Mention, ...]:
    """Every name in `expr`, each once, then every macro that the toolchain answered."""
    asked = (Mention(name=one.macro, value=one.text, defined=True) for one in dict.fromkeys(answers(expr)))
    return (*(mention(config, name) for name in dict.fromkeys(names(expr))), *asked)


def decisive(config: ResolvedConfig, expr: Expr, want: Tristate) -> tuple[str, ...]:
    """The names because of which `expr` is worth at least `want`, or because of which it is not; each once.

    Of a conjunction that holds every operand counts, of one that fails those that fail; of a disjunction the other
    way round.
    """
    return tuple(dict.fromkeys(_decisive(config, expr, want)))


def _decisive(config: ResolvedConfig, expr: Expr, want: Tristate) -> Iterator[str]:
    match expr:
        case Not(operand):
            # !e is at least `want` exactly when e is not at least y - want + 1.
            yield from _decisive(config, operand, Tristate(3 - want))
        case And(operands) | Or(operands):
            enough = config.value(expr) >= want
            every = enough == isinstance(expr, And)
            for operand in operands:
                if every or (config.value(operand) >= want) == enough:
                    yield from _decisive(config, operand, want)
        case _:
            yield from names(expr)


def failures(config: ResolvedConfig, expr: Expr, want: Tristate) -> tuple[Failure, ...]:
    """The smallest parts of `expr` that are each worth less than `want`; none when `expr` is worth `want`.

    All conjuncts that fail are parts of their own; a disjunction fails as one part, which names what would have held
    any of its operands.
    """
    value = config.value(expr)
    if value >= want:
        return ()
    if isinstance(expr, And):
        return tuple(f for operand in expr.operands for f in failures(config, operand, want))
    return (
        Failure(expr=expr, value=value, mentions=tuple(mention(config, name) for name in decisive(config, expr, want))),
    )


def is_two_valued(config: ResolvedConfig, symbol: Symbol) -> bool:
    """Whether the symbol knows no m: a bool, or a tristate while modules are off (sym_get_type() of
    scripts/kconfig/symbol.c).
    """
    return symbol.type == "bool" or (symbol.type == "tristate" and not has_modules(config))


def has_modules(config: ResolvedConfig) -> bool:
    """Whether m exists in this config."""
    return config.model.modules is not None and config.tristate(config.model.modules) != Tristate.n


def defined(model: KconfigModel, name: str) -> bool:
    """Whether the tree defines `name` as a symbol or a choice."""
    return name in model.symbols or name in model.choices
