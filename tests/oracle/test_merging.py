"""Rule: fragments merged onto a config give, whole, the .config that the tree's own merge_config.sh or make leaves."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import pytest

from analyzer import configs
from analyzer.errors import InputError
from analyzer.judge.conf import AllConfig, OldDefconfig, ask
from analyzer.judge.merge import merge
from analyzer.model.config import Merge
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from tests.oracle.conftest import linux_roots

ConfOf = Callable[[Path], Path]
ARCHES = ("x86_64", "arm64", "s390", "powerpc") if os.environ.get("KWEIGH_ORACLE_FULL") else ("x86_64", "s390")

# What is asked for twice, in choices, above what may be, and of names and values that are none.
FIRST = """\
CONFIG_MODULES=y
CONFIG_BT=m
CONFIG_NET=y
CONFIG_BT_HCIBTUSB=y
CONFIG_USB_SUPPORT=y
CONFIG_USB=m
CONFIG_HZ_1000=y
CONFIG_KERNEL_XZ=y
CONFIG_CRYPTO=y
CONFIG_CRYPTO_FIPS=y
CONFIG_CRYPTO_DRBG_MENU=y
CONFIG_EXT4_FS=y
CONFIG_NR_CPUS=99999
CONFIG_LOG_BUF_SHIFT=99
CONFIG_NOBODY=y
# CONFIG_SWAP is not set
CONFIG_SMP=y # several
CONFIG_PRINTK=no
CONFIG_LOCALVERSION="-first"
CONFIG_IKCONFIG=m
"""
SECOND = """\
CONFIG_EXT4_FS=m
CONFIG_HZ_100=y
# CONFIG_HZ_1000 is not set
CONFIG_KERNEL_GZIP=m
CONFIG_BT=y
CONFIG_BT=m
CONFIG_USB=y
CONFIG_USB_GADGET=n
CONFIG_CRYPTO=m
CONFIG_LOCALVERSION=bare
CONFIG_BTRFS_FS=module
CONFIG_EXPERT=yes
CONFIG_IKCONFIG=y
"""
HOWS = {
    "plain": Merge(),
    "-n": Merge(fill="n"),
    "-y": Merge(builtin=True),
    "-n -y": Merge(fill="n", builtin=True),
    "make": Merge(by="make"),
}


@pytest.mark.parametrize("arch", ARCHES)
@pytest.mark.parametrize("root", [pytest.param(root, id=root.name) for root in linux_roots()] or [None])
def test_the_whole_config(root: Path | None, arch: str, conf_binary: ConfOf, tmp_path: Path) -> None:
    if root is None:
        pytest.skip("no Linux tree: install a linux-source package and run make trees")
    opened = open_tree(TreeRequest(root=root, arch=arch))
    (tmp_path / "a.config").write_text(FIRST)
    (tmp_path / "b.config").write_text(SECOND)
    own = tmp_path / "old.config"
    # An old config, of which the tree knows a part, and that answers not all that it asks.
    own.write_text("CONFIG_HZ_300=y\nCONFIG_EXT4_FS=y\nCONFIG_GONE_SINCE=y\nCONFIG_CRYPTO=y\nCONFIG_IKCONFIG=y\n")
    conf = conf_binary(root)
    different = []
    for base in ("tinyconfig", "defconfig", str(own)):
        for said, how in HOWS.items():
            fragments = [str(tmp_path / "a.config"), str(tmp_path / "b.config")]
            ours = configs.dotconfig(opened.resolved(opened.shelf.merge(base, fragments, how)))
            lies = own.read_text() if base == str(own) else configs.dotconfig(opened.resolve(base))
            judged = _by_make if how.by == "make" else _by_script
            theirs = judged(opened, conf, lies, fragments, said, tmp_path)
            if ours.splitlines()[4:] != theirs.splitlines()[4:]:
                more = sorted(set(ours.splitlines()) ^ set(theirs.splitlines()))
                different.append(f"{base} {said}: {more[:6]}")
    assert not different


def _by_script(opened: OpenTree, conf: Path, base: str, fragments: Sequence[str], said: str, folder: Path) -> str:
    """What the script leaves: what it merges, and what conf makes of that. Its last loop, which only warns, takes a
    minute."""
    script = opened.tree.root / "scripts/kconfig/merge_config.sh"
    options = said.split() if said != "plain" else []
    merged = merge(script, base, [Path(one) for one in fragments], scratch=folder, options=options)
    (folder / "merged").write_bytes(merged.encode("utf-8", "surrogateescape"))
    target: Literal["allnoconfig", "alldefconfig"] = "allnoconfig" if "-n" in options else "alldefconfig"
    mode = AllConfig(target=target, preset=str(folder / "merged"))
    return ask(conf, opened.tree.kconfig, opened.tree.environment, mode, scratch=folder).text


def _by_make(opened: OpenTree, conf: Path, base: str, fragments: Sequence[str], _said: str, folder: Path) -> str:
    """What `make BASE a.config b.config` leaves: merge_config.sh -m and olddefconfig, for each fragment."""
    script = opened.tree.root / "scripts/kconfig/merge_config.sh"

    def completed(text: str) -> str:
        return ask(conf, opened.tree.kconfig, opened.tree.environment, OldDefconfig(config=text), scratch=folder).text

    text = completed(base)
    for fragment in fragments:
        text = completed(merge(script, text, [Path(fragment)], scratch=folder))
    return text


def test_what_there_is_not(linux_tree: Path) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch="x86_64"))
    with pytest.raises(InputError, match="no config nowhere"):
        opened.shelf.merge("tinyconfig", ["nowhere"])
