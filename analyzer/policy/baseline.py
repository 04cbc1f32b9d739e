"""Baselines: the values of a matrix as text that git can compare.

Enters: resolved configs, or the text of a baseline. Leaves: text, or values with their lines. Must hold: reading what
was written gives the same values; equal values give equal text, one value a line, sorted, each line complete in itself.

A line is `ARCH CONFIG NAME VALUE`: NAME as the policy calls what it looks at, VALUE as .config has it, and `-` where
the tree does not define it. What holds a space or is no plain text stands in quotes, as JSON writes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from analyzer.errors import SourceError
from analyzer.model.config import ResolvedConfig
from analyzer.model.policy import Baseline, Cell, Looked, Target

HEAD = "# kweigh baseline 1"
UNDEFINED = "-"

_BARE = re.compile(r"[\w.,:;/+@%=-]+")
_FIELD = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"]+')
_FIELDS = 4


def symbol_and_value(config: ResolvedConfig, target: Target) -> tuple[str, str]:
    """The symbol that stands for `target` in a config's tree, and its value as a baseline shows it; ("", `-`) where
    there is none."""
    symbol = next((name for name in target.symbols if name in config.model.symbols), "")
    return (symbol, shown(config.values[symbol])) if symbol else ("", UNDEFINED)


def shown(value: str) -> str:
    """A value as one field."""
    return value if _BARE.fullmatch(value) and value != UNDEFINED else json.dumps(value)


def render_baseline(rows: Sequence[Looked], targets: Iterable[Target]) -> str:
    """The text of a baseline of every config that resolved."""
    wanted = tuple(targets)
    lines = {
        " ".join((shown(row.arch), shown(row.name), shown(target.name), symbol_and_value(row.config, target)[1]))
        for row in rows
        if row.config is not None
        for target in wanted
    }
    return "\n".join((HEAD, *sorted(lines))) + "\n"


def parse_baseline(text: str, *, path: str) -> Baseline:
    """The values that `text` holds. Raises SourceError with the line that is none."""
    lines = text.removesuffix("\n").split("\n")
    if lines[0] != HEAD:
        hint = "kweigh check --write-baseline makes one"
        raise SourceError("is not a baseline", path=path, lineno=1, hint=hint)
    found: dict[tuple[str, str, str], Cell] = {}
    for number, line in enumerate(lines[1:], 2):
        fields = _FIELD.findall(line)
        if len(fields) != _FIELDS or " ".join(fields) != line:
            raise SourceError("not a line ARCH CONFIG NAME VALUE", path=path, lineno=number)
        arch, config, name = map(_read, fields[:3])
        if (arch, config, name) in found:
            raise SourceError(f"{name} of {arch} {config} is there twice", path=path, lineno=number)
        found[arch, config, name] = Cell(value=fields[3], line=number)
    return found


def _read(field: str) -> str:
    try:
        return str(json.loads(field)) if field.startswith('"') else field
    except ValueError:
        return field
