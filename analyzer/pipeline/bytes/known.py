"""What is known of a config's bytes, and of the same config with symbols turned, without building anything.

Enters: configs, and where measurements are: a ledger, files of gates, what comes along. Leaves: `KnownBuild`,
`GateMeasurement`, `Missing`. Must hold: every command asks here, so all give the same figure; a build of
exactly the config in the ledger counts before gates, which are found by the names of config and tree; a figure is of
the config's own tree and architecture, and both configs of a difference are of one source.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from statistics import median

from analyzer.model.config import ResolvedConfig
from analyzer.model.gate import RESTS, GateMeasurement, GateVariant, Weight
from analyzer.model.known import Missing
from analyzer.model.size import Origin
from analyzer.model.tree import SourceTree
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import origin_of
from analyzer.pipeline.bytes import gating
from analyzer.pipeline.bytes.builds import Builds
from analyzer.pipeline.bytes.gating import Turn, alone_and_together
from analyzer.pipeline.bytes.measured import bundled, counts_for
from analyzer.pipeline.opening import OpenTree
from analyzer.sizes import gates

_TURNS = 8
"""Turned configs that are kept: each may hold a whole tree, read otherwise."""


class Known(Builds):
    """Measurements at hand: `ledger` as builds record it (None, or no such file: none), `files` of gates as kweigh gate
    --format record writes them. `words` are the options of the command line that name the tree and the ledger, as a
    person would repeat them. Every method raises SourceError for a damaged ledger or file."""

    def __init__(self, ledger: Path | None = None, files: tuple[Path, ...] = (), *, words: str = "--tree DIR") -> None:
        super().__init__(ledger)
        self._files = files
        self._words = words
        self._turns: dict[tuple[int, tuple[str, ...]], tuple[ResolvedConfig, Turn]] = {}

    @property
    def words(self) -> str:
        """The options that name the tree and the ledger."""
        return self._words

    def tells(self, tree: SourceTree) -> bool:
        """Whether there is a ledger, or a gate of a tree."""
        return self.ledger is not None or any(counts_for(one, tree) for one in self._recorded)

    def turn(self, opened: OpenTree, base: ResolvedConfig, symbols: Sequence[str]) -> Turn:
        """`gating.turn`, once for a config and symbols."""
        key = id(base), (*symbols,)
        if key not in self._turns:
            if len(self._turns) >= _TURNS:
                del self._turns[next(iter(self._turns))]
            self._turns[key] = base, gating.turn(opened, base, symbols)
        return self._turns[key][1]

    def recorded(self, opened: OpenTree, base: ResolvedConfig, symbols: Sequence[str]) -> GateMeasurement | None:
        """What the ledger holds of a config with each of `symbols` turned and with all of them. What cannot be turned
        or did not build is a variant with its reason, and a config that did not build has none; None while nothing is
        known. Raises UsageError as `gating.check`."""
        gating.check(base, symbols)
        built = self.build(base)
        if built is None:
            return None
        about = self.about(base, symbols)
        if built.weight is None:
            return replace(about, reason=built.failure)
        variants: list[GateVariant] = []
        # Where the config itself is the only build, no tree has to be read otherwise to know that.
        for chosen in alone_and_together(symbols) if len(self.made(base)) > 1 else ():
            turn = self.turn(opened, base, chosen)
            other = None if turn.missed else self.build(turn.config)
            if turn.missed or other is not None:
                variants.append(gating.variant(base, chosen, turn, (built, other)))
        return replace(about, base=built.weight, variants=tuple(variants)) if variants else None

    def lacking(self, opened: OpenTree, base: ResolvedConfig, symbols: Sequence[str]) -> Missing | None:
        """The builds that `recorded` would need; None where it needs none, since what cannot be turned is not built."""
        gating.check(base, symbols)
        builds = [] if self.build(base) else [("as it is", base)]
        for chosen in alone_and_together(symbols):
            label = " ".join(f"{name}={value}" for name, value in gating.asked(base, chosen))
            if not self.holds(base):
                builds.append((label, base))
                continue
            turn = self.turn(opened, base, chosen)
            if not turn.missed and self.build(turn.config) is None:
                builds.append((label, turn.config))
        return self._missing(base, builds, gate_command(symbols, base, self._words)) if builds else None

    def lacking_for_cost(
        self, base: ResolvedConfig, turned: ResolvedConfig, label: str, words: Sequence[str]
    ) -> Missing | None:
        """The builds that `kweigh cost` with `words` needs of a config and of it turned, which `label` says; None where
        it needs none."""
        builds = [(text, one) for text, one in (("as it is", base), (label, turned)) if self.build(one) is None]
        command = f"kweigh cost {shlex.join(words)} --arch {base.tree.arch} {self._words} --build"
        return self._missing(base, builds, command) if builds else None

    def anew(self) -> Known:
        """The same, once the ledger has learnt."""
        self._origins.clear()
        return self

    def about(self, base: ResolvedConfig, symbols: Sequence[str]) -> GateMeasurement:
        """A measurement of a config that has nothing yet but what it is about."""
        origin = origin_of(base)
        return GateMeasurement(
            arch=origin.arch,
            config=base.source.name,
            tree=origin.tree,
            compiler=origin.compiler,
            command=gate_command(symbols, base, "--tree DIR"),
            values=tuple((name, *gating.state(base, name)) for name in dict.fromkeys(symbols)),
            base=None,
            variants=(),
            basis="ledger",
        )

    def gate(
        self, opened: OpenTree, base: ResolvedConfig, symbol: str
    ) -> tuple[GateMeasurement | None, Missing | None]:
        """What is known of a config with one symbol turned, from whatever source; else which builds it takes."""
        found = self.recorded(opened, base, [symbol])
        if found is not None and found.base is not None and found.variants[0].weight is not None:
            return found, None
        wanted = gating.asked(base, [symbol])
        told = found
        for one in self.gates(base):
            for variant in one.variants:
                if variant.forced == wanted:
                    alone = gating.only(one, variant)
                    if one.base is not None and variant.weight is not None:
                        return alone, None
                    told = told or alone
        if told is None and self.holds(base) and (missed := self.turn(opened, base, [symbol]).missed):
            told = replace(self.about(base, [symbol]), variants=(GateVariant(forced=wanted, reason=missed),))
        return told, None if told else self.lacking(opened, base, [symbol])

    def weight(self, config: ResolvedConfig) -> tuple[Weight, str] | None:
        """What a config weighs, from whatever source, and what that rests on; None where nobody has measured it."""
        built = self.build(config)
        if built is not None and built.weight is not None:
            return built.weight, built_for(origin_of(config))
        base = self._named(config)
        return (base.base, made_by(base)) if base is not None and base.base is not None else None

    def gate_of(self, config: ResolvedConfig) -> GateMeasurement | None:
        """A gate that tells what a config weighs which the ledger does not have."""
        built = self.build(config)
        if built is not None and built.weight is not None:
            return None
        return self._named(config)

    def _named(self, config: ResolvedConfig) -> GateMeasurement | None:
        return next((one for one in self.gates(config) if one.base is not None), None)

    def missing(self, *configs: ResolvedConfig, boot: bool = False) -> Missing:
        """The builds of configs of one tree, which the ledger lacks; with `boot` one of the boot image too."""
        names = [shlex.quote(config.source.name) for config in configs]
        target = " --target TARGET" if boot else ""
        command = f"kweigh measure {' '.join(names)} --arch {configs[0].tree.arch} {self._words}{target}"
        return self._missing(configs[0], [(config.source.name, config) for config in configs], command)

    def _missing(self, base: ResolvedConfig, lacking: Sequence[tuple[str, ResolvedConfig]], command: str) -> Missing:
        """Builds, and how long they take: as long for each object as those that were timed of the same tree,
        architecture and compiler and compiled at least half of theirs."""
        notes = (made.note for made in self.made(base).values())
        rates = [
            note.seconds / note.compiled
            for note in notes
            if note and note.compiled and not note.failure and 2 * note.compiled >= len(note.objects)
        ]
        seconds = None
        if rates:
            plans = {id(config): config for _, config in lacking}
            counts = {key: len(planning.plan(config).objects) for key, config in plans.items()}
            seconds = median(rates) * sum(counts[id(config)] for _, config in lacking)
        return Missing(builds=tuple(label for label, _ in lacking), command=command, seconds=seconds, timed=len(rates))

    def gates(self, config: ResolvedConfig) -> list[GateMeasurement]:
        """The gates of files and of the program that are of this config, tree and architecture by name."""
        return [one for one in self._recorded if counts_for(one, config.tree) and one.config == config.source.name]

    @cached_property
    def _recorded(self) -> tuple[GateMeasurement, ...]:
        own = tuple(gating.resting(one, "file") for path in self._files for one in gates.load(path))
        return own + bundled()


def gate_command(symbols: Sequence[str], config: ResolvedConfig, words: str) -> str:
    """The command that measures a gate; `words` name the tree."""
    of = f"--config {shlex.quote(config.source.name)} --arch {config.tree.arch}"
    return f"kweigh gate {' '.join(dict.fromkeys(symbols))} {of} {words} --build"


def made_by(one: GateMeasurement) -> str:
    """What a figure of a gate rests on."""
    return f"measured on {one.tree} {one.arch} with {one.compiler} ({RESTS[one.basis]})"


def built_for(origin: Origin) -> str:
    """What a figure of a build in the ledger rests on."""
    return f"measured on {origin.tree} {origin.arch} with {origin.compiler} ({RESTS['ledger']})"
