"""The command that says why symbols have their values.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import examples, output_options, tree_options
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(
    cls=SymbolsAndConfig,
    epilog=examples(
        "kweigh why DMA_OPS",
        "kweigh why CONFIG_DMA_OPS_BYPASS tinyconfig --arch powerpc",
        "kweigh why KASAN SWIOTLB my.config --tree ~/linux --arch arm64",
    ),
)
@click.argument("symbols", metavar="SYMBOL...", nargs=-1)
@click.argument("config", default="defconfig")
@tree_options
@output_options(kept=True)
def why(symbols: tuple[str, ...], config: str, tree: Tree, output: Output) -> None:
    """Show why each SYMBOL has its value, and what would change it.

    Every hop is a line of the tree or of CONFIG, with its file, its condition and what that is worth. Before it stand
    type, prompt and menu, as menuconfig's search shows them.
    """
    with at_work(output):
        found = config_of(tree, config, output, symbols).why(*symbols)
    present(found, output)
