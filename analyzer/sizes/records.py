"""What a ledger learns of a build.

Enters: the order, and what came of it. Leaves: a `BuildRecord`. Must hold: it names no folder of this machine, so that
builds of one order leave the same wherever they were made, but for when and how long.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from analyzer.errors import BuildFailed
from analyzer.model.size import BuildNote, BuildOrder, BuildRecord, Built, Origin
from analyzer.sizes import elf
from analyzer.sizes.build import Progress, building
from analyzer.sizes.measure import images, observations


def made(
    order: BuildOrder, origin: Origin, progress: Progress, then: Callable[[Built], None] = lambda built: None
) -> BuildRecord:
    """Build, and what came of it; of what was built `then` may look at the folder before anybody builds there again.
    Raises what a build raises, but for BuildFailed, and what `then` raises."""
    started = time.time()
    try:
        with building(order, progress) as built:
            progress("recording", 0, 1)
            record = finished(built, origin, tree=order.tree)
            then(built)
    except BuildFailed as error:
        return failed(order, origin, error, started)
    return record


def finished(built: Built, origin: Origin, *, tree: Path) -> BuildRecord:
    """What was built; `tree` is its root. Raises SourceError for a damaged object."""
    observed = tuple(observations(built, origin, tree=tree))
    weighed = tuple(images(built, origin))
    note = BuildNote(
        origin=origin,
        config=weighed[0].config,
        objects=tuple(one.path for one in observed),
        started=built.started,
        seconds=built.seconds,
        compiled=built.compiled,
        jobs=built.jobs,
    )
    symbols = elf.read(built.folder / "vmlinux.o").symbols
    return BuildRecord(note=note, observed=observed, images=weighed, symbols=symbols)


def failed(order: BuildOrder, origin: Origin, error: BuildFailed, started: float) -> BuildRecord:
    """What could not be built; `started` in seconds since 1970."""
    note = BuildNote(
        origin=origin,
        config=order.config.encode("utf-8", "replace").decode("utf-8"),
        objects=(),
        started=started,
        seconds=0.0,
        compiled=0,
        jobs=order.jobs,
        failure=without_folders(error.told, order.scratch, order.tree),
    )
    return BuildRecord(note=note)


def without_folders(text: str, scratch: Path, tree: Path) -> str:
    """An error without folders of this machine, so that a record of it can be passed on."""
    # One may lie in the other.
    for folder in sorted((scratch.absolute(), tree.resolve()), key=lambda one: -len(str(one))):
        text = text.replace(f"{folder}/", "")
    return re.sub(r"\b(?:series-[0-9a-f]{12}/tree(?:-[0-9a-f]{12})?|tree-[0-9a-f]{12})/", "", text)
