"""The commands about what a config should have: fragments, values wanted, symbols that are to go.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import FORMATS, JUDGING_FORMATS, Output, known_at, ledger_option, output_options, tree_options
from analyzer.cli.show import at_work, say, show, tell, write
from analyzer.errors import SourceError

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.pipeline import TreeRequest

_DOCTOR = """\b
Examples:
  kweigh doctor x86_64_defconfig debug.config --tree ~/linux --arch x86_64
  kweigh doctor .config mine.config yours.config --tree . --format github

The fragments are merged onto BASE in one go, as merge_config.sh does. Exit code 1 when a line is lost: the symbol has
another value than asked, or is not there, and no later line asks otherwise.
"""
_ENABLE = """\b
Examples:
  kweigh enable KASAN x86_64_defconfig --tree ~/linux > kasan.config
  kweigh enable DEBUG_INFO_BTF MODVERSIONS=n NR_CPUS=64 .config --tree .

A symbol without a value is to be y. Exit code 1 when no set was found.
"""
_DISABLE = """\b
Examples:
  kweigh disable DMA_OPS x86_64_defconfig --tree ~/linux
  kweigh disable CRYPTO .config --tree . --format fragment

Exit code 1 when no set was found.
"""
_FRAGMENT = ("fragment", *FORMATS)


instead_option = click.option(
    "--instead",
    metavar="MEMBER",
    multiple=True,
    help="What a choice picks for a member that goes (default: the choice's own default).",
)

_AT_ONCE = 8
"""Lost lines up to which verdicts wait for fixes."""


def _budget(value: str) -> int | None:
    """What --fixes says: a number, None for all. Raises BadParameter."""
    if value in ("all", "none"):
        return None if value == "all" else 0
    if not re.fullmatch("[0-9]{1,6}", value):
        raise click.BadParameter(f"{value} is no number, nor all, nor none.")
    return int(value)


def _hold_to(config: ResolvedConfig, output: Output) -> None:
    """With --strict, raise SourceError for the first line that conf would warn of, of the base or of what was merged
    onto it."""
    from analyzer import pipeline

    for one in (config.base, config) if output.strict else ():
        for note in pipeline.notes(one) if one is not None else ():
            raise SourceError(note.text, path=note.location.path, lineno=note.location.line)


@click.command(epilog=_DOCTOR)
@click.argument("base")
@click.argument("fragments", nargs=-1, required=True, metavar="FRAGMENT...")
@click.option(
    "--fixes",
    metavar="N|all|none",
    default="20",
    show_default=True,
    callback=lambda _context, _option, value: _budget(value),
    help="For how many lost lines to look for a fix; those that others wait for come first.",
)
@ledger_option
@tree_options
@output_options(JUDGING_FORMATS, kept=True)
def doctor(
    base: str,
    fragments: tuple[str, ...],
    fixes: int | None,
    ledger: Path | None,
    request: TreeRequest,
    output: Output,
) -> None:
    """Show what becomes of the lines of fragments, and mend it.

    Each line is kept, redundant, changed, dropped, moot, overridden or unknown; lost ones come with the lines that
    decided and with what to set besides, resolved again, or with the lines that make it impossible. What a fix weighs
    stands beside it where that was measured.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.doctor import diagnosed

    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        merged = opened.resolved(opened.shelf.merge(base, fragments))
        _hold_to(merged, output)
        found = diagnosed(opened, merged, most=0)
    # Verdicts take seconds, fixes may take minutes: where there are many, who reads along is told the former first.
    first = output.format == "terminal" and output.file is None and fixes != 0 and found.unsearched > _AT_ONCE
    if first:
        show(reports.doctor(replace(found, unsearched=0)), output)
        say("\n")
    if fixes != 0:
        with at_work(output) as progress:
            found = diagnosed(opened, merged, known_at(ledger, request), fixes, progress)
    show(reports.fixes(found) if first else reports.doctor(found), output)
    if any(line.is_lost for line in found.lines):
        sys.exit(1)


@click.command(epilog=_ENABLE)
@click.argument("symbols", nargs=-1, required=True, metavar="SYMBOL[=VALUE]...")
@click.argument("config")
@instead_option
@ledger_option
@tree_options
@output_options(_FRAGMENT, kept=True)
def enable(
    symbols: tuple[str, ...],
    config: str,
    instead: tuple[str, ...],
    ledger: Path | None,
    request: TreeRequest,
    output: Output,
) -> None:
    """Write the smallest fragment that gives CONFIG some values.

    Its lines say what asks for them; merge_config.sh takes it as it is.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.doctor import enable

    with at_work(output) as progress:
        found = enable(pipeline.open_tree(request, progress), symbols, config, known_at(ledger, request), instead)
        _hold_to(found.config, output)
    if output.format == "fragment":
        tell(output)
        write(reports.fragment(found.config, found.remedy), output)
    else:
        show(reports.enable(found), output)
    if found.remedy.status != "verified":
        sys.exit(1)


@click.command(epilog=_DISABLE)
@click.argument("symbol")
@click.argument("config", default="defconfig")
@instead_option
@ledger_option
@tree_options
@output_options((*FORMATS, "fragment"), kept=True)
def disable(
    symbol: str, config: str, instead: tuple[str, ...], ledger: Path | None, request: TreeRequest, output: Output
) -> None:
    """Show what keeps SYMBOL in CONFIG, and the least to turn off."""
    from analyzer import pipeline, reports
    from analyzer.pipeline.doctor import disable

    with at_work(output) as progress:
        found = disable(pipeline.open_tree(request, progress), symbol, config, known_at(ledger, request), instead)
        _hold_to(found.config, output)
    if output.format == "fragment":
        tell(output)
        write(reports.fragment(found.config, found.remedy), output)
    else:
        show(reports.disable(found), output)
    if found.remedy.status != "verified":
        sys.exit(1)
