"""Rules: the doctor calls a line lost exactly where merge_config.sh warns of it, and every fix of it works with conf.

A sample by default; KWEIGH_ORACLE_FULL=1 (make oracle-full) takes every architecture and fragment, which is hours:
`python -m tests.oracle.fragments` does the same and can be stopped and taken up again.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.judge.conf import AllConfig, ask
from analyzer.judge.merge import merge
from analyzer.model.config import ResolvedConfig
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.doctor import disable, enable
from analyzer.reports import fragment
from analyzer.trees import architectures, distinct
from tests.oracle.conftest import linux_roots
from tests.oracle.fragments import fragments_of, judge, warned_of

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
SAMPLE = {"x86_64": ("debug.config", "xen.config"), "s390": ("kasan.config", "nopm.config")}
WISHES = (("KASAN", "DEBUG_INFO_BTF"), ("XEN_DOM0", "NR_CPUS=100"), ("LOCALVERSION=-a b",))
REMOVED = ("ZLIB_INFLATE", "CRYPTO", "PCI")

ConfOf = Callable[[Path], Path]


def _cases() -> list[tuple[Path, str]]:
    if FULL:
        return [(root, arch) for root in linux_roots() for arch in distinct(architectures(root))]
    return [(root, arch) for root in linux_roots() for arch in SAMPLE]


@pytest.mark.parametrize(
    ("root", "arch"),
    [pytest.param(*case, id=f"{case[0].name}-{case[1]}") for case in _cases()] or [pytest.param(None, "", id="none")],
)
def test_the_doctor_is_right(root: Path | None, arch: str, conf_binary: ConfOf, tmp_path: Path) -> None:
    if root is None:
        pytest.skip("no Linux tree: install a linux-source package and run make trees")
    opened = open_tree(TreeRequest(root=root, arch=arch))
    chosen = fragments_of(root, opened.tree.srcarch)
    if not FULL:
        chosen = tuple(path for path in chosen if path.name in SAMPLE[arch])
    found = judge(opened, conf_binary(root), chosen, scratch=tmp_path)
    assert found.fragments == len(chosen)
    assert (found.disagreeing, found.refuted, found.failed) == ([], [], [])
    assert found.confirmed == found.fixed
    assert found.joint_confirmed == found.joint
    # What is neither fixed nor proved impossible counts against the goal: 95 % of what can be had.
    assert found.fixed >= 0.95 * (found.fixed + len(found.undecided)), found.undecided


def test_the_script_warns_of_the_same(linux_tree: Path, conf_binary: ConfOf, tmp_path: Path) -> None:
    """merge_config.sh as a whole, with a `make` that asks conf, for `warned_of` stands in for its last loop."""
    opened = open_tree(TreeRequest(root=linux_tree, arch="x86_64"))
    base = configs.dotconfig(opened.resolve("tinyconfig"))
    chosen = next(path for name in ("debug", "xen") if (path := linux_tree / f"kernel/configs/{name}.config").exists())
    make = tmp_path / "bin/make"
    make.parent.mkdir()
    make.write_text(f'#!/bin/sh\nfor word; do :; done\nexport "$1"\nexec {conf_binary(linux_tree)} --$word Kconfig\n')
    make.chmod(0o755)
    (tmp_path / "base").write_text(base)
    environment = {**opened.tree.environment, "PATH": f"{make.parent}:{os.environ['PATH']}", "LC_ALL": "C"}
    script = linux_tree / "scripts/kconfig/merge_config.sh"
    done = subprocess.run(
        ["sh", str(script), "base", str(chosen)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    theirs = re.findall(r"(?:Value requested for |WARNING: )CONFIG_(\w+) (?:not in final|differs)", done.stdout)
    merged = merge(script, base, [chosen], scratch=tmp_path)
    assert theirs
    assert set(theirs) == warned_of(merged, (tmp_path / ".config").read_text(), script.read_text())


def _final(conf: Path, opened: OpenTree, base: ResolvedConfig, text: str, folder: Path) -> list[str]:
    """The lines of .config with the fragment `text` merged onto `base`."""
    script = opened.tree.root / "scripts/kconfig/merge_config.sh"
    (folder / "fragment").write_text(text)
    (folder / "merged").write_text(merge(script, configs.dotconfig(base), [folder / "fragment"], scratch=folder))
    mode = AllConfig(target="alldefconfig", preset=str(folder / "merged"))
    return ask(conf, opened.tree.kconfig, opened.tree.environment, mode, scratch=folder).text.splitlines()


@pytest.mark.parametrize("wishes", WISHES, ids=" ".join)
def test_what_is_enabled_is_there(
    linux_tree: Path, conf_binary: ConfOf, tmp_path: Path, wishes: tuple[str, ...]
) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch="x86_64"))
    wanted = enable(opened, wishes, "x86_64_defconfig")
    assert wanted.remedy.status == "verified"
    text = fragment(wanted.config, wanted.remedy)
    lines = _final(conf_binary(linux_tree), opened, wanted.config, text, tmp_path)
    for name, value in wanted.remedy.wishes:
        assert f"CONFIG_{name}={configs.value_text(opened.model.symbols[name], value)}" in lines


@pytest.mark.parametrize("name", REMOVED)
def test_what_is_disabled_is_gone(linux_tree: Path, conf_binary: ConfOf, tmp_path: Path, name: str) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch="x86_64"))
    removal = disable(opened, name, "x86_64_defconfig")
    assert removal.remedy.status == "verified"
    text = fragment(removal.config, removal.remedy)
    lines = _final(conf_binary(linux_tree), opened, removal.config, text, tmp_path)
    assert not [line for line in lines if line.startswith(f"CONFIG_{name}=")]
