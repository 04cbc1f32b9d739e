"""What reports are made of: one config looked at, two compared, many side by side.

Enters: resolved configs with their feature states and what other rooms found out about them. Leaves: `Analysis`,
`ConfigDiff`, `Matrix`, `QueryAnswer`. Must hold: immutable, and every value comes with the reason and place that
decided it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analyzer.model.config import Reason, ResolvedConfig
from analyzer.model.feature import Feature, FeatureSet
from analyzer.model.graph import Failure, UnmetDependency
from analyzer.model.kconfig import Symbol

if TYPE_CHECKING:
    from fractions import Fraction

    from analyzer.model.gain import Size
    from analyzer.model.gate import GateMeasurement
    from analyzer.model.known import Missing
    from analyzer.model.mapping import ModelRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What turning one symbol alone was measured to do: to which `value`, and the bytes of content that vmlinux.o
    gains by it (negative: loses), in a build of `tree` (`Linux 6.1.192`)."""

    value: str
    content: int
    tree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureState:
    """Where one feature stands in one config.

    `symbol` is the first of the feature's symbols that the tree defines for this architecture; where there is none
    it and `reason` are None and `value` is "". `lacks` are the smallest parts that fail of its unmet dependencies, or
    of the lines that would select it, and `turned` what the other value was measured to weigh, where somebody looked
    for that.
    """

    feature: Feature
    symbol: Symbol | None = None
    value: str = ""
    reason: Reason | None = None
    lacks: tuple[Failure, ...] = ()
    turned: Turned | None = None

    @property
    def is_on(self) -> bool:
        """Whether the feature is there: neither undefined, nor n, nor an empty value."""
        return is_on(self.value)


def is_on(value: str) -> bool:
    """Whether a symbol of this value takes part in the build: anything but n and the empty text.

    >>> [is_on(value) for value in ("y", "m", "n", "", "17")]
    [True, True, False, False, True]
    """
    return value not in {"", "n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One config and what was found out about it.

    `features` are the states of `feature_set`, in its order; `unmet` the symbols that a select forces against their
    dependencies; `mapping` what the mapping model plays under it, and `gates` what symbols of the set were measured to
    weigh on its architecture, each on the tree that it names, where somebody asked for that.
    """

    config: ResolvedConfig
    feature_set: FeatureSet
    features: tuple[FeatureState, ...]
    unmet: tuple[UnmetDependency, ...] = ()
    mapping: ModelRun | None = None
    gates: tuple[GateMeasurement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The value of a symbol in one of two configs, and why."""

    value: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRow:
    """A symbol whose value differs. A side is None where the tree of that config does not define the symbol."""

    name: str
    a: Side | None
    b: Side | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigDiff:
    """What differs between two configs.

    `rows` are sorted by name: the symbols that both define with another value, and those that one alone defines and
    has on. `only_a` and `only_b` name all symbols that one tree alone defines (none when both come from one tree
    and architecture), in its order.
    """

    a: Analysis
    b: Analysis
    rows: tuple[DiffRow, ...]
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()


def compare(a: Analysis, b: Analysis) -> ConfigDiff:
    """Everything that differs in value between `a` and `b`, each side with its reason.

    Values are compared as the text that .config would hold, and a number or text that it does not mention as empty.
    Undefined counts like off: a symbol that one tree alone defines makes a row only where it is on.
    """
    p, q = shown(a.config), shown(b.config)
    only_a = tuple(name for name in p if name not in q)
    only_b = tuple(name for name in q if name not in p)
    differing = [name for name in p if name in q and p[name] != q[name]]
    differing += [name for name in only_a if is_on(p[name])]
    differing += [name for name in only_b if is_on(q[name])]
    rows = tuple(
        DiffRow(name=name, a=_side(a.config, p, name), b=_side(b.config, q, name)) for name in sorted(differing)
    )
    return ConfigDiff(a=a, b=b, rows=rows, only_a=only_a, only_b=only_b)


def shown(config: ResolvedConfig) -> Mapping[str, str]:
    """The values of a config as the text that .config would hold; "" for numbers and texts that it does not mention.

    Up to 6.10 such a number is empty anyway, from 6.11 on it is 0 (see `EmptyNumber`), which says nothing either.
    """
    empty = dict.fromkeys(config.texts - config.written, "")
    return {**dict(config.values.items()), **empty}


def _side(config: ResolvedConfig, values: Mapping[str, str], name: str) -> Side | None:
    return Side(value=values[name], reason=config.reasons[name]) if name in values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingTally:
    """What the mapping model says under one config, in short.

    `kernel` names the version of the rules, `verdicts` counts the scenarios that apply by what became of the data, and
    `bad` names those in which a driver that keeps the rules saw wrong data, a fault or a crash.
    """

    kernel: str
    verdicts: tuple[tuple[str, int], ...]
    bad: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One config of one architecture: the states of the feature set, or why there are none.

    `arch` is ARCH, `config` the name that was asked for. Where `error` is not empty there is nothing else. `mapping` is
    None where nobody asked the mapping model. `sizes` are the bytes that were asked for (None: nobody measured them).
    """

    arch: str
    config: str
    features: tuple[FeatureState, ...] = ()
    error: str = ""
    mapping: MappingTally | None = None
    sizes: tuple[Size | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchCells:
    """The rows of one architecture, nothing measured in them; `defined` are those of the feature set's names and
    symbols that it defines."""

    rows: tuple[MatrixRow, ...]
    defined: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The features of many configs side by side. `tree` names the tree (`bundled`, `Linux 6.1.192`); `gates` are the
    measurements that `FeatureState.turned` comes from."""

    tree: str
    feature_set: FeatureSet
    rows: tuple[MatrixRow, ...]
    gates: tuple[GateMeasurement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """The configs for which a query holds.

    `text` is the query. `symbols` are those whose values are shown, and `reasons` those of them whose reasons are;
    each row has the states of `symbols`. `shown` "count" asks for numbers alone. `looked_at` has the number of configs
    looked at per architecture, `failed` the rows that could not be resolved. `sizes` are the kinds of bytes that it
    asks for, in the order of the rows' `sizes`, `bounds` what it compares them with, as written and in bytes; `unknown`
    are the configs of which nobody can say whether it holds, and `missing` builds that would tell, some for each
    architecture.
    """

    text: str
    tree: str
    symbols: tuple[str, ...]
    reasons: tuple[str, ...]
    shown: Literal["rows", "count"]
    rows: tuple[MatrixRow, ...]
    looked_at: tuple[tuple[str, int], ...]
    failed: tuple[MatrixRow, ...] = ()
    sizes: tuple[str, ...] = ()
    bounds: tuple[tuple[str, Fraction], ...] = ()
    unknown: tuple[MatrixRow, ...] = ()
    missing: tuple[Missing, ...] = ()
