"""Everything that one page shows: many configs side by side, and one of them in detail.

Enters: nothing. Leaves: `Overview` and its parts. Must hold: bytes were measured, and say on what; where they are
missing, `unmeasured` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState, Matrix
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.gate import GateMeasurement
    from analyzer.model.graph import ValuedEdge
    from analyzer.model.known import Missing
    from analyzer.model.mapping import ModelRun
    from analyzer.model.size import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredObject:
    """A linked object and its bytes of content. `feature` is the one whose symbol the innermost makefile line about it
    asks for ("": none of the set)."""

    path: str
    size: int
    feature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredImage:
    """A config as it was built: its objects, and the bytes of content of vmlinux.o, which the link made of them."""

    origin: Origin
    content: int
    objects: tuple[MeasuredObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the page and the command that gives it alone."""

    title: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What `kweigh report` found.

    `config` is the one in detail, `features` its states, `edges` all that start or end at one of their symbols.
    `toolchains` names each compiler and the architectures it is for. `command` is the one that makes the page again,
    `parts` those that give what it is made of. `ungated` are the builds that would tell what the features weigh, where
    nobody has measured that.
    """

    matrix: Matrix
    config: ResolvedConfig
    features: tuple[FeatureState, ...]
    edges: tuple[ValuedEdge, ...]
    mapping: ModelRun | None
    gates: tuple[GateMeasurement, ...]
    image: MeasuredImage | None
    unmeasured: str
    toolchains: tuple[tuple[str, tuple[str, ...]], ...]
    command: str
    parts: tuple[Part, ...]
    ungated: Missing | None = None
