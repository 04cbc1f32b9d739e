"""The proof that no set of symbols to turn off changes fewer others.

Enters: a config, a symbol that is on, how many others the best set changes, who tells how many change at least. Leaves:
whether it is proved. Must hold: True is true of every set of symbols that the config shows a prompt for; False says
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Tristate

Fewest = Callable[[str, Sequence[str], Mapping[str, str], int], float]
"""How many others change at least where a symbol goes and any of some symbols are answered n: `configs.Fewest`."""


def is_least(config: ResolvedConfig, name: str, most: int, fewest: Fewest) -> bool:
    """Whether every set of answers n that turns `name` off changes at least `most` other symbols."""
    symbols, values = config.model.symbols, dict(config.values.items())
    if symbols[name].choice is not None:
        # What turns a member off is another pick.
        return False
    users = [
        one
        for one, shown in config.visibility.items()
        if shown > Tristate.n
        and one in symbols
        and symbols[one].prompt
        and symbols[one].choice is None
        and symbols[one].is_tristate_valued
        and values[one] != "n"
    ]
    return fewest(name, users, values, most) >= most
