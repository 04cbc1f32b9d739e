"""Rule: what the doctor says that conf and merge_config.sh say of a fragment's lines, they say, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands.doctor import diagnosed

ConfOf = Callable[[Path], Path]

FRAGMENTS = {
    "spellings": """\
CONFIG_SMP=y # several
CONFIG_NR_CPUS=16 # sixteen
CONFIG_LOCALVERSION="-x" # note
CONFIG_SWAP=n # off
CONFIG_EXPERT=yes
CONFIG_PRINTK=no
CONFIG_BTRFS_FS=module
CONFIG_NET=true
CONFIG_PCI=1
CONFIG_DEFAULT_HOSTNAME=bare
CONFIG_PHYSICAL_START=0xzz
CONFIG_INET=
""",
    "types": "CONFIG_CPU_FREQ_STAT=m\nCONFIG_NR_CPUS=0x10\nCONFIG_MODULES=m\nCONFIG_LOCALVERSION=5\n",
    "repeated": "CONFIG_NET=y\nCONFIG_MODULES=y\nCONFIG_NET=y\nCONFIG_MODULES=n\n# CONFIG_NET is not set\n",
    "choices": "CONFIG_HZ_1000=y\nCONFIG_HZ_100=y\n# CONFIG_HZ_100 is not set\nCONFIG_KERNEL_XZ=m\nCONFIG_SLUB=y\n",
    "off": "# CONFIG_NET is not set\nCONFIG_PCI=n\n# CONFIG_NOBODY is not set\nCONFIG_BLOCK=n\n",
    "limited": "CONFIG_MODULES=y\nCONFIG_BT=m\nCONFIG_NET=y\nCONFIG_BT_HCIUART=y\n# CONFIG_SIGNALFD is not set\n",
}


@pytest.mark.parametrize("name", FRAGMENTS)
def test_what_they_say(name: str, linux_tree: Path, conf_binary: ConfOf, tmp_path: Path) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch="x86_64"))
    (tmp_path / "own.config").write_text(FRAGMENTS[name])
    (tmp_path / "base").write_text(configs.dotconfig(opened.resolved(opened.shelf.load("tinyconfig"))))
    found = diagnosed(opened, opened.resolved(opened.shelf.merge("tinyconfig", [str(tmp_path / "own.config")])), most=0)
    conf, script = _say(linux_tree, conf_binary(linux_tree), opened.tree.environment, tmp_path)
    said = [(word.by, word.text, line.request) for line in found.lines for word in line.words if word.by != "kweigh"]
    assert sorted(text for by, text, _ in said if by == "conf") == sorted(conf)
    # The script looks at each line of a symbol together, and only at those that the tree has.
    known = {line.request.name for line in found.lines if line.verdict != "unknown"}
    repeated = {r.name for r in (line.request for line in found.lines if line.verdict == "overridden")}
    asked = {line.request.name for line in found.lines}
    ours = {request.name for by, _, request in said if by == "merge_config.sh"} - repeated
    assert ours == {symbol for symbol in script if symbol in known & asked} - repeated


def _say(root: Path, conf: Path, environment: Mapping[str, str], folder: Path) -> tuple[list[str], list[str]]:
    """What conf warns of, and of which symbols the script does, for `own.config` on `base`."""
    make = folder / "bin/make"
    make.parent.mkdir()
    make.write_text(f'#!/bin/sh\nfor word; do :; done\nexport "$1"\nexec {conf} --$word Kconfig\n')
    make.chmod(0o755)
    done = subprocess.run(
        ["sh", str(root / "scripts/kconfig/merge_config.sh"), "base", "own.config"],
        cwd=folder,
        env={**environment, "PATH": f"{make.parent}:{os.environ['PATH']}", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    conf_said = re.findall(r"^\./\.tmp\.config\.\w+:\d+:warning: (.*)$", done.stderr, re.MULTILINE)
    script = re.findall(r"(?:Value requested for |WARNING: )CONFIG_(\w+) (?:not in final|differs)", done.stdout)
    return conf_said, script
