"""The commands: one function each, from parameters to what is shown.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: rooms are imported when a command needs them, so
that `--help` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from analyzer.cli.options import (
    FORMATS,
    Output,
    cache_folder,
    examples,
    features_option,
    output_options,
    programs_folder,
    tree_options,
    trees_options,
    why_option,
)
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.show import at_work, complain, explained, say, show, tell, write
from analyzer.errors import SourceError

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.kconfig import Warning
    from analyzer.pipeline import OpenTree, TreeRequest

EDGES = ("depends", "selects", "implies", "default", "choice")


class Commands(click.Group):
    """Lists the commands by what they are for: `purposes` has their names, in the order in which one comes to need
    them."""

    purposes: Mapping[str, tuple[str, ...]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return [name for names in self.purposes.values() for name in names] or list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A part for each purpose, their columns one below the other."""
        widest = max(map(len, self.commands))
        room = formatter.width - widest - _MARGINS
        for purpose, names in self.purposes.items():
            with formatter.section(purpose):
                lines = [(name.ljust(widest), self.commands[name].get_short_help_str(room)) for name in names]
                formatter.write_dl(lines)


_MARGINS = 6
"""Columns in front of a name, and between it and what it does."""


_EPILOG = """\b
Examples:
  kweigh analyze tinyconfig --arch powerpc
  kweigh why DMA_OPS x86_64_defconfig --tree ~/linux --arch x86_64
  kweigh diff tinyconfig defconfig
  kweigh matrix --tree ~/linux --arch 'arm*' --configs '*_defconfig'

CONFIG is the name of a file in the tree (x86_64_defconfig, debug.config), a target
(tinyconfig, defconfig, allnoconfig, allyesconfig, allmodconfig, alldefconfig), or a
file of your own: ./debug.config where the tree has that name too. It may be packed
(/proc/config.gz), in a kernel (/boot/vmlinuz), an O= folder, a pipe, or -. The default
is the .config that is there, else defconfig. A+B merges the fragment B onto A.
CONFIG may stand before or behind SYMBOLs: each is known by what it is.

\b
Exit codes: 0 fine; 1 the answer is "no"; 2 usage; 3 no usable tree or config;
4 a source file is unreadable; 5 the toolchain failed; 70 a bug of kweigh.
"""


@click.group(
    cls=Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="kweigh", prog_name="kweigh", message="%(prog)s %(version)s")
def kweigh() -> None:
    """What does each Kconfig option pull in, change and weigh?

    Works on any Linux tree: the one that the current folder is or lies in, or --tree DIR; and elsewhere on a small
    bundled model of the kernel's DMA options.
    """


@kweigh.command(
    epilog=examples(
        "kweigh analyze tinyconfig --arch powerpc", "kweigh analyze my.config --tree ~/linux --features mine.toml"
    )
)
@click.argument("config", default="defconfig")
@features_option
@click.option("--all", "whole", is_flag=True, help="Show the reason of every feature, and every figure.")
@why_option
@tree_options
@output_options(kept=True)
def analyze(config: str, features: str, whole: bool, why: bool, request: TreeRequest, output: Output) -> None:
    """Show which features CONFIG selects, and why."""
    from analyzer import pipeline, reports

    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        resolved = resolve_config(opened, config, output)
        report = reports.analyze(pipeline.analyze(resolved, features), whole=whole or output.format == "html")
    show(explained(report, why=why), output)


@kweigh.command(
    epilog=examples(
        "kweigh resolve defconfig+debug.config --tree ~/linux -o .config",
        "kweigh resolve .config --tree ~/linux --savedefconfig",
    )
)
@click.argument("config", default="defconfig")
@tree_options
@click.option("--savedefconfig", is_flag=True, help="The minimal config: only what differs from the defaults.")
@output_options(("config",))
def resolve(config: str, savedefconfig: bool, request: TreeRequest, output: Output) -> None:
    """Write the .config that conf would make of CONFIG."""
    from analyzer import configs, pipeline

    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        resolved = resolve_config(opened, config, output)
        text = configs.minimal(resolved) if savedefconfig else configs.dotconfig(resolved)
    tell(output)
    write(text, output)


@kweigh.command(
    cls=SymbolsAndConfig,
    epilog=examples(
        "kweigh graph DMA_OPS --arch x86_64 --edges selects",
        "kweigh graph SWIOTLB --depth 2 --format dot | dot -Tsvg -o swiotlb.svg",
    ),
)
@click.argument("symbol")
@click.argument("config", default="defconfig")
@click.option(
    "--depth", type=click.IntRange(1, 6), default=1, show_default=True, help="How many hops away from SYMBOL."
)
@click.option("--edges", type=click.Choice(EDGES), multiple=True, help="Only edges of this kind; may be repeated.")
@tree_options
@output_options((*FORMATS, "dot", "mermaid"))
def graph(symbol: str, config: str, depth: int, edges: tuple[str, ...], request: TreeRequest, output: Output) -> None:
    """Show what SYMBOL needs and selects, and who selects it."""
    from analyzer import deps, pipeline, reports

    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        resolved = resolve_config(opened, config, output)
        kinds = cast("Any", edges or EDGES)
        found = pipeline.graph(opened, symbol, resolved, depth=depth, kinds=kinds)
    if output.format in ("dot", "mermaid"):
        tell(output)
        write(deps.to_dot(found) if output.format == "dot" else deps.to_mermaid(found), output)
    else:
        show(reports.graph(resolved, found), output)


@kweigh.command(epilog=examples("kweigh unmet allyesconfig --tree ~/linux --arch arm"))
@click.argument("config", default="defconfig")
@tree_options
@output_options(kept=True)
def unmet(config: str, request: TreeRequest, output: Output) -> None:
    """Show selects that override a symbol's dependencies."""
    from analyzer import pipeline, reports

    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        resolved = resolve_config(opened, config, output)
        found = pipeline.unmet(opened, resolved)
    show(reports.unmet(resolved, *found), output)


@kweigh.command(
    epilog=examples(
        "kweigh series patches.mbox --tree ~/linux", "git format-patch --stdout v6.1.. | kweigh series - --tree ."
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@features_option
@tree_options
@output_options()
def series(file: Path, features: str, request: TreeRequest, output: Output) -> None:
    """Show what a patch series (diffstat, mail, diff) touches.

    Of a diff also which symbols it defines, changes and removes, what they select and build, and whether it applies to
    the tree or is in it already. FILE - reads standard input; what a reply quotes is read as well.
    """
    from analyzer import reports
    from analyzer.pipeline.commands import matrix

    with at_work(output) as progress:
        found = matrix.read_series(request, file, features, progress)
    show(reports.series(found.series, found.rows, found.edits, found.fits, tree=found.tree), output)


@kweigh.command(
    epilog=examples(
        "kweigh certify --tree ~/linux --arch arm64 --configs '*_defconfig'",
        "kweigh certify --tree ~/linux --random 100",
    )
)
@click.option(
    "--arch",
    "arches",
    metavar="ARCH",
    multiple=True,
    help="An architecture or a glob; may be repeated (default: $ARCH, the .config's, this machine's).",
)
@click.option(
    "--configs",
    "names",
    metavar="CONFIG",
    multiple=True,
    help="A config or a glob over the tree's; may be repeated (default: every target and defconfig).",
)
@click.option(
    "--random", "seeds", metavar="N", type=click.IntRange(0), default=0, help="Also N random configs of conf."
)
@trees_options
@output_options()
def certify(arches: tuple[str, ...], names: tuple[str, ...], seeds: int, request: TreeRequest, output: Output) -> None:
    """Compare with the tree's own conf, byte by byte.

    The bundled tree has none: there kconfiglib is the judge, of values.

    Exits with 1 when anything differs. Builds conf (with flex, bison and gcc), asks the tree's own make what it exports
    to conf, and runs both, and with them the tree's own shell commands: only for trees you trust.
    """
    from analyzer import reports
    from analyzer.pipeline.commands.certify import certify

    with at_work(output) as progress:
        found = certify(request, arches, names, seeds, cache_folder() / "conf", progress)
    show(reports.certify(found), output)
    if not found.whole:
        sys.exit(1)


@kweigh.command(
    epilog=examples(
        "kweigh sample -n 100000 --arch powerpc", "kweigh sample --tree ~/linux --features mine.toml --seed 7"
    )
)
@click.option("-n", "--count", type=click.IntRange(1, 10_000_000), default=4096, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same configs.")
@features_option
@tree_options
@output_options()
def sample(count: int, seed: int, features: str, request: TreeRequest, output: Output) -> None:
    """Show how often features are on in random configs.

    Every symbol with a prompt is answered at random: a bool y or n, a tristate y, m or n, a choice any of its members.
    """
    from analyzer import pipeline, reports
    from analyzer.pipeline.commands.sample import sample

    with at_work(output) as progress:
        opened = pipeline.open_tree(request, progress)
        found = sample(opened, count, seed, features, progress)
    show(reports.sample(found), output)


@kweigh.command(epilog=examples("kweigh toolchain --tree ~/linux --arch arm64 -o arm64.answers"))
@tree_options
@output_options(("record",))
def toolchain(request: TreeRequest, output: Output) -> None:
    """Record what the compiler answers, for --toolchain FILE."""
    from analyzer import pipeline

    with at_work(output):
        text = pipeline.record(request)
    tell(output)
    write(text, output)


@kweigh.command(epilog=examples("kweigh cache", "kweigh cache --clear"))
@click.option("--clear", is_flag=True, help="Remove everything that is kept.")
def cache(clear: bool) -> None:
    """Show or clear the trees and answers that are kept."""
    from analyzer import cache as kept

    folder = programs_folder()
    if clear:
        say(f"removed {kept.clear(folder)} from {folder}\n")
        return
    found = kept.entries(folder)
    lines = [f"{e.size / 1e6:7.1f} MB  {datetime.fromtimestamp(e.used):%Y-%m-%d %H:%M}  {e.label}" for e in found]
    lines.append(f"{sum(e.size for e in found) / 1e6:7.1f} MB  in {len(found)} entries in {folder}")
    say("".join(f"{line}\n" for line in lines))


def resolve_config(opened: OpenTree, config: str, output: Output, names: Collection[str] = ()) -> ResolvedConfig:
    """The config, with what conf would warn of on standard error; with --strict the first of these is an error. `names`
    as `OpenTree.resolve` takes them."""
    from analyzer import pipeline

    resolved = opened.resolve(config, names)
    # A tree's own configs carry lines for symbols that are long gone; only the user's are worth a note.
    if output.strict or opened.shelf.is_own(config):
        notes = pipeline.notes(resolved)
        if output.strict and notes:
            raise SourceError(notes[0].text, path=notes[0].location.path, lineno=notes[0].location.line)
        if not output.quiet:
            _complain_of(config, resolved, notes)
    return resolved


def _complain_of(config: str, resolved: ResolvedConfig, notes: Sequence[Warning]) -> None:
    """Notes, each with its line; of many names that the tree does not define how many there are of each kind."""
    from analyzer import pipeline
    from analyzer.model.stranger import STRANGER_WORDS
    from analyzer.reports.words.unknown import named

    many = len(resolved.ignored) > _MOST_UNKNOWN
    places = {assignment.location for assignment in resolved.ignored} if many else set()
    single = [note for note in notes if note.location not in places]
    for note in single[:_MOST_NOTES]:
        complain(f"{note.location}: note: {note.text}")
    if len(single) > _MOST_NOTES:
        complain(f"{config}: note: and {len(single) - _MOST_NOTES:,} more lines like these")
    if not many:
        return
    groups = pipeline.strangers(resolved)
    names = sum(map(len, groups.values()))
    where = f"{names:,} symbols are not in {resolved.tree.label}"
    complain(f"{config}: note: {where} (kweigh upgrade --from OLDTREE tells what they became):")
    for kind, ones in groups.items():
        complain(f"{config}: note: {len(ones):,} {STRANGER_WORDS[kind]}: {named(ones)}")


_MOST_NOTES = 20
_MOST_UNKNOWN = 8
"""A config of another version, or of a whole kernel for the bundled tree, has thousands."""
