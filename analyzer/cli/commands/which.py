"""The command from a file to the options that build it, and back.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.notes import config_of
from analyzer.cli.options import output_options, tree_options
from analyzer.cli.ordering import SubjectAndConfig
from analyzer.cli.output import Output
from analyzer.cli.show import at_work, present

if TYPE_CHECKING:
    from kweigh import Tree

_EPILOG = """\b
Examples:
  kweigh which drivers/usb/core/hub.c --tree ~/linux
  kweigh which snd_hda_intel .config --tree .
  kweigh which CONFIG_USB --tree ~/linux --all

WHAT is a source, an object, a module (with or without .ko), a folder, or a SYMBOL. Exit code 1 when nothing builds it.
"""


@click.command(cls=SubjectAndConfig, epilog=_EPILOG)
@click.argument("what")
@click.argument("config", default="defconfig")
@click.option("--all", "whole", is_flag=True, help="Leave nothing out.")
@tree_options
@output_options(kept=True)
def which(what: str, config: str, whole: bool, tree: Tree, output: Output) -> None:
    """Show which options build a file or module, and back.

    Also where CONFIG does not build it: every makefile line on the way, and what to set.
    """
    with at_work(output):
        found = config_of(tree.of(what), config, output).which(what)
    present(found, output, whole=whole)
