"""The order of arguments: SYMBOL or another subject first, CONFIG behind it, and either is known by what it is.

Enters: the words of a command line. Leaves: the same as click's parameters. Must hold: the order that helps show always
counts where a word could be both; where nothing tells, one line says how to write what was meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from kweigh import Tree


class SymbolsAndConfig(click.Command):
    """Takes symbols (`symbols`, or one `symbol`) and a CONFIG in any order; CONFIG may be missing."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, and then each word goes where it belongs. Raises UsageError for a word that may be both,
        two configs, and no symbol."""
        rest = super().parse_args(ctx, args)
        if ctx.resilient_parsing:
            return rest
        name = "symbols" if "symbols" in ctx.params else "symbol"
        given = ctx.params[name]
        optional = any(isinstance(one, click.Option) and one.name == "config" for one in self.params)
        named = ctx.get_parameter_source("config") is ParameterSource.COMMANDLINE
        words = [given] if isinstance(given, str) else list(given or ())
        words += [ctx.params["config"]] if named and not optional else []
        symbols, found = _told_apart(words, ctx)
        if found and named and optional:
            raise click.UsageError(f"--config {ctx.params['config']} and {found[0]} both name a CONFIG")
        if len(found) > 1:
            raise click.UsageError(f"{found[0]} and {found[1]} are both configs; A+B merges B onto A")
        if not symbols:
            raise click.UsageError(f"Missing argument '{_metavar(self, name)}'.")
        if name == "symbol" and len(symbols) > 1:
            raise click.UsageError(f"{symbols[1]} is no CONFIG, and {ctx.command.name} takes one SYMBOL")
        ctx.params[name] = symbols[0] if name == "symbol" else tuple(symbols)
        if found:
            ctx.params["config"] = found[0]
            ctx.set_parameter_source("config", ParameterSource.COMMANDLINE)
        elif not optional:
            ctx.params["config"] = "defconfig"
            ctx.set_parameter_source("config", ParameterSource.DEFAULT)
        return rest


class SubjectAndConfig(click.Command):
    """Takes a first argument that may be anything and a CONFIG; the other way round where only that makes sense."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, and then a CONFIG in front of what is none changes places with it."""
        rest = super().parse_args(ctx, args)
        if ctx.resilient_parsing or ctx.get_parameter_source("config") is not ParameterSource.COMMANDLINE:
            return rest
        subject = next(one.name for one in self.params if isinstance(one, click.Argument))
        assert subject is not None
        first, second = str(ctx.params[subject]), str(ctx.params["config"])
        if _is_config(first, ctx) and not _is_config(second, ctx):
            ctx.params |= {subject: second, "config": first}
        return rest


def _told_apart(words: Sequence[str], ctx: click.Context) -> tuple[list[str], list[str]]:
    """The symbols and the configs among `words`."""
    tree = _tree(ctx)
    kinds = [tree.kind_of(word) for word in words]
    for word, kind in zip(words, kinds, strict=True):
        if kind == "either":
            hint = f"CONFIG_{word} is the symbol, ./{word} the file"
            raise click.UsageError(f"{word} is a symbol of the tree and a config ({hint})")
    found = list(zip(words, kinds, strict=True))
    return [word for word, kind in found if kind == "symbol"], [word for word, kind in found if kind == "config"]


def _is_config(word: str, ctx: click.Context) -> bool:
    """Whether a word surely names a CONFIG: a target, one of the tree's, or a .config of a folder."""
    first = word.split("+", 1)[0]
    return first.endswith(".config") or _tree(ctx).serves(first)


def _tree(ctx: click.Context) -> Tree:
    import kweigh

    return kweigh.open(ctx.params.get("tree"))


def _metavar(command: click.Command, name: str) -> str:
    argument = next(one for one in command.params if one.name == name)
    return (argument.metavar or name.upper()).removesuffix(" [CONFIG]")
