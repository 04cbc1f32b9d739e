"""Where and how the result of a command is shown.

Enters: nothing. Leaves: `Output`, which `options.py` makes of the command line and `show.py` follows, and the formats
that there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from kweigh import Tree

FORMATS = ("terminal", "markdown", "csv", "json", "html")
JUDGING_FORMATS = (*FORMATS, "sarif", "github")
"""What commands offer whose reports have findings."""
DATABASES = ("parquet", "duckdb")
TABLE_FORMATS = (*FORMATS, *DATABASES)
"""The formats of commands whose records are worth a database; these need the extra `tables`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where and how a command's result is shown; `tree` is what it is about, where that is one. `rest` says what shows
    the rows that long tables leave out ("": they leave none out)."""

    format: str
    file: Path | None
    colour: str
    width: int | None
    quiet: bool
    strict: bool
    tree: Tree | None = None
    source_url: str = ""
    rest: str = ""


def check_file(output: Output) -> None:
    """Raises UsageError where a database has no file to go to."""
    if output.format in DATABASES and output.file is None:
        raise UsageError(f"the format {output.format} needs a file", hint=f"-o FILE.{output.format}")
