"""`kweigh matrix`: a feature set over architectures and configs.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: a database goes to a file, never to a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.options import chosen_options, features_option, output_options, trees_options, why_option
from analyzer.cli.output import TABLE_FORMATS, Output, check_file
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree

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
