"""The command about one option.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.building import known_to, real_tree, yard_options
from analyzer.cli.commands import resolve_config
from analyzer.cli.options import MEASURED, Output, config_is_default, output_options, tree_options
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.show import at_work, show

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest
    from analyzer.pipeline.build.building import BuildSetup

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
@yard_options
@tree_options
@output_options()
def cost(
    symbol: str, config: str, build: bool, instead: str, setup: BuildSetup, request: TreeRequest, output: Output
) -> None:
    """Show what turning SYMBOL changes in CONFIG.

    It is turned on if it is off, and off if it is on, as kweigh enable and kweigh disable do: with the lines that this
    takes, and a member of a choice for another one; as kweigh gate does where no line turns it. First the symbols that
    follow it, then the objects that come and go, then the bytes.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.bytes import tables
    from analyzer.pipeline.commands import cost as costing
    from analyzer.pipeline.names import bare, named

    if build:
        real_tree(request)
    name = bare(symbol)
    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        if config_is_default() and opened.tree.kind == "bundled" and tables.known(name):
            config, output = MEASURED, output.measured()
        if opened.tree.kind == "bundled" and name not in opened.model.symbols and tables.known(name):
            show(reports.cost(tables.alone(name, arch=request.arch, config=config, instead=bare(instead))), output)
            return
        name = named(opened, symbol)
        base = resolve_config(opened, config, output)
        if build:
            costing.build(opened, base, name, setup, progress, bare(instead))
        progress("looking at measurements", 0, 1)
        found = costing.cost(opened, base, name, known_to(setup, request), bare(instead))
        # The bundled tree has some symbols of the kernel's, which a table knows better.
        if found.gain is None and opened.tree.kind == "bundled" and tables.rows(name, arch=request.arch, config=config):
            found = tables.alone(name, arch=request.arch, config=config, instead=bare(instead))
    show(reports.cost(found), output)
