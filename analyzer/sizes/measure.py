"""Weighs what was built.

Enters: a `Built`, where it comes from. Leaves: an observation of each object, an image of each linked file. Must hold:
every size is read from the file itself; a file that can't be read ends the measurement with an error that names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.model.size import Built, Image, Observation, Origin
from analyzer.sizes import elf
from analyzer.sizes.dotconfig import values
from analyzer.sizes.inputs import recipe


def observations(built: Built, origin: Origin, *, tree: Path) -> Iterator[Observation]:
    """What each linked object weighs; `tree` is the root that was built. Raises SourceError for a damaged object."""
    settings = values(_whole(built.config))
    for path in built.objects:
        found = elf.read(built.folder / path)
        yield Observation(
            origin=origin,
            path=path,
            recipe=recipe(built.folder, path, settings, tree=tree),
            classes=found.classes,
            symbols=found.symbols,
        )


def images(built: Built, origin: Origin) -> Iterator[Image]:
    """What vmlinux.o, the image and, where one was built, the boot image weigh. Raises SourceError as above."""
    for name in dict.fromkeys(("vmlinux.o", built.image)):
        found = elf.read(built.folder / name)
        yield Image(
            origin=origin,
            config=_whole(built.config),
            name=name,
            size=found.size,
            sections=tuple((s.name, s.kind, s.size) for s in found.sections if s.kind and s.size),
        )
    if built.boot:
        try:
            size = (built.folder / built.boot).stat().st_size
        except OSError as error:
            raise SourceError(f"can't be read: {error.strerror}", path=built.boot) from None
        yield Image(origin=origin, config=_whole(built.config), name=built.boot, size=size, sections=())


def _whole(config: str) -> str:
    """The text with a ? for each byte that is no UTF-8, which a ledger cannot hold."""
    return config.encode("utf-8", "replace").decode("utf-8")
