"""Rule: in a shared build each option has the value that was asked for and nothing else changes than with each alone;
every option that shares is built twice with others, and those that share by dozens alone in the end; the same options
give the same builds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from analyzer.pipeline.bytes import sharing
from analyzer.pipeline.bytes.reach import Reach
from analyzer.pipeline.bytes.toggles import toggles, turned
from tests.configs.generate import Generated, generated
from tests.pipeline.small_trees import opened
from tests.pipeline.weighed_tree import NAMES, opened_in


def reach(symbol: str, lines: int = 0, *, flags: bool = False) -> Reach:
    return Reach(symbol=symbol, lines=(0, lines), flags=flags)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(drawn=generated("menu"))
def test_shared_builds_only_sum(drawn: Generated, tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(drawn.kconfig)
    tree = opened(tmp_path, "menu")
    base = tree.resolve("alldefconfig")
    found = [toggle for toggle in toggles(tree, base) if toggle.sticks]
    known = {toggle.symbol: toggle for toggle in found}
    reaches = [reach(name, 5 * number) for number, name in enumerate(known)]
    builds = sharing.shared(tree, base, found, reaches)
    assert builds == sharing.shared(tree, base, found, reaches)
    assert {name for build in builds for name in build} == known.keys()
    for build in builds:
        there = turned(tree, base, {name: known[name].value for name in build})
        changed = {name: value for name, value in there.values.items() if base.values[name] != value}
        assert changed == {name: after for one in build for name, _, after in known[one].changes}


def test_what_shares_is_built_twice_with_others_and_what_is_broad_alone(tmp_path: Path) -> None:
    names = [f"O{number}" for number in range(90)]
    (tmp_path / "Kconfig").write_text("".join(f'config {name}\n\tbool "{name}"\n' for name in names))
    tree = opened(tmp_path, "menu")
    base = tree.resolve("alldefconfig")
    lines = {"O1": 1000, "O2": 1000, **{f"O{number}": 7 for number in range(4, 18)}}
    reaches = [reach(name, lines.get(name, 0), flags=name == "O3") for name in names]
    builds = sharing.shared(tree, base, toggles(tree, base), reaches)
    broad, narrow = ["O1", "O2", "O3"], [f"O{number}" for number in range(4, 18)]
    alone = [build[0] for build in builds if len(build) == 1]
    assert alone == [*broad, *(name for name in names if name not in broad and name not in narrow)]
    times = Counter(name for build in builds for name in build if len(build) > 1)
    assert {name: times[name] for name in names if name not in broad} == dict.fromkeys(set(names) - set(broad), 2)
    assert times["O3"] == 0
    assert builds[-1] == ("O89",)
    together = Counter((a, b) for build in builds for a in build for b in build if a < b)
    assert sum(count > 1 for count in together.values()) < len(together) / 2
    assert len(builds) == 2 * (2 + 2) + 3 + 1 + 73


def test_what_is_broad_is_built_on_what_brings_most_objects_too(tmp_path: Path) -> None:
    """O0 to O3 bring an object each to a config that has two."""
    tree = opened_in(tmp_path)
    base = tree.resolve("allnoconfig")
    reaches = [reach(name) for name in NAMES[:4]] + [reach("O4", 1000), reach("O5", 1000)]
    builds = sharing.shared(tree, base, toggles(tree, base), reaches)
    mixed = [build for build in builds if len(build) > 1 and {"O4", "O5"} & set(build)]
    assert ("O4", "O5") in mixed
    rich = [build for build in mixed if "O0" in build]
    assert {"+".join(sorted({"O4", "O5"} & set(build))) for build in rich} == {"O4", "O5", "O4+O5"}
    assert {frozenset(build) - {"O4", "O5"} for build in rich} == {frozenset(("O0", "O1"))}


def test_halves() -> None:
    assert list(sharing.halves(("A", "B", "C"))) == [("A",), ("B", "C")]
    assert list(sharing.halves(("A",))) == []
