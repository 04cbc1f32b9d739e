"""The command that weighs every option.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from analyzer.cli.building import real_tree, yard_options
from analyzer.cli.commands import resolve_config
from analyzer.cli.options import FORMATS, Output, output_options, tree_options, words
from analyzer.cli.show import at_work, show, write

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest
    from analyzer.pipeline.build.building import BuildSetup

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
@yard_options
@tree_options
@output_options((*FORMATS, "record"))
def weigh(
    config: str,
    builds: int | None,
    hours: float | None,
    instead: tuple[str, ...],
    memory: int | None,
    scheduler: str | None,
    setup: BuildSetup,
    request: TreeRequest,
    output: Output,
) -> None:
    """Weigh every option that can be set in CONFIG.

    Each is turned on where it is off, and off where it is on; the other members of a choice are taken in turn, and its
    pick goes for the one that it defaults to. With
    --format record the text of a table as it comes along with kweigh.

    Runs make in a real tree, and so the tree's own commands, on every worker: only for trees and clusters you trust.
    """
    from analyzer import pipeline, reports
    from analyzer.model.known import Onward
    from analyzer.pipeline import kept
    from analyzer.pipeline.build.cluster import connected
    from analyzer.pipeline.bytes import booting, option_weights
    from analyzer.pipeline.bytes.toggles import swaps, toggles
    from analyzer.pipeline.commands import weigh as campaign
    from analyzer.pipeline.names import bare
    from analyzer.sizes import options

    real_tree(request)
    budget = campaign.Budget(builds=builds, seconds=None if hours is None else hours * 3600)
    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        base = resolve_config(opened, config, output)
        members = [bare(one) for one in instead]
        swaps(base, toggles(opened, base), members)
        with connected(scheduler, opened.tree, setup, progress) if scheduler is not None else nullcontext() as builders:
            stands = campaign.run(opened, base, setup, budget, progress, builders=builders)
        progress("telling options apart", 0, 1)
        assert setup.ledger is not None
        found = option_weights.table(base, stands.toggles, setup.ledger, stands.failed, members)
        booted = booting.boot_heaviest(opened, base, found, memory, setup, progress) if memory is not None else None
        found = booting.with_memory(opened, base, found, setup.ledger)
        kept.keep(setup.ledger, base, found)
    if output.format == "record":
        write(options.render(found), output)
    else:
        onward = Onward(builds=stands.left, command=_again(config, request), seconds=stands.seconds, timed=stands.timed)
        show(reports.weigh(found, onward, booted), output)


def _again(config: str, request: TreeRequest) -> str:
    """The command that goes on, without its budget."""
    said = click.get_current_context().params
    own = [
        word for name in ("memory", "scratch", "scheduler") if said.get(name) for word in (f"--{name}", str(said[name]))
    ]
    own += [word for member in said["instead"] for word in ("--instead", member)]
    own += ["--arch", request.arch] if request.arch else []
    return f"kweigh weigh {shlex.join([config, *own])} {words(request, said.get('ledger'))}"
