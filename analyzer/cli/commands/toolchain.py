"""`kweigh toolchain`: a record of a compiler's answers.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.options import examples, output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, tell, write

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(epilog=examples("kweigh toolchain --tree ~/linux --arch arm64 -o arm64.answers"))
@tree_options
@output_options(("record",))
def toolchain(tree: Tree, output: Output) -> None:
    """Record what the compiler answers, for --toolchain FILE."""
    with at_work(output):
        text = tree.record()
    tell(tree.taken, output)
    write(text, output)
