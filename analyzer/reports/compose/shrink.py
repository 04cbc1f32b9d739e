"""Composes the reports of `kweigh shrink`: where a search stands, and what the file of one says.

Enters: a `Shrunk` or a `ShrunkFile`. Leaves: a `Report` (`kweigh.shrink/1`). Must hold: what was proved by a test and
what only follows or was guessed can be told apart; bytes are those of builds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import (
    Block,
    Column,
    Curve,
    CurvePoint,
    Facts,
    Heading,
    Json,
    Paragraph,
    Phrase,
    Records,
    Report,
    Row,
    Table,
)
from analyzer.reports.words.phrases import LONGEST_TABLE, counted, say, uncounted

if TYPE_CHECKING:
    from analyzer.model.shrink import Drop, KeptLine, Proof, ProofKind, Shrunk, ShrunkFile, Step

_WHY: dict[ProofKind, str] = {
    "test": "proved: the test fails",
    "size": "proved: no smaller",
    "keep": "proved: to be kept",
    "earlier": "failed with more lines",
    "lines": "needed lines go",
    "untried": "not tried yet",
}
_OPEN = ("earlier", "untried")
_LONGEST = 60
"""Characters of what a test said that are shown of each line."""
_LEGEND = (
    "bytes: content (vmlinux.o's sections) that is less without the line alone, as built; with: lines that do not hold "
    "without it. proved: a kernel without this line alone was built and tested, or cannot have what is to be kept."
)


def shrink(found: Shrunk, onward: str = "", *, whole: bool = False) -> Report:
    """The report of a search; `onward` is the command that goes on."""
    return _report(found, found.steps, len(found.steps), onward, whole=whole)


def shrunk_file(found: ShrunkFile, *, whole: bool = False) -> Report:
    """The report of what a file says."""
    return _report(found, (), found.tests, "", whole=whole)


def _report(found: Shrunk | ShrunkFile, steps: tuple[Step, ...], tests: int, onward: str, *, whole: bool) -> Report:
    lacks = getattr(found, "lacks", "")
    blocks: list[Block] = [Facts(rows=tuple(_facts(found, tests, lacks, onward)))]
    if found.lines:
        blocks.append(Heading(text="What is left"))
        blocks.append(_lines(found.lines, whole=whole))
        blocks.append(Paragraph(phrase=say(_LEGEND)))
    if found.drops:
        blocks.append(Heading(text="What went"))
        blocks.append(_drops(found.drops, whole=whole))
    if steps:
        blocks.append(Heading(text="Tests"))
        blocks += _curve(steps, whole=whole)
    return Report(
        schema="kweigh.shrink/1",
        title=f"The least of {found.config} on {found.tree} {found.arch} that {found.test}",
        blocks=tuple(blocks),
        data=_data(found, steps, tests, lacks),
        records=Records(
            columns=("symbol", "line", "proof", "bytes", "without", "said"),
            rows=tuple(
                (
                    one.name,
                    one.text,
                    one.proof.kind,
                    "" if one.proof.gain is None else str(one.proof.gain),
                    " ".join(one.proof.without),
                    one.proof.reason,
                )
                for one in found.lines
            ),
        ),
    )


def _facts(found: Shrunk | ShrunkFile, tests: int, lacks: str, onward: str) -> Iterator[tuple[str, Phrase]]:
    yield "has to", say(found.test)
    if found.keep:
        yield "keeps", say(", ".join(found.keep))
    yield "compiler", say(found.compiler)
    if lacks:
        yield "none found", say(lacks, "warn")
    if found.size is not None:
        yield "content", say(f"{found.size:,} bytes{_less(found.first, found.size)}")
    kinds = Counter(one.proof.kind for one in found.lines)
    proved = kinds["test"] + kinds["size"] + kinds["keep"]
    if found.lines:
        yield "lines", say(f"{len(found.lines):,}, {proved:,} of them proved")
    built = f", {found.built:,} built now" if hasattr(found, "built") else ""
    yield "tests", say(f"{tests:,}{built}")
    ended = "no line can go alone" if found.size is not None else "no start is good"
    yield "stands", say(ended if found.done else "not done")
    if getattr(found, "file", "") and found.size is not None:
        yield "file", say(getattr(found, "file", ""), "place")
    if onward and not found.done:
        yield "goes on with", say(onward, "command")


def _less(first: int | None, size: int) -> str:
    if not first or first == size:
        return ""
    return f", of {first:,} at first ({100 * (size - first) / first:+.1f} %)"


def _lines(lines: tuple[KeptLine, ...], *, whole: bool) -> Table:
    order = sorted(lines, key=lambda one: (one.proof.gain is None, -(one.proof.gain or 0), one.name))
    return Table(
        columns=(
            Column(title="line"),
            Column(title="bytes", align="right"),
            Column(title="with", align="right"),
            Column(title="why"),
        ),
        rows=tuple(
            Row(
                cells=(
                    say(one.text.removeprefix("CONFIG_"), "name"),
                    say("" if one.proof.gain is None else f"{one.proof.gain:,}"),
                    say(f"{len(one.proof.without):,}" if one.proof.without else ""),
                    say(_why(one.proof, whole=whole), "missing" if one.proof.kind in _OPEN else "plain"),
                )
            )
            for one in order
        ),
        most=LONGEST_TABLE,
    )


def _why(proof: Proof, *, whole: bool) -> str:
    said = proof.reason or (", ".join(proof.without) if proof.kind == "lines" else "")
    short = said if whole or len(said) <= _LONGEST else f"{said[:_LONGEST].rstrip()}…"
    return f"{_WHY[proof.kind]}{f': {short}' if said else ''}"


def _drops(drops: tuple[Drop, ...], *, whole: bool) -> Table:
    return Table(
        columns=(Column(title="bytes", align="right"), Column(title="lines", align="right"), Column(title="which")),
        rows=tuple(
            Row(
                cells=(
                    say("" if one.gain is None else f"{one.gain:,}"),
                    say(f"{len(one.lines):,}"),
                    say(" ".join(one.lines if whole else one.lines[:12]) + _more(one.lines, whole=whole), "name"),
                )
            )
            for one in drops
        ),
        most=LONGEST_TABLE,
    )


def _more(lines: tuple[str, ...], *, whole: bool) -> str:
    return f" and {len(lines) - 12:,} more" if len(lines) > 12 and not whole else ""


def _curve(steps: tuple[Step, ...], *, whole: bool) -> Iterator[Block]:
    """The tests whose kernels were built; without `whole` the last of them."""
    built = [
        CurvePoint(
            number=number,
            size=one.judged.size,
            kept=one.taken,
            note=f"{counted(one.left, 'line')}{f', {len(one.away):,} away' if one.away else ''}: {_outcome(one)}",
        )
        for number, one in enumerate(steps, start=1)
        if one.judged.size is not None
    ]
    yield Curve(title="Content over tests", points=tuple(built if whole else built[-LONGEST_TABLE:]))
    yield from () if whole else uncounted(len(built))


def _outcome(one: Step) -> str:
    if one.taken:
        return "good"
    return "good, but no smaller" if one.judged.good else one.judged.reason


def _data(found: Shrunk | ShrunkFile, steps: tuple[Step, ...], tests: int, lacks: str) -> dict[str, Json]:
    return {
        "config": found.config,
        "tree": found.tree,
        "arch": found.arch,
        "compiler": found.compiler,
        "test": found.test,
        "keep": list(found.keep),
        "first": found.first,
        "content": found.size,
        "tests": tests,
        "done": found.done,
        "lacks": lacks,
        "lines": [
            {
                "symbol": one.name,
                "line": one.text,
                "proof": one.proof.kind,
                "said": one.proof.reason,
                "without": list(one.proof.without),
                "bytes": one.proof.gain,
            }
            for one in found.lines
        ],
        "dropped": [{"symbols": list(one.lines), "bytes": one.gain} for one in found.drops],
        "steps": [
            {
                "lines": one.left,
                "away": list(one.away),
                "content": one.judged.size,
                "good": one.judged.good,
                "taken": one.taken,
                "said": one.judged.reason,
            }
            for one in steps
        ],
    }
