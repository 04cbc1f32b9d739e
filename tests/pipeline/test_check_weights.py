"""Rule: a size is that of a build of exactly this config, or there is none.

Enters: a small tree, a ledger with an image. Leaves: nothing. Must hold: another value, architecture or compiler is
another build.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.errors import SourceError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import exactly
from analyzer.model.expr import Location
from analyzer.model.policy import Looked, Measure, Measured, Rule, SizeClaim, Target
from analyzer.model.size import Image
from analyzer.pipeline.build.building import origin_of
from analyzer.pipeline.bytes import tables
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands.check import Rooms
from analyzer.pipeline.commands.check_weights import weigh
from analyzer.policy import judge
from analyzer.sizes.ledger import Ledger
from tests.configs.small import DIALECTS, config_source, small
from tests.pipeline.small_trees import opened
from tests.pipeline.test_gains import row, table, turn
from tests.pipeline.weighed_tree import opened_in

KCONFIG = 'config A\n\tbool "A"\n\nconfig TEXT\n\tstring "Text"\n\tdefault "a text"\n'


@pytest.fixture
def built(tmp_path: Path) -> tuple[ResolvedConfig, ResolvedConfig, Path]:
    """A config that was built, another one, and the ledger."""
    (tmp_path / "Kconfig").write_text(KCONFIG)
    tree = small(tmp_path, DIALECTS["menu"])
    one, other = (tree.resolve(config_source(text)) for text in ("CONFIG_A=y\n", "# CONFIG_A is not set\n"))
    # make's own .config differs in its header.
    text = "# Another header\n" + configs.dotconfig(one)
    images = [
        Image(origin=origin_of(one), config=text, name=name, size=size, sections=((".text", "text", size - 10),))
        for name, size in (("vmlinux.o", 110), ("vmlinux", 210))
    ]
    images.append(Image(origin=origin_of(one), config=text, name="arch/x86/boot/bzImage", size=77, sections=()))
    with Ledger.create(tmp_path / "ledger") as ledger:
        ledger.record(images)
    return one, other, tmp_path / "ledger"


def weighed(known: Known, config: ResolvedConfig, of: Measure, symbol: str = "") -> Measured:
    return weigh(known, opened(config.tree.root, "menu"), config, of, symbol)


@pytest.mark.parametrize(("of", "size"), [("content", 100), ("loaded", 200), ("file", 210), ("boot", 77)])
def test_an_image_is_known_by_its_config(
    of: Measure, size: int, built: tuple[ResolvedConfig, ResolvedConfig, Path]
) -> None:
    one, other, ledger = built
    assert weighed(Known(ledger), one, of).size == exactly(size)
    assert weighed(Known(ledger), other, of).size is None
    assert weighed(Known(), one, of).size is None
    arm = replace(one, tree=replace(one.tree, arch="arm"))
    assert weighed(Known(ledger), arm, of).size is None
    clang = replace(one, tree=replace(one.tree, toolchain=replace(one.tree.toolchain, identity="clang 16")))
    assert weighed(Known(ledger), clang, of).size is None


def test_what_is_not_measured_says_what_measures_it(built: tuple[ResolvedConfig, ResolvedConfig, Path]) -> None:
    _, other, ledger = built
    found = weighed(Known(ledger), other, "gate", "A")
    command = "kweigh gate A --config config --arch x86 --tree DIR --build"
    assert found.size is None
    assert found.source == f"nobody has measured it; it takes 1 build, as it is, and none was timed here yet: {command}"


def test_a_damaged_ledger_is_an_error(built: tuple[ResolvedConfig, ResolvedConfig, Path]) -> None:
    one, _, ledger = built
    ledger.write_bytes(b"not a ledger, whatever it was before")
    with pytest.raises(SourceError):
        weighed(Known(ledger), one, "content")


@pytest.mark.parametrize(
    ("symbol", "at_most", "kind"),
    [
        ("", 2915, "at-most"),
        ("", 2916, "unmeasured"),
        ("", 3115, "unmeasured"),
        ("", 3116, None),
        ("O1", 899, "at-most"),
        ("O1", 900, "unmeasured"),
        ("O1", 1100, None),
    ],
)
def test_what_is_in_doubt_is_neither_kept_nor_broken(
    symbol: str, at_most: int, kind: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = opened_in(tmp_path / "tree")
    monkeypatch.setattr(tables, "bundled", lambda: (table(tree, row("O1")),))
    target = Target(name=symbol, symbols=(symbol,)) if symbol else None
    claim = SizeClaim(target=target, of="gate" if symbol else "content", at_most=at_most)
    rule = Rule(name="rule", claim=claim, location=Location(path="p", line=1), places={})
    looked = Looked(arch="x86_64", name="allnoconfig", config=turn(tree, "O1"))
    found = judge(rule, [looked], Rooms(Known(), lambda _: tree))
    assert [breach.finding.rule for breach in found.breaches] == ([kind] if kind else [])
    if kind == "unmeasured":
        assert "not measured so exactly: between " in found.breaches[0].text
