"""The command that puts everything on one page.

Enters: parsed parameters. Leaves: a file, and a note of it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.files import PATH
from analyzer.cli.options import features_option, output_options, trees_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, complain, present

if TYPE_CHECKING:
    from kweigh import Tree

_EPILOG = """\b
Examples:
  kweigh report
  kweigh report defconfig --detail powerpc -o series.html
  kweigh report --tree ~/linux --arch 'arm*' --configs '*_defconfig'

The page needs nothing else, no network either; it can be mailed, printed and kept. The extra html
(pip install 'kweigh[html]') adds drawings to its tables. With another --format it is printed.
"""


@click.command(epilog=_EPILOG)
@click.argument("config", default="defconfig")
@click.option(
    "--arch",
    "arches",
    metavar="ARCH",
    multiple=True,
    help="An architecture or a glob; may be repeated (default: all of the bundled tree, of a real one $ARCH, the "
    ".config's or this machine's).",
)
@click.option(
    "--configs",
    "names",
    metavar="CONFIG",
    multiple=True,
    help="A config or a glob over the tree's; may be repeated (default: tinyconfig, defconfig and CONFIG).",
)
@click.option(
    "--detail",
    metavar="ARCH",
    help="The architecture of CONFIG (default: the .config's or this machine's, else the first).",
)
@click.option(
    "--ledger",
    metavar="FILE",
    type=PATH,
    help="Sizes, as kweigh measure records them (default: in the cache).",
)
@features_option
@trees_options
@output_options(("html", "terminal", "markdown", "csv", "json"))
def report(
    config: str,
    names: tuple[str, ...],
    detail: str | None,
    features: str,
    tree: Tree,
    output: Output,
) -> None:
    """Put everything on one page: kweigh.html.

    The matrix of a feature set with the reason of every cell, and of CONFIG the dependencies of the features, where its
    bytes are, what the gates weigh, and what DMA mapping calls do, step by step.
    """
    with at_work(output):
        found = tree.page(config, configs=names, detail=detail, features=features)
    if output.format == "html" and output.file is None:
        output = replace(output, file=Path("kweigh.html"))
    present(found, output)
    if output.file is not None and output.file.is_file() and not output.quiet:
        lacks = found.lacks(output.format)
        complain(f"{output.file}: {output.file.stat().st_size / 1e6:.1f} MB{f', {lacks}' if lacks else ''}")
