"""`kweigh certify`: our configs beside conf's.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.options import chosen_options, examples, output_options, trees_options
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(
    epilog=examples(
        "kweigh certify --tree ~/linux --arch arm64 --configs '*_defconfig'",
        "kweigh certify --tree ~/linux --random 100",
    )
)
@chosen_options("$ARCH, the .config's, this machine's", "every target and defconfig")
@click.option(
    "--random", "seeds", metavar="N", type=click.IntRange(0), default=0, help="Also N random configs of conf."
)
@trees_options
@output_options()
def certify(names: tuple[str, ...], seeds: int, tree: Tree, output: Output) -> None:
    """Compare with the tree's own conf, byte by byte.

    The bundled tree has none: there kconfiglib is the judge, of values.

    Exits with 1 when anything differs. Builds conf (with flex, bison and gcc), asks the tree's own make what it exports
    to conf, and runs both, and with them the tree's own shell commands: only for trees you trust.
    """
    with at_work(output):
        found = tree.certify(configs=names, random=seeds)
    present(found, output)
