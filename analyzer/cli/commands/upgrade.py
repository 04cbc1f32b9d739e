"""The command about a config in a newer tree.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.files import FOLDER
from analyzer.cli.notes import config_of
from analyzer.cli.options import output_options, tree_options
from analyzer.cli.output import FORMATS, Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree

_EPILOG = """\b
Examples:
  kweigh upgrade .config --from ~/linux-6.1 --to ~/linux-6.12
  kweigh upgrade old.config --from ~/linux-6.1 --format config -o .config

What the lines give in the new tree is what its make olddefconfig makes of them.
"""


@click.command(epilog=_EPILOG)
@click.argument("config", default="defconfig")
@click.option("--from", "old", metavar="DIR", type=FOLDER, required=True, help="The tree that CONFIG was made for.")
@click.option("--to", "new", metavar="DIR", type=FOLDER, help="The newer tree (default: that of --tree).")
@click.option("--all", "whole", is_flag=True, help="Every line that does not stay as it was.")
@tree_options
@output_options((*FORMATS, "config"), kept=True)
def upgrade(config: str, old: Path, new: Path | None, whole: bool, tree: Tree, output: Output) -> None:
    """Show what becomes of each line of CONFIG in a newer tree.

    The same, renamed, part of another option, removed, decided by the tree, or lost, each with the lines of both trees
    that say so. With --format config a config for the newer tree, with comments.
    """
    if new is not None and click.get_current_context().params["tree"] is not None:
        raise click.UsageError("--to and --tree both name the newer tree")
    with at_work(output):
        newer = tree.like(new, config=config) if new is not None else tree
        before = newer.like(old, config=config)
        found = config_of(before, config, output).upgrade(newer)
    present(found, output, whole=whole)
