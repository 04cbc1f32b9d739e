"""The commands about what is built and what it weighs.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.commands import resolve_config
from analyzer.cli.options import Output, output_options, tree_options
from analyzer.cli.show import at_work, show

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest

_PLAN = """\b
Examples:
  kweigh plan tinyconfig --arch powerpc
  kweigh plan x86_64_defconfig --tree ~/linux --arch x86_64 --object 'kernel/dma/*'
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
@output_options()
def plan(config: str, wanted: tuple[str, ...], request: TreeRequest, output: Output) -> None:
    """Show which objects CONFIG builds, and why.

    Reads the tree's own makefiles, as Kbuild does, and runs no make.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline import planning

    with at_work(output) as progress:
        resolved = resolve_config(pipeline.open_tree(request, progress), config, output)
        progress("reading makefiles", 0, 1)
        found = planning.plan(resolved)
    show(reports.plan(found, f"{resolved.source.name} on {resolved.tree.label}", wanted), output)
