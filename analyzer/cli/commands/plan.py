"""`kweigh plan`: the objects that a config builds.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


_PLAN = """\b
Examples:
  kweigh plan tinyconfig --arch powerpc
  kweigh plan x86_64_defconfig --tree ~/linux --object 'kernel/dma/*'
"""


@click.command(epilog=_PLAN)
@click.argument("config", default="defconfig")
@click.option(
    "--object",
    "wanted",
    metavar="GLOB",
    multiple=True,
    help="Only these objects, with the whole chain; may be repeated.",
)
@tree_options
@output_options(kept=True, whole=True)
def plan(config: str, wanted: tuple[str, ...], tree: Tree, output: Output) -> None:
    """Show which objects CONFIG builds, and why.

    Reads the tree's own makefiles, as Kbuild does, and runs no make.
    """
    with at_work(output):
        found = config_of(tree, config, output).plan(*wanted)
    present(found, output)
