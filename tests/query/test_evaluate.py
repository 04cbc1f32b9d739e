"""Rule: a query holds for exactly the configs for which it holds one by one.

Enters: configs, conditions of any shape. Leaves: nothing. Must hold: the bits of `evaluate` equal an evaluation of
each config alone that is written here from the language's description and shares no code with it, bytes that are not
known, or not exactly, included; `possible` never rules out a config that the query holds for.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from operator import eq, ge, gt, le, lt, ne

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import UsageError
from analyzer.model.estimate import Interval
from analyzer.query import Lanes, asks_config, compared, evaluate, parse, possible
from analyzer.query.parser import DEEPEST
from tests.query.build import KINDS, NAMES, TYPES, VALUES, resolved

ARCHES = ("arm", "x86_64")
CONFIGS = ("tinyconfig", "defconfig", "a_defconfig")

Config = dict[str, str]
Bytes = tuple[int, int] | None
"""The least and the most that a config may weigh; None where nobody knows."""
Naive = tuple[str, object]
"""A condition as its text, and as nested tuples that `_holds` reads."""


def _number(text: str, base: int = 0) -> int | None:
    """As C's strtoll(text, NULL, base) where it takes the whole text."""
    if base == 0:
        base = 8 if re.fullmatch("0[0-9]+", text) else 16 if text.startswith("0x") else 10
    try:
        return int(text, base)
    except ValueError:
        return None


def _order(name: str, text: str, value: str) -> tuple[int, int] | tuple[str, str]:
    kind = TYPES[name]
    if kind in {"bool", "tristate"}:
        return "nmy".index(text), "nmy".index(value)
    left, right = _number(text, {"int": 10, "hex": 16}.get(kind, 0)), _number(value)
    return (text, value) if left is None or right is None else (left, right)


def _holds(node: object, arch: str, config: str, values: Config, size: Bytes) -> bool | None:
    """None where nobody can say."""
    match node:
        case ("not", inner):
            held = _holds(inner, arch, config, values, size)
            return None if held is None else not held
        case ("and" | "or" as word, *parts):
            decides = word == "or"
            found = [_holds(part, arch, config, values, size) for part in parts]
            return decides if decides in found else None if None in found else not decides
        case ("content", str(op), int(bound)):
            told = {_ORDERS[op](one, bound) for one in range(size[0], size[1] + 1)} if size else {True, False}
            return told.pop() if len(told) == 1 else None
        case ("place", place, op, value):
            text = arch if place == "arch" else config
            return {"=": text == value, "!=": text != value, "like": fnmatchcase(text, str(value))}[str(op)]
        case ("why", name, value):
            return (KINDS[str(name)] if name in values else "undefined") == value
        case ("selected", name, by):
            needed = {"SEL": {"SEL", "BOOL"}, "BOOL": {"BOOL"}}[str(by)]
            return name == "TRI" in values and all(values.get(symbol) == "y" for symbol in needed)
        case ("on", name):
            return values.get(str(name), "n") not in {"n", ""}
        case ("test", str(name), op, str(value)):
            if name not in values:
                return False
            if op not in {"=", "!="} and not values[name] and TYPES[name] != "string":
                return False
            left, right = _order(name, values[name], value)
            order = (left > right) - (left < right)  # type: ignore[operator]
            return order in {"=": {0}, "!=": {-1, 1}, "<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}}[str(op)]
    raise AssertionError(node)


_ORDERS = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


@st.composite
def _leaves(draw: st.DrawFn) -> Naive:
    name = draw(st.sampled_from(NAMES))
    match draw(st.sampled_from(["on", "test", "why", "selected", "arch", "config", "in", "content"])):
        case "on":
            return name, ("on", name)
        case "content":
            op, bound = draw(st.sampled_from(list(_ORDERS))), draw(st.integers(0, 6))
            return f"content {op} {bound}", ("content", op, bound)
        case "why":
            kind = draw(st.sampled_from([*KINDS.values(), "undefined"]))
            return f"why({name})={kind}", ("why", name, kind)
        case "selected":
            by = draw(st.sampled_from(["SEL", "BOOL"]))
            return f"{name} selected_by({by})", ("selected", name, by)
        case "arch" | "config" as place:
            op = draw(st.sampled_from(["=", "!=", "like"]))
            globs = ["a*", "*config"] if op == "like" else []
            value = draw(st.sampled_from([*(ARCHES if place == "arch" else CONFIGS), *globs]))
            return f"{place} {op} '{value}'", ("place", place, op, value)
        case "in":
            values = draw(st.lists(st.sampled_from(VALUES[TYPES.get(name, "bool")]), min_size=1, max_size=3))
            listed = ", ".join(f"'{value}'" for value in values)
            return f"{name} in ({listed})", ("or", *(("test", name, "=", value) for value in values))
        case _:
            op = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
            value = draw(st.sampled_from(VALUES[TYPES.get(name, "bool")]))
            return f"{name} {op} '{value}'", ("test", name, op, value)


def _more(inner: st.SearchStrategy[Naive]) -> st.SearchStrategy[Naive]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner.map(lambda one: (f"not ({one[0]})", ("not", one[1]))),
        several.map(lambda some: (" and ".join(f"({t})" for t, _ in some), ("and", *(n for _, n in some)))),
        several.map(lambda some: (" or ".join(f"({t})" for t, _ in some), ("or", *(n for _, n in some)))),
    )


_CONDITIONS = st.recursive(_leaves(), _more, max_leaves=8)
_DEFINED = st.sets(st.sampled_from(list(TYPES)), min_size=1)


@st.composite
def _configs(draw: st.DrawFn) -> list[Config]:
    defined = sorted(draw(_DEFINED))
    one = st.fixed_dictionaries({name: st.sampled_from(VALUES[TYPES[name]]) for name in defined})
    return draw(st.lists(one, min_size=1, max_size=len(CONFIGS)))


_BYTES = st.none() | st.tuples(st.integers(0, 6), st.integers(0, 3)).map(lambda one: (one[0], one[0] + one[1]))


@given(_CONDITIONS, _configs(), st.sampled_from(ARCHES), st.lists(_BYTES, min_size=3, max_size=3))
def test_all_at_once_as_one_by_one(condition: Naive, configs: list[Config], arch: str, sizes: list[Bytes]) -> None:
    text, node = condition
    query = parse(text)
    names = CONFIGS[: len(configs)]
    known = {
        "content": [Interval(low=one[0], value=one[0], high=one[1]) if one else None for one in sizes[: len(configs)]]
    }
    found = evaluate(query, Lanes(arch, names, [resolved(values) for values in configs], known))
    expected = [_holds(node, arch, *row) for row in zip(names, configs, sizes, strict=False)]
    told = [None if found.unknown >> lane & 1 else bool(found.surely >> lane & 1) for lane in range(len(configs))]
    assert told == expected
    assert not found.surely & ~found.perhaps
    assert not found.perhaps >> len(configs)
    for name, holds in zip(names, expected, strict=True):
        assert possible(query, arch, name) or holds is False
        assert possible(query, arch) or holds is False


def _one(text: str, values: Config, arch: str = "arm") -> bool:
    found = evaluate(parse(text), Lanes(arch, ["defconfig"], [resolved(values)]))
    assert not found.unknown
    return found.surely == 1


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("GONE", False),
        ("not GONE", True),
        ("GONE=n", False),
        ("GONE!=y", False),
        ("not GONE=y", True),
        ("GONE like '*'", False),
        ("GONE in (n, '')", False),
        ("why(GONE) = undefined", True),
        ("why(GONE) != undefined", False),
        ("why(TRI) = undefined", False),
        ("GONE selected_by(SEL)", False),
        ("TRI selected_by(GONE)", False),
    ],
)
def test_what_is_not_defined_is_neither_on_nor_off(text: str, holds: bool) -> None:
    assert _one(text, {"TRI": "m", "SEL": "n", "BOOL": "n"}) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("INT = 10", True),
        ("INT = 0xa", True),
        ("INT > 9", True),
        ("INT < 9", False),
        ("HEX = 16", True),
        ("HEX >= 0x9", True),
        ("TRI > n and TRI < y", True),
        ("TEXT = '10'", True),
        ("TEXT like '1?'", True),
    ],
)
def test_numbers_are_numbers(text: str, holds: bool) -> None:
    assert _one(text, {"INT": "10", "HEX": "0x10", "TRI": "m", "TEXT": "10"}) is holds


@pytest.mark.parametrize(
    ("text", "sel", "bool_", "holds"),
    [
        ("TRI selected_by(SEL)", "y", "y", True),
        ("TRI selected_by(SEL)", "y", "n", False),
        ("TRI selected_by(SEL)", "n", "y", False),
        ("TRI selected_by(BOOL)", "n", "y", True),
        ("TRI.selected_by(BOOL, SEL)", "n", "y", True),
        ("TRI selected_by(TRI)", "y", "y", False),
        ("BOOL selected_by(SEL)", "y", "y", False),
    ],
)
def test_a_select_line_counts_where_it_works(text: str, sel: str, bool_: str, holds: bool) -> None:
    assert _one(text, {"TRI": "y", "SEL": sel, "BOOL": bool_}) is holds


@pytest.mark.parametrize("text", ["INT < 5", "INT > 5", "HEX <= 0x10"])
def test_a_number_without_value_is_in_no_order(text: str) -> None:
    assert not _one(text, {"INT": "", "HEX": ""})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("BOOL = yes", "query, column 8: BOOL is bool: BOOL = ^yes (its values are y, m and n)"),
        ("TRI in (y, 1)", "query, column 12: TRI is tristate: TRI in (y, ^1) (its values are y, m and n)"),
        ("INT = many", "query, column 7: INT is int: INT = ^many (its values are numbers, hexadecimal ones with 0x)"),
        ("HEX < ff", "query, column 7: HEX is hex: HEX < ^ff (its values are numbers, hexadecimal ones with 0x)"),
    ],
)
def test_values_of_another_type_are_refused(text: str, line: str) -> None:
    with pytest.raises(UsageError) as refused:
        _one(text, {"BOOL": "y", "TRI": "y", "INT": "1", "HEX": "0x1"})
    assert refused.value.line() == line


def test_the_deepest_query_is_evaluated() -> None:
    assert _one("not " * (DEEPEST - DEEPEST % 2 - 2) + "BOOL", {"BOOL": "y"})


def test_nothing_holds_of_no_configs() -> None:
    assert evaluate(parse("not A and content > 1"), Lanes("arm", [], [])).perhaps == 0


@pytest.mark.parametrize(
    ("text", "arch", "config", "expected"),
    [
        ("A and arch = arm", "mips", None, False),
        ("A or arch = arm", "mips", None, True),
        ("not (arch = arm)", "arm", None, False),
        ("not (A or arch = arm)", "arm", None, False),
        ("arch in (arm, mips) and not PCI", "mips", None, True),
        ("config like '*_defconfig'", "arm", None, True),
        ("config like '*_defconfig'", "arm", "tinyconfig", False),
        ("show A", "arm", "tinyconfig", True),
    ],
)
def test_what_need_not_be_looked_at(text: str, arch: str, config: str | None, expected: bool) -> None:
    assert possible(parse(text), arch, config) is expected


def test_names_that_must_exist() -> None:
    query = parse("arch in (arm, mips) or not arch != s390 or arch like 'x*' or config = foo or A = arm")
    assert [word.text for word in compared(query, "arch")] == ["arm", "mips", "s390"]
    assert [word.text for word in compared(query, "config")] == ["foo"]
    assert asks_config(query)
    assert not asks_config(parse("A and arch = arm"))
