"""What turning each option off saves in a config.

Enters: an open tree, a config that was built, what has been measured. Leaves: a `Saved` for each option that is on and
that builds tell of. Must hold: nothing is built or booted; what no build tells has no entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import exactly, less
from analyzer.model.known import KnownBuild
from analyzer.model.rank import Saved, What
from analyzer.pipeline.build.building import settings_of
from analyzer.pipeline.bytes.booting import memories
from analyzer.pipeline.bytes.built import built_configs
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.option_weights import table
from analyzer.pipeline.bytes.tables import bundled
from analyzer.pipeline.bytes.toggles import swaps, toggles, turned
from analyzer.pipeline.opening import OpenTree
from analyzer.sizes.estimate_image import Images


def savings(opened: OpenTree, config: ResolvedConfig, known: Known, what: What) -> Mapping[str, Saved]:
    """What the builds of a ledger that holds `config` tell, by symbol. What is loaded is rounded up to pages, so only
    a build without the option, and nothing else, tells it; of a boot image what packs alike tells the rest. Raises
    SourceError for a damaged ledger."""
    assert known.ledger is not None
    if what == "content":
        return dict(_content(opened, config, known.ledger))
    exact = dict(_exact(opened, config, known, what))
    return exact if what == "loaded" else dict(_compressed(opened, config, known.ledger)) | exact


def of_memory(opened: OpenTree, config: ResolvedConfig, ledger: Path | None) -> Mapping[str, Saved]:
    """What options that are on take of a booted kernel's memory: by boots of this config with each turned off, else by
    those that a table tells of which comes along, which is said. Raises SourceError for a damaged ledger."""
    found = dict(_tabled(config))
    if ledger is not None:
        off = {toggle.symbol: toggle for toggle in toggles(opened, config) if toggle.value == "n"}
        for name, memory in memories(opened, config, dict.fromkeys(off, "n"), ledger).items():
            found[name] = Saved(size=exactly(-memory.taken), changes=len(off[name].changes), alone=True)
    return found


def _content(opened: OpenTree, config: ResolvedConfig, ledger: Path) -> Iterator[tuple[str, Saved]]:
    for one in table(config, toggles(opened, config), ledger).weights:
        if one.value == "n":
            yield one.symbol, Saved(size=less(one.content), changes=one.changes, alone=one.alone)


def _compressed(opened: OpenTree, config: ResolvedConfig, ledger: Path) -> Iterator[tuple[str, Saved]]:
    settings = settings_of(config)
    images = Images(built_configs(config, ledger).builds, "boot", settings)
    for one in table(config, toggles(opened, config), ledger).weights:
        if one.value == "n" and (gain := images.gain(one.classes, settings)) is not None:
            yield one.symbol, Saved(size=less(gain), changes=one.changes, alone=False)


def _exact(opened: OpenTree, config: ResolvedConfig, known: Known, what: What) -> Iterator[tuple[str, Saved]]:
    base = _bytes(known.build(config), what)
    found = toggles(opened, config)
    off = [(toggle.symbol, toggle) for toggle in found if toggle.value == "n"]
    for symbol, toggle in (*off, *((swap.symbol, swap.toggle) for swap in swaps(config, found))):
        if not toggle.sticks:
            continue
        other = _bytes(known.build(turned(opened, config, {toggle.symbol: toggle.value})), what)
        if base is not None and other is not None:
            yield symbol, Saved(size=exactly(base - other), changes=len(toggle.changes), alone=True)


def _bytes(built: KnownBuild | None, what: What) -> int | None:
    if built is None or built.weight is None:
        return None
    return built.weight.loaded if what == "loaded" else built.boot


def _tabled(config: ResolvedConfig) -> Iterator[tuple[str, Saved]]:
    for one in bundled():
        if one.arch != config.tree.arch:
            continue
        where = f"{one.config} of {one.tree}"
        for row in one.weights:
            if row.memory is not None and row.value == "y" and config.values.get(row.symbol) == "y":
                yield row.symbol, Saved(size=exactly(row.memory.taken), changes=row.changes, alone=True, where=where)
