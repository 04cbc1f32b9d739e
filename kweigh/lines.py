"""Lines that somebody lays on a config.

Enters: a config, values by symbol. Leaves: a `ConfigSource`. Must hold: it is what `CONFIG+FRAGMENT` gives, with these
lines in the fragment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.config import ConfigSource
    from kweigh.config import Config


def fragment(config: Config, settings: Mapping[str, str | int | bool]) -> ConfigSource:
    """Raises UsageError for a symbol that the tree does not define and for a value that its type does not allow."""
    from analyzer import configs
    from analyzer.errors import UsageError
    from analyzer.model.config import Assignment, ConfigSource
    from analyzer.model.expr import Location

    base = config.resolved.source
    lines = []
    for name, given in settings.items():
        symbol = config[name].symbol
        value = _text(given)
        written = configs.value_text(symbol, value)
        if configs.parse_value(symbol, written) is None or "\n" in value:
            raise UsageError(f"{value} is no value for {symbol.name}, which is of type {symbol.type}")
        lines.append(Assignment(name=symbol.name, value=written, location=Location(path="with_()", line=0)))
    name = "+".join((base.name, ",".join(f"{line.name}={line.value}" for line in lines)))
    return ConfigSource(name=name, assignments=tuple(lines), base=base, files=base.files, warnings=base.warnings)


def _text(given: str | int | bool) -> str:
    if isinstance(given, bool):
        return "y" if given else "n"
    return str(given)
