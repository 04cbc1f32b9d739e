"""Rule: every value has a reason that names a line, and the reason fits the value.

Which reason exactly is in the file `reasons` of the cases; here is what holds for all of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.configs.answers import parse_value
from analyzer.configs.compile import compile_model
from analyzer.configs.read import read
from analyzer.configs.resolve import resolve
from analyzer.configs.targets import TARGETS, Shelf
from analyzer.model.config import Reason, ResolvedConfig
from analyzer.model.expr import TRISTATES, Location, Tristate
from analyzer.trees.bundled import bundled_architectures, bundled_root
from analyzer.trees.locate import locate
from tests.configs.cases import Case, cases, label
from tests.configs.generate import Generated, generated
from tests.configs.small import DIALECTS, FILLS, DialectName, NoShell, config_source, small, target_source


def _fits(config: ResolvedConfig, name: str) -> None:
    """Asserts what must hold between the value of one symbol and its reason."""
    reason, value = config.reasons[name], config.values[name]
    tristate = TRISTATES[value] if name not in config.texts else None
    for cause in reason.causes:
        # A line of a config has no condition; its value is the one that it sets.
        if cause.text.startswith(("CONFIG_", "# CONFIG_")):
            continue
        assert config.value(cause.condition) is cause.value, cause
    first = reason.causes[0] if reason.causes else None
    match reason.kind:
        case "selected" | "implied":
            assert tristate is not Tristate.n
            assert first is not None
            assert first.value is not Tristate.n
            assert first.name in config.model.symbols
        case "default":
            assert first is not None
            assert first.value is not Tristate.n
        case "user":
            assert first is not None
            _fits_answer(config, name, reason)
        case "unmet":
            assert reason.causes
            assert all(cause.value is Tristate.n for cause in reason.causes)
            assert tristate in (None, Tristate.n)
        case "off":
            assert tristate in (None, Tristate.n)
        case "choice":
            assert config.model.symbols[name].choice is not None
        case "range":
            assert config.model.symbols[name].type in {"int", "hex"}
        case "fill":
            assert config.source.fill != "default" or config.base is not None
    # What is off cites, beside its own place, what nearly turned it on.
    if reason.causes and reason.kind not in {"choice", "off"}:
        assert first is not None
        assert first.location == reason.location


def _fits_answer(config: ResolvedConfig, name: str, reason: Reason) -> None:
    symbol = config.model.symbols[name]
    # As the line stands in the file: NAME=VALUE, or a comment that says n.
    written = reason.causes[0].text.partition("=")[2] or "n"
    given_value = parse_value(symbol, written)
    assert given_value is not None
    if symbol.is_tristate_valued:
        # Limited by what the prompt allows, and m is y where there is no m.
        limit = Tristate.y if symbol.transitional else config.visibility[name]
        allowed = min(TRISTATES[given_value], limit)
        assert TRISTATES[config.values[name]] in {allowed, Tristate.y if allowed is Tristate.m else allowed}
    else:
        assert given_value == config.values[name]


def _check(config: ResolvedConfig, lines: Mapping[str, int]) -> None:
    """Asserts that every symbol has a reason that fits, at a line of the tree (`lines` has their number per file), of
    an assignment, or at a target as a whole."""
    sources = [config.source, *([config.source.base] if config.source.base is not None else [])]
    assigned = {a.location for source in sources for a in source.assignments}
    targets = {Location(path=source.name, line=0) for source in sources if source.fill != "default"}
    assert set(config.reasons) == set(config.values) == set(config.model.symbols)
    for name, reason in config.reasons.items():
        _fits(config, name)
        place = reason.location
        assert place in assigned or place in targets or 0 < place.line <= lines[place.path], name


@pytest.mark.parametrize("case", cases(), ids=label)
def test_cases(case: Case) -> None:
    config = small(case.folder, DIALECTS[case.dialect]).resolve(case.source())
    _check(config, {"Kconfig": (case.text("Kconfig") or "").count("\n")})


@given(st.data(), st.sampled_from(list(DIALECTS)))
def test_generated(data: st.DataObject, dialect: DialectName) -> None:
    found: Generated = data.draw(generated(dialect))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Kconfig").write_text(found.kconfig)
        tree = small(Path(folder), DIALECTS[dialect])
    sources = [target_source(target, preset) for target in FILLS for preset in (None, found.config)]
    for source in (config_source(found.config), *sources):
        _check(tree.resolve(source), {"Kconfig": found.kconfig.count("\n") + 1})


@pytest.mark.parametrize("arch", bundled_architectures(bundled_root()))
def test_bundled_tree(arch: str) -> None:
    tree = locate(None, arch)
    model = read(tree, NoShell())
    program = compile_model(model)
    lines = {path: (tree.root / path).read_text().count("\n") for path in model.files}
    shelf = Shelf(tree=tree, default="", recipes={})
    for name in (*TARGETS, *(name for name in shelf.names() if name.endswith("defconfig"))):
        _check(resolve(tree, model, program, shelf.load(name)), lines)


def test_every_kind_has_a_case() -> None:
    kinds = {line.split()[1] for case in cases() for line in (case.text("reasons") or "").splitlines()}
    assert kinds == {
        "selected",
        "user",
        "fill",
        "default",
        "implied",
        "choice",
        "range",
        "unmet",
        "off",
        "environment",
    }
