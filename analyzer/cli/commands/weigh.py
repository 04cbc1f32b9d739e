"""The command that weighs every option.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import build_options, output_options, tree_options
from analyzer.cli.output import FORMATS, Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Build, Tree

_WEIGH = """\b
Examples:
  kweigh weigh tinyconfig --tree ~/linux --arch x86_64
  kweigh weigh tinyconfig --tree ~/linux --arch arm64 --hours 8
  kweigh weigh .config --tree ~/linux --builds 0
  kweigh weigh tinyconfig --tree ~/linux --arch x86_64 --builds 0 --memory 50

Many options share a build, since each changes few objects; what reaches far is built alone. It can be stopped at any
moment and goes on where it was. --builds 0 shows what is known so far. --memory makes a build for each of its options
that the ledger has no boot of, whatever --builds and --hours say; it needs qemu.

With --scheduler the workers of a Dask cluster build (kweigh[cluster] on all machines, the same compiler, -j as
dask worker --nthreads says): dask scheduler on one machine, dask worker ADDRESS on each. They get the tree from here
and give back what they measure. Whoever reaches the scheduler can run programs on all of them: see Dask's TLS options.
"""


@click.command(epilog=_WEIGH)
@click.argument("config", default="defconfig")
@click.option("--builds", type=click.IntRange(0), help="Build at most so many configs in this run.")
@click.option("--hours", type=click.FloatRange(0), help="Begin no build after so many hours.")
@click.option(
    "--instead",
    metavar="MEMBER",
    multiple=True,
    help="What comes for a choice's pick (default: the choice's own default).",
)
@click.option(
    "--memory", type=click.IntRange(1), metavar="N", help="Also boot the N heaviest, for what memory they take."
)
@click.option("--scheduler", metavar="ADDRESS", help="Build on the Dask cluster of this scheduler (tcp://host:8786).")
@build_options
@tree_options
@output_options((*FORMATS, "record"), whole=True)
def weigh(
    config: str,
    builds: int | None,
    hours: float | None,
    instead: tuple[str, ...],
    memory: int | None,
    scheduler: str | None,
    how: Build,
    tree: Tree,
    output: Output,
) -> None:
    """Weigh every option that can be set in CONFIG.

    Each is turned on where it is off, and off where it is on; the other members of a choice are taken in turn, and its
    pick goes for the one that it defaults to. With
    --format record the text of a table as it comes along with kweigh.

    Runs make in a real tree, and so the tree's own commands, on every worker: only for trees and clusters you trust.
    """
    tree.must_build()
    with at_work(output):
        found = config_of(tree, config, output).weigh(
            builds=builds, hours=hours, instead=instead, memory=memory, scheduler=scheduler, build=how
        )
    present(found, output)
