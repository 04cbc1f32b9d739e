"""The commands about what is built and what it weighs.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.commands import config_of
from analyzer.cli.files import FOLDER, PATH
from analyzer.cli.options import (
    FORMATS,
    Output,
    config_is_default,
    examples,
    features_option,
    output_options,
    tree_options,
    trees_options,
)
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.show import at_work, complain, present
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from kweigh import Build, Tree

_PLAN = """\b
Examples:
  kweigh plan tinyconfig --arch powerpc
  kweigh plan x86_64_defconfig --tree ~/linux --object 'kernel/dma/*'
"""


@click.command(epilog=_PLAN)
@click.argument("config", default="defconfig")
@click.option(
    "--object",
    "wanted",
    metavar="GLOB",
    multiple=True,
    help="Only these objects, with the whole chain; may be repeated.",
)
@tree_options
@output_options(kept=True, whole=True)
def plan(config: str, wanted: tuple[str, ...], tree: Tree, output: Output) -> None:
    """Show which objects CONFIG builds, and why.

    Reads the tree's own makefiles, as Kbuild does, and runs no make.
    """
    with at_work(output):
        found = config_of(tree, config, output).plan(*wanted)
    present(found, output)


def build_options(function: Any) -> Any:
    """Options of commands that build; the command gets one Build."""

    def command(scratch: Path | None, ledger: Path | None, jobs: int, targets: tuple[str, ...], **rest: Any) -> Any:
        from kweigh import Build

        return function(how=Build(scratch=scratch, jobs=jobs or None, targets=targets), **rest)

    options: list[Callable[[Any], Any]] = [
        click.option(
            "--target",
            "targets",
            metavar="TARGET",
            multiple=True,
            help="Also make TARGET (bzImage, Image.gz), and weigh the boot image.",
        ),
        click.option("-j", "--jobs", type=click.IntRange(0), default=0, help="make's -j (default: every processor)."),
        click.option("--ledger", metavar="FILE", type=PATH, help="Where sizes are recorded (SQLite)."),
        click.option("--scratch", metavar="DIR", type=FOLDER, help="Where builds lie (default: the cache)."),
    ]
    found: Any = update_wrapper(command, function)
    for option in options:
        found = option(found)
    return found


_MEASURE = """\b
Examples:
  kweigh measure tinyconfig --tree ~/linux --arch x86_64
  kweigh measure tinyconfig defconfig --tree ~/linux --arch arm64 -j 8
  kweigh measure tinyconfig --tree ~/linux --arch x86_64 --target bzImage

Builds in a scratch folder, never in the tree, with time stamps pinned and ccache where there is one. An interrupted
build goes on where it was.
"""


@click.command(epilog=_MEASURE)
@click.argument("config", metavar="[CONFIG...]", nargs=-1)
@build_options
@features_option
@tree_options
@output_options()
def measure(config: tuple[str, ...], how: Build, features: str, tree: Tree, output: Output) -> None:
    """Build configs and record what every object weighs.

    Runs make in a real tree, and so the tree's own commands: only for trees you trust.
    """
    with at_work(output):
        found = tree.measure(*(config_of(tree, name, output) for name in config), features=features, build=how)
    present(found, output)


@click.command(
    epilog=examples(
        "kweigh size my.config --tree ~/linux --format json -o size.json",
        "kweigh size tinyconfig --tree ~/linux --arch x86_64 --build --details",
        "kweigh size tinyconfig --tree ~/linux --compare ~/linux-6.1 --build",
    )
)
@click.argument("config", default="defconfig")
@click.option("--build", is_flag=True, help="Build what is not built yet, and weigh that.")
@click.option("--estimate", is_flag=True, help="Build nothing; so it is without --build.", hidden=True)
@click.option("--details", is_flag=True, help="Show also how the image of a build adds up, and its largest parts.")
@click.option(
    "--compare",
    "others",
    metavar="DIR",
    multiple=True,
    type=PATH,
    help="Show what it weighs in the tree DIR too, and what made the difference; may be given for several trees.",
)
@build_options
@features_option
@tree_options
@output_options()
def size(
    config: str,
    build: bool,
    estimate: bool,
    details: bool,
    others: tuple[Path, ...],
    how: Build,
    features: str,
    tree: Tree,
    output: Output,
) -> None:
    """Show what CONFIG weighs, and how its image adds up.

    Without --build nothing is built: what the ledger or measurements that come along know of exactly this config, else
    an estimate from other builds, with the builds that would narrow it and the time that they take.
    """
    for one, with_one, other, with_other in (
        ("--compare", others, "--estimate", estimate),
        ("--build", build, "--estimate", estimate),
    ):
        if with_one and with_other:
            raise UsageError(f"{one} and {other} do not go together", hint="leave one of them out")
    tree.must_build()
    with at_work(output):
        asked = config_of(tree, config, output)
        there = [config_of(tree.like(root), config, output) for root in others]
        if build and not others and not output.quiet and (takes := asked.missing()).seconds is not None:
            complain(f"kweigh: it takes 1 build, {takes.builds[0]}, {takes.time}")
        found = asked.size(compare=there, features=features, build=how if build else None, details=details)
    present(found, output)


_GATE = """\b
Examples:
  kweigh gate DMA_OPS DMA_OPS_BYPASS
  kweigh gate ARCH_HAS_DMA_OPS SWIOTLB DMA_NEED_SYNC
  kweigh gate DMA_OPS --arch x86_64 --functions
  kweigh gate PRINTK tinyconfig --tree ~/linux --arch x86_64 --build

With a tree it answers of symbols that this tree defines: from builds in the ledger, else from the measurements that
come along, of this tree, else of another, which it names. --build makes the builds that the ledger lacks, and those
since which the tree changed. CONFIG is by default the .config that is there, else defconfig, and where nobody measured
that, tinyconfig. What comes along: tinyconfig of Linux 6.1 with DMA_OPS and DMA_OPS_BYPASS turned, and of Linux 7.3
with ARCH_HAS_DMA_OPS, SWIOTLB and DMA_NEED_SYNC, on the architectures measured so far.
"""


@click.command(cls=SymbolsAndConfig, epilog=_GATE)
@click.argument("symbols", metavar="SYMBOL... [CONFIG]", nargs=-1)
@click.option("--config", metavar="CONFIG", help="The config in which they are turned; the same as behind the symbols.")
@click.option(
    "--arch",
    "arches",
    metavar="ARCH",
    multiple=True,
    help="An architecture or a glob (default: all; of a tree without --build this machine's).",
)
@click.option(
    "--build",
    is_flag=True,
    help="Measure: build what is not built yet, as it is and with the symbols turned.",
)
@click.option("--all", "whole", is_flag=True, help="Show why the symbols are as they are, and what did not build.")
@click.option("--functions", is_flag=True, help="Show every function and variable that changed.")
@build_options
@trees_options
@output_options((*FORMATS, "record"))
def gate(
    symbols: tuple[str, ...],
    config: str,
    build: bool,
    whole: bool,
    functions: bool,
    how: Build,
    tree: Tree,
    output: Output,
) -> None:
    """Show what options save or cost in bytes.

    Each symbol is turned the other way round, alone and together: one without a prompt is selected from a root Kconfig
    of ours, or loses the lines that select it; the tree stays as it is. With --format record the text of a file of
    measurements.
    """
    with at_work(output):
        found = tree.gate(*symbols, config=None if config_is_default() else config, build=how if build else None)
    present(found, output, whole=whole, functions=functions)
