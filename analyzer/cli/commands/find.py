"""The command that searches options.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import examples, output_options, tree_options
from analyzer.cli.ordering import SubjectAndConfig
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from kweigh import Tree


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
def find(text: str, config: str, whole: bool, tree: Tree, output: Output) -> None:
    """Search options by name, prompt and help.

    Each with its value in CONFIG, type, prompt and menu; names come first. Case does not count, and every word has to
    occur.
    """
    if not text.strip():
        raise UsageError("there is nothing to search for")
    with at_work(output):
        found = config_of(tree, config, output).find(text)
    present(found, output, whole=whole)
