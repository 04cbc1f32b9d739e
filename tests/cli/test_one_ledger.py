"""Rule: what was recorded answers every command with the same figure, and what was not is asked for in one way.

Enters: a small tree; a ledger as builds of it leave it, gates of a file and of the program. Leaves: nothing. Must hold:
gate, cost, check, diff and its causes, enable, disable, query and size say the same bytes, on the same grounds; where
builds are lacking all name as many, and the same command.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer import configs
from analyzer.model.gate import GateMeasurement, GateVariant, Weight
from analyzer.model.size import BuildNote
from analyzer.pipeline import OpenTree
from analyzer.pipeline.build.building import origin_of
from analyzer.pipeline.bytes import gating
from analyzer.sizes.ledger import Ledger
from tests.cli.conftest import Kweigh
from tests.pipeline.optional import base_of, leading, open_planted, record

ASK = ("--arch", "x86_64", "--no-cache")
BASE, GAIN = 1064, 507
"""What a build of the tree records: without LEAD, and what LEAD brings."""
OTHER = 331
"""What LEAD brings by gates that somebody measured elsewhere."""
POLICY = """\
[[rule]]
name = "the option"
arches = ["x86_64"]
configs = ["allnoconfig"]
symbol = "LEAD"
at-most = 1

[[rule]]
name = "the image"
arches = ["x86_64"]
configs = ["allnoconfig"]
image = "content"
at-most = 1
"""
SET = 'title = "S"\n[[feature]]\nname = "LEAD"\n'


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenTree:
    """The tree, and the current folder with a fragment that turns LEAD on."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("analyzer.sizes.gates.load", lambda _: ())
    Path("lead").write_text("CONFIG_LEAD=y\n")
    Path("policy.toml").write_text(POLICY)
    Path("set.toml").write_text(SET)
    return open_planted(tmp_path / "tree")


def gates_of(opened: OpenTree, *, compiler: str = "") -> GateMeasurement:
    """A gate as a file has it."""
    origin = origin_of(base_of(opened))
    return GateMeasurement(
        arch=origin.arch,
        config="allnoconfig",
        tree=origin.tree,
        compiler=compiler or origin.compiler,
        command="",
        values=(("LEAD", "n", "off"),),
        base=Weight(classes={"text": 2000}, loaded=1, file=1, objects=1),
        variants=(
            GateVariant(
                forced=(("LEAD", "y"),), weight=Weight(classes={"text": 2000 + OTHER}, loaded=1, file=1, objects=1)
            ),
        ),
    )


class Said:
    """What each command says of LEAD in allnoconfig, with JSON parsed."""

    def __init__(self, kweigh: Kweigh) -> None:
        self._kweigh = kweigh

    def data(self, *argv: str | Path) -> Any:
        done = self._kweigh(*argv, "--tree", "tree", *ASK, "--format", "json")
        assert done.code == 0, done.err
        return json.loads(done.out)["data"]

    def gate(self) -> tuple[int, int, str, str]:
        """Content as it is, what LEAD brings, whence, by which compiler."""
        (found,) = self.data("gate", "LEAD", "--config", "allnoconfig")["measurements"]
        (variant,) = found["variants"]
        gain = variant["weight"]["content"] - found["base"]["content"]
        return found["base"]["content"], gain, found["basis"], found["compiler"]

    def cost(self) -> tuple[int, str, str]:
        found = self.data("cost", "LEAD", "allnoconfig")
        assert found["gain"]["low"] == found["gain"]["high"]
        return found["gain"]["value"], found["basis"], found["compiler"]

    def check(self) -> str:
        """What breaks two rules that nothing can meet."""
        done = self._kweigh("check", "--policy", "policy.toml", "--tree", "tree", "--no-cache", "--width", "1000")
        return " ".join(done.out.split())

    def diff(self) -> Any:
        return self.data("diff", "allnoconfig", "allnoconfig+lead", "--features", "set.toml")["bytes"]

    def cause(self) -> Any:
        """What the line of the fragment weighs."""
        (group,) = self.data("diff", "allnoconfig", "allnoconfig+lead", "--features", "set.toml")["groups"]
        return group["gain"]

    def fixes(self) -> list[Any]:
        """What bringing LEAD in and out again weighs."""
        on, off = ("enable", "LEAD", "allnoconfig"), ("disable", "LEAD", "allnoconfig+lead")
        return [self.data(*asked)["remedy"]["gain"] for asked in (on, off)]

    def query(self, text: str) -> tuple[list[str], list[str]]:
        """The configs for which it holds, and those of which it is not known."""
        names = ("--configs", "allnoconfig", "--configs", "allnoconfig+lead")
        found = self.data("query", text, *names)
        return [row["config"] for row in found["rows"]], [row["config"] for row in found["unknown"]]


@pytest.fixture
def said(kweigh: Kweigh, opened: OpenTree) -> Said:
    return Said(kweigh)


def ledger() -> Path:
    return Path("cache/kweigh/ledger.sqlite")


def test_what_was_built(said: Said, opened: OpenTree) -> None:
    for config in (base_of(opened), leading(opened)):
        record(ledger(), config)
    compiler = origin_of(base_of(opened)).compiler
    assert said.gate() == (BASE, GAIN, "ledger", compiler)
    assert said.cost() == (GAIN, "measured", compiler)
    text = said.check()
    assert f"{GAIN} bytes" in text
    assert f"{BASE:,} bytes" in text
    assert text.count("builds in the ledger") == 2
    found = said.diff()
    assert (found["a"]["content"], found["b"]["content"], found["missing"]) == (BASE, BASE + GAIN, [])
    exact = {"low": GAIN, "value": GAIN, "high": GAIN}
    assert (said.cause()["bytes"], said.cause()["basis"]) == (exact, "builds")
    assert found["causes"] == {"gain": exact, "weighed": 1, "of": 1}
    assert [(gain["bytes"]["value"], gain["basis"]) for gain in said.fixes()] == [(GAIN, "builds"), (-GAIN, "builds")]
    assert said.query(f"content > {BASE}") == (["allnoconfig+lead"], [])
    assert said.query(f"content <= {BASE} and loaded = 4K") == (["allnoconfig"], [])
    for name, content in (("allnoconfig", BASE), ("allnoconfig+lead", BASE + GAIN)):
        size = said.data("size", "--estimate", name)
        assert size["content"] == {"low": content, "value": content, "high": content}
        assert size["narrowing"] == []


def test_what_functions_grew_is_told_as_the_kernels_script_does(said: Said, opened: OpenTree) -> None:
    for config in (base_of(opened), leading(opened)):
        record(ledger(), config)
    line = "add/remove: 2/0 grow/shrink: 1/0 up/down: 507/0 (507)"
    (gate,) = said.data("gate", "LEAD", "--config", "allnoconfig")["measurements"]
    assert gate["variants"][0]["bloat"] == line
    assert gate["variants"][0]["added"] == ["kernel/held.o", "kernel/lead.o"]
    assert (gate["base"]["objects"], gate["variants"][0]["weight"]["objects"]) == (1, 3)
    assert said.data("cost", "LEAD", "allnoconfig")["bloat"] == line


def test_of_the_first_version_only_functions_are_not_known(said: Said, opened: OpenTree) -> None:
    for config in (base_of(opened), leading(opened)):
        record(ledger(), config)
    with sqlite3.connect(ledger()) as connection:
        connection.executescript(
            "DROP TABLE verdict; DROP TABLE boot; DROP TABLE part; DROP TABLE build; DROP TABLE seal; "
            "PRAGMA user_version = 1"
        )
    connection.close()
    later = BuildNote(
        origin=origin_of(base_of(opened)),
        config=configs.dotconfig(base_of(opened)),
        objects=(),
        started=1.0,
        seconds=0.0,
        compiled=0,
        jobs=1,
        failure="a.c:1: error: no",
    )
    assert said.gate()[:3] == (BASE, GAIN, "ledger")
    with Ledger.create(ledger()) as file:
        file.record((), later)
    assert said.gate()[:3] == (BASE, GAIN, "ledger")
    (gate,) = said.data("gate", "LEAD", "--config", "allnoconfig")["measurements"]
    assert (gate["variants"][0]["bloat"], gate["variants"][0]["changes"]) == (None, None)
    assert (gate["base"]["objects"], gate["variants"][0]["weight"]["objects"]) == (1, 3)


@pytest.mark.parametrize("compiler", ["", "gcc 1.0 (elsewhere)"])
def test_what_somebody_else_measured(
    compiler: str, said: Said, opened: OpenTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = gates_of(opened, compiler=compiler)
    monkeypatch.setattr("analyzer.sizes.gates.load", lambda _: (there,))
    assert said.gate() == (2000, OTHER, "bundled", there.compiler)
    assert said.cost() == (OTHER, "bundled", there.compiler)
    text = said.check()
    assert f"{OTHER} bytes" in text
    assert "2,000 bytes" in text
    assert text.count(f"with {there.compiler} (comes with kweigh)") == 2
    assert said.diff()["a"]["content"] == 2000
    # The gate says nothing of what follows LEAD, so it is not told of two configs in which that changes as well.
    assert said.cause() is None
    assert said.query("content = 2000") == (["allnoconfig"], ["allnoconfig+lead"])
    size = said.data("size", "--estimate", "allnoconfig")
    assert (size["content"]["low"], size["content"]["high"], size["compiler"]) == (2000, 2000, there.compiler)


@pytest.mark.parametrize("built", [base_of, leading], ids=["base", "turned"])
def test_half_of_what_was_built_does_not_mix_with_gates(
    built: Callable[[OpenTree], Any], said: Said, opened: OpenTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = gates_of(opened)
    monkeypatch.setattr("analyzer.sizes.gates.load", lambda _: (there,))
    record(ledger(), built(opened))
    assert said.gate()[1:3] == (OTHER, "bundled")
    assert said.cost()[:2] == (OTHER, "bundled")
    assert f"{OTHER} bytes" in said.check()


def test_what_was_built_counts_before_what_comes_along(
    said: Said, opened: OpenTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.sizes.gates.load", lambda _: (gates_of(opened),))
    test_what_was_built(said, opened)


@pytest.mark.parametrize(
    ("built", "lacking"),
    [((), ["as it is", "LEAD=y"]), ((base_of,), ["LEAD=y"]), ((leading,), ["as it is"])],
    ids=["nothing", "base", "turned"],
)
def test_all_ask_for_the_same_builds(
    built: tuple[Callable[[OpenTree], Any], ...], lacking: list[str], kweigh: Kweigh, said: Said, opened: OpenTree
) -> None:
    for config in built:
        record(ledger(), config(opened), seconds=60.0)
    cost = said.data("cost", "LEAD", "allnoconfig")["missing"]
    assert cost["builds"] == lacking
    assert (
        cost["command"]
        == f"kweigh gate LEAD --config allnoconfig --arch x86_64 --tree {Path('tree').absolute()} --build"
    )
    refused = kweigh("gate", "LEAD", "--config", "allnoconfig", "--tree", "tree", *ASK)
    assert refused.code == 2
    count = "it takes 2 builds, as it is and LEAD=y" if len(lacking) == 2 else f"it takes 1 build, {lacking[0]}"
    for text in (refused.err, said.check()):
        assert count in text
        assert cost["command"] in text
    # One object took 60 s where only the base was built, three took as long otherwise.
    rate = None if not built else 60.0 if built == (base_of,) else 20.0
    objects = 3 if lacking == ["LEAD=y"] else 1
    assert cost["seconds"] == (None if rate is None else rate * objects)
    assert ("none was timed here yet" in refused.err) is (rate is None)


@pytest.mark.parametrize("command", ["size", "check", "diff", "report", "query", "enable", "doctor"])
def test_all_ask_for_an_image_alike(command: str, kweigh: Kweigh, said: Said, opened: OpenTree) -> None:
    x86 = ("--arch", "x86_64")
    features = ("--features", "set.toml")
    asks = {
        "size": ("size", "--estimate", "allnoconfig", *x86),
        "check": ("check", "--policy", "policy.toml"),
        "diff": ("diff", "allnoconfig", "lead", *x86, *features),
        "report": ("report", "allnoconfig", "--configs", "allnoconfig", *x86, "--format", "markdown", *features),
    }
    Path("lost").write_text("CONFIG_NEVER=y\nCONFIG_HELD=y\n")
    asks |= {
        "query": ("query", "content > 2M", *x86, "--configs", "allnoconfig"),
        "enable": ("enable", "LEAD", "allnoconfig", *x86, "--format", "terminal"),
        "doctor": ("doctor", "allnoconfig", "lost", *x86),
    }
    done = kweigh(*asks[command], "--tree", "tree", "--no-cache", "--width", "1000")
    text = " ".join((done.out + done.err).split())
    builds, names = ("1 build, allnoconfig", "allnoconfig")
    fixed = {"enable": "allnoconfig", "doctor": "allnoconfig+lost"}
    if base := fixed.get(command):
        builds, names = (f"2 builds, {base} and {base}+FIX", f"{base} {base}+FIX")
    if command == "diff":
        builds, names = ("2 builds, allnoconfig and lead", "allnoconfig lead")
    where = f"--arch x86_64 --tree {Path('tree').absolute()}"
    assert f"it takes {builds}, and none was timed here yet: kweigh measure {names} {where}" in text


def test_another_ledger_is_named_in_the_command(kweigh: Kweigh, said: Said) -> None:
    found = said.data("cost", "LEAD", "allnoconfig", "--ledger", "my ledger")["missing"]
    assert found["command"].endswith(f"--tree {Path('tree').absolute()} --ledger 'my ledger' --build")


def test_what_cannot_be_turned_takes_no_build(kweigh: Kweigh, said: Said, opened: OpenTree) -> None:
    record(ledger(), base_of(opened))
    with pytest.MonkeyPatch.context() as patch:
        turn = gating.turn
        patch.setattr(gating, "turn", lambda *asked: replace(turn(*asked), missed="LEAD stays n"))
        refused = kweigh("gate", "LEAD", "--config", "allnoconfig", "--tree", "tree", *ASK)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err == "kweigh: nothing can be measured of LEAD in allnoconfig (LEAD stays n)\n"
        assert "not built: LEAD stays n" in said.check()
        found = said.data("cost", "LEAD", "allnoconfig")
        # Cost turns it by a line of its own, whatever a gate does.
        assert (found["missed"], found["missing"], found["way"]) == ("", None, "by a line of the config")


def test_a_query_that_nothing_answers_for_sure(kweigh: Kweigh, said: Said, opened: OpenTree) -> None:
    asked = ("query", "content > 1K", *ASK, "--tree", "tree", "--configs", "allnoconfig", "--exit-code")
    assert kweigh(*asked).code == 1
    record(ledger(), base_of(opened))
    assert kweigh(*asked).code == 0
    assert kweigh("query", "content < 1K", *asked[2:]).code == 1


def test_a_damaged_ledger_is_an_error_everywhere(kweigh: Kweigh, said: Said) -> None:
    Path("broken").write_bytes(b"not a ledger, whatever it was before")
    where = ("--tree", "tree", *ASK, "--ledger", "broken")
    for asked in (
        ("diff", "allnoconfig", "allnoconfig+lead", "--features", "set.toml"),
        ("enable", "LEAD", "allnoconfig"),
        ("disable", "LEAD", "allnoconfig+lead"),
        ("query", "content > 1K", "--configs", "allnoconfig"),
    ):
        done = kweigh(*asked, *where)
        assert (done.code, done.out) == (4, "")
        assert done.err.startswith("kweigh: broken: ")
        assert done.err.count("\n") == 1
