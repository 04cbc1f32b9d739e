"""Rule: a build is weighed file by file, and comes out of the ledger as it went in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.errors import SourceError
from analyzer.model.elf import SizedSymbol
from analyzer.model.size import Built, Recipe
from analyzer.sizes.ledger import Ledger
from analyzer.sizes.measure import images, observations
from tests.sizes.elves import ALLOC, EXEC, Named, Part, make
from tests.sizes.measured import ORIGIN

CONFIG = 'CONFIG_SMP=y\n# CONFIG_DMA_OPS is not set\nCONFIG_CMDLINE="\udcff"\n'


@pytest.fixture
def built(tmp_path: Path) -> Built:
    data = make((Part(name=".text", size=60, flags=ALLOC | EXEC),), (Named(name="f", size=50),))
    for name in ("a.o", "vmlinux.o", "vmlinux"):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "zImage").write_bytes(b"x" * 33)
    deps = "deps_a.o := \\\n    $(wildcard include/config/SMP) \\\n    $(wildcard include/config/DMA_OPS) \\\n"
    (tmp_path / ".a.o.cmd").write_text(f"savedcmd_a.o := gcc -c a.c\n\n{deps}\n")
    return Built(
        folder=tmp_path,
        arch="arm",
        config=CONFIG,
        objects=("a.o",),
        archived=(),
        image="vmlinux",
        boot="zImage",
        log=tmp_path,
    )


def test_every_object_and_image(built: Built, tmp_path: Path) -> None:
    (seen,) = observations(built, ORIGIN, tree=tmp_path / "tree")
    assert seen.path == "a.o"
    assert seen.recipe == Recipe(flags="gcc -c a.c", symbols=(("DMA_OPS", "n"), ("SMP", "y")))
    assert seen.classes == {"text": 60}
    assert seen.symbols == (SizedSymbol(name="f", letter="T", size=50),)
    weighed = list(images(built, ORIGIN))
    assert [(image.name, image.loaded) for image in weighed] == [("vmlinux.o", 60), ("vmlinux", 60), ("zImage", 0)]
    assert [image.size for image in weighed] == [(built.folder / image.name).stat().st_size for image in weighed]
    assert {image.config for image in weighed} == {CONFIG.replace("\udcff", "?")}
    with Ledger.create(tmp_path / "ledger.db") as ledger:
        ledger.record([seen, *weighed])
        assert list(ledger.observations()) == [seen]
        assert sorted(ledger.images(), key=lambda image: image.name) == sorted(weighed, key=lambda image: image.name)


def test_a_damaged_object_ends_it(built: Built, tmp_path: Path) -> None:
    (built.folder / "a.o").write_bytes(b"\x7fELF")
    with pytest.raises(SourceError) as damaged:
        list(observations(built, ORIGIN, tree=tmp_path))
    assert damaged.value.path.endswith("a.o")
    with pytest.raises(SourceError, match="can't be read"):
        list(images(replace(built, boot="bzImage"), ORIGIN))
