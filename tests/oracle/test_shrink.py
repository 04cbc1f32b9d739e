"""Rule: the lines of a config, given to the tree's own conf as KCONFIG_ALLCONFIG of allnoconfig, are that config; and
so are any of them.

Enters: real trees, their conf; the newest tree for each machine. Nothing is built.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.boot import checks, machines
from analyzer.judge.conf import AllConfig, ask
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands import shrink_lines
from analyzer.pipeline.commands.shrink_lines import Keep
from tests.oracle.conftest import CACHE

ConfOf = Callable[[Path], Path]
LITTLE = {"CPU_LITTLE_ENDIAN": "y"}
WANTED = {"EXT4_FS": "y", "VIRTIO_BLK": "y"}


@pytest.mark.parametrize(("arch", "config"), [("x86_64", "tinyconfig"), ("riscv", "defconfig")])
def test_lines_are_the_config(arch: str, config: str, linux_tree: Path, conf_binary: ConfOf, tmp_path: Path) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch=arch, cache=CACHE / "programs"))
    whole = opened.resolve(config)
    lines = shrink_lines.true_lines(opened, shrink_lines.lines_of(whole), Keep(symbols={}))
    again = lines.config(lines.names)
    assert {n: v for n, v in whole.values.items() if n in whole.written and again.values[n] != v} == {}

    values = shrink_lines.with_wanted(opened, shrink_lines.lines_of(whole), WANTED)
    asked = shrink_lines.true_lines(opened, values, Keep(symbols=WANTED))
    some = frozenset(random.Random(arch).sample(sorted(asked.names), len(asked.names) // 2))
    for names in (asked.names, some):
        preset = tmp_path / "preset"
        preset.write_text("".join(f"{asked.text(name)}\n" for name in asked.order if name in names))
        mode = AllConfig(target="allnoconfig", preset=str(preset))
        conf, environment = conf_binary(linux_tree), opened.tree.environment
        theirs = ask(conf, opened.tree.kconfig, environment, mode, scratch=tmp_path / "conf").text
        ours = configs.dotconfig(asked.config(names))
        assert ours.splitlines()[4:] == theirs.splitlines()[4:]


@pytest.mark.parametrize(
    ("arch", "values"), [*((arch, {}) for arch in machines.names()), ("powerpc", LITTLE), ("mips", LITTLE)]
)
def test_a_machine_can_have_what_its_checks_need(
    arch: str, values: dict[str, str], linux_trees: tuple[Path, ...]
) -> None:
    opened = open_tree(TreeRequest(root=linux_trees[-1], arch=arch, cache=CACHE / "programs"))
    machine = machines.machine(arch, values)
    sets = checks.needs(machine, checks.parse("console=,disk=virtio,fs=ext4,net=virtio", machine))
    wanted = {name: value for lines in sets.values() for name, value in lines}
    assert wanted.keys() <= opened.model.symbols.keys()
    values = shrink_lines.with_wanted(opened, shrink_lines.lines_of(opened.resolve("tinyconfig")), wanted)
    config = opened.resolved(shrink_lines.source(opened, values))
    assert {name: config.values[name] for name in wanted} == wanted
    assert machines.machine(arch, config.values) == machine, "what is asked for is a kernel of its kind"
