"""The commands about what a config should have: fragments, values wanted, symbols that are to go.

Enters: parsed parameters. Leaves: output and exit codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import click
from click.core import ParameterSource

from analyzer.cli.files import PATH
from analyzer.cli.options import ledger_option, output_options, tree_options
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.output import FORMATS, JUDGING_FORMATS, Output
from analyzer.cli.show import at_work, present, say, show

_Command = TypeVar("_Command", bound="Callable[..., object] | click.Command")
if TYPE_CHECKING:
    from kweigh import Tree

_DOCTOR = """\b
Examples:
  kweigh doctor x86_64_defconfig debug.config --tree ~/linux --arch x86_64
  kweigh doctor .config mine.config yours.config --tree . --format github
  kweigh doctor --all '*_defconfig' --tree . --arches arm64 --accept lost.txt

With --merge script the fragments come onto BASE at once, as merge_config.sh has it (-n and -y are its own); with
--merge make one after another, which is what BASE+FRAGMENT means elsewhere. Exit code 1 when a line is lost: the symbol
has another value than asked, or is not there, and no later line asks otherwise.
"""
_ENABLE = """\b
Examples:
  kweigh enable KASAN x86_64_defconfig --tree ~/linux > kasan.config
  kweigh enable DEBUG_INFO_BTF MODVERSIONS=n NR_CPUS=64 .config --tree .

A symbol without a value is to be y. Exit code 1 when no set was found.
"""
_DISABLE = """\b
Examples:
  kweigh disable SWIOTLB x86_64_defconfig --tree ~/linux
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


def _refused(_context: click.Context, option: click.Parameter, value: object) -> None:
    """Says of an option of merge_config.sh that is none here what there is instead. Raises UsageError."""
    if value:
        said = next(iter(option.opts))
        raise click.UsageError(f"{said} of merge_config.sh is no option here: {_NOT_TAKEN[said]}")


def _refusing(option: str) -> Callable[[_Command], _Command]:
    name = f"no_{option[1:].lower()}_of_the_script"
    return click.option(option, name, is_flag=True, hidden=True, expose_value=False, callback=_refused)


_NOT_TAKEN = {
    "-m": "it leaves a config that conf has not read; --merge make has it completed, as make does",
    "-r": "lines that the base has already are always told, as redundant",
    "-s": "lines that others override are always told, and exit code 1 says that one is lost",
    "-Q": "-q leaves notes out",
    "-O": "-o names the file for what is shown",
}


class _BaseOrFragment(click.Command):
    """Takes a single file for a fragment: BASE may be missing, as a CONFIG may elsewhere."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, and then a BASE without fragments is one, unless it is a target."""
        from kweigh import targets

        rest = super().parse_args(ctx, args)
        base = ctx.params.get("base")
        if not ctx.resilient_parsing and base not in (None, *targets()) and not ctx.params["fragments"]:
            ctx.params |= {"base": None, "fragments": (base,)}
            ctx.set_parameter_source("base", ParameterSource.DEFAULT)
        return rest


@click.command(cls=_BaseOrFragment, epilog=_DOCTOR)
@click.argument("base", required=False)
@click.argument("fragments", nargs=-1, metavar="FRAGMENT...")
@click.option(
    "--all",
    "whole",
    metavar="CONFIG",
    multiple=True,
    help="Instead of BASE and FRAGMENT: look at all lines of these configs of the tree, names or globs.",
)
@click.option(
    "--arches",
    metavar="ARCH",
    multiple=True,
    help="With --all: architectures or globs; may be repeated (default: the one of --arch).",
)
@click.option("--unknown", is_flag=True, help="Tell each line that names no symbol of the tree, not only how many.")
@click.option(
    "--accept",
    metavar="FILE",
    type=PATH,
    help="With --all: losses that are accepted, a line ARCH CONFIG SYMBOL: REASON for each.",
)
@click.option(
    "--fixes",
    metavar="N|all|none",
    default="20",
    show_default=True,
    callback=lambda _context, _option, value: _budget(value),
    help="For how many lost lines to look for a fix; those that others wait for come first.",
)
@click.option(
    "--merge",
    "by",
    type=click.Choice(["script", "make"]),
    default="script",
    show_default=True,
    help="All fragments at once, as merge_config.sh does, or one after another, as make BASE FRAGMENT... does.",
)
@click.option("-n", "--allnoconfig", is_flag=True, help="What nobody sets is n, not its default: merge_config.sh -n.")
@click.option("-y", "--builtin", is_flag=True, help="What is y stays y where a later file has m: merge_config.sh -y.")
@_refusing("-m")
@_refusing("-r")
@_refusing("-s")
@_refusing("-Q")
@_refusing("-O")
@ledger_option
@tree_options
@output_options(JUDGING_FORMATS, kept=True)
def doctor(
    base: str | None,
    fragments: tuple[str, ...],
    whole: tuple[str, ...],
    arches: tuple[str, ...],
    accept: Path | None,
    unknown: bool,
    by: Literal["script", "make"],
    allnoconfig: bool,
    builtin: bool,
    fixes: int | None,
    tree: Tree,
    output: Output,
) -> None:
    """Show what becomes of the lines of fragments, and mend it.

    Each line is kept, redundant, changed, dropped, moot, overridden or unknown; lost ones come with the lines that
    decided and with what to set besides, resolved again, or with the lines that make it impossible. What a fix weighs
    stands beside it where that was measured.
    """
    if whole:
        if base is not None or fragments:
            raise click.UsageError("--all names the configs, beside which there is no BASE")
        with at_work(output):
            held = tree.every_line(*whole, arches=arches, accept=accept)
        present(held, output)
        return
    if base is None or not fragments:
        raise click.UsageError("doctor takes a BASE and at least one FRAGMENT, or --all CONFIG")
    if arches or accept:
        raise click.UsageError(f"{'--arches' if arches else '--accept'} is for --all")
    if by == "make" and (allnoconfig or builtin):
        raise click.UsageError(f"{'-n' if allnoconfig else '-y'} is of merge_config.sh, which make calls without it")
    with at_work(output):
        merged = tree.merge(base, *fragments, by=by, allnoconfig=allnoconfig, builtin=builtin)
        found = merged.doctor(fixes=0)
    # Verdicts take seconds, fixes may take minutes: where there are many, who reads along is told the former first.
    first = output.format == "terminal" and output.file is None and fixes != 0 and found.value.unsearched > _AT_ONCE
    if first:
        show(found.report(unknown=unknown, part="lines"), output)
        say("\n")
    if fixes != 0:
        with at_work(output):
            found = merged.doctor(fixes=fixes)
    present(found, output, unknown=unknown, part="fixes" if first else "whole")


@click.command(cls=SymbolsAndConfig, epilog=_ENABLE)
@click.argument("symbols", nargs=-1, metavar="SYMBOL[=VALUE]...")
@click.argument("config", default="defconfig")
@instead_option
@ledger_option
@tree_options
@output_options(_FRAGMENT, kept=True, whole=True)
def enable(
    symbols: tuple[str, ...],
    config: str,
    instead: tuple[str, ...],
    tree: Tree,
    output: Output,
) -> None:
    """Write the smallest fragment that gives CONFIG some values.

    Its lines say what asks for them; merge_config.sh takes it as it is.
    """
    with at_work(output):
        found = tree.enable(*symbols, config=config, instead=instead)
    present(found, output)


@click.command(cls=SymbolsAndConfig, epilog=_DISABLE)
@click.argument("symbol")
@click.argument("config", default="defconfig")
@instead_option
@ledger_option
@tree_options
@output_options((*FORMATS, "fragment"), kept=True, whole=True)
def disable(symbol: str, config: str, instead: tuple[str, ...], tree: Tree, output: Output) -> None:
    """Show what keeps SYMBOL in CONFIG, and the least to turn off."""
    with at_work(output):
        found = tree.disable(symbol, config=config, instead=instead)
    present(found, output)
