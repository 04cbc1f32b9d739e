"""What a series does to bytes.

Enters: nothing. Leaves: `SeriesBytes`. Must hold: a difference of builds is of the same config, architecture and
compiler, before and after; an estimate says on what it rests; what is neither built nor known is no figure.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.model.elf import Growth, SymbolChange
from analyzer.model.gain import Gain
from analyzer.model.gate import Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBuild:
    """A config as it was built before and after.

    A weight is None where that side was not built, and `reason` says why: one of both is no kernel, or nothing that
    changes is built. `boot` are the lengths of the boot images (None: none was made), `compiled` how many objects each
    build compiled (None: it was in the ledger). `changes` are the functions and variables that changed, as
    bloat-o-meter lists them (None: not kept).
    """

    arch: str
    config: str
    before: Weight | None = None
    after: Weight | None = None
    boot: tuple[int | None, int | None] = (None, None)
    compiled: tuple[int | None, int | None] = (None, None)
    changes: tuple[SymbolChange, ...] | None = ()
    reason: str = ""
    fails: bool = False
    """Whether a side could not be built; else `reason` is why nobody tried."""

    @property
    def growth(self) -> int | None:
        """Bytes of content gained."""
        if self.before is None or self.after is None:
            return None
        return self.after.content - self.before.content

    @property
    def bloat(self) -> Growth | None:
        """The changes as bloat-o-meter counts them."""
        return None if self.changes is None else Growth(title="", changes=self.changes, before=0, after=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesGain:
    """What a config gains, by measurements of exactly the option that changes in it."""

    arch: str
    config: str
    gain: Gain


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBytes:
    """Builds, where somebody asked for them; estimates, where nobody did and measurements tell; the `command` that
    builds one of the configs in which something changes ("": it was built, or nothing changes). What the series touches
    besides Kconfig is in no estimate."""

    builds: tuple[SeriesBuild, ...] = ()
    estimates: tuple[SeriesGain, ...] = ()
    command: str = ""
    is_code_left_out: bool = False
