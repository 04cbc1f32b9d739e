"""What a ledger holds of the builds of configs.

Enters: a config, a ledger. Leaves: `KnownBuild`, sizes, objects. Must hold: a build is one of exactly the config, by
its values, and of the same tree, architecture and compiler; nothing is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from analyzer import noted
from analyzer.documents import is_file
from analyzer.model.config import ResolvedConfig
from analyzer.model.elf import SectionClass
from analyzer.model.gate import Weight
from analyzer.model.known import KnownBuild
from analyzer.model.size import BuildNote, Image, Observation, Origin
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import origin_of, settings_of
from analyzer.sizes.dotconfig import values
from analyzer.sizes.ledger import Ledger

DEVICE = "platform_bus"
"""A struct device that every kernel with a driver core has, so that its size can be read from an image."""

Sized = Literal["content", "loaded", "file"]
"""What a config weighs: the sections of vmlinux.o, those of vmlinux as they are loaded, vmlinux's file."""

_Settings = frozenset[tuple[str, str]]


class Made:
    """What a ledger holds of the builds of one config: images by name, and the note."""

    __slots__ = ("images", "note")

    def __init__(self) -> None:
        self.images: dict[str, Image] = {}
        self.note: BuildNote | None = None


class Builds:
    """The builds that a ledger holds (None, or no such file: none)."""

    def __init__(self, ledger: Path | None = None) -> None:
        self._file = ledger
        self._origins: dict[Origin, dict[_Settings, Made]] = {}
        self._last: tuple[ResolvedConfig, _Settings] | None = None

    @property
    def ledger(self) -> Path | None:
        """The ledger, where there is one."""
        if self._file is None:
            return None
        # SQLite writes to the file beside it first.
        noted.note(self._file.with_name(f"{self._file.name}-wal"))
        return self._file if is_file(self._file) else None

    def build(self, config: ResolvedConfig) -> KnownBuild | None:
        """What the ledger holds of builds of exactly this config."""
        made = self.made(config).get(self._settings(config)) if self.holds(config) else None
        if made is None:
            return None
        relinked, image = (made.images.get(name) for name in ("vmlinux.o", "vmlinux"))
        note = made.note
        if relinked is None or image is None:
            return KnownBuild(weight=None, failure=note.failure) if note and note.failure else None
        if note is not None and note.failure:
            # It was built by a kweigh that made no notes, and failed later.
            note = None
        classes: dict[SectionClass, int] = {}
        for _, kind, size in relinked.sections:
            classes[kind] = classes.get(kind, 0) + size
        symbols = None
        if note is not None:
            with Ledger.open_to_read(self._path) as ledger:
                symbols = ledger.symbols(note)
        weight = Weight(
            classes=classes,
            loaded=image.loaded,
            file=image.size,
            objects=len(note.objects) if note else len(self.objects(config)),
            device=next((one.size for one in symbols or () if one.name == DEVICE), 0),
        )
        boot = next((one.size for name, one in made.images.items() if name not in ("vmlinux.o", "vmlinux")), None)
        return KnownBuild(weight=weight, boot=boot, symbols=symbols, started=note.started if note else 0.0)

    def has(self, config: ResolvedConfig) -> bool:
        """Whether the ledger holds a build of exactly this config, for those who ask no more."""
        made = self.made(config).get(self._settings(config)) if self.holds(config) else None
        return made is not None and "vmlinux.o" in made.images

    def sizes(self, config: ResolvedConfig) -> Mapping[Sized, int] | None:
        """Bytes of a build of exactly this config, for those who ask no more; None where the ledger has none."""
        made = self.made(config).get(self._settings(config)) if self.holds(config) else None
        relinked, image = (made.images.get(name) for name in ("vmlinux.o", "vmlinux")) if made else (None, None)
        if relinked is None or image is None:
            return None
        return {"content": relinked.loaded, "loaded": image.loaded, "file": image.size}

    def failure(self, config: ResolvedConfig) -> str:
        """Why a build of exactly this config failed; "" where it did not, or nobody tried."""
        made = self.made(config).get(frozenset(settings_of(config).items())) if self.holds(config) else None
        return made.note.failure if made is not None and made.note is not None and not made.images else ""

    def objects(self, config: ResolvedConfig, paths: Sequence[str] | None = None) -> dict[str, Observation]:
        """The objects that a config which was built was linked of, those of `paths` (None: all that are planned).

        One that the ledger does not have was not linked: every build records each object that is.
        """
        settings, origin = settings_of(config), origin_of(config)
        if paths is None:
            paths = [one.path for one in planning.plan(config).objects if one.goal != "module"]
        found: dict[str, Observation] = {}
        with Ledger.open_to_read(self._path) as ledger:
            for path in dict.fromkeys(paths):
                # An object of another config lies beside ours: ours was made from exactly our values.
                fitting = (one for one in ledger.observations(path=path, origin=origin) if one.recipe.fits(settings))
                if (one := next(fitting, None)) is not None:
                    found[path] = one
        return found

    def parts(self, config: ResolvedConfig) -> Mapping[str, Mapping[SectionClass, int]]:
        """What each object weighs that a config which was built was linked of, by path."""
        note = self.made(config)[self._settings(config)].note
        if note is None or note.failure:
            return {path: one.classes for path, one in self.objects(config).items()}
        with Ledger.open_to_read(self._path) as ledger:
            return ledger.parts(note)

    def holds(self, config: ResolvedConfig) -> bool:
        """Whether the ledger has any build of the same tree, architecture and compiler."""
        return bool(self.made(config))

    def _settings(self, config: ResolvedConfig) -> _Settings:
        """The values of a config as builds are found by; those of the last one are kept, since it is asked again."""
        if self._last is None or self._last[0] is not config:
            self._last = config, frozenset(settings_of(config).items())
        return self._last[1]

    def made(self, config: ResolvedConfig) -> dict[_Settings, Made]:
        """All builds of the same tree, architecture and compiler, by the values of their configs."""
        if self.ledger is None or config.tree.kind == "bundled":
            return {}
        origin = origin_of(config)
        if origin not in self._origins:
            found: dict[str, Made] = {}
            with Ledger.open_to_read(self.ledger) as ledger:
                for image in ledger.images(origin=origin):
                    found.setdefault(image.config, Made()).images[image.name] = image
                for note in ledger.builds(origin=origin):
                    found.setdefault(note.config, Made()).note = note
            by_values: dict[_Settings, Made] = {}
            for text, made in found.items():
                key = frozenset(values(text).items())
                # The same values under another header: what was built counts before what failed.
                if key not in by_values or made.images:
                    by_values[key] = made
            self._origins[origin] = by_values
        return self._origins[origin]

    @property
    def _path(self) -> Path:
        assert self.ledger is not None
        return self.ledger
