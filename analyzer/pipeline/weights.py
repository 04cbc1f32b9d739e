"""What has been measured of a config, without building anything.

Enters: a config, and where measurements are: a ledger, files of gates. Leaves: `Measured`. Must hold: a number holds
for the config's own architecture, tree and compiler, or says for which; what nobody measured is no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from analyzer.model.config import ResolvedConfig
from analyzer.model.gate import GateMeasurement
from analyzer.model.policy import Measure, Measured
from analyzer.model.size import Image, Origin
from analyzer.pipeline import planning
from analyzer.pipeline.building import origin_of, settings_of
from analyzer.pipeline.measured import bundled, counts_for
from analyzer.sizes import gates
from analyzer.sizes.dotconfig import values
from analyzer.sizes.ledger import Ledger

_Build = tuple[Mapping[str, str], Image]
"""The values of the .config that was built, and an image that came of it."""


class Scales:
    """Measurements at hand: `ledger` as kweigh measure writes it (None, or no such file: none), `files` of gates as
    kweigh gate --format record writes them. Gates that come with the program count for the bundled tree, and for a tree
    of the version on which they were measured."""

    def __init__(self, ledger: Path | None = None, files: tuple[Path, ...] = ()) -> None:
        self._ledger = ledger
        self._files = files
        self._builds: dict[Origin, tuple[_Build, ...]] = {}

    def weigh(self, config: ResolvedConfig, of: Measure, symbol: str) -> Measured:
        """The bytes of `of`; `symbol` is "" for an image. Raises SourceError for a damaged ledger or file."""
        if of == "gate":
            return self._gate(config, symbol)
        images = self._images(config)
        if of == "objects":
            return self._objects(config, symbol) if images else _nobody(config, "measure")
        image = next((one for one in images if _is(one, of)), None)
        if image is not None:
            size = image.size if of in ("file", "boot") else image.loaded
            return Measured(size=size, source=_told(image.origin))
        for one in self._gates(config):
            if one.base is not None and of != "boot":
                sizes = {"content": one.base.content, "loaded": one.base.loaded, "file": one.base.file}
                return Measured(size=sizes[of], source=_made(one))
        return _nobody(config, "measure")

    def _gate(self, config: ResolvedConfig, symbol: str) -> Measured:
        for one in self._gates(config) if symbol in config.model.symbols else ():
            for variant in one.variants:
                if [name for name, _ in variant.forced] != [symbol]:
                    continue
                if one.base is None or variant.weight is None:
                    return Measured(size=None, source=variant.reason or one.reason)
                turned = variant.weight.content - one.base.content
                return Measured(size=turned if variant.forced[0][1] != "n" else -turned, source=_made(one))
        return _nobody(config, f"gate {symbol} --config")

    def _objects(self, config: ResolvedConfig, symbol: str) -> Measured:
        """The objects of a measured config that are built under a condition on `symbol`.

        One of them that the ledger does not have was not linked: kweigh measure records every object that is.
        """
        assert self._ledger is not None
        settings, origin = settings_of(config), origin_of(config)
        paths = {
            one.path
            for one in planning.plan(config).objects
            if any(name == symbol for step in one.because for name, _ in step.symbols)
        }
        total = count = 0
        with Ledger.open_to_read(self._ledger) as ledger:
            for path in sorted(paths):
                for found in ledger.observations(path=path, origin=origin):
                    if found.recipe.fits(settings):
                        total += sum(found.classes.values())
                        count += 1
                        break
        return Measured(size=total, source=f"objects: {count}; {_told(origin)}")

    def _images(self, config: ResolvedConfig) -> list[Image]:
        """What came of builds of exactly this config."""
        if self._ledger is None or not self._ledger.is_file() or config.tree.kind == "bundled":
            return []
        origin = origin_of(config)
        if origin not in self._builds:
            with Ledger.open_to_read(self._ledger) as ledger:
                self._builds[origin] = tuple((values(one.config), one) for one in ledger.images(origin=origin))
        settings = settings_of(config) if self._builds[origin] else {}
        return [image for built, image in self._builds[origin] if built == settings]

    def _gates(self, config: ResolvedConfig) -> Iterator[GateMeasurement]:
        for one in self._recorded:
            if counts_for(one, config.tree) and one.config == config.source.name:
                yield one

    @cached_property
    def _recorded(self) -> tuple[GateMeasurement, ...]:
        own = tuple(one for path in self._files for one in gates.load(path))
        return own + bundled()


def _is(image: Image, of: Measure) -> bool:
    names = {"content": "vmlinux.o", "loaded": "vmlinux", "file": "vmlinux"}
    return image.name == names[of] if of in names else image.name not in names.values()


def _told(origin: Origin) -> str:
    return f"measured on {origin.tree} {origin.arch} with {origin.compiler}"


def _made(one: GateMeasurement) -> str:
    return f"measured on {one.tree} {one.arch} with {one.compiler} ({one.command})"


def _nobody(config: ResolvedConfig, command: str) -> Measured:
    build = " --build" if command.startswith("gate") else ""
    what = f"kweigh {command} {config.source.name} --arch {config.tree.arch} --tree DIR{build}"
    return Measured(size=None, source=f"{what} measures it")
