"""What a wheel has beside the package: man pages, the completion of three shells, and a README that stands alone.

Enters: the command line, README.md. Leaves: files for share/, the long description. Must hold: only click is needed to
import the command line; an editable installation, which has none of these, needs nothing.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

if TYPE_CHECKING:
    import click

_SHELLS = {
    "bash": "share/bash-completion/completions/kweigh",
    "zsh": "share/zsh/site-functions/_kweigh",
    "fish": "share/fish/vendor_completions.d/kweigh.fish",
}
_PICTURE = re.compile(r"^!\[[^]]*\]\((?!https?:)[^)]*\)\n+", re.MULTILINE)
_LINK = re.compile(r"\[([^]]*)\]\((?!https?:)[^)]*\)")


class Share(BuildHookInterface):  # type: ignore[type-arg]
    """Adds share/man and the shells' completions to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a target is built; `version` is `editable` or `standard`."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, self.root)
        folder = Path(mkdtemp(prefix="kweigh-share-"))
        for name, text in (*pages(self.metadata.version), *completions()):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            build_data["shared_data"][str(path)] = name


class Readme(MetadataHookInterface):
    """The README for an index, where links into the repository lead nowhere."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Called with the declared metadata."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": alone(text)}


def alone(text: str) -> str:
    """Markdown without pictures and links of the repository's own; the words of a link stay."""
    return _LINK.sub(r"\1", _PICTURE.sub("", text))


def pages(version: str) -> Iterator[tuple[str, str]]:
    """A man page of kweigh and of each of its commands, by its place in the wheel."""
    import click

    from analyzer.cli.group import kweigh

    root = click.Context(kweigh, info_name="kweigh")
    yield "share/man/man1/kweigh.1", _page(root, version)
    for name, command in kweigh.commands.items():
        yield f"share/man/man1/kweigh-{name}.1", _page(click.Context(command, info_name=name, parent=root), version)


def _page(context: click.Context, version: str) -> str:
    from click_man.core import generate_man_page

    day = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "1580601600")), UTC).strftime("%Y-%m-%d")
    command = context.command
    # Of a longer sentence than 45 letters it would take the beginning.
    own, command.short_help = command.short_help, command.get_short_help_str(_WHOLE)
    page: str = generate_man_page(context, version=version, date=day)
    command.short_help = own
    lines = (command.epilog or "").replace("\b\n", "").replace("\\", "\\e").rstrip().split("\n")
    shown = (f"\\&{line}" if line[:1] in {".", "'"} else line for line in lines)
    return f"{page.rstrip()}\n.SH MORE\n.nf\n{chr(10).join(shown)}\n.fi\n"


_WHOLE = 200


def completions() -> Iterator[tuple[str, str]]:
    """The scripts of `kweigh completion`, by their places in the wheel."""
    from analyzer.cli.completion import script

    for shell, place in _SHELLS.items():
        yield place, script(shell)
