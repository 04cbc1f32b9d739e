"""The command that says why symbols have their values.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: as in commands.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from analyzer.cli.commands import resolve_config
from analyzer.cli.options import Output, examples, output_options, tree_options
from analyzer.cli.show import at_work, show
from analyzer.documents import is_there
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest


class _SymbolsFirst(click.Command):
    """Takes the last word for a CONFIG only where it does not look like a symbol, or is the only one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, and then what was taken for CONFIG is looked at."""
        rest = super().parse_args(ctx, args)
        if ctx.resilient_parsing or ctx.get_parameter_source("config") is not ParameterSource.COMMANDLINE:
            return rest
        symbols, last = ctx.params["symbols"], str(ctx.params["config"])
        if not symbols or _looks_like_symbol(last):
            ctx.params |= {"symbols": (*symbols, last), "config": "defconfig"}
            ctx.set_parameter_source("config", ParameterSource.DEFAULT)
        return rest


def _looks_like_symbol(word: str) -> bool:
    """Configs are named in small letters, or by a path."""
    return not (set(word) & set("./+-") or word.islower() or word.endswith("config") or is_there(word))


@click.command(
    cls=_SymbolsFirst,
    epilog=examples(
        "kweigh why DMA_OPS",
        "kweigh why CONFIG_DMA_OPS_BYPASS tinyconfig --arch powerpc",
        "kweigh why KASAN SWIOTLB my.config --tree ~/linux --arch arm64",
    ),
)
@click.argument("symbols", metavar="SYMBOL...", nargs=-1)
@click.argument("config", default="defconfig")
@tree_options
@output_options(kept=True)
def why(symbols: tuple[str, ...], config: str, request: TreeRequest, output: Output) -> None:
    """Show why each SYMBOL has its value, and what would change it.

    Every hop is a line of the tree or of CONFIG, with its file, its condition and what that is worth. Before it stand
    type, prompt and menu, as menuconfig's search shows them.
    """
    from analyzer import pipeline, reports

    if not symbols:
        raise UsageError("Missing argument 'SYMBOL...'.")
    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        resolved = resolve_config(opened, config, output, symbols)
        found = pipeline.why(opened, symbols, resolved)
    show(reports.why(resolved, *found), output)
