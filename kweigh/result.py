"""What a question gives.

Enters: values of the model, and how a report is made of them. Leaves: `Result`, its text in every format, its table.
Must hold: the values are there at once and are never changed; a report is made when somebody asks for it, and is the
one that the command line shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast, get_args

if TYPE_CHECKING:
    from analyzer import reports
    from analyzer.model.report import Report, Taken
    from kweigh.config import Config

T = TypeVar("T")

_WITH_VERSION = ("json", "html", "sarif")


_REST = "to_dict() has them all"
"""Where a script finds what a long table leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Result(Generic[T]):
    """The answer to one question.

    `value` is made of immutable values (analyzer/model/). `holds` is whether the answer is yes: something was found,
    every rule holds; where it is not, the command line exits with 1. `taken` is what was taken from where the user
    stands. `config` is the config that it is about, where the question did not have it. `texts` are formats that only
    this answer has (`fragment`, `config`, `record`, `dot`).
    """

    value: T
    compose: Callable[..., Report] = field(compare=False)
    holds: bool = True
    taken: tuple[Taken, ...] = ()
    config: Config | None = None
    texts: Mapping[str, Callable[[], str]] = field(default_factory=dict, compare=False)
    whole_page: bool = field(default=False, compare=False)

    def report(self, format: str = "terminal", *, why: bool = True, **shown: Any) -> Report:
        """The report, apart from how it is drawn; a page may have more in it than other formats.

        Without `why` it leaves out why values are as they are. `shown` is what the command's options say of its length,
        such as `whole=True` (--all).
        """
        if self.whole_page and format == "html":
            shown["whole"] = True
        found = self.compose(**shown)
        if not why:
            from analyzer import reports

            found = reports.without_reasons(found)
        return replace(found, taken=self.taken)

    def to(self, format: str, *, width: int = 80, color: bool = False, why: bool = True, **shown: Any) -> str:
        """The text that `--format` gives: terminal, markdown, csv, json, html; of answers that judge also sarif and
        github; or one of `texts`. A database (parquet, duckdb) comes as Python carries bytes in a text
        (surrogateescape).

        `width` and `color` are for the terminal alone; for the rest see `report`. Raises UsageError for a format that
        there is not, or that needs an extra.
        """
        if format in self.texts:
            return self.texts[format]()
        rest = "" if shown.get("whole") else _REST
        return render(self.report(format, why=why, **shown), format, width=width, color=color, rest=rest)

    def lacks(self, format: str) -> str:
        """What this format goes without here, and what would add it; "": nothing."""
        from analyzer import reports

        return reports.undrawn(self.report(format)) if format == "html" else ""

    def to_dict(self) -> dict[str, Any]:
        """What `--format json` gives, as plain values; `schema()` has the JSON Schema of `["schema"]`."""
        found: dict[str, Any] = json.loads(self.to("json"))
        return found

    def to_frame(self) -> Any:
        """The records, as a pandas DataFrame. Raises UsageError where kweigh[tables] or pandas is not installed."""
        from analyzer.reports.tables.arrow import frame

        return frame(self.compose().records)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The records as Arrow hands them on, uncopied: what pyarrow.table(result), polars.DataFrame(result) or a query
        of DuckDB over it asks for. Raises UsageError where kweigh[tables] is not installed."""
        from analyzer.reports.tables.arrow import stream

        return stream(self.compose().records, requested_schema)

    def __repr__(self) -> str:
        return f"<kweigh.Result of {type(self.value).__name__}>"

    def __str__(self) -> str:
        return self.to("terminal")

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from analyzer.reports.html.draw import draw_inline

        return draw_inline(self.report())


def render(
    report: Report,
    format: str,
    *,
    width: int = 80,
    color: bool = False,
    link: Callable[[str, str], str] | None = None,
    rest: str = _REST,
) -> str:
    """The text of a report; see `Result.to`. `link` gives the address of a path and a line ("": none), for pages and
    terminals with colour; `rest` says where the rows of long tables are that are left out ("": none is)."""
    from analyzer import reports
    from analyzer.errors import UsageError, nearest

    if format not in get_args(reports.Format):
        raise UsageError(f"there is no format {format} of this", hint=nearest(format, get_args(reports.Format)))
    told = version() if format in _WITH_VERSION else ""
    colour: Literal["ansi", "none"] = "ansi" if color else "none"
    told_as = cast("reports.Format", format)
    return reports.render(report, told_as, width=width, colour=colour, version=told, link=link, rest=rest)


def is_told(format: str) -> bool:
    """Whether a text in this format says what was taken from where the user stands."""
    from analyzer import reports

    return format == "json" or format not in reports.UNTOLD


def version() -> str:
    """The version of kweigh that is installed."""
    # What reads it takes longer to load than a short report to make.
    from importlib.metadata import version

    return version("kweigh")


def schemas() -> tuple[str, ...]:
    """The names of the JSON Schemas of all answers, such as kweigh.why/1."""
    from analyzer import reports

    return reports.schemas()


def schema(name: str) -> dict[str, Any]:
    """One of them. Raises KeyError for a name that no answer has."""
    from analyzer import reports

    return reports.schema(name)


def targets() -> tuple[str, ...]:
    """The configs that every tree has: tinyconfig, defconfig, allnoconfig …"""
    from analyzer.configs.targets import TARGETS

    return TARGETS


def feature_sets() -> tuple[str, ...]:
    """The feature sets that come along; in the place of one may stand a TOML file or symbols with commas between."""
    from analyzer import features

    return features.built_in()
