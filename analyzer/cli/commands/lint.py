"""The command that looks for faults of any config.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.options import examples, output_options, tree_options
from analyzer.cli.output import JUDGING_FORMATS, Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(
    epilog=examples("kweigh lint --tree ~/linux --arch arm64", "kweigh lint --tree . --format sarif -o lint.sarif")
    + "\nExit code 1 when there are faults.\n"
)
@click.option("--all", "whole", is_flag=True, help="Every fault.")
@tree_options
@output_options(JUDGING_FORMATS, kept=True)
def lint(whole: bool, tree: Tree, output: Output) -> None:
    """Find faults of the tree for any config, not for one.

    Selects that may force a symbol against its dependencies and choices that may be empty, each with a config in which
    it happens; symbols that no config has on and defaults that none takes, for any toolchain; names that no Kconfig
    file defines, in Kconfig, makefiles and code.
    """
    with at_work(output):
        found = tree.lint()
    present(found, output, whole=whole)
