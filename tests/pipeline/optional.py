"""A small tree with options, and ledgers as builds of it would leave them.

Enters: a folder, configs. Leaves: an open tree; observations and images in a ledger. Must hold: what an option brings
is known here, so that a test can tell right from wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analyzer import configs
from analyzer.model.config import ResolvedConfig
from analyzer.model.elf import SizedSymbol
from analyzer.model.size import BuildNote, Image, Observation, Recipe
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.build.building import origin_of, settings_of
from analyzer.pipeline.bytes import estimating
from analyzer.pipeline.settings import with_settings
from analyzer.sizes.ledger import Ledger
from tests.trees.miniature import FILES, plant

SOURCE = "x" * 1_500
TREE: Mapping[str, str] = {
    **FILES,
    "Kconfig": """\
mainmenu "Miniature"
config LEAD
	bool "Lead"
	select HELD
config HELD
	bool
config NUMBER
	int "Number"
	default 3
config NEVER
	bool "Never"
	depends on GONE
config FIXED
	def_bool LEAD = y || LEAD = n
""",
    "Makefile": FILES["Makefile"] + "build-dir := .\nKBUILD_VMLINUX_OBJS := ./built-in.a\nKBUILD_VMLINUX_LIBS :=\n",
    "Kbuild": "obj-y += kernel/\n",
    "kernel/Makefile": "obj-y += main.o\nobj-$(CONFIG_LEAD) += lead.o\nobj-$(CONFIG_HELD) += held.o\n",
    "kernel/main.c": SOURCE,
    "kernel/lead.c": SOURCE,
    "kernel/held.c": SOURCE,
}
SIZES = {"kernel/main.o": 1000, "kernel/lead.o": 300, "kernel/held.o": 200}
ADDED = 64
"""Bytes that the link adds in a ledger made here."""
STARTED = 4e9
"""When its builds began, in seconds since 1970: after whatever a test writes."""


def open_planted(folder: Path) -> OpenTree:
    """The tree in `folder`, for x86_64."""
    return open_tree(TreeRequest(root=plant(folder, TREE), arch="x86_64"))


def base_of(opened: OpenTree) -> ResolvedConfig:
    return opened.resolve("allnoconfig")


def leading(opened: OpenTree) -> ResolvedConfig:
    return opened.resolved(with_settings(base_of(opened), {"LEAD": "y"}, place="test"))


def record(ledger: Path, config: ResolvedConfig, *, seconds: float = 0.0) -> None:
    """What a build leaves that took so long: main.o grows by 7 bytes with LEAD, and so does its function."""
    values = settings_of(config)
    paths = [one.path for one in estimating.wanted(config).objects]
    sizes = {path: SIZES[path] + 7 * (path == "kernel/main.o" and "LEAD" in values) for path in paths}
    origin = origin_of(config)
    symbols = (("LEAD", values.get("LEAD", "n")),)
    content = sum(sizes.values()) + ADDED
    symbols_of = {path: SizedSymbol(name=f"in_{Path(path).stem}", letter="T", size=n) for path, n in sizes.items()}
    with Ledger.create(ledger) as opened:
        opened.record(
            [
                Observation(
                    origin=origin,
                    path=path,
                    recipe=Recipe(flags="gcc", symbols=symbols),
                    classes={"text": size},
                    symbols=(symbols_of[path],),
                )
                for path, size in sizes.items()
            ]
            + [
                Image(
                    origin=origin,
                    config=configs.dotconfig(config),
                    name=name,
                    size=size,
                    sections=((".text", "text", of),),
                )
                for name, size, of in (("vmlinux.o", 9000, content), ("vmlinux", 9000 + content, 4096))
            ],
            BuildNote(
                origin=origin,
                config=configs.dotconfig(config),
                objects=tuple(paths),
                started=STARTED,
                seconds=seconds,
                compiled=len(paths),
                jobs=1,
            ),
            [*symbols_of.values(), SizedSymbol(name="of_the_link", letter="r", size=ADDED)],
        )
