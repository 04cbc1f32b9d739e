"""Rule: an option takes of memory what a kernel with it has less than one without, both booted alike; what the ledger
has is not booted again; a kernel that does not boot has a reason and no number.

Enters: a tree whose kernels take what a rule says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.boot import guest, machines
from analyzer.errors import BuildFailed, ToolchainError, UsageError
from analyzer.model.boot import Boot, Machine, Memory
from analyzer.model.config import ResolvedConfig
from analyzer.model.option import OptionTable
from analyzer.model.size import Built
from analyzer.pipeline import OpenTree
from analyzer.pipeline.build.building import BuildSetup
from analyzer.pipeline.bytes import booting
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.option_weights import table
from analyzer.pipeline.bytes.toggles import toggles
from analyzer.pipeline.commands.rank import rank
from analyzer.pipeline.settings import with_settings
from tests.pipeline.weighed_tree import NAMES, build, opened_in

PRESENT = 1 << 27
TAKES = {"O0": 8192, "O1": 4096, "O2": 0}
MACHINE = Machine(
    arch="x86_64",
    qemu="qemu-system-x86_64",
    package="qemu-system-x86",
    arguments=(),
    memory=PRESENT,
    target="bzImage",
    append="",
    early="",
    speaks="ttyS0",
    device="pci",
    init=(("O5", "y"),),
    prints=(),
    console=(),
    bus=(),
    calls=(),
)


def booted(values: Mapping[str, str]) -> Boot:
    if values.get("O3") == "y":
        return Boot(machine=MACHINE.name, failure="no init within 60 seconds")
    takes = 1 << 20
    takes += sum(size for name, size in TAKES.items() if values.get(name) == "y")
    return Boot(machine=MACHINE.name, present=PRESENT, available=PRESENT - takes // 2, free=PRESENT - takes)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenTree:
    return opened_in(tmp_path_factory.mktemp("tree"))


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """The options that are on in each kernel that was built, in their order."""
    found: list[frozenset[str]] = []

    def into_ledger(config: ResolvedConfig, setup: BuildSetup, progress: object) -> object:
        assert setup.targets == ("bzImage",)
        found.append(frozenset(name for name in NAMES if config.values[name] == "y"))
        if config.values["O4"] == "y":
            raise BuildFailed("make failed", told="error: it is broken")
        text = configs.dotconfig(config)
        return Built(
            folder=Path("/"),
            arch="x86_64",
            config=text,
            objects=(),
            archived=(),
            image="vmlinux",
            boot=text,
            log=Path("/"),
        )

    def boot(machine: Machine, image: Path, archive: bytes) -> Boot:
        lines = str(image).removeprefix("/").splitlines()
        return booted(dict(line.removeprefix("CONFIG_").split("=") for line in lines if line.startswith("CONFIG_")))

    monkeypatch.setattr(booting, "into_ledger", into_ledger)
    monkeypatch.setattr(booting, "initramfs", lambda compiler, machine: b"")
    monkeypatch.setattr(machines, "machine", lambda arch, values: MACHINE)
    monkeypatch.setattr(guest, "boot", boot)
    monkeypatch.setattr(guest, "check", lambda machine: None)
    return found


def weighed(opened: OpenTree, base: ResolvedConfig, ledger: Path) -> OptionTable:
    build(ledger, base)
    for name in NAMES:
        build(ledger, opened.resolved(with_settings(base, {name: "y"}, place="test")))
    return table(base, toggles(opened, base), ledger)


def test_the_heaviest_are_booted_once(opened: OpenTree, built: list[frozenset[str]], tmp_path: Path) -> None:
    base, setup = opened.resolve("allnoconfig"), BuildSetup(scratch=tmp_path, ledger=tmp_path / "ledger")
    assert setup.ledger is not None
    found = weighed(opened, base, setup.ledger)
    for _ in range(2):
        stands = booting.boot_heaviest(opened, base, found, 4, setup, lambda what, done, total: None)
        assert (stands.done, stands.failed) == (3, (("O3", "no init within 60 seconds"),))
    # What a boot needs is in each, and is not asked for itself.
    assert built == [frozenset({"O5"}), *(frozenset({"O5", name}) for name in ("O0", "O1", "O2", "O3"))]
    memory = {one.symbol: one.memory for one in booting.with_memory(opened, base, found, setup.ledger).weights}
    assert memory == {
        **{name: Memory(taken=size, reserved=size // 2, machine=MACHINE.name) for name, size in TAKES.items()},
        **dict.fromkeys(("O3", "O4", "O5")),
    }


def test_what_does_not_build_has_the_compilers_reason(
    opened: OpenTree, built: list[frozenset[str]], tmp_path: Path
) -> None:
    base, setup = opened.resolve("allnoconfig"), BuildSetup(scratch=tmp_path, ledger=tmp_path / "ledger")
    assert setup.ledger is not None
    stands = booting.boot_heaviest(
        opened, base, weighed(opened, base, setup.ledger), 99, setup, lambda what, done, total: None
    )
    assert dict(stands.failed) == {"O3": "no init within 60 seconds", "O4": "error: it is broken"}


def test_a_config_that_does_not_boot(opened: OpenTree, built: list[frozenset[str]], tmp_path: Path) -> None:
    base, setup = opened.resolve("allyesconfig"), BuildSetup(scratch=tmp_path, ledger=tmp_path / "ledger")
    without = opened.resolved(with_settings(base, {"O4": "n"}, place="test"))
    assert setup.ledger is not None
    build(setup.ledger, without)
    with pytest.raises(ToolchainError, match="does not boot on qemu-system-x86_64: no init within"):
        booting.boot_heaviest(
            opened,
            without,
            table(without, toggles(opened, without), setup.ledger),
            1,
            setup,
            lambda what, done, total: None,
        )


def test_a_need_that_does_not_stick(
    opened: OpenTree, built: list[frozenset[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, setup = opened.resolve("allnoconfig"), BuildSetup(scratch=tmp_path, ledger=tmp_path / "ledger")
    assert setup.ledger is not None
    found = weighed(opened, base, setup.ledger)
    needs = replace(MACHINE, init=(("X", "y"),))
    monkeypatch.setattr(machines, "machine", lambda arch, values: needs)
    with pytest.raises(UsageError, match="cannot have what a boot needs: X=y"):
        booting.boot_heaviest(opened, base, found, 1, setup, lambda what, done, total: None)


def test_ranked_by_memory(opened: OpenTree, built: list[frozenset[str]], tmp_path: Path) -> None:
    """Of a config that has them on: by boots with each turned off."""
    ledger = tmp_path / "ledger"
    base = opened.resolved(
        with_settings(opened.resolve("allnoconfig"), {"O0": "y", "O1": "y", "O5": "y"}, place="test")
    )
    setup = BuildSetup(scratch=tmp_path, ledger=ledger)
    build(ledger, base)
    for name in ("O0", "O1"):
        build(ledger, opened.resolved(with_settings(base, {name: "n"}, place="test")))
    booting.boot_heaviest(
        opened, base, table(base, toggles(opened, base), ledger), 9, setup, lambda what, done, total: None
    )
    found = rank(opened, base, Known(ledger), "memory")
    assert (found.basis, found.total) == ("measured", (1 << 20) + 8192 + 4096)
    assert [(one.symbol, one.saved and one.saved.size.value) for one in found.options] == [("O0", 8192), ("O1", 4096)]
