"""Rule: what a solver calls impossible is so in every config, and what it calls possible it shows in one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyzer.configs.answers import accept, prepare
from analyzer.configs.questions import Questions
from analyzer.configs.run import Planes, run
from analyzer.configs.satisfy import Prover, Satisfier, Undecided
from analyzer.model.config import ConfigSource
from analyzer.model.kconfig import KconfigModel, OutOfRange
from tests.configs.small import DIALECTS, FILLS, config_source, small, target_source
from tests.configs.test_run import Several, several


def _run(model: KconfigModel, questions: Questions, asked: list[int], sources: list[ConfigSource]) -> Planes:
    program, _ = questions.compiled(asked)
    answers = prepare(program, model, [(source, accept(model, source.assignments)) for source in sources])
    return run(program, answers, drops_out_of_range=model.dialect.out_of_range is OutOfRange.DROPPED)


@settings(max_examples=40)
@given(several())
def test_what_some_config_has_is_possible_and_shown(drawn: Several) -> None:
    dialect, found, lines = drawn
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Kconfig").write_text(found.kconfig)
        model = small(Path(folder), DIALECTS[dialect]).model
    names = [name for name, symbol in model.symbols.items() if symbol.is_tristate_valued]
    assume(names)
    questions = Questions(model)
    asked = [
        *(questions.on(name) for name in names),
        *(questions.forces(line) for rows in model.selectors().values() for line in rows),
        *(questions.empty(choice) for choice in model.choices.values()),
        *(gate for symbol in model.symbols.values() for *_, gate in questions.taken(symbol)),
    ]
    program, slots = questions.compiled(asked)
    plain = [config_source(text) for text in (found.config, "".join(f"{line}\n" for line in lines))]
    sources = [*plain, *(target_source(target, preset) for target in FILLS for preset in (None, found.config))]
    planes = _run(model, questions, asked, sources)
    satisfier = Satisfier(model, program)
    possible = satisfier.possible(slot for slot in slots if slot > 1)
    assert {slot for slot in slots if slot > 1 and planes.gates[slot]} <= possible
    prover = Prover(program)
    for slot in dict.fromkeys(slot for slot in slots if slot > 1):
        source = satisfier.source(slot, "witness")
        if slot not in possible:
            assert source is None
            assert set(prover.lines_of(slot)) <= model.symbols.keys()
        elif not isinstance(source, Undecided) and source is not None:
            assert _run(model, questions, asked, [source]).gates[slot]


@settings(max_examples=40)
@given(several(), st.booleans())
def test_what_a_lenient_program_excludes_no_config_has(drawn: Several, freely: bool) -> None:
    dialect, found, lines = drawn
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Kconfig").write_text(found.kconfig)
        tree = small(Path(folder), DIALECTS[dialect])
    model = tree.model
    names = [name for name, symbol in model.symbols.items() if symbol.is_tristate_valued]
    assume(names)
    questions = Questions(model, lenient=True, free=names[:1] if freely else ())
    program, slots = questions.compiled([questions.on(name) for name in names])
    possible = Satisfier(model, program).possible(slot for slot in slots if slot > 1)
    sources = [config_source(found.config), config_source("".join(f"{line}\n" for line in lines))]
    sources += [target_source(target, None) for target in FILLS]
    answers = prepare(tree.program, model, [(source, accept(model, source.assignments)) for source in sources])
    planes = run(tree.program, answers, drops_out_of_range=model.dialect.out_of_range is OutOfRange.DROPPED)
    for name, slot in zip(names, slots, strict=True):
        if slot == 0 or (slot > 1 and slot not in possible):
            assert not planes.gates[tree.program.values[name][1]], name
