"""`kweigh resolve`: the .config that conf would make.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import examples, output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, tell, write

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(
    epilog=examples(
        "kweigh resolve defconfig+debug.config --tree ~/linux -o .config",
        "kweigh resolve .config --tree ~/linux --savedefconfig",
    )
)
@click.argument("config", default="defconfig")
@tree_options
@click.option("--savedefconfig", is_flag=True, help="The minimal config: only what differs from the defaults.")
@output_options(("config",))
def resolve(config: str, savedefconfig: bool, tree: Tree, output: Output) -> None:
    """Write the .config that conf would make of CONFIG."""
    with at_work(output):
        resolved = config_of(tree, config, output)
        text = resolved.savedefconfig() if savedefconfig else resolved.text()
    tell(resolved.taken, output)
    write(text, output)
