"""The command that says what is heaviest.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.building import real_tree
from analyzer.cli.commands import resolve_config
from analyzer.cli.options import Output, ledger_at, output_options, tree_options, words
from analyzer.cli.show import at_work, show

if TYPE_CHECKING:
    from analyzer.model.rank import What
    from analyzer.pipeline import TreeRequest

_RANK = """\b
Examples:
  kweigh rank tinyconfig --tree ~/linux --arch x86_64
  kweigh rank .config --tree ~/linux --what loaded --all
  kweigh rank defconfig --tree ~/linux --what memory
  kweigh rank tinyconfig --tree ~/linux --format html -o rank.html

Builds nothing: bytes are of a build of this very config where the ledger holds one (kweigh measure makes it), else
of each object in builds of other configs. What turning an option off saves the builds of kweigh weigh tell, and
its boots what it takes of memory (kweigh weigh --memory).
"""


@click.command(epilog=_RANK)
@click.argument("config", default="defconfig")
@click.option(
    "--what",
    type=click.Choice(["content", "loaded", "compressed", "memory"]),
    default="content",
    show_default=True,
    help="Bytes of vmlinux.o's sections, of what vmlinux loads, of the boot image, or of a booted kernel's memory.",
)
@click.option("--all", "whole", is_flag=True, help="Show every option, and bytes by class.")
@click.option("--ledger", metavar="FILE", type=click.Path(path_type=Path), help="Where sizes were recorded (SQLite).")
@tree_options
@output_options()
def rank(config: str, what: What, whole: bool, ledger: Path | None, request: TreeRequest, output: Output) -> None:
    """Show which options are heaviest in CONFIG.

    Of every option that is on the objects behind it and their bytes, and what turning it off saves.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.bytes.known import Known
    from analyzer.pipeline.commands import rank as ranking

    real_tree(request)
    known = Known(ledger_at(ledger), words=words(request, ledger))
    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        resolved = resolve_config(opened, config, output)
        found = ranking.rank(opened, resolved, known, what, progress)
    show(reports.rank(found, whole=whole or output.format == "html"), output)
