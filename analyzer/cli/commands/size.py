"""`kweigh size`: what a config weighs.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.files import PATH
from analyzer.cli.notes import config_of
from analyzer.cli.options import build_options, examples, features_option, output_options, tree_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, complain, present
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from kweigh import Build, Tree


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
