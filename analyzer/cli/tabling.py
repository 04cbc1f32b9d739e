"""Commands whose results are tables over many configs, and what they share.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: a database goes to a file, never to a terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.options import FORMATS, Output, features_option, output_options, trees_options, why_option
from analyzer.cli.show import at_work, present
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from kweigh import Tree

DATABASES = ("parquet", "duckdb")
TABLE_FORMATS = (*FORMATS, *DATABASES)
"""The formats of commands whose records are worth a database; these need the extra `tables`."""


def check_file(output: Output) -> None:
    """Raises UsageError where a database has no file to go to."""
    if output.format in DATABASES and output.file is None:
        raise UsageError(f"the format {output.format} needs a file", hint=f"-o FILE.{output.format}")


def chosen_options(arches: str, names: str) -> Callable[[Any], Any]:
    """--arch and --configs of commands that look at many; the arguments say what they are by default."""
    arch = click.option(
        "--arch",
        "arches",
        metavar="ARCH",
        multiple=True,
        help=f"An architecture or a glob; may be repeated (default: {arches}).",
    )
    config = click.option(
        "--configs",
        "names",
        metavar="CONFIG",
        multiple=True,
        help=f"A config or a glob over the tree's; may be repeated (default: {names}).",
    )
    return lambda function: arch(config(function))


_EPILOG = """\b
Examples:
  kweigh matrix
  kweigh matrix --model --features DMA_OPS,DMA_OPS_BYPASS,SWIOTLB
  kweigh matrix --tree ~/linux --arch 'arm*' --configs '*_defconfig'
  kweigh matrix --tree ~/linux --arch '*' --format parquet -o matrix.parquet
"""


@click.command(epilog=_EPILOG)
@chosen_options(
    "all of the bundled tree, of a real one $ARCH, the .config's or this machine's", "tinyconfig and defconfig"
)
@click.option(
    "--model", "asked", is_flag=True, help="Also play the mapping model under every config (see kweigh model)."
)
@click.option("--all", "whole", is_flag=True, help="Show what turns each feature on, and what keeps it off.")
@why_option
@features_option
@trees_options
@output_options(TABLE_FORMATS, kept=True)
def matrix(
    names: tuple[str, ...],
    asked: bool,
    whole: bool,
    why: bool,
    features: str,
    tree: Tree,
    output: Output,
) -> None:
    """Show a feature set over architectures and configs, and why.

    csv, json, parquet and duckdb have the reason of every cell: what turned it on, which dependency fails with which
    values, or that the architecture does not define it. Instead of a SET, --features takes symbols: DMA_OPS,SWIOTLB.
    """
    check_file(output)
    with at_work(output):
        found = tree.matrix(features=features, configs=names, model=asked)
    present(found, output, why=why, whole=whole)
