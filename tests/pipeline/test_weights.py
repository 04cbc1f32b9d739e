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
from analyzer.model.policy import Measure, Measured
from analyzer.model.size import Image
from analyzer.pipeline.building import origin_of
from analyzer.pipeline.known import Known
from analyzer.pipeline.weights import weigh
from analyzer.sizes.ledger import Ledger
from tests.configs.small import DIALECTS, config_source, small
from tests.pipeline.small_trees import opened

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
    assert weighed(Known(ledger), one, of).size == size
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
