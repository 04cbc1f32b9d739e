"""The command from a file to the options that build it, and back.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from analyzer.cli.commands import resolve_config
from analyzer.cli.options import Output, output_options, tree_options
from analyzer.cli.ordering import SubjectAndConfig
from analyzer.cli.show import at_work, show
from analyzer.model.report import Taken

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest

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
def which(what: str, config: str, whole: bool, request: TreeRequest, output: Output) -> None:
    """Show which options build a file or module, and back.

    Also where CONFIG does not build it: every makefile line on the way, and what to set.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.commands.which import arch_of, which
    from analyzer.pipeline.names import named

    arch = arch_of(request, what)
    if arch is not None and click.get_current_context().params.get("arch") is None:
        request = replace(
            request, arch=arch, taken=(*request.taken, Taken(name="ARCH", value=arch, why=f"from {what}"))
        )
        output = replace(output, request=request)
    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        resolved = resolve_config(opened, config, output)
        progress("reading makefiles", 0, 1)
        found = which(resolved, what if "/" in what else named(opened, what))
    show(reports.which(found, whole=whole), output)
    if not found.found:
        sys.exit(1)
