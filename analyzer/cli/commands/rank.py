"""The command that says what is heaviest.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.files import PATH
from analyzer.cli.notes import config_of
from analyzer.cli.options import output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from analyzer.model.rank import What
    from kweigh import Tree

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
@click.option("--ledger", metavar="FILE", type=PATH, help="Where sizes were recorded (SQLite).")
@tree_options
@output_options()
def rank(config: str, what: What, whole: bool, tree: Tree, output: Output) -> None:
    """Show which options are heaviest in CONFIG.

    Of every option that is on the objects behind it and their bytes, and what turning it off saves.
    """
    tree.must_build()
    with at_work(output):
        found = config_of(tree, config, output).rank(what)
    present(found, output, whole=whole)
