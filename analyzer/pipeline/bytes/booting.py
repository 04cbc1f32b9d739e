"""What the options of a config take of a booted kernel's memory.

Enters: an open tree, a config, the table of its options, where builds are made. Leaves: boots in the ledger, and a
`Memory` for each option that has one. Must hold: what is booted is what was resolved; both kernels of a difference were
booted on the same machine, and differ by the option alone; a kernel that does not reach init has no number.

A tinyconfig neither prints nor runs anything, so what is booted is the config with what that needs
(boot/machines.toml).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from analyzer import configs
from analyzer.boot import guest, machines
from analyzer.boot.initramfs import initramfs
from analyzer.documents import is_file
from analyzer.errors import BuildFailed, ToolchainError, UsageError
from analyzer.model.boot import Boot, Booted, Machine, Memory
from analyzer.model.config import ResolvedConfig
from analyzer.model.option import OptionTable
from analyzer.pipeline.build.building import BuildSetup, Run, into_ledger, origin_of, settings_of
from analyzer.pipeline.opening import OpenTree, Progress
from analyzer.pipeline.settings import with_settings
from analyzer.sizes.dotconfig import values
from analyzer.sizes.ledger import Ledger


def boot_heaviest(
    opened: OpenTree, base: ResolvedConfig, table: OptionTable, count: int, setup: BuildSetup, progress: Progress
) -> Booted:
    """Build and boot `base` with each of its `count` heaviest options turned, as far as the ledger has no boot of it,
    and `base` itself. It can be stopped at any moment and goes on where it was.

    Raises UsageError where there is no machine for the architecture, ToolchainError where qemu is missing, or when
    `base` itself cannot be built or does not reach init.
    """
    assert setup.ledger is not None
    machine = machines.machine(opened.tree.arch, base.values)
    guest.check(machine)
    place = replace(setup, targets=(machine.target,))
    archive = initramfs(f"{opened.tree.toolchain.prefix}gcc", machine)
    ready = bootable(opened, base, machine)
    heaviest = sorted(table.weights, key=lambda one: (-abs(one.content.value), one.symbol))
    wanted = dict(_turned(opened, ready, {one.symbol: one.value for one in heaviest}, count))
    known = _known(ready, setup.ledger, machine)
    lacking = {name: config for name, config in wanted.items() if _key(config) not in known}
    whole = _key(ready) in known
    run = Run(count=len(lacking) + (not whole), progress=progress)
    if not whole:
        found = _boot(ready, machine, archive, place, run)
        if found.failure:
            raise ToolchainError(f"{base.source.name} does not boot on {machine.qemu}: {found.failure}")
    failed: dict[str, str] = {}
    for name, config in wanted.items():
        try:
            found = known[_key(config)] if name not in lacking else _boot(config, machine, archive, place, run)
        except BuildFailed as error:
            failed[name] = error.told
        else:
            if found.failure:
                failed[name] = found.failure
    return Booted(done=len(wanted) - len(failed), failed=tuple(failed.items()))


def with_memory(opened: OpenTree, base: ResolvedConfig, table: OptionTable, ledger: Path) -> OptionTable:
    """The table with what boots in a ledger tell. Raises SourceError for a damaged ledger."""
    found = memories(opened, base, {one.symbol: one.value for one in table.weights}, ledger)
    return replace(table, weights=tuple(replace(one, memory=found.get(one.symbol)) for one in table.weights))


def memories(opened: OpenTree, base: ResolvedConfig, wanted: Mapping[str, str], ledger: Path) -> Mapping[str, Memory]:
    """What boots in a ledger tell of `base` with each of these symbols turned to its value alone, by symbol. Raises
    SourceError for a damaged ledger."""
    try:
        machine = machines.machine(opened.tree.arch, base.values)
    except UsageError:
        return {}
    known = _known(base, ledger, machine)
    if not known:
        return {}
    ready = bootable(opened, base, machine)
    before = known.get(_key(ready))
    if before is None:
        return {}
    found: dict[str, Memory] = {}
    for name, config in _turned(opened, ready, wanted, len(wanted)):
        after = known.get(_key(config))
        if after is not None and (memory := _more(before, after)) is not None:
            found[name] = memory
    return found


def taken(opened: OpenTree, base: ResolvedConfig, ledger: Path) -> int | None:
    """Bytes that `base` takes of memory once its init runs; None where nobody booted it. Raises as `memories`."""
    try:
        machine = machines.machine(opened.tree.arch, base.values)
        found = _known(base, ledger, machine).get(_key(bootable(opened, base, machine)))
    except UsageError:
        return None
    return found.taken if found is not None else None


def _more(before: Boot, after: Boot) -> Memory | None:
    if before.taken is None or after.taken is None or before.reserved is None or after.reserved is None:
        return None
    return Memory(taken=after.taken - before.taken, reserved=after.reserved - before.reserved, machine=after.machine)


def bootable(opened: OpenTree, base: ResolvedConfig, machine: Machine) -> ResolvedConfig:
    """`base` with what a boot needs. Raises UsageError for a need that does not stick."""
    symbols = opened.model.symbols
    needs = {name: value for name, value in machine.needs if name in symbols}
    found = opened.resolved(with_settings(base, needs, place="boot"))
    lost = [f"{name}={value}" for name, value in machine.needs if found.values.get(name, "n") != value]
    if lost:
        raise UsageError(f"{base.source.name} cannot have what a boot needs: {', '.join(lost)}")
    return found


def _turned(
    opened: OpenTree, ready: ResolvedConfig, wanted: Mapping[str, str], count: int
) -> Iterator[tuple[str, ResolvedConfig]]:
    """The first `count` options that can be turned once a boot's needs are there, and the configs with them."""
    asked = [(name, value) for name, value in wanted.items() if ready.values.get(name) != value]
    sources = [with_settings(ready, {name: value}, place="boot") for name, value in asked]
    found = configs.resolve_all(opened.tree, opened.model, opened.program, sources)
    for (name, value), config in zip(asked, found, strict=True):
        if count and config.values[name] == value:
            count -= 1
            yield name, config


def _boot(config: ResolvedConfig, machine: Machine, archive: bytes, setup: BuildSetup, run: Run) -> Boot:
    assert setup.ledger is not None
    built = run.make(partial(into_ledger, config, setup))
    image = built.made(machine.target)
    if image is None:
        found = Boot(machine=machine.name, failure=f"make {machine.target} made no image to boot")
    else:
        found = guest.boot(machine, image, archive)
    with Ledger.create(setup.ledger) as ledger:
        ledger.record_boot(origin_of(config), built.config, found)
    return found


def _known(config: ResolvedConfig, path: Path, machine: Machine) -> dict[frozenset[tuple[str, str]], Boot]:
    """The boots of the same tree, architecture and compiler on this machine, by the values of their configs."""
    if not is_file(path):
        return {}
    with Ledger.open_to_read(path) as ledger:
        found = [(text, one) for text, one in ledger.boots(origin=origin_of(config)) if one.machine == machine.name]
    return {frozenset(values(text).items()): one for text, one in found}


def _key(config: ResolvedConfig) -> frozenset[tuple[str, str]]:
    return frozenset(settings_of(config).items())
