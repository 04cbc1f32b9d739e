"""Rule: growth is counted as scripts/bloat-o-meter does. Expected tables follow from the script's text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.elf import ElfFile, SizedSymbol, SymbolChange
from analyzer.sizes import bloat

LETTERS = "tTdDbBrRvVwWnC"


def _file(*symbols: tuple[str, str, int]) -> ElfFile:
    return ElfFile(
        path="",
        machine="X86_64",
        bits=64,
        order="little",
        size=0,
        headers=(),
        sections=(),
        symbols=tuple(SizedSymbol(name=name, letter=letter, size=size) for name, letter, size in symbols),
    )


def test_a_table() -> None:
    before = _file(("same", "T", 5), ("gone", "t", 7), ("less", "d", 9), ("more", "R", 1), ("static.12", "b", 4))
    after = _file(("same", "T", 5), ("come", "B", 70), ("less", "d", 2), ("more", "R", 3), ("static.7", "b", 4))
    found = bloat.bloat(before, after)
    assert found.changes == (
        SymbolChange(name="come", before=None, after=70),
        SymbolChange(name="more", before=1, after=3),
        SymbolChange(name="less", before=9, after=2),
        SymbolChange(name="gone", before=7, after=None),
    )
    assert (found.added, found.removed, found.grown, found.shrunk) == (1, 1, 1, 1)
    assert (found.up, found.down, found.before, found.after) == (72, 14, 26, 84)


def test_only_numbers_behind_a_dot_are_dropped() -> None:
    before = _file(("f.constprop.0", "t", 10), ("f.isra.1.cold", "t", 3), ("x.1", "d", 1), ("x.2", "d", 2))
    after = _file(("f.constprop.3", "t", 10), ("f.isra", "t", 3), ("x.9", "d", 3))
    assert [(change.name, change.delta) for change in bloat.bloat(before, after).changes] == [
        ("f.isra", 3),
        ("f.isra.cold", -3),
    ]


def test_what_the_build_writes_does_not_count() -> None:
    generated = (
        ("__mod_x", "r", 1),
        ("__se_sys_read", "t", 1),
        ("__se_compat_sys_read", "t", 1),
        ("__addressable_init", "d", 1),
        ("linux_banner", "R", 1),
        ("vermagic", "r", 1),
        ("a:b", "T", 1),
    )
    assert bloat.bloat(_file(), _file(*generated)).after == 0


def test_tables_by_letter() -> None:
    after = _file(*((f"s{letter}", letter, 1) for letter in LETTERS))
    seen = {
        edition: (
            bloat.bloat(_file(), after, edition=edition).after,
            bloat.text(_file(), after, edition=edition).after,
            bloat.data(_file(), after, edition=edition).after,
            *(table.after for table in bloat.categories(_file(), after, edition=edition)),
        )
        for edition in (bloat.CLASSIC, bloat.WITH_WEAK)
    }
    assert seen == {bloat.CLASSIC: (8, 2, 6, 2, 4, 2), bloat.WITH_WEAK: (12, 4, 8, 4, 6, 2)}


def test_the_edition_is_read_from_the_script() -> None:
    assert bloat.edition_of('print_result("Function", "tTdDbBrR")') is bloat.CLASSIC
    assert bloat.edition_of('print_result("Function", "tTdDbBrRvVwW")') is bloat.WITH_WEAK


SYMBOLS = st.lists(st.tuples(st.sampled_from(["a", "b", "c.1", "c.2"]), st.sampled_from("tDr"), st.integers(1, 99)))


@given(SYMBOLS, SYMBOLS)
def test_what_comes_and_goes_is_the_difference(
    old: list[tuple[str, str, int]], new: list[tuple[str, str, int]]
) -> None:
    there, back = bloat.bloat(_file(*old), _file(*new)), bloat.bloat(_file(*new), _file(*old))
    assert there.up - there.down == there.after - there.before
    assert (there.up, there.added, there.grown) == (back.down, back.removed, back.shrunk)
