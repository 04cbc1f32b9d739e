"""The command that searches options.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from analyzer.cli.commands import resolve_config
from analyzer.cli.options import Output, examples, output_options, tree_options
from analyzer.cli.ordering import SubjectAndConfig
from analyzer.cli.show import at_work, show
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest


@click.command(
    cls=SubjectAndConfig,
    epilog=examples("kweigh find hugetlb --tree ~/linux", "kweigh find 'usb serial' .config --tree . --all")
    + "\nExit code 1 when nothing is found.\n",
)
@click.argument("text")
@click.argument("config", default="defconfig")
@click.option("--all", "whole", is_flag=True, help="Every option that is found.")
@tree_options
@output_options(kept=True)
def find(text: str, config: str, whole: bool, request: TreeRequest, output: Output) -> None:
    """Search options by name, prompt and help.

    Each with its value in CONFIG, type, prompt and menu; names come first. Case does not count, and every word has to
    occur.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.commands.find import find

    if not text.strip():
        raise UsageError("there is nothing to search for")
    with at_work(output) as progress:
        found = find(resolve_config(pipeline.open_tree(request, progress), config, output), text)
    show(reports.find(found, whole=whole), output)
    if not found.hits:
        sys.exit(1)
