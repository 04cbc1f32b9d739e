"""What a config leaves open, and which of its lines opened it.

Enters: a ResolvedConfig. Leaves: `Unanswered`. Must hold: a line counts as opening only where the prompt's own
condition names its symbol, or one that its symbol selects.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import configs
from analyzer.model.config import Cause, ResolvedConfig
from analyzer.model.expr import Tristate, names, show
from analyzer.model.kconfig import Definition
from analyzer.model.new import NewSymbol, Unanswered

_HOPS = 12


def unanswered(config: ResolvedConfig) -> Unanswered:
    """Every symbol that `make oldconfig` would ask about."""
    menus = configs.menus(config)
    symbols = []
    for name, definition in configs.unanswered(config):
        assert definition.prompt is not None
        symbols.append(
            NewSymbol(
                name=name,
                type=config.model.symbols[name].type,
                value=config.values[name],
                line=configs.symbol_line(config, name).rstrip("\n"),
                prompt=definition.prompt.text,
                menu=menus[name, definition.location],
                location=definition.location,
                reason=config.reasons[name],
                needs=show(definition.prompt_condition()),
                opened=tuple(_opened(config, definition)),
            )
        )
    return Unanswered(config=config, symbols=tuple(symbols))


def _opened(config: ResolvedConfig, definition: Definition) -> Iterator[Cause]:
    """The lines of the config behind what the prompt's condition names and is on, the innermost first."""
    named = dict.fromkeys(names(definition.prompt_condition()))
    found: dict[str, Cause] = {}
    for name in reversed(named):
        if name in config.model.symbols and config.tristate(name) is not Tristate.n:
            line = _line(config, name, _HOPS)
            if line is not None:
                found.setdefault(line.text, line)
    yield from found.values()


def _line(config: ResolvedConfig, name: str, steps: int) -> Cause | None:
    """The line that sets a symbol, or one that selects it."""
    reason = config.reasons[name]
    if reason.kind == "user":
        return reason.causes[0]
    if reason.kind in {"selected", "implied"} and reason.causes[0].name and steps:
        return _line(config, reason.causes[0].name, steps - 1)
    return None
