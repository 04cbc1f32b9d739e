"""The command that makes a config minimal.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import output_options, tree_options
from analyzer.cli.output import FORMATS, Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree

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
def minimal(config: str, whole: bool, tree: Tree, output: Output) -> None:
    """Write the minimal form of CONFIG, in its own order.

    With --format terminal (or another) a report instead: why each line is dropped or changed.
    """
    with at_work(output):
        found = config_of(tree, config, output).minimal()
    present(found, output, whole=whole)
