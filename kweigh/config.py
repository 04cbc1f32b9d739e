"""A config, and what can be asked of it.

Enters: a tree and a `ResolvedConfig`. Leaves: `Config`, `Option`. Must hold: neither is ever changed; a config with
other lines is another config.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kweigh.asked import notes
from kweigh.questions import Questions
from kweigh.result import Result
from kweigh.shrinking import ShrinkingConfig
from kweigh.weighing import WeighedConfig

if TYPE_CHECKING:
    from analyzer.model.config import Reason, ResolvedConfig
    from analyzer.model.expr import Location
    from analyzer.model.graph import Explanation
    from analyzer.model.kconfig import Symbol, Warning
    from analyzer.model.report import Taken
    from analyzer.model.stranger import Stranger, StrangerKind
    from kweigh.tree import Tree


@dataclass(frozen=True, slots=True)
class Option:
    """A symbol in a config."""

    config: Config
    name: str

    def __repr__(self) -> str:
        return f"<kweigh.Option {self.name}={self.value} in {self.config.label}>"

    @property
    def symbol(self) -> Symbol:
        """The symbol: its type, and every line of its definitions."""
        return self.config.resolved.model.symbols[self.name]

    @property
    def value(self) -> str:
        """Its value as text: n, m or y, a number, a text."""
        return self.config.resolved.values[self.name]

    @property
    def type(self) -> str:
        """bool, tristate, int, hex or string."""
        return self.symbol.type

    @property
    def prompt(self) -> str:
        """Its prompt; "" where it has none."""
        return self.symbol.prompt

    @property
    def places(self) -> tuple[Location, ...]:
        """Where the tree defines it, each a file and a line."""
        return tuple(one.location for one in self.symbol.definitions)

    @property
    def reason(self) -> Reason:
        """What decided its value, with the lines that took part."""
        return self.config.resolved.reasons[self.name]

    def why(self) -> Result[tuple[Explanation, ...]]:
        """The chain behind its value, and what would change it (`kweigh why`)."""
        return self.config.why(self.name)

    def _repr_html_(self) -> str:
        return self.why()._repr_html_()


class Config(Questions, WeighedConfig, ShrinkingConfig):
    """A resolved config: the value of every symbol, and why. `Tree.resolve` makes it."""

    def __init__(self, tree: Tree, resolved: ResolvedConfig, asked: str) -> None:
        self.tree = tree
        self.resolved = resolved
        self.asked = asked

    def __repr__(self) -> str:
        return f"<kweigh.Config {self.label}>"

    def __getitem__(self, name: str) -> Option:
        """An option, with or without CONFIG_. Raises UsageError, with the nearest name, where the tree has none."""
        from analyzer import deps, features
        from analyzer.pipeline.names import bare

        wanted = bare(name)
        here = features.meant(wanted, self.resolved.model.symbols) or wanted
        return Option(self, deps.known(self.resolved, here).name)

    def __contains__(self, name: str) -> bool:
        return name.removeprefix("CONFIG_") in self.resolved.model.symbols

    def __iter__(self) -> Iterator[str]:
        return iter(self.resolved.model.symbols)

    def __len__(self) -> int:
        return len(self.resolved.model.symbols)

    @property
    def name(self) -> str:
        """What it is called: a name of the tree's, a path, fragments behind a +."""
        return self.resolved.source.name

    @property
    def label(self) -> str:
        """What reports call it, such as `defconfig on Linux 6.1.192 x86_64`."""
        return f"{self.name} on {self.resolved.tree.label}"

    @property
    def values(self) -> Mapping[str, str]:
        """The value of every symbol, as text."""
        return self.resolved.values

    @property
    def taken(self) -> tuple[Taken, ...]:
        """What was taken from where the user stands."""
        return self.tree._at.told()

    @property
    def is_own(self) -> bool:
        """Whether a file of the user's own is in it."""
        return self.tree._at.opened.shelf.is_own(self.asked)

    @property
    def notes(self) -> tuple[Warning, ...]:
        """What conf would warn of while it reads the config."""
        return notes(self.resolved)

    def strangers(self) -> Mapping[StrangerKind, tuple[Stranger, ...]]:
        """The names in it that the tree does not define, by what is known of them."""
        from analyzer import pipeline

        return pipeline.strangers(self.resolved)

    def text(self) -> str:
        """The .config that conf would write (`kweigh resolve`)."""
        from analyzer import configs

        return configs.dotconfig(self.resolved)

    def savedefconfig(self) -> str:
        """Only what differs from the defaults, in the order of the menus."""
        from analyzer import configs

        return configs.minimal(self.resolved)

    def with_(self, settings: Mapping[str, str | int | bool] | None = None, /, **more: str | int | bool) -> Config:
        """The config that these lines give, merged onto this one as a fragment is: `with_(EXT4_FS="y", NR_CPUS=64)`;
        True is y, False n.

        Raises UsageError for a symbol that the tree does not define and for a value that its type does not allow.
        """
        from kweigh.lines import fragment

        source = fragment(self, {**(settings or {}), **more})
        return Config(self.tree, self.tree._at.opened.resolved(source), source.name)

    def _repr_html_(self) -> str:
        return self.analyze()._repr_html_()
