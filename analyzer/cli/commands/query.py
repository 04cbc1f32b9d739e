"""The command `query`.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: the help tells the whole language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.options import chosen_options, ledger_option, output_options, trees_options, why_option
from analyzer.cli.output import TABLE_FORMATS, Output, check_file
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree

_EPILOG = """\b
Conditions:
  DMA_OPS                    on: y, m, or a value that is not empty
  SWIOTLB=n  HZ >= 250       =, !=, <, <=, > and >=, as Kconfig compares
  HZ in (100, 250)           one of these values
  CC_VERSION_TEXT like 'gcc*'  a glob
  DMA_OPS selected_by(PPC, PCI)  a select line of one of them works on it
  why(SWIOTLB) = selected    the kind of its reason: selected, user, fill,
                             default, implied, choice, range, unmet, off,
                             environment, undefined
  arch = arm64   arch in (arm, mips)   config like '*_defconfig'
  content > 2M  loaded <= 6.5M  bytes, as far as they were measured; K, M, G
                             by 1024, KB, MB, GB by 1000; all comparisons
  and, or, not, (…)          not binds closest, then and
What is shown:
  … show PCI, why(DMA_OPS)   these values, and the reason where it says why
  … show content             bytes
  … show count               only how many configs hold
By default these are the values and reasons of all symbols that it names.

\b
A symbol that an architecture does not define is neither on nor n. No test of
its value holds there, != included: `not PCI` finds such an architecture,
`PCI=n` and `PCI!=y` don't. Only `why(PCI) = undefined` says so.

\b
Of a config whose bytes nobody has measured it is not known whether content
or loaded holds, nor not; such configs are counted apart, with the builds
that would tell, and are no answer for --exit-code.

\b
Examples:
  kweigh query 'DMA_OPS=y and not PCI and arch in (arm, mips)'
  kweigh query 'DMA_OPS and not DMA_OPS_BYPASS show why(DMA_OPS)'
  kweigh query 'DMA_OPS selected_by(IOMMU_DMA)' --configs '*'
  kweigh query 'why(SWIOTLB) = undefined show count'
  kweigh query 'HZ < 250 and config like "*_defconfig" show HZ' --tree ~/linux
  kweigh query 'show SWIOTLB, why(SWIOTLB)' --tree ~/linux --format csv
  kweigh query 'content > 2M and not PRINTK' --tree ~/linux --arch x86_64
  kweigh query 'IOMMU_DMA or XEN' --tree . --format parquet -o hits.parquet
"""


@click.command(epilog=_EPILOG)
@click.argument("query")
@chosen_options("all that the query leaves", "tinyconfig and defconfig; where the query tests config, all of the tree")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when the query surely holds for no config.")
@why_option
@ledger_option
@trees_options
@output_options(TABLE_FORMATS)
def query(
    query: str,
    names: tuple[str, ...],
    exit_code: bool,
    why: bool,
    tree: Tree,
    output: Output,
) -> None:
    """Show the configs for which QUERY holds, and why."""
    check_file(output)
    with at_work(output):
        found = tree.query(query, configs=names)
    present(found, output, why=why, exits=exit_code)
