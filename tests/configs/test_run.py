"""Rule: many configs in one run come out as each does alone, in whichever way the program is run."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from analyzer.configs.answers import accept, prepare
from analyzer.configs.compile import compile_some
from analyzer.configs.programs import Programs
from analyzer.configs.resolve import resolve_all
from analyzer.configs.run import Planes, run
from analyzer.configs.steps import number, widened
from analyzer.model.config import ConfigSource
from analyzer.model.kconfig import OutOfRange
from tests.configs.generate import Generated, generated
from tests.configs.small import DIALECTS, FILLS, DialectName, Small, config_source, small, target_source

Several = tuple[DialectName, Generated, list[str]]


@st.composite
def several(draw: st.DrawFn) -> Several:
    """A dialect, a tree with a config, and further lines for that config."""
    dialect = draw(st.sampled_from(list(DIALECTS)))
    found = draw(generated(dialect))
    lines = st.sampled_from(found.config.splitlines() or ["# nothing"])
    return dialect, found, draw(st.lists(lines, max_size=4))


def _sources(found: Generated, lines: list[str]) -> list[ConfigSource]:
    """Configs and targets that differ, the config growing by a line each time."""
    configs = ["".join(f"{line}\n" for line in lines[:count]) for count in range(len(lines) + 1)]
    plain = [config_source(text) for text in (found.config, *configs)]
    return [*plain, *(target_source(target, preset) for target in FILLS for preset in (None, found.config))]


def _run(tree: Small, sources: list[ConfigSource]) -> Planes:
    answers = prepare(tree.program, tree.model, [(s, accept(tree.model, s.assignments)) for s in sources])
    drops = tree.model.dialect.out_of_range is OutOfRange.DROPPED
    return run(tree.program, answers, drops_out_of_range=drops)


def _values(tree: Small, planes: Planes, lane: int) -> Mapping[str, str]:
    return planes.values(tree.model.symbols, lane)


@given(several())
def test_lanes_are_independent(drawn: Several) -> None:
    dialect, found, lines = drawn
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Kconfig").write_text(found.kconfig)
        tree = small(Path(folder), DIALECTS[dialect])
    sources = _sources(found, lines)
    together = _run(tree, sources)
    written = together.names(tree.program.written)
    for lane, source in enumerate(sources):
        alone = _run(tree, [source])
        assert _values(tree, together, lane) == _values(tree, alone, 0)
        assert written[lane] == alone.names(tree.program.written)[0]


@given(several())
def test_the_wide_way_gives_the_same(drawn: Several) -> None:
    dialect, found, lines = drawn
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Kconfig").write_text(found.kconfig)
        tree = small(Path(folder), DIALECTS[dialect])
    sources = _sources(found, lines)
    answers = prepare(tree.program, tree.model, [(s, accept(tree.model, s.assignments)) for s in sources])
    narrow = run(tree.program, answers, drops_out_of_range=True)
    wide = run(tree.program, answers, drops_out_of_range=True, wide=widened(tree.program))
    for lane in range(len(sources)):
        assert _values(tree, wide, lane) == _values(tree, narrow, lane)


@given(several(), st.data())
def test_a_program_of_some_symbols_gives_the_same(drawn: Several, data: st.DataObject) -> None:
    dialect, found, lines = drawn
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Kconfig").write_text(found.kconfig)
        tree = small(Path(folder), DIALECTS[dialect])
    names = data.draw(st.lists(st.sampled_from(list(tree.model.symbols) or ["none"]), max_size=3))
    sources = _sources(found, lines)
    some = compile_some(tree.model, names)
    for whole, lazy in zip(
        resolve_all(tree.tree, tree.model, tree.program, sources),
        resolve_all(tree.tree, tree.model, Programs(tree.model), sources, names),
        strict=True,
    ):
        for name in (*some.values, *some.texts):
            assert lazy.values[name] == whole.values[name]
        for name in some.visible:
            assert lazy.visibility[name] == whole.visibility[name]
        for key in some.choices:
            assert lazy.choice_values[key] == whole.choice_values[key]
        # And who asks for more gets that as well.
        assert dict(lazy.values) == dict(whole.values)
        assert dict(lazy.visibility) == dict(whole.visibility)
        assert dict(lazy.choice_values) == dict(whole.choice_values)
        assert (set(lazy.written), set(lazy.texts)) == (set(whole.written), set(whole.texts))
        assert set(lazy.forced or ()) == set(whole.forced or ())


def test_numbers_are_read_as_strtoll_does() -> None:
    read = {
        text: number(text, base)
        for text, base in [
            ("12", 10),
            ("-7", 10),
            ("12ab", 10),
            ("", 10),
            ("x", 10),
            ("+3", 10),
            (" 4", 10),
            ("0x10", 10),
        ]
    }
    assert read == {"12": 12, "-7": -7, "12ab": 12, "": 0, "x": 0, "+3": 3, " 4": 4, "0x10": 0}
    read = {text: number(text, 16) for text in ("10", "0x10", "0X1f", "fg", "0x", "0xg", "ffffffffffffffffff")}
    assert read == {"10": 16, "0x10": 16, "0X1f": 31, "fg": 15, "0x": 0, "0xg": 0, "ffffffffffffffffff": (1 << 63) - 1}
    assert number("-99999999999999999999", 10) == -(1 << 63)
