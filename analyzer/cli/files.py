"""The files that results are written to.

Enters: what -o says. Leaves: a path, and the format that its name stands for. Must hold: a name says how it is written
only where nobody else does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem


class Named(click.Path):
    """A path; an empty word is none, whatever pathlib makes of it (the current folder)."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value):
            self.fail("an empty word names nothing.", param, ctx)
        return super().convert(value, param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """Folders where a folder is meant, whatever the command says itself of a file there."""
        if param.metavar == "DIR":
            return [CompletionItem(incomplete, "dir")]
        return super().shell_complete(ctx, param, incomplete)


class _File(Named):
    """A file to write to: `name/` can be none, whatever pathlib makes of it."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if str(value).endswith("/"):
            self.fail(f"{value} is the name of a folder, not of a file.", param, ctx)
        return super().convert(value, param, ctx)


WRITTEN = _File(path_type=Path)
PATH = Named(path_type=Path)
FOLDER = Named(path_type=Path, file_okay=False)

_ENDS = {
    **{f".{name}": name for name in ("html", "csv", "json", "parquet", "duckdb", "sarif", "dot", "config")},
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mmd": "mermaid",
}
"""The format that the end of a file's name stands for."""


def format_of(file: Path | None, formats: Sequence[str]) -> str:
    """What a file is written as where nobody says it. Raises UsageError for an end that stands for a format which the
    command does not have."""
    found = next((format for end, format in _ENDS.items() if file is not None and file.name.lower().endswith(end)), "")
    if not found or len(formats) == 1:
        return formats[0]
    if found == "config":
        return next((one for one in ("config", "fragment") if one in formats), formats[0])
    if found not in formats:
        raise click.UsageError(f"{file}: there is no format {found} here ({', '.join(formats)}; --format chooses one)")
    return found


class _Template(type(click.STRING)):  # type: ignore[misc]
    """An address with {path}, and maybe {line}."""

    name = "url"
    help = "Link places to URL, a web view of the tree with {path} and {line} (pages)."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Raises BadParameter for what is no web address or has no {path}."""
        text = str(value)
        if text and not (text.startswith(("https://", "http://")) and "{path}" in text):
            self.fail(
                f"{text} is no address with {{path}}, such as https://example.org/linux/{{path}}#L{{line}}", param, ctx
            )
        return text


TEMPLATE = _Template()
