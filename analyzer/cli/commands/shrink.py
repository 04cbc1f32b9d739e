"""The command that finds a smaller config.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.files import PATH, Named
from analyzer.cli.notes import config_of
from analyzer.cli.options import build_options, output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Build, Tree

_SHRINK = """\b
Examples:
  kweigh shrink .config --tree ~/linux --boots console=ttyS0
  kweigh shrink tinyconfig+kvm_guest.config --from tinyconfig --tree ~/linux \\
    --arch x86_64 --boots console=ttyS0,disk=virtio,fs=ext4
  kweigh shrink my.config --tree ~/linux --keep BPF_SYSCALL --test ./boots.sh
  kweigh shrink --explain shrunk.config

--boots starts each kernel under qemu with an init of ours: it reaches init, and
what is named is tried from inside: console=NAME, disk=virtio, fs=ext4 (ext2,
squashfs), net=virtio. --test is a command of your own, with the image and the
.config as its last arguments; exit 0 is good. All that is named has to hold.

Lines go in groups as long as what is left is good and smaller; in the end each
line that is left was taken away alone. Every verdict is in the ledger: stopped
at any moment, the same command goes on where it was. FILE always holds the best
config so far: make KCONFIG_ALLCONFIG=FILE allnoconfig takes it.

With --scheduler the workers of a Dask cluster build and test, each one kernel at a
time (see kweigh weigh --help); they need what the tests take, too: qemu, or CMD at
the same path.
"""


@click.command(epilog=_SHRINK)
@click.argument("config", default="defconfig")
@click.option("--keep", metavar="SYMBOL|QUERY", multiple=True, help="What every config has to have; may be repeated.")
@click.option(
    "--boots", metavar="CHECKS", help="It has to boot; CHECKS may be '' or console=ttyS0,disk=virtio,fs=ext4."
)
@click.option("--test", "tests", metavar="CMD", multiple=True, help="A command that judges; may be repeated.")
@click.option(
    "--from",
    "start",
    metavar="BASE",
    help="Start from BASE with what --boots, or any test, is likely to need, if that is good.",
)
@click.option(
    "--write",
    "file",
    metavar="FILE",
    type=Named(path_type=Path, dir_okay=False),
    default="shrunk.config",
    show_default=True,
    help="Where the best good config is.",
)
@click.option("--builds", type=click.IntRange(0), help="Build at most so many configs in this run.")
@click.option("--minutes", type=click.FloatRange(0), help="Begin no build after so many minutes.")
@click.option("--at-once", type=click.IntRange(1), default=1, help="Make so many builds at once, each by -j jobs.")
@click.option("--scheduler", metavar="ADDRESS", help="Build and test on the Dask cluster of this scheduler.")
@click.option("--explain", metavar="FILE", type=PATH, help="Say what such a FILE says, no more.")
@click.option("--all", "whole", is_flag=True, help="Show every line, group and test.")
@build_options
@tree_options
@output_options()
def shrink(
    config: str,
    keep: tuple[str, ...],
    boots: str | None,
    tests: tuple[str, ...],
    start: str | None,
    file: Path,
    builds: int | None,
    minutes: float | None,
    at_once: int,
    scheduler: str | None,
    explain: Path | None,
    whole: bool,
    how: Build,
    tree: Tree,
    output: Output,
) -> None:
    """Find the least of CONFIG that still does its job.

    Builds and tests kernels with ever fewer lines on top of allnoconfig.

    Runs make in a real tree, and so the tree's own commands, on every worker: only for trees and clusters you trust.
    """
    if explain is not None:
        from kweigh.shrinking import shrunk

        present(shrunk(explain), output, whole=whole)
        return
    tree.must_build()
    with at_work(output):
        found = config_of(tree, config, output).shrink(
            keep=keep,
            boots=boots,
            tests=tests,
            base=start,
            file=file,
            builds=builds,
            minutes=minutes,
            at_once=at_once,
            scheduler=scheduler,
            build=how,
        )
    present(found, output, whole=whole)
