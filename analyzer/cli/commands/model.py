"""The command of the mapping model.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.files import PATH
from analyzer.cli.notes import config_of
from analyzer.cli.options import output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from kweigh import Result, Tree

_EPILOG = """\b
Examples:
  kweigh model defconfig --arch powerpc
  kweigh model defconfig --arch powerpc --compare 5.8,v4,6.1
  kweigh model defconfig --arch powerpc --kernel 5.8 --hunt
  kweigh model x86_64_defconfig --tree ~/linux --scenario mine.toml --trace
  kweigh model x86_64_defconfig --tree ~/linux --driver mydriver.c

Versions: 5.8, v2, v3, v4, 5.9, 5.10, 6.1, 6.12, 7.3. From 5.10 on each is compared with its tree's own C; those before
stand on facts read from their sources.

A scenario file is described in analyzer/dma/scenarios.py; --prices FILE is a TOML table such as
`indirect = 12.5`, by the names of the JSON's counts.
"""


@click.command(epilog=_EPILOG)
@click.argument("config", default="defconfig")
@click.option("--kernel", metavar="VERSION", help="The version of the mapping code (default: the tree's).")
@click.option(
    "--scenario",
    "files",
    metavar="FILE",
    multiple=True,
    type=PATH,
    help="Scenarios of your own (TOML); may be repeated (default: the built-in ones).",
)
@click.option("--all", "whole", is_flag=True, help="Show each scenario, and what a packet costs on every path.")
@click.option("--trace", is_flag=True, help="Show every step and what happened in it.")
@click.option(
    "--compare", metavar="V,V…", help="Show what changes between versions; `tree` is the tree's, DIR another's."
)
@click.option(
    "--driver",
    "source",
    metavar="FILE.c",
    type=PATH,
    help="Read a driver's DMA calls: the rules that they break, what each buffer takes.",
)
@click.option("--hunt", "hunting", is_flag=True, help="Search for drivers that do all right and see wrong data.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed finds the same.")
@click.option(
    "--tries", type=click.IntRange(1, 10_000_000), default=2000, show_default=True, help="Programs that a hunt tries."
)
@click.option("--prices", metavar="FILE", type=PATH, help="What one of each count costs (TOML).")
@tree_options
@output_options()
def model(
    config: str,
    kernel: str | None,
    files: tuple[Path, ...],
    whole: bool,
    trace: bool,
    compare: str | None,
    source: Path | None,
    hunting: bool,
    seed: int,
    tries: int,
    prices: Path | None,
    tree: Tree,
    output: Output,
) -> None:
    """Show what DMA mapping calls do under CONFIG.

    Answers what an author of a driver asks: will my 32-bit device work, what does swiotlb=force cost, can I leave syncs
    out, which of my devices goes through the IOMMU. Plays drivers on a modelled machine for it: which way each call
    goes, what it costs in indirect calls, copies, IOMMU and cache work, and whether the right bytes are read. Exits
    with 1 when a scenario of yours does not get what it expects, when a driver breaks a rule, and when a hunt finds
    something.
    """
    if hunting and (compare or files):
        raise UsageError("--hunt makes its own scenarios", hint="leave out --compare and --scenario")
    if source and (compare or files or hunting):
        raise UsageError("--driver makes its own scenarios", hint="leave out --compare, --scenario and --hunt")
    with at_work(output):
        asked = config_of(tree, config, output)
        if hunting:
            found: Result[Any] = asked.hunt(kernel=kernel, seed=seed, tries=tries)
        elif source:
            found = asked.driver(source, kernel=kernel)
        elif compare:
            found = asked.versions([name.strip() for name in compare.split(",")], scenarios=files)
        else:
            found = asked.model(kernel=kernel, scenarios=files, prices=prices)
    shown = {} if hunting else {"whole": whole or bool(files)} | ({} if compare or source else {"trace": trace})
    present(found, output, **shown)
