"""`kweigh unmet`: selects against dependencies.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import examples, output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(epilog=examples("kweigh unmet allyesconfig --tree ~/linux --arch arm"))
@click.argument("config", default="defconfig")
@tree_options
@output_options(kept=True, whole=True)
def unmet(config: str, tree: Tree, output: Output) -> None:
    """Show selects that override a symbol's dependencies."""
    with at_work(output):
        found = config_of(tree, config, output).unmet()
    present(found, output)
