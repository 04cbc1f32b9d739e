"""The commands: one function each, from parameters to what is shown.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: rooms are imported when a command needs them, so
that `--help` is quick.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import click

from analyzer.cli.options import (
    FORMATS,
    Output,
    examples,
    features_option,
    output_options,
    tree_options,
    trees_options,
    why_option,
)
from analyzer.cli.ordering import SymbolsAndConfig
from analyzer.cli.show import at_work, complain, present, say, tell, write

if TYPE_CHECKING:
    from analyzer.model.stranger import Stranger, StrangerKind
    from kweigh import Config, Tree

    Strangers = Mapping[StrangerKind, Sequence[Stranger]]

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
def analyze(config: str, features: str, whole: bool, why: bool, tree: Tree, output: Output) -> None:
    """Show which features CONFIG selects, and why."""
    with at_work(output):
        found = config_of(tree, config, output).analyze(features)
    present(found, output, why=why, whole=whole)


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
def resolve(config: str, savedefconfig: bool, tree: Tree, output: Output) -> None:
    """Write the .config that conf would make of CONFIG."""
    with at_work(output):
        resolved = config_of(tree, config, output)
        text = resolved.savedefconfig() if savedefconfig else resolved.text()
    tell(resolved.taken, output)
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
@output_options((*FORMATS, "dot", "mermaid"), whole=True)
def graph(symbol: str, config: str, depth: int, edges: tuple[str, ...], tree: Tree, output: Output) -> None:
    """Show what SYMBOL needs and selects, and who selects it."""
    with at_work(output):
        found = config_of(tree, config, output).graph(symbol, depth=depth, edges=cast("Any", edges or EDGES))
    present(found, output)


@kweigh.command(epilog=examples("kweigh unmet allyesconfig --tree ~/linux --arch arm"))
@click.argument("config", default="defconfig")
@tree_options
@output_options(kept=True, whole=True)
def unmet(config: str, tree: Tree, output: Output) -> None:
    """Show selects that override a symbol's dependencies."""
    with at_work(output):
        found = config_of(tree, config, output).unmet()
    present(found, output)


@kweigh.command(
    epilog=examples(
        "kweigh series patches.mbox --tree ~/linux",
        "git format-patch --stdout v6.1.. | kweigh series - --tree .",
        "kweigh series HEAD~3..HEAD --tree ~/linux",
    )
)
@click.argument("file")
@features_option
@tree_options
@output_options()
def series(file: str, features: str, tree: Tree, output: Output) -> None:
    """Show what a patch series (diffstat, mail, diff) touches.

    Of a diff also which symbols it defines, changes and removes, what they select and build, and whether it applies to
    the tree or is in it already. FILE - reads standard input; what a reply quotes is read as well. FILE may also be a
    folder of patches, or a range of the tree's git history.
    """
    with at_work(output):
        found = tree.series(file, features=features)
    present(found, output)


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
def certify(names: tuple[str, ...], seeds: int, tree: Tree, output: Output) -> None:
    """Compare with the tree's own conf, byte by byte.

    The bundled tree has none: there kconfiglib is the judge, of values.

    Exits with 1 when anything differs. Builds conf (with flex, bison and gcc), asks the tree's own make what it exports
    to conf, and runs both, and with them the tree's own shell commands: only for trees you trust.
    """
    with at_work(output):
        found = tree.certify(configs=names, random=seeds)
    present(found, output)


@kweigh.command(
    epilog=examples(
        "kweigh sample -n 100000 --arch powerpc", "kweigh sample --tree ~/linux --features mine.toml --seed 7"
    )
)
@click.option("-n", "--count", type=click.IntRange(1, 10_000_000), default=4096, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same configs.")
@click.option("--all", "whole", is_flag=True, help="Show all that selects each feature.")
@features_option
@tree_options
@output_options()
def sample(count: int, seed: int, features: str, whole: bool, tree: Tree, output: Output) -> None:
    """Show how often features are on in random configs.

    Every symbol with a prompt is answered at random: a bool y or n, a tristate y, m or n, a choice any of its members.
    """
    with at_work(output):
        found = tree.sample(count, seed=seed, features=features)
    present(found, output, whole=whole)


@kweigh.command(epilog=examples("kweigh toolchain --tree ~/linux --arch arm64 -o arm64.answers"))
@tree_options
@output_options(("record",))
def toolchain(tree: Tree, output: Output) -> None:
    """Record what the compiler answers, for --toolchain FILE."""
    with at_work(output):
        text = tree.record()
    tell(tree.taken, output)
    write(text, output)


@kweigh.command(epilog=examples("kweigh cache", "kweigh cache --clear"))
@click.option("--clear", is_flag=True, help="Remove everything that is kept.")
def cache(clear: bool) -> None:
    """Show or clear the trees and answers that are kept."""
    from kweigh import cache as kept

    if clear:
        removed = kept.clear()
        say(f"removed {removed} from {kept.programs()}\n")
        return
    found = kept.entries()
    lines = [f"{e.size / 1e6:7.1f} MB  {datetime.fromtimestamp(e.used):%Y-%m-%d %H:%M}  {e.label}" for e in found]
    lines.append(f"{sum(e.size for e in found) / 1e6:7.1f} MB  in {len(found)} entries in {kept.programs()}")
    say("".join(f"{line}\n" for line in lines))


def config_of(tree: Tree, name: str, output: Output, names: Collection[str] = ()) -> Config:
    """The config, with what conf would warn of on standard error; `names` as `Tree.resolve` takes them."""
    config = tree.resolve(name, names)
    complain_of(config, output)
    return config


def complain_of(config: Config | None, output: Output) -> None:
    """Say on standard error what conf would warn of in a config."""
    # A tree's own configs carry lines for symbols that are long gone; only the user's are worth a note.
    if config is not None and not output.quiet and config.is_own:
        _complain_of(config.asked, config)


def _complain_of(name: str, config: Config) -> None:
    """Notes, each with its line; of many names that the tree does not define how many there are of each kind."""
    from analyzer.model.stranger import STRANGER_WORDS
    from kweigh.telling import named

    many = len(config.resolved.ignored) > _MOST_UNKNOWN
    places = {assignment.location for assignment in config.resolved.ignored} if many else set()
    single = [note for note in config.notes if note.location not in places]
    for note in single[:_MOST_NOTES]:
        complain(f"{note.location}: note: {note.text}")
    if len(single) > _MOST_NOTES:
        complain(f"{name}: note: and {len(single) - _MOST_NOTES:,} more lines like these")
    if not many:
        return
    groups = config.strangers()
    names = sum(map(len, groups.values()))
    where = f"{names:,} symbols are not in {config.resolved.tree.label}"
    complain(f"{name}: note: {where} (kweigh upgrade --from OLDTREE tells what they became):")
    for kind, ones in groups.items():
        complain(f"{name}: note: {len(ones):,} {STRANGER_WORDS[kind]}: {named(ones)}")


_MOST_NOTES = 20
_MOST_UNKNOWN = 8
"""A config of another version, or of a whole kernel for the bundled tree, has thousands."""
