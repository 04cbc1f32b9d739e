"""The options that commands share.

Enters: click's parameters, the environment, the current folder. Leaves: a TreeRequest and an Output. Must hold: an
option means the same wherever it occurs.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from analyzer.cli.files import TEMPLATE, WRITTEN, format_of
from analyzer.documents import home
from analyzer.model.report import Taken

if TYPE_CHECKING:
    from analyzer.pipeline import TreeRequest
    from analyzer.pipeline.bytes.known import Known
    from analyzer.pipeline.context import Context

FORMATS = ("terminal", "markdown", "csv", "json", "html")
JUDGING_FORMATS = (*FORMATS, "sarif", "github")
"""What commands offer whose reports have findings."""

MEASURED = "tinyconfig"
"""The config of the measurements that come along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where and how a command's result is shown; `request` is what it is about, where that is a tree."""

    format: str
    file: Path | None
    colour: str
    width: int | None
    quiet: bool
    strict: bool
    request: TreeRequest | None = None
    source_url: str = ""

    def measured(self) -> Output:
        """The same, saying that `MEASURED` was taken for the CONFIG that nobody named."""
        assert self.request is not None
        told = (one for one in self.request.taken if one.name != "config")
        taken = Taken(name="config", value=MEASURED, why="what was measured")
        return replace(self, request=replace(self.request, taken=(*told, taken)))

    def taken(self) -> tuple[Taken, ...]:
        """What the command took from where the user stands, as far as it is known by now."""
        if self.request is None:
            return ()
        inputs = self.request.inputs
        doubles = (told_double(name, own=own) for name, own in inputs.both.items())
        meant = (
            Taken(name="symbol", value=here, why=f"what the tree has for {name}") for name, here in inputs.meant.items()
        )
        return (*self.request.taken, *doubles, *meant)


def _all(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


FOLDER = click.Path(path_type=Path, file_okay=False)


def tree_options(function: Any) -> Any:
    """Options of every command that opens one tree; the command gets one TreeRequest."""
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
        from analyzer.pipeline.context import Given, request_in

        if allow_shell and no_shell:
            raise click.UsageError("--allow-shell and --no-shell exclude each other")
        context = click.get_current_context()
        default = config_is_default()
        given = Given(
            tree=str(tree) if tree is not None else None,
            arch=arch,
            cross_compile=cross_compile,
            llvm=llvm,
            config=None if default else _first(rest.get("config")) or rest.get("base") or rest.get("a"),
            arches=(rest.get("arches") or (("*",) if context.command.name in _EVERY else ())) if many else None,
        )
        found = request_in(given, surroundings())
        if default and found.dotconfig and given.arches == ("*",) and not rest.get("arches"):
            # What is told of the .config that is there is told of its architecture.
            found = request_in(replace(given, arches=()), surroundings())
        request = replace(
            found,
            answers=toolchain,
            shell="any" if allow_shell else "none" if no_shell else "confined",
            cache=None if no_cache else programs_folder(),
        )
        if default and not rest.get("detail"):
            name = request.dotconfig or "defconfig"
            rest[default] = (name,) if isinstance(rest[default], tuple) else name
            if request.config_why:
                told = Taken(name="config", value=name, why=request.config_why)
                request = replace(request, taken=(*request.taken, told))
        return function(request=request, **rest)

    return _all(
        click.option(
            "--tree",
            metavar="DIR",
            type=click.Path(path_type=Path),
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


_EVERY = ("gate", "query")
"""Commands that look at all architectures where none is named."""


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


def surroundings() -> Context:
    """The environment and the current folder."""
    from analyzer.pipeline.context import Context

    try:
        here = Path.cwd()
    except OSError:
        here = None
    return Context(environ=os.environ, here=here)


def told_double(name: str, *, own: bool) -> Taken:
    """What a heading says of a name of the tree's that is also a file of the user's own."""
    why = "the file here, not the tree's" if own else f"the tree's; the file here is ./{name}"
    return Taken(name="config", value=name, why=why)


def examples(*lines: str) -> str:
    """The end of a command's help: command lines as one would type them."""
    return "\b\nExamples:\n" + "".join(f"  {line}\n" for line in lines)


def cache_folder() -> Path:
    """Where built and compiled things are kept: $XDG_CACHE_HOME/kweigh, or ~/.cache/kweigh."""
    own = home()
    # Nothing can be kept below a device, so without a home nothing is.
    return Path(os.environ.get("XDG_CACHE_HOME") or (own / ".cache" if own is not None else "/dev/null")) / "kweigh"


def programs_folder() -> Path:
    """Where compiled trees are kept."""
    return cache_folder() / "programs"


def ledger_at(path: Path | None) -> Path:
    """The ledger that was named, else that of the cache."""
    return path or cache_folder() / "ledger.sqlite"


def words(request: TreeRequest, ledger: Path | None) -> str:
    """The options that name the tree and its ledger, as a person would repeat them."""
    said = click.get_current_context().params
    tree = ["--tree", str(request.root)] if request.root else ["--tree", "DIR"]
    own = [
        word
        for option in ("cross_compile", "llvm", "toolchain")
        if said.get(option)
        for word in (f"--{option.replace('_', '-')}", str(said[option]))
    ]
    return shlex.join([*tree, *own, *(["--ledger", str(ledger)] if ledger else [])])


why_option = click.option(
    "--why/--no-why", default=True, show_default=True, help="Say why values are as they are (json and csv always do)."
)

ledger_option = click.option(
    "--ledger",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Sizes, as kweigh measure records them (default: in the cache).",
)


def known_at(ledger: Path | None, request: TreeRequest, gates: tuple[Path, ...] = ()) -> Known:
    """What has been measured before: what the ledger has, the gates of files, and what comes along."""
    from analyzer.pipeline.bytes.known import Known

    return Known(ledger_at(ledger), gates, words=words(request, ledger))


def output_options(formats: Sequence[str] = FORMATS, *, kept: bool = False) -> Callable[[Any], Any]:
    """Options of every command that prints; the command gets one Output. What a `kept` one tells is kept: it does
    nothing but read and tell."""

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
            **rest: Any,
        ) -> Any:
            context = click.get_current_context()
            if context.get_parameter_source("format") is ParameterSource.DEFAULT:
                context.params["format"] = format = format_of(output, formats)
            shown = Output(
                format=format,
                file=output,
                colour="never" if no_color else color,
                width=width,
                quiet=quiet,
                strict=strict,
                request=rest.get("request"),
                source_url=source_url,
            )
            if not kept or shown.request is None or shown.request.cache is None:
                return function(output=shown, **rest)
            from analyzer.cli.show import once

            said = {name: value for name, value in context.params.items() if name not in _LOOKS}
            once(context.info_name or "", said, shown, lambda: function(output=shown, **rest))
            return None

        return _all(
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


_LOOKS = ("output", "color", "no_color", "width", "source_url")
"""What is said of how a result looks, and where it goes."""

features_option = click.option(
    "--features",
    default="dma",
    show_default=True,
    metavar="SET",
    help="A built-in feature set, or a TOML file of your own.",
)
