"""Rule: a table is drawn whole at any width, in the form that reads best there.

Enters: tables of words that each occur once. Leaves: nothing. Must hold: every form is reached; figures stay whole as
long as they fit at all.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from analyzer.model.report import Column, Phrase, Records, Report, Row, Span, Table
from analyzer.reports import render
from analyzer.reports.terminal.table import fitted


def drawn(table: Table, width: int) -> list[str]:
    """The lines of `table`."""
    report = Report(
        schema="kweigh.test/1", title="t", blocks=(table,), data={}, records=Records(columns=("a",), rows=())
    )
    return render(report, "terminal", width=width, version="1").rstrip("\n").split("\n")[2:]


def phrase(text: str) -> Phrase:
    return (Span(text),)


def table(*rows: tuple[str, ...], group: str = "") -> Table:
    """A text, a verdict and a figure per row."""
    columns = (Column(title="what it is about"), Column(title="verdict"), Column(title="bytes", align="right"))
    return Table(columns=columns, rows=tuple(Row(cells=tuple(map(phrase, row)), group=group) for row in rows))


LONG = "a text of so many words that no page which is narrow can have all of them on one of its lines"


def test_what_fits_is_as_wide_as_it_needs() -> None:
    assert drawn(table(("short", "right", "4,096")), 40) == [
        "what it is about  verdict  bytes",
        "short             right    4,096",
    ]


def test_words_are_wrapped_and_never_cut() -> None:
    lines = drawn(table((LONG, "right", "4,096"), ("b", "wrong", "1")), 80)
    assert lines[0].split() == ["what", "it", "is", "about", "verdict", "bytes"]
    assert " ".join(line[:64].strip() for line in lines[1:-1]) == LONG
    assert lines[1].endswith("right    4,096")


def test_a_first_column_that_would_be_a_strip_stands_above() -> None:
    wide = table((LONG, "right in every way that there is", "4,096"), (LONG, "wrong", "1"))
    columns = (*wide.columns, *(Column(title=f"figure {i}", align="right") for i in range(3)))
    figures = tuple(phrase(f"{i},000,000") for i in range(3))
    rows = tuple(Row(cells=(*row.cells, *figures)) for row in wide.rows)
    lines = drawn(Table(columns=columns, rows=rows), 100)
    assert lines[0] == "what it is about"
    assert lines[1].split() == ["verdict", "bytes", *["figure", "0", "figure", "1", "figure", "2"]]
    assert LONG in lines
    assert max(map(cell_len, lines)) <= 100


def test_figures_that_do_not_fit_side_by_side_stand_behind_their_titles() -> None:
    columns = (Column(title="name"), *(Column(title=f"figure{i}", align="right") for i in range(6)))
    row = Row(cells=(phrase("all"), *(phrase(f"{i},000,000") for i in range(6))), group="group")
    assert drawn(Table(columns=columns, rows=(row,)), 44) == [
        "name",
        "group",
        "  all",
        "    figure0 0,000,000, figure1 1,000,000,",
        "    figure2 2,000,000, figure3 3,000,000,",
        "    figure4 4,000,000, figure5 5,000,000",
    ]


words = st.text(alphabet="abcdefg", min_size=1, max_size=12)
cells = st.lists(words, max_size=12).map(" ".join)


@given(
    st.lists(st.tuples(cells, cells, st.integers(0, 10**9).map("{:,}".format)), min_size=1, max_size=6),
    st.integers(40, 160),
    st.sampled_from(["", "a group"]),
)
def test_nothing_is_lost_at_any_width(rows: list[tuple[str, str, str]], width: int, group: str) -> None:
    lines = drawn(table(*rows, group=group), width)
    assert max(map(cell_len, lines)) <= width
    letters = sorted("".join("".join(line.split()) for line in lines))
    head = "whatitisaboutverdictbytes" + "agroup" * bool(group)
    assert letters == sorted(head + "".join("".join("".join(row).split()) for row in rows))
    for _, _, figure in rows:
        assert any(figure in line for line in lines)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=8), st.integers(1, 200))
def test_columns_share_the_room(pairs: list[tuple[int, int]], room: int) -> None:
    natural = [max(pair) for pair in pairs]
    floors = [min(pair) for pair in pairs]
    widths = fitted(natural, floors, room)
    if sum(natural) <= room:
        assert widths == natural
    elif sum(floors) > room:
        assert widths is None
    else:
        assert widths is not None
        assert all(low <= width <= high for low, width, high in zip(floors, widths, natural, strict=True))
        # All the room is used, but for what cannot be divided.
        assert room - len(pairs) < sum(widths) <= room
