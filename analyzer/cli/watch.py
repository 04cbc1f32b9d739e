"""Who watches a command at work.

Enters: what is being done. Leaves: the same to whoever draws it just now. Must hold: nobody has to watch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Told = Callable[[str, int, int], None]


class _Watcher:
    told: Told | None = None


def watch(what: str, done: int, total: int) -> None:
    """The progress of every command: what is done, and how much of how much."""
    if _Watcher.told is not None:
        _Watcher.told(what, done, total)


@contextmanager
def watched(by: Told) -> Iterator[None]:
    """Let `by` be told from here on."""
    before, _Watcher.told = _Watcher.told, by
    try:
        yield
    finally:
        _Watcher.told = before
