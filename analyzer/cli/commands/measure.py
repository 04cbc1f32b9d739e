"""`kweigh measure`: builds, and what they weigh.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import build_options, features_option, output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Build, Tree


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
