"""The command about what a config leaves open.

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
  kweigh new /boot/config-6.1.0-13-amd64 --tree ~/linux
  kweigh new old.config --tree . --format config >> old.config

What make listnewconfig lists, in its order.
"""


@click.command(epilog=_EPILOG)
@click.argument("config", metavar="[OLD]", default="defconfig")
@click.option("--all", "whole", is_flag=True, help="Every option with its reason, however many there are.")
@tree_options
@output_options((*FORMATS, "config"), kept=True)
def new(config: str, whole: bool, request: TreeRequest, output: Output) -> None:
    """Show what OLD leaves open on a newer tree, and why.

    Each option that make oldconfig would ask about: its default, what decides that, and which line of OLD opened it.
    With --format config a fragment that answers all of them by their defaults.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.commands.new import unanswered

    with at_work(output) as progress:
        found = unanswered(resolve_config(pipeline.open_tree(request, progress), config, output))
    if output.format == "config":
        tell(output)
        write(reports.answers(found), output)
    else:
        show(reports.new(found, whole=whole), output)
