"""What weighing every option of a config has told, kept beside the ledger.

Enters: a ledger, a config, its table. Leaves: the table again. Must hold: it is found by exactly the values of the
config, its tree, architecture and compiler, and only by the version of our own code that told it; what cannot be read
is as if nothing was kept.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from analyzer.errors import SourceError, ToolchainError
from analyzer.model.config import ResolvedConfig
from analyzer.model.option import OptionTable
from analyzer.noted import note
from analyzer.pipeline.build.building import origin_of, settings_of
from analyzer.pipeline.keeping.own_code import own_code
from analyzer.sizes import options


def keep(ledger: Path, base: ResolvedConfig, found: OptionTable) -> None:
    """Keep the table of `base`, as a whole or not at all. Raises ToolchainError where nothing can be written."""
    path = place(ledger, base)
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(options.render(found), "utf-8")
        fresh.replace(path)
    except OSError as error:
        raise ToolchainError(f"cannot keep {path}: {error.strerror or error}") from error


def read(path: Path) -> OptionTable | None:
    """The table that was kept at a place; None where there is none."""
    try:
        note(path)
        return options.parse(path.read_bytes(), path=str(path))
    except (OSError, SourceError):
        return None


def any_at(ledger: Path) -> bool:
    """Whether anything is kept beside a ledger."""
    note(_folder(ledger))
    return _folder(ledger).is_dir()


def every(ledger: Path) -> tuple[OptionTable, ...]:
    """All tables that are kept beside a ledger."""
    found = map(read, sorted(_folder(ledger).glob("*.jsonl")) if any_at(ledger) else ())
    return tuple(table for table in found if table is not None)


def place(ledger: Path, base: ResolvedConfig) -> Path:
    """Where the table of a config is kept."""
    origin = origin_of(base)
    parts = (own_code("pipeline", "sizes"), origin.tree, origin.arch, origin.compiler)
    identity = json.dumps([*parts, sorted(settings_of(base).items())])
    return _folder(ledger) / f"{origin.arch}-{hashlib.sha256(identity.encode('ascii')).hexdigest()[:16]}.jsonl"


def _folder(ledger: Path) -> Path:
    return ledger.with_name(f"{ledger.name}-options")
