"""`kweigh diff`: two configs, two trees, two architectures or two toolchains.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: what is not said of B is as with A; only another
architecture has its own toolchain unless one is named.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.files import PATH
from analyzer.cli.notes import config_of
from analyzer.cli.options import examples, features_option, ledger_option, output_options, tree_options, why_option
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree


@click.command(
    epilog=examples(
        "kweigh diff tinyconfig defconfig --arch alpha",
        "kweigh diff defconfig defconfig+debug.config --tree ~/linux",
        "kweigh diff defconfig defconfig --tree ~/linux --arch x86_64 --arch-b i386",
        "kweigh diff my.config my.config --tree ~/linux-6.1 --tree-b ~/linux-6.12",
    )
)
@click.argument("a")
@click.argument("b")
@click.option("--tree-b", metavar="DIR", type=PATH, help="The tree of B (default: that of A).")
@click.option("--arch-b", metavar="ARCH", help="The architecture of B (default: that of A).")
@click.option("--cross-compile-b", metavar="PREFIX", help="CROSS_COMPILE of B.")
@click.option("--toolchain-b", metavar="FILE", type=PATH, help="Recorded answers of a toolchain, for B.")
@click.option("--objects/--no-objects", default=True, show_default=True, help="Compare also what both build.")
@ledger_option
@click.option("--all", "whole", is_flag=True, help="Show every symbol and object, and the reasons on both sides.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when anything differs.")
@why_option
@features_option
@tree_options
@output_options(kept=True)
def diff(
    a: str,
    b: str,
    tree_b: Path | None,
    arch_b: str | None,
    cross_compile_b: str | None,
    toolchain_b: Path | None,
    objects: bool,
    whole: bool,
    why: bool,
    exit_code: bool,
    features: str,
    tree: Tree,
    output: Output,
) -> None:
    """Show what differs between A and B, and the root causes.

    A cause is a line of a config, what a target answers, an answer of the toolchain, an architecture, or an entry of
    Kconfig that changed. It is proved by replay: A with this cause and nothing else, resolved again, has the values of
    B.
    """
    with at_work(output):
        there = tree.beside(tree_b, arch=arch_b, config=b, cross_compile=cross_compile_b, toolchain=toolchain_b)
        left, right = config_of(tree, a, output), config_of(there, b, output)
        found = left.diff(right, features=features, objects=objects)
    present(found, output, why=why, whole=whole, exits=exit_code)
