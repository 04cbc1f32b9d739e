"""The options that commands share.

Enters: click's parameters. Leaves: a TreeRequest and an Output. Must hold: an option means the same wherever it occurs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click

FORMATS = ("terminal", "markdown", "csv", "json", "html")
JUDGING_FORMATS = (*FORMATS, "sarif", "github")
"""What commands offer whose reports have findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where and how a command's result is shown."""

    format: str
    file: Path | None
    colour: str
    width: int | None
    quiet: bool
    strict: bool


def _all(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def tree_options(function: Any) -> Any:
    """Options of every command that opens one tree; the command gets one TreeRequest."""
    arch = click.option(
        "--arch",
        metavar="ARCH",
        help="ARCH as make spells it: x86_64, i386, powerpc, sparc64, um … (default: this machine's).",
    )
    return arch(trees_options(function))


def trees_options(function: Any) -> Any:
    """The same without --arch, for commands that look at many architectures."""

    def command(
        tree: Path | None,
        cross_compile: str | None,
        toolchain: Path | None,
        allow_shell: bool,
        no_shell: bool,
        no_cache: bool,
        arch: str | None = None,
        **rest: Any,
    ) -> Any:
        from analyzer.pipeline import TreeRequest

        if allow_shell and no_shell:
            raise click.UsageError("--allow-shell and --no-shell exclude each other")
        request = TreeRequest(
            root=tree,
            arch=arch,
            cross_compile=cross_compile,
            answers=toolchain,
            shell="any" if allow_shell else "none" if no_shell else "confined",
            cache=None if no_cache else programs_folder(),
        )
        return function(request=request, **rest)

    return _all(
        click.option(
            "--tree", metavar="DIR", type=click.Path(path_type=Path), help="A Linux tree (default: the bundled tree)."
        ),
        click.option("--cross-compile", metavar="PREFIX", help="CROSS_COMPILE (default: the compiler found for ARCH)."),
        click.option(
            "--toolchain",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Recorded answers of a toolchain, instead of a compiler.",
        ),
        click.option(
            "--no-shell", is_flag=True, help="Run nothing that the tree wrote, not even confined (see docs/limits.md)."
        ),
        click.option(
            "--allow-shell", is_flag=True, help="Let the tree's own commands run free. Only for trees you trust."
        ),
        click.option("--no-cache", is_flag=True, help="Read the tree anew, and keep nothing (see kweigh cache)."),
    )(update_wrapper(command, function))


def examples(*lines: str) -> str:
    """The end of a command's help: command lines as one would type them."""
    return "\b\nExamples:\n" + "".join(f"  {line}\n" for line in lines)


def cache_folder() -> Path:
    """Where built and compiled things are kept: $XDG_CACHE_HOME/kweigh, or ~/.cache/kweigh."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kweigh"


def programs_folder() -> Path:
    """Where compiled trees are kept."""
    return cache_folder() / "programs"


def output_options(formats: Sequence[str] = FORMATS) -> Callable[[Any], Any]:
    """Options of every command that prints; the command gets one Output."""

    def decorate(function: Any) -> Any:
        def command(
            format: str,
            output: Path | None,
            color: str,
            no_color: bool,
            width: int | None,
            quiet: bool,
            strict: bool,
            **rest: Any,
        ) -> Any:
            shown = Output(
                format=format,
                file=output,
                colour="never" if no_color else color,
                width=width,
                quiet=quiet,
                strict=strict,
            )
            return function(output=shown, **rest)

        return _all(
            click.option(
                "--format",
                type=click.Choice(formats),
                default=formats[0],
                show_default=True,
                help="How to show the result.",
            ),
            click.option(
                "-o",
                "--output",
                metavar="FILE",
                type=click.Path(path_type=Path),
                help="Write to FILE, as a whole or not at all.",
            ),
            click.option(
                "--color",
                type=click.Choice(["auto", "always", "never"]),
                default="auto",
                help="Colours (default: on a terminal, unless NO_COLOR is set).",
            ),
            click.option("--no-color", is_flag=True, help="The same as --color never."),
            click.option(
                "--width",
                metavar="COLUMNS",
                type=click.IntRange(40, 1000),
                help="Width of the page (default: the terminal's, else 80).",
            ),
            click.option("-q", "--quiet", is_flag=True, help="No progress and no notes."),
            click.option(
                "--strict", is_flag=True, help="Lines of a config that conf would drop with a warning are errors."
            ),
        )(update_wrapper(command, function))

    return decorate


features_option = click.option(
    "--features",
    default="dma",
    show_default=True,
    metavar="SET",
    help="A built-in feature set, or a TOML file of your own.",
)
