"""The command that reviews a change of the tree.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.options import build_options, chosen_options, examples, output_options, trees_options
from analyzer.cli.output import DATABASES, JUDGING_FORMATS, Output, check_file
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Build, Tree


def _limits(_context: click.Context, _option: click.Parameter, begun: str) -> list[str]:
    return [one for one in ("unmet", "lost", "value", "fault", "mapping", "growth=0") if one.startswith(begun)]


@click.command(
    epilog=examples(
        "kweigh review 0001-dma.patch --tree ~/linux",
        "kweigh review HEAD~3..HEAD --tree ~/linux --arch 'arm*'",
        "b4 am -o - MESSAGE-ID | kweigh review - --tree ~/linux --format markdown",
        "kweigh review ~/linux-next --tree ~/linux",
        "kweigh review mine.patch --tree ~/linux --build x86_64 --fail-on growth=1K",
    )
)
@click.argument("source")
@chosen_options("all of the tree", "all defconfigs, tinyconfig, defconfig and allmodconfig")
@click.option(
    "--fail-on",
    metavar="LIMIT",
    multiple=True,
    shell_complete=_limits,
    help="Exit with 1 where a select comes to raise a symbol past what it depends on (unmet), a line of a config is "
    "lost (lost), any value changes (value) or that of one symbol (value=SYMBOL), a fault is brought or worsened "
    "(fault), a scenario of DMA mapping goes wrong (mapping), or a config that is built grows by more than so many "
    "bytes (growth=4K); may be repeated.",
)
@click.option(
    "--build",
    metavar="ARCH[:CONFIG]",
    multiple=True,
    help="Build that config (default: tinyconfig) before and after, and show what it gains; names or globs; may be "
    "repeated. Runs the tree's make.",
)
@click.option("--faults", is_flag=True, help="What becomes of faults for any config, as kweigh lint finds them.")
@click.option("-R", "--reverse", is_flag=True, help="Take the series back.")
@click.option("--all", "whole", is_flag=True, help="Everything, not what fits a mail.")
@build_options
@trees_options
@output_options((*JUDGING_FORMATS, *DATABASES), kept=True)
def review(
    source: str,
    names: tuple[str, ...],
    fail_on: tuple[str, ...],
    build: tuple[str, ...],
    faults: bool,
    reverse: bool,
    whole: bool,
    how: Build,
    tree: Tree,
    output: Output,
) -> None:
    """Show what SOURCE changes in all configs, before and after.

    SOURCE is a patch, an mbox, `-`, a folder of patches (quilt's with its `series`), a range of the tree's git history,
    or a second tree. The tree is not touched.

    Values that change stand below the line of Kconfig that does it, which is proved by replay: the tree with that entry
    as it is afterwards and nothing else, resolved again in every config. One chain of each, before and after.

    Bytes are told without a build only where exactly an option changes that was measured.
    """
    check_file(output)
    with at_work(output):
        found = tree.review(
            source, configs=names, reverse=reverse, faults=faults, fail_on=fail_on, build=build, how=how
        )
    present(found, output, whole=whole)
