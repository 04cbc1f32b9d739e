"""The command about what a config leaves open.

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
  kweigh new /boot/config-6.1.0-13-amd64 --tree ~/linux
  kweigh new old.config --tree . --format config >> old.config

What make listnewconfig lists, in its order.
"""


@click.command(epilog=_EPILOG)
@click.argument("config", metavar="[OLD]", default="defconfig")
@click.option("--all", "whole", is_flag=True, help="Every option with its reason, however many there are.")
@tree_options
@output_options((*FORMATS, "config"), kept=True)
def new(config: str, whole: bool, tree: Tree, output: Output) -> None:
    """Show what OLD leaves open on a newer tree, and why.

    Each option that make oldconfig would ask about: its default, what decides that, and which line of OLD opened it.
    With --format config a fragment that answers all of them by their defaults.
    """
    with at_work(output):
        found = config_of(tree, config, output).new()
    present(found, output, whole=whole)
