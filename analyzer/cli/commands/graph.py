"""`kweigh graph`: what a symbol needs and selects.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import examples, output_options, tree_options
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.output import FORMATS, Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


EDGES = ("depends", "selects", "implies", "default", "choice")


@click.command(
    cls=SymbolsAndConfig,
    epilog=examples(
        "kweigh graph DMA_OPS --arch x86_64 --edges selects",
        "kweigh graph SWIOTLB --depth 2 --format dot | dot -Tsvg -o swiotlb.svg",
    ),
)
@click.argument("symbol")
@click.argument("config", default="defconfig")
@click.option(
    "--depth", type=click.IntRange(1, 6), default=1, show_default=True, help="How many hops away from SYMBOL."
)
@click.option("--edges", type=click.Choice(EDGES), multiple=True, help="Only edges of this kind; may be repeated.")
@tree_options
@output_options((*FORMATS, "dot", "mermaid"), whole=True)
def graph(symbol: str, config: str, depth: int, edges: tuple[str, ...], tree: Tree, output: Output) -> None:
    """Show what SYMBOL needs and selects, and who selects it."""
    with at_work(output):
        found = config_of(tree, config, output).graph(symbol, depth=depth, edges=cast("Any", edges or EDGES))
    present(found, output)
