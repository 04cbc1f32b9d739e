"""What a config was made of, with further lines on top.

Enters: a config, symbols with values. Leaves: a `ConfigSource`. Must hold: what the config was made of stays below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analyzer import configs
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.expr import Location
from analyzer.model.kconfig import Symbol


def with_settings(config: ResolvedConfig, wanted: Mapping[str, str], *, place: str) -> ConfigSource:
    """What `config` was made of, with further lines behind it; `place` is where reasons say that they stand."""
    return laid_on(config.source, config.model.symbols, wanted, place=place)


def laid_on(
    source: ConfigSource, symbols: Mapping[str, Symbol], wanted: Mapping[str, str], *, place: str
) -> ConfigSource:
    """`source` with further lines behind its own, as `with_settings` has them."""
    where = Location(path=place, line=0)
    lines = tuple(
        Assignment(name=name, value=configs.value_text(symbols[name], value), location=where)
        for name, value in wanted.items()
    )
    return replace(source, assignments=(*source.assignments, *lines))
