"""The completion of command lines in bash, zsh and fish.

Enters: the group of all commands; while a shell completes, the words so far. Leaves: the command that prints a shell's
script; names for a word. Must hold: a parameter is completed alike wherever it occurs; whatever goes wrong, a shell
gets no names rather than an error, and gets them soon.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from analyzer.cli.show import say

if TYPE_CHECKING:
    from kweigh import Tree
    from kweigh.tree import Words

PATIENCE = 1.0
"""Seconds after which a shell gets no names: so long nobody waits for a list."""

_PREFIX = "CONFIG_"
_ASKED = "_KWEIGH_COMPLETE"


def patience() -> float:
    """`PATIENCE`, or what $KWEIGH_PATIENCE says, for slow machines and network file systems."""
    try:
        found = float(os.environ.get("KWEIGH_PATIENCE", ""))
    except ValueError:
        return PATIENCE
    return found if _SHORTEST <= found <= _LONGEST else PATIENCE


_SHORTEST, _LONGEST = 1e-6, 600.0

_HOW = {
    "bash": 'eval "$(kweigh completion bash)"    # in ~/.bashrc',
    "zsh": 'eval "$(kweigh completion zsh)"     # in ~/.zshrc, behind compinit',
    "fish": "kweigh completion fish | source     # in ~/.config/fish/config.fish",
}

_EPILOG = "\b\n" + "\n".join(["Examples:", *(f"  {line}" for line in _HOW.values())]) + "\n"


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(tuple(_HOW)))
def completion(shell: str) -> None:
    """Print the script that completes kweigh in a shell.

    Completes commands, options, architectures, the tree's configs, feature sets and, of the bundled tree and of trees
    that were read before, symbols; of a query the first word.
    """
    say(f"# {_HOW[shell]}\n{script(shell)}")


def script(shell: str) -> str:
    """The script that completes kweigh in bash, zsh or fish."""
    from analyzer.cli.group import kweigh

    found = get_completion_class(shell)
    assert found is not None
    one = found(kweigh, {}, "kweigh", _ASKED)
    # Not one.source(): for bash that starts one to ask for its version.
    template = one.source_template
    if shell == "fish":
        # Its own function for paths takes ~ for a name; for a command that it does not know it completes paths rightly.
        template = template.replace("__fish_complete_path $metadata[2]", 'complete -C"%(prog_name)s-path $metadata[2]"')
    return template % one.source_vars()


def completes() -> bool:
    """Whether a shell asks for names, as the scripts of `completion` have it do: what is printed then stands in the
    middle of somebody's command line."""
    return _ASKED in os.environ


def complete(commands: click.Group) -> None:
    """Let the parameters of all `commands` complete, by what they are called."""
    for command in commands.commands.values():
        named = {parameter.name for parameter in command.params}
        for parameter in command.params:
            names = _NAMES.get(parameter.name or "")
            if parameter.name == "symbols" and "config" in named:
                # Behind any number of symbols stands a config, and click sees no more than the symbols.
                names = _EITHER
            if names is not None and parameter.type is click.STRING:
                parameter.type = names


class _Named(type(click.STRING)):  # type: ignore[misc]
    """A text that is one of many names, or something else."""

    def __init__(self, *sources: Words, files: bool = False) -> None:
        self._sources = sources
        self._files = files

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """The names that begin with `incomplete`; else files where they are meant too."""
        found: list[str] = []
        if not (self._files and "/" in incomplete):
            # Behind a + stands a fragment; before a symbol may stand the prefix of config files.
            kept, plus, rest = incomplete.rpartition("+") if self._files else ("", "", incomplete)
            fits = ".config" if plus else ""
            prefix = _PREFIX if rest.startswith(_PREFIX) else ""
            found = [
                f"{kept}{plus}{prefix}{name}"
                for name in self._found(ctx)
                if f"{prefix}{name}".startswith(rest) and name.endswith(fits)
            ]
        return [CompletionItem(name) for name in found] or [CompletionItem(incomplete, "file")] * self._files

    def _found(self, ctx: click.Context) -> Sequence[str]:
        try:
            with _in_time():
                tree = _tree(ctx)
                return [name for source in self._sources for name in tree.names(source)]
        except (Exception, _TooLong):
            # A fault of ours as well: nobody asked to see it here.
            return ()


class _TooLong(BaseException):
    """The time is over; not an Exception, so that nobody on the way takes it for a failure of theirs."""


@contextmanager
def _in_time() -> Iterator[None]:
    def over(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, patience())
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _tree(ctx: click.Context) -> Tree:
    import kweigh

    # The shell has not looked into the words yet.
    tree = os.path.expandvars(Path(str(ctx.params["tree"])).expanduser()) if ctx.params.get("tree") else None
    arches = ctx.params.get("arches") or ()
    arch = ctx.params.get("arch") or next((name for name in arches if name.isidentifier()), None)
    return kweigh.open(tree, arch=arch)


_A_CONFIG = _Named("configs", files=True)
_AN_ARCH = _Named("arches")
_A_SYMBOL = _Named("symbols")
_EITHER = _Named("symbols", "configs")

_NAMES = {
    **dict.fromkeys(("config", "names", "a", "b", "base", "fragments", "detail", "whole", "start"), _A_CONFIG),
    **dict.fromkeys(("arch", "arches", "arch_b"), _AN_ARCH),
    **dict.fromkeys(("symbol", "symbols", "instead", "keep"), _A_SYMBOL),
    "what": _Named("symbols", files=True),
    "source": _Named(files=True),
    "features": _Named("features", files=True),
    "query": _Named("query"),
}
"""What completes a parameter, by its name in the command's function."""
