"""Rule: what is a query, what each part of it means, and how everything else is refused.

Enters: texts. Leaves: `Query`, or one line. Must hold: a refusal shows the place; no text crashes the parser.
"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import UsageError
from analyzer.query import parse
from analyzer.query.parser import DEEPEST, LONGEST, bytes_of
from analyzer.query.syntax import (
    AllOf,
    Among,
    AnyOf,
    Compared,
    Condition,
    Like,
    Not,
    On,
    SelectedBy,
    Subject,
    Weighs,
    Word,
)


def _symbol(name: str, at: int) -> Subject:
    return Subject("symbol", name, at)


CONDITIONS: list[tuple[str, Condition]] = [
    ("PCI", On(_symbol("PCI", 0))),
    ("CONFIG_PCI", On(_symbol("PCI", 0))),
    ("64BIT", On(_symbol("64BIT", 0))),
    ("index", On(_symbol("index", 0))),
    ("DMA_OPS=y", Compared(_symbol("DMA_OPS", 0), "=", Word("y", 8))),
    ("HZ >= 250", Compared(_symbol("HZ", 0), ">=", Word("250", 6))),
    ("HZ!=-1", Compared(_symbol("HZ", 0), "!=", Word("-1", 4))),
    ("NAME = 'a and b'", Compared(_symbol("NAME", 0), "=", Word("a and b", 7))),
    ('NAME = ""', Compared(_symbol("NAME", 0), "=", Word("", 7))),
    ("arch = arm", Compared(Subject("arch", "", 0), "=", Word("arm", 7))),
    ("arch in (arm, mips)", Among(Subject("arch", "", 0), (Word("arm", 9), Word("mips", 14)))),
    ("config like 44x/*_defconfig", Like(Subject("config", "", 0), Word("44x/*_defconfig", 12))),
    ("why(A) = unmet", Compared(Subject("why", "A", 0), "=", Word("unmet", 9))),
    ("A selected_by(B)", SelectedBy(_symbol("A", 0), (_symbol("B", 14),))),
    ("A.selected_by(B, C)", SelectedBy(_symbol("A", 0), (_symbol("B", 14), _symbol("C", 17)))),
    ("not A and B", AllOf((Not(On(_symbol("A", 4))), On(_symbol("B", 10))))),
    ("A or B and C", AnyOf((On(_symbol("A", 0)), AllOf((On(_symbol("B", 5)), On(_symbol("C", 11))))))),
    ("(A or B) and C", AllOf((AnyOf((On(_symbol("A", 1)), On(_symbol("B", 6)))), On(_symbol("C", 13))))),
    ("content > 2M", Weighs(Subject("content", "", 0), ">", Word("2M", 10), Fraction(2 << 20))),
    ("loaded<=1.5KB", Weighs(Subject("loaded", "", 0), "<=", Word("1.5KB", 8), Fraction(1500))),
    ("config = content", Compared(Subject("config", "", 0), "=", Word("content", 9))),
    ("contents", On(_symbol("contents", 0))),
    ("not (A)\n or\tB", AnyOf((Not(On(_symbol("A", 5))), On(_symbol("B", 12))))),
]


@pytest.mark.parametrize(("text", "condition"), CONDITIONS)
def test_conditions(text: str, condition: Condition) -> None:
    assert _placeless(parse(text).condition) == _placeless(condition)


def _placeless(condition: Condition | None) -> str:
    """Everything but where the subject of `why` stands, which is where its symbol does."""
    return repr(condition).replace("kind='why', name='A', at=4", "kind='why', name='A', at=0")


@pytest.mark.parametrize(
    ("text", "items", "counts"),
    [
        ("A", [], False),
        ("A show B, why(C)", [("symbol", "B"), ("why", "C")], False),
        ("show A", [("symbol", "A")], False),
        ("A show count", [], True),
        ("show count", [], True),
        ("A show content, B, loaded", [("content", ""), ("symbol", "B"), ("loaded", "")], False),
    ],
)
def test_what_is_shown(text: str, items: list[tuple[str, str]], counts: bool) -> None:
    found = parse(text)
    assert [(item.kind, item.name) for item in found.items] == items
    assert found.counts is counts
    assert (found.condition is None) == text.startswith("show")


def test_symbols_come_once_in_their_order_selectors_too() -> None:
    found = parse("B and A=y and B=m and C selected_by(D) and arch=arm and why(E)=user show F, why(A)")
    assert [subject.name for subject in found.symbols()] == ["B", "A", "C", "D", "E", "F"]


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [
        ("0", 0),
        ("7B", 7),
        ("1k", 1024),
        ("1K", 1024),
        ("1KiB", 1024),
        ("1kB", 1000),
        ("1KB", 1000),
        ("2M", 2 << 20),
        ("2MB", 2_000_000),
        ("3G", 3 << 30),
        ("3GiB", 3 << 30),
        ("0.5M", 1 << 19),
        ("1,809,233", 1_809_233),
        ("1 M", 1 << 20),
        ("", None),
        ("M", None),
        ("-1", None),
        ("1e3", None),
        ("0x10", None),
        ("1m", None),
        ("1MIB", None),
        ("1,00", None),
        ("1.", None),
        ("\u0661", None),
    ],
)
def test_sizes(text: str, bytes_: int | None) -> None:
    assert bytes_of(text) == bytes_


def test_what_of_a_config_is_weighed() -> None:
    found = parse("loaded < 2M or not (content > 1K and content < 1K) show A")
    assert found.sizes() == ("content", "loaded")
    assert found.bounds() == (("2M", Fraction(2 << 20)), ("1K", Fraction(1024)))
    assert parse("A show loaded").sizes() == ("loaded",)
    assert parse("A and config = content").sizes() == ()
    assert [one.name for one in found.symbols()] == ["A"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "the query is empty (for example DMA_OPS=y and not PCI)"),
        (" \n", "the query is empty (for example DMA_OPS=y and not PCI)"),
        ("A=", "query, column 3: expected a value: A=^"),
        ("A==y", "query, column 3: expected a value: A=^=y (equality is a single =)"),
        ("A B", "query, column 3: expected a comparison or `and` or `or` or `show`: A ^B"),
        ("A && B", ("query, column 3: expected a comparison or `and` or `or` or `show`: A ^&& B "
          "(and, or and not are written in words, small)")),
        ("A and", "query, column 6: expected a symbol or `(`: A and^"),
        ("(A", "query, column 3: expected `)`: (A^"),
        ("selected_by(A)", ("query, column 12: expected a comparison or `and` or `or` or `show`: selected_by^(A) "
         "(as in DMA_OPS selected_by(IOMMU_DMA))")),
        ("why(A)", ("query, column 7: expected a comparison: why(A)^ "
         "(as in why(DMA_OPS) = selected, or show why(DMA_OPS))")),
        ("why(A)=selectd", "query, column 8: no reason is called selectd: why(A)=^selectd (did you mean selected?)"),
        ("content", "query, column 8: expected a comparison: content^ (as in content > 2M)"),
        ("content in (1, 2)", "query, column 9: expected a comparison: content ^in (1, 2) (as in content > 2M)"),
        ("content > big", ("query, column 11: big is no number of bytes: content > ^big "
         "(2097152, 2M and 2MiB are the same; 2MB is 2000000)")),
        ("arch < arm", "query, column 6: arch has no order: arch ^< arm (use =, !=, in or like)"),
        ("A show count, B", "query, column 8: count stands alone: A show ^count, B (as in DMA_OPS=y show count)"),
        ("A\0", "query, column 2: character 0x0 is none that a query has: A^?"),
        ("A\x1b[31m", "query, column 2: character 0x1b is none that a query has: A^?[31m"),
        ("A" * (LONGEST + 1), f"the query has {LONGEST + 1:,} characters (at most {LONGEST:,})"),
        ("x" * 40 + " = = " + "y" * 40, (f"query, column 44: expected a value: …{'x' * 21} = ^= {'y' * 22}… "
         "(equality is a single =)")),
    ],
)  # fmt: skip
def test_refusals_show_the_place(text: str, line: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert refused.value.line() == line


@pytest.mark.parametrize(
    "text",
    [
        "not " * (DEEPEST + 1) + "A",
        "(A and (B or " * DEEPEST + "C" + "))" * DEEPEST,
        "not " * (LONGEST // 4 - 1) + "A",
    ],
)
def test_deep_queries_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="nested too deeply"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["(" * 4000 + "A" + ")" * 4000, " or ".join(["A=y"] * 1000), "not " * (DEEPEST - 1) + "A"]
)
def test_long_queries_are_none_the_worse(text: str) -> None:
    assert parse(text).condition is not None


_WORDS = "A|B=y|(|)|and|or|not|in|like|why|show|count|arch|=|,|'|.|selected_by|*|$(x)|\\|é|\0|\ud800"
_PIECES = st.lists(st.sampled_from(re.split(r"\|", _WORDS)), max_size=12).map(" ".join)


@given(_PIECES | st.text(max_size=40))
def test_any_text_is_a_query_or_one_line(text: str) -> None:
    line = ""
    try:
        parse(text)
    except UsageError as error:
        line = error.line()
    assert line.isprintable()
