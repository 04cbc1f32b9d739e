"""The command about one option.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import complain_of
from analyzer.cli.options import build_options, config_is_default, output_options, tree_options
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Build, Tree

_COST = """\b
Examples:
  kweigh cost DMA_OPS tinyconfig --arch x86_64
  kweigh cost PRINTK tinyconfig --tree ~/linux --arch x86_64
  kweigh cost SMP tinyconfig --tree ~/linux --arch x86_64 --build

Bytes are measured where the ledger holds both builds (--build makes those that it lacks), or where such measurements
come along; else they are estimated from the builds that the ledger has.
"""


@click.command(cls=SymbolsAndConfig, epilog=_COST)
@click.argument("symbol")
@click.argument("config", default="defconfig")
@click.option("--build", is_flag=True, help="Build what is not built yet, as it is and with the symbol turned.")
@click.option("--instead", metavar="MEMBER", default="", help="What a choice picks where SYMBOL is its pick.")
@build_options
@tree_options
@output_options(whole=True)
def cost(symbol: str, config: str, build: bool, instead: str, how: Build, tree: Tree, output: Output) -> None:
    """Show what turning SYMBOL changes in CONFIG.

    It is turned on if it is off, and off if it is on, as kweigh enable and kweigh disable do: with the lines that this
    takes, and a member of a choice for another one; as kweigh gate does where no line turns it. First the symbols that
    follow it, then the objects that come and go, then the bytes.
    """
    with at_work(output):
        found = tree.cost(
            symbol, config=None if config_is_default() else config, build=how if build else None, instead=instead
        )
    complain_of(found.config, output)
    present(found, output)
