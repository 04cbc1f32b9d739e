"""`kweigh gate`: what symbols weigh that are turned.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.options import build_options, config_is_default, output_options, trees_options
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.output import FORMATS, Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Build, Tree


_GATE = """\b
Examples:
  kweigh gate DMA_OPS DMA_OPS_BYPASS
  kweigh gate ARCH_HAS_DMA_OPS SWIOTLB DMA_NEED_SYNC
  kweigh gate DMA_OPS --arch x86_64 --functions
  kweigh gate PRINTK tinyconfig --tree ~/linux --arch x86_64 --build

With a tree it answers of symbols that this tree defines: from builds in the ledger, else from the measurements that
come along, of this tree, else of another, which it names. --build makes the builds that the ledger lacks, and those
since which the tree changed. CONFIG is by default the .config that is there, else defconfig, and where nobody measured
that, tinyconfig. What comes along: tinyconfig of Linux 6.1 with DMA_OPS and DMA_OPS_BYPASS turned, and of Linux 7.3
with ARCH_HAS_DMA_OPS, SWIOTLB and DMA_NEED_SYNC, on the architectures measured so far.
"""


@click.command(cls=SymbolsAndConfig, epilog=_GATE)
@click.argument("symbols", metavar="SYMBOL... [CONFIG]", nargs=-1)
@click.option("--config", metavar="CONFIG", help="The config in which they are turned; the same as behind the symbols.")
@click.option(
    "--arch",
    "arches",
    metavar="ARCH",
    multiple=True,
    help="An architecture or a glob (default: all; of a tree without --build this machine's).",
)
@click.option(
    "--build",
    is_flag=True,
    help="Measure: build what is not built yet, as it is and with the symbols turned.",
)
@click.option("--all", "whole", is_flag=True, help="Show why the symbols are as they are, and what did not build.")
@click.option("--functions", is_flag=True, help="Show every function and variable that changed.")
@build_options
@trees_options
@output_options((*FORMATS, "record"))
def gate(
    symbols: tuple[str, ...],
    config: str,
    build: bool,
    whole: bool,
    functions: bool,
    how: Build,
    tree: Tree,
    output: Output,
) -> None:
    """Show what options save or cost in bytes.

    Each symbol is turned the other way round, alone and together: one without a prompt is selected from a root Kconfig
    of ours, or loses the lines that select it; the tree stays as it is. With --format record the text of a file of
    measurements.
    """
    with at_work(output):
        found = tree.gate(*symbols, config=None if config_is_default() else config, build=how if build else None)
    present(found, output, whole=whole, functions=functions)
