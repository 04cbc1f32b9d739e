"""The command that says why symbols have their values.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.commands import resolve_config
from analyzer.cli.options import Output, examples, output_options, tree_options
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.show import at_work, show

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest


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
def why(symbols: tuple[str, ...], config: str, request: TreeRequest, output: Output) -> None:
    """Show why each SYMBOL has its value, and what would change it.

    Every hop is a line of the tree or of CONFIG, with its file, its condition and what that is worth. Before it stand
    type, prompt and menu, as menuconfig's search shows them.
    """
    from analyzer import pipeline, reports

    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        resolved = resolve_config(opened, config, output, symbols)
        found = pipeline.why(opened, symbols, resolved)
    show(reports.why(resolved, *found), output)
