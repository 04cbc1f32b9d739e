"""The command about a config in a newer tree.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.commands import resolve_config
from analyzer.cli.options import FOLDER, FORMATS, Output, output_options, surroundings, tree_options
from analyzer.cli.show import at_work, show, tell, write

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest

_EPILOG = """\b
Examples:
  kweigh upgrade .config --from ~/linux-6.1 --to ~/linux-6.12
  kweigh upgrade old.config --from ~/linux-6.1 --format config -o .config

What the lines give in the new tree is what its make olddefconfig makes of them.
"""


@click.command(epilog=_EPILOG)
@click.argument("config", default="defconfig")
@click.option("--from", "old", metavar="DIR", type=FOLDER, required=True, help="The tree that CONFIG was made for.")
@click.option("--to", "new", metavar="DIR", type=FOLDER, help="The newer tree (default: that of --tree).")
@click.option("--all", "whole", is_flag=True, help="Every line that does not stay as it was.")
@tree_options
@output_options((*FORMATS, "config"), kept=True)
def upgrade(config: str, old: Path, new: Path | None, whole: bool, request: TreeRequest, output: Output) -> None:
    """Show what becomes of each line of CONFIG in a newer tree.

    The same, renamed, part of another option, removed, decided by the tree, or lost, each with the lines of both trees
    that say so. With --format config a config for the newer tree, with comments.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.commands.upgrade import upgrade as upgraded
    from analyzer.pipeline.context import Given, request_beside

    said = click.get_current_context().params
    if new is not None and said["tree"] is not None:
        raise click.UsageError("--to and --tree both name the newer tree")
    tree = str(new or said["tree"] or "") or None
    first = Given(tree=tree, arch=said["arch"], cross_compile=said["cross_compile"])

    def on(folder: Path, now: TreeRequest) -> TreeRequest:
        second = replace(first, tree=str(folder), arch=now.arch, llvm=said["llvm"], config=config)
        return replace(
            request_beside(now, first, second, surroundings()), shell=now.shell, cache=now.cache, answers=now.answers
        )

    if new is not None:
        request = on(new, request)
        output = replace(output, request=request)
    with at_work(output) as progress:
        before = pipeline.open_tree(on(old, request), progress)
        resolved = resolve_config(before, config, output)
        found = upgraded(before, pipeline.open_tree(request, progress), resolved, progress)
    if output.format == "config":
        tell(output)
        write(reports.upgraded_config(found), output)
    else:
        show(reports.upgrade(found, whole=whole), output)
