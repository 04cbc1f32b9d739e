"""`kweigh diff`: two configs, two trees, two architectures or two toolchains.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: what is not said of B is as with A; only another
architecture has its own toolchain unless one is named.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.commands import resolve_config
from analyzer.cli.options import (
    Output,
    examples,
    features_option,
    known_at,
    ledger_option,
    output_options,
    surroundings,
    tree_options,
    why_option,
)
from analyzer.cli.show import at_work, explained, show

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest


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
@click.option("--tree-b", metavar="DIR", type=click.Path(path_type=Path), help="The tree of B (default: that of A).")
@click.option("--arch-b", metavar="ARCH", help="The architecture of B (default: that of A).")
@click.option("--cross-compile-b", metavar="PREFIX", help="CROSS_COMPILE of B.")
@click.option(
    "--toolchain-b", metavar="FILE", type=click.Path(path_type=Path), help="Recorded answers of a toolchain, for B."
)
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
    ledger: Path | None,
    whole: bool,
    why: bool,
    exit_code: bool,
    features: str,
    request: TreeRequest,
    output: Output,
) -> None:
    """Show what differs between A and B, and the root causes.

    A cause is a line of a config, what a target answers, an answer of the toolchain, an architecture, or an entry of
    Kconfig that changed. It is proved by replay: A with this cause and nothing else, resolved again, has the values of
    B.
    """
    from dataclasses import replace

    from analyzer import pipeline, reports
    from analyzer.pipeline.commands.diff import differences
    from analyzer.pipeline.context import Given, request_beside

    said = click.get_current_context().params
    other = replace(
        request_beside(
            request,
            Given(tree=_text(said["tree"]), arch=said["arch"], cross_compile=said["cross_compile"]),
            Given(tree=_text(tree_b), arch=arch_b, cross_compile=cross_compile_b, llvm=said["llvm"], config=b),
            surroundings(),
        ),
        shell=request.shell,
        cache=request.cache,
    )
    same_arch = other.arch in (None, request.arch)
    other = replace(other, answers=toolchain_b or (request.answers if same_arch and not cross_compile_b else None))
    extra = tuple(replace(one, name=f"{one.name} of B") for one in other.taken if one not in request.taken)
    output = replace(output, request=replace(request, taken=(*request.taken, *extra)))
    with at_work(output) as progress:
        left = pipeline.open_tree(request, progress)
        right = left if other == request else pipeline.open_tree(other, progress)
        pair = (left, resolve_config(left, a, output)), (right, resolve_config(right, b, output))
        here = known_at(ledger, request)
        there = here if other.root == request.root else known_at(ledger, other)
        found = differences(pair, features, objects=objects, known=(here, there), progress=progress)
    show(explained(reports.diff(found, whole=whole or output.format == "html"), why=why), output)
    if exit_code and found.diff.rows:
        sys.exit(1)


def _text(path: Path | None) -> str | None:
    return str(path) if path is not None else None
