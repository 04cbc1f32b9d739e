"""The command that makes a config minimal.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.commands import resolve_config
from analyzer.cli.options import FORMATS, Output, output_options, tree_options
from analyzer.cli.show import at_work, show, tell, write

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest

_EPILOG = """\b
Examples:
  kweigh minimal .config --tree . -o board_defconfig
  kweigh minimal board_defconfig --tree ~/linux --arch arm64 --format terminal

The lines are those of make savedefconfig; that writes them in the order of the menus.
"""


@click.command(epilog=_EPILOG)
@click.argument("config", default="defconfig")
@click.option("--all", "whole", is_flag=True, help="In the report, every line, however many there are.")
@tree_options
@output_options(("config", *FORMATS), kept=True)
def minimal(config: str, whole: bool, request: TreeRequest, output: Output) -> None:
    """Write the minimal form of CONFIG, in its own order.

    With --format terminal (or another) a report instead: why each line is dropped or changed.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.commands.minimal import minimize

    with at_work(output) as progress:
        found = minimize(resolve_config(pipeline.open_tree(request, progress), config, output))
    if output.format == "config":
        tell(output)
        write(reports.minimal_config(found), output)
    else:
        show(reports.minimal(found, whole=whole), output)
