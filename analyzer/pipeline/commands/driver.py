"""A driver's source under a resolved config.

Enters: a `ResolvedConfig`, a C file. Leaves: a `DriverRun`. Must hold: what the config leaves out of the file is left
out here; a file is looked for where the user stands, then in the tree.
"""

from __future__ import annotations

from pathlib import Path

from analyzer import dma, documents, drivers
from analyzer.model.config import ResolvedConfig
from analyzer.model.driver import CallKind, DriverRun
from analyzer.pipeline.commands.model import label_of, rules_for


def run(config: ResolvedConfig, file: Path, *, kernel: str | None = None) -> DriverRun:
    """What the driver does under the config. Raises as `drivers.study`."""
    rules, note = rules_for(config, kernel)
    off = frozenset(name for name, value in config.values.items() if value == "n")
    inside = config.tree.root / file
    found = inside if not documents.is_file(file) and documents.is_file(inside) else file
    source = drivers.study(found, shown=str(file), off=off)
    masks = [call.mask for call in source.calls if call.kind is CallKind.MASK and call.mask]
    return DriverRun(
        label=label_of(config),
        rules=rules,
        note=note,
        masks=tuple(dict.fromkeys(masks)),
        source=source,
        plays=dma.lives(source.buffers, masks, rules, dma.platform_of(config)),
    )
