"""`kweigh series`: what a patch series touches.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.options import examples, features_option, output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(
    epilog=examples(
        "kweigh series patches.mbox --tree ~/linux",
        "git format-patch --stdout v6.1.. | kweigh series - --tree .",
        "kweigh series HEAD~3..HEAD --tree ~/linux",
    )
)
@click.argument("source", metavar="FILE")
@features_option
@tree_options
@output_options()
def series(source: str, features: str, tree: Tree, output: Output) -> None:
    """Show what a patch series (diffstat, mail, diff) touches.

    Of a diff also which symbols it defines, changes and removes, what they select and build, and whether it applies to
    the tree or is in it already. FILE - reads standard input; what a reply quotes is read as well. FILE may also be a
    folder of patches, or a range of the tree's git history.
    """
    with at_work(output):
        found = tree.series(source, features=features)
    present(found, output)
