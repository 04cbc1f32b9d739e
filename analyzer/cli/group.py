"""The group of all commands.

Enters: nothing. Leaves: `kweigh`, to which `cli/__init__.py` adds each command, and its help. Must hold: the help lists
commands by what they are for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click


class Commands(click.Group):
    """Lists the commands by what they are for: `purposes` has their names, in the order in which one comes to need
    them."""

    purposes: Mapping[str, tuple[str, ...]] = {}

    def add(self, purpose: str, commands: Sequence[click.Command]) -> None:
        """Take commands in, as what one comes to need next."""
        for command in commands:
            self.add_command(command)
        self.purposes = {**self.purposes, purpose: tuple(str(command.name) for command in commands)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(self.commands)

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
