"""Where things are kept between runs.

Enters: the environment. Leaves: folders, and what is in them. Must hold: what is kept can be removed at any time, and
costs no more than its making anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.documents import home

if TYPE_CHECKING:
    from analyzer.cache import Entry


def folder() -> Path:
    """Where built and compiled things are kept: $XDG_CACHE_HOME/kweigh, or ~/.cache/kweigh."""
    own = home()
    # Nothing can be kept below a device, so without a home nothing is.
    return Path(os.environ.get("XDG_CACHE_HOME") or (own / ".cache" if own is not None else "/dev/null")) / "kweigh"


def programs() -> Path:
    """Where compiled trees and answers are kept."""
    return folder() / "programs"


def ledger() -> Path:
    """Where sizes are recorded where no other ledger is named. It is a result of builds, and nothing removes it."""
    return folder() / "ledger.sqlite"


def entries() -> tuple[Entry, ...]:
    """What is kept of trees and answers."""
    from analyzer import cache

    return tuple(cache.entries(programs()))


def clear() -> int:
    """Remove all of these; how many there were."""
    from analyzer import cache

    return cache.clear(programs())
