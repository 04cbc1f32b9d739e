"""The options that commands share.

Enters: click's parameters, the environment, the current folder. Leaves: a Tree and an Output. Must hold: an
option means the same wherever it occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from inspect import signature
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from analyzer.cli.files import FOLDER, PATH, TEMPLATE, WRITTEN, format_of
from analyzer.cli.output import FORMATS, Output
from analyzer.cli.show import once
from analyzer.cli.watch import watch


def _all(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def tree_options(function: Any) -> Any:
    """Options of every command that opens one tree; the command gets one Tree."""
    arch = click.option(
        "--arch",
        metavar="ARCH",
        help="ARCH as make spells it: x86_64, i386, powerpc, sparc64, um … (default: $ARCH, that of the .config, this "
        "machine's).",
    )
    return arch(_tree_options(function, many=False))


def trees_options(function: Any) -> Any:
    """The same without --arch, for commands that look at many architectures."""
    return _tree_options(function, many=True)


def _tree_options(function: Any, *, many: bool) -> Any:
    parameters = signature(function).parameters

    def command(
        tree: Path | None,
        cross_compile: str | None,
        llvm: str | None,
        toolchain: Path | None,
        allow_shell: bool,
        no_shell: bool,
        no_cache: bool,
        arch: str | None = None,
        **rest: Any,
    ) -> Any:
        import kweigh

        if allow_shell and no_shell:
            raise click.UsageError("--allow-shell and --no-shell exclude each other")
        context = click.get_current_context()
        default = config_is_default()
        named = _first(rest.get("config")) or rest.get("base") or rest.get("a")
        opened = kweigh.open(
            tree,
            arch=arch,
            arches=rest.get("arches") or () if many else None,
            config=None if default else named,
            cross_compile=cross_compile,
            llvm=llvm,
            toolchain=toolchain,
            shell="any" if allow_shell else "none" if no_shell else "confined",
            cache=not no_cache,
            ledger=context.params.get("ledger"),
            strict=bool(context.params.get("strict")),
            progress=watch,
        )
        if default and not rest.get("detail"):
            opened, name = opened.at_hand()
            rest[default] = (name,) if isinstance(rest[default], tuple) else name
        wanted = {name: value for name, value in rest.items() if name in parameters or name not in _OF_THE_TREE}
        return function(tree=opened, **wanted)

    return _all(
        click.option(
            "--tree",
            metavar="DIR",
            type=PATH,
            help="A Linux tree or its O= folder, or `bundled` (default: what the current folder is or lies in, else "
            "the bundled tree).",
        ),
        click.option(
            "--cross-compile",
            metavar="PREFIX",
            help="CROSS_COMPILE (default: $CROSS_COMPILE, else the compiler found for ARCH).",
        ),
        click.option("--llvm", metavar="LLVM", help="LLVM as make takes it: 1, -15, /usr/bin/ (default: $LLVM)."),
        click.option(
            "--toolchain",
            metavar="FILE",
            type=PATH,
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


_OF_THE_TREE = ("arches", "ledger")
"""Options that the tree is told; a command that looks at them takes them as well."""


def config_is_default() -> str:
    """What the command calls a CONFIG that was left out ("": none was)."""
    context = click.get_current_context()
    names = {one.name for one in context.command.params} & {"config", "base"}
    if "base" in names and not context.params["fragments"]:
        # Without fragments there is nothing to merge onto a config.
        return ""
    return next((name for name in names if context.get_parameter_source(name) is not ParameterSource.COMMANDLINE), "")


def _first(config: str | tuple[str, ...] | None) -> str | None:
    return next(iter(config), None) if isinstance(config, tuple) else config


def examples(*lines: str) -> str:
    """The end of a command's help: command lines as one would type them."""
    return "\b\nExamples:\n" + "".join(f"  {line}\n" for line in lines)


why_option = click.option(
    "--why/--no-why", default=True, show_default=True, help="Say why values are as they are (json and csv always do)."
)

ledger_option = click.option(
    "--ledger",
    metavar="FILE",
    type=PATH,
    help="Sizes, as kweigh measure records them (default: in the cache).",
)


def chosen_options(arches: str, names: str) -> Callable[[Any], Any]:
    """--arch and --configs of commands that look at many; the arguments say what they are by default."""
    arch = click.option(
        "--arch",
        "arches",
        metavar="ARCH",
        multiple=True,
        help=f"An architecture or a glob; may be repeated (default: {arches}).",
    )
    config = click.option(
        "--configs",
        "names",
        metavar="CONFIG",
        multiple=True,
        help=f"A config or a glob over the tree's; may be repeated (default: {names}).",
    )
    return lambda function: arch(config(function))


def build_options(function: Any) -> Any:
    """Options of commands that build; the command gets one Build."""

    def command(scratch: Path | None, ledger: Path | None, jobs: int, targets: tuple[str, ...], **rest: Any) -> Any:
        from kweigh import Build

        return function(how=Build(scratch=scratch, jobs=jobs or None, targets=targets), **rest)

    options: list[Callable[[Any], Any]] = [
        click.option(
            "--target",
            "targets",
            metavar="TARGET",
            multiple=True,
            help="Also make TARGET (bzImage, Image.gz), and weigh the boot image.",
        ),
        click.option("-j", "--jobs", type=click.IntRange(0), default=0, help="make's -j (default: every processor)."),
        click.option("--ledger", metavar="FILE", type=PATH, help="Where sizes are recorded (SQLite)."),
        click.option("--scratch", metavar="DIR", type=FOLDER, help="Where builds lie (default: the cache)."),
    ]
    found: Any = update_wrapper(command, function)
    for option in options:
        found = option(found)
    return found


def output_options(
    formats: Sequence[str] = FORMATS, *, kept: bool = False, whole: bool = False
) -> Callable[[Any], Any]:
    """Options of every command that prints; the command gets one Output. What a `kept` one tells is kept: it does
    nothing but read and tell. One whose tables may be long has --all for them, its own (`whole`) or this one."""

    def decorate(function: Any) -> Any:
        def command(
            format: str,
            output: Path | None,
            color: str,
            no_color: bool,
            width: int | None,
            quiet: bool,
            strict: bool,
            source_url: str,
            every_row: bool = False,
            **rest: Any,
        ) -> Any:
            context = click.get_current_context()
            own = isinstance(rest.get("whole"), bool)
            if context.get_parameter_source("format") is ParameterSource.DEFAULT:
                context.params["format"] = format = format_of(output, formats)
            shown = Output(
                format=format,
                file=output,
                colour="never" if no_color else color,
                width=width,
                quiet=quiet,
                strict=strict,
                tree=rest.get("tree"),
                source_url=source_url,
                rest="" if every_row or rest.get("whole") is True else _REST[own or whole],
            )
            # What builds is never told again.
            if not kept or rest.get("build") or shown.tree is None or not shown.tree.keeps:
                return function(output=shown, **rest)
            said = {name: value for name, value in context.params.items() if name not in _LOOKS}
            once(context.info_name or "", said, shown.tree, shown, lambda: function(output=shown, **rest))
            return None

        return _all(
            *([click.option("--all", "every_row", is_flag=True, help="Every row of long tables.")] if whole else []),
            click.option(
                "--format",
                type=click.Choice(formats),
                default=formats[0],
                show_default=True,
                help="How to show the result; in a FILE as its name ends: .html, .md, .csv, .json …",
            ),
            click.option(
                "-o",
                "--output",
                metavar="FILE",
                type=WRITTEN,
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
                help="Width of the page (default: $COLUMNS, the terminal's, else 80).",
            ),
            click.option("--source-url", metavar="URL", type=TEMPLATE, default="", help=TEMPLATE.help),
            click.option("-q", "--quiet", is_flag=True, help="No progress and no notes."),
            click.option(
                "--strict", is_flag=True, help="Lines of a config that conf would drop with a warning are errors."
            ),
        )(update_wrapper(command, function))

    return decorate


_REST = {True: "--all shows them", False: "--format html or json has them all"}
_LOOKS = ("output", "color", "no_color", "width", "source_url")
"""What is said of how a result looks, and where it goes."""

features_option = click.option(
    "--features",
    default="dma",
    show_default=True,
    metavar="SET",
    help="A built-in feature set, or a TOML file of your own.",
)
