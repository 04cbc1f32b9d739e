"""`kweigh sample`: features in random configs.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.options import examples, features_option, output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(
    epilog=examples(
        "kweigh sample -n 100000 --arch powerpc", "kweigh sample --tree ~/linux --features mine.toml --seed 7"
    )
)
@click.option("-n", "--count", type=click.IntRange(1, 10_000_000), default=4096, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same configs.")
@click.option("--all", "whole", is_flag=True, help="Show all that selects each feature.")
@features_option
@tree_options
@output_options()
def sample(count: int, seed: int, features: str, whole: bool, tree: Tree, output: Output) -> None:
    """Show how often features are on in random configs.

    Every symbol with a prompt is answered at random: a bool y or n, a tristate y, m or n, a choice any of its members.
    """
    with at_work(output):
        found = tree.sample(count, seed=seed, features=features)
    present(found, output, whole=whole)
