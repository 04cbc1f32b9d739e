"""`kweigh analyze`: the features that a config selects.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import examples, features_option, output_options, tree_options, why_option
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(
    epilog=examples(
        "kweigh analyze tinyconfig --arch powerpc", "kweigh analyze my.config --tree ~/linux --features mine.toml"
    )
)
@click.argument("config", default="defconfig")
@features_option
@click.option("--all", "whole", is_flag=True, help="Show the reason of every feature, and every figure.")
@why_option
@tree_options
@output_options(kept=True)
def analyze(config: str, features: str, whole: bool, why: bool, tree: Tree, output: Output) -> None:
    """Show which features CONFIG selects, and why."""
    with at_work(output):
        found = config_of(tree, config, output).analyze(features)
    present(found, output, why=why, whole=whole)
