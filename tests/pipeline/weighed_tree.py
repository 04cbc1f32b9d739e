"""A small tree whose objects weigh what a rule says, and ledgers as builds of it would leave them.

Enters: configs. Leaves: an open tree; builds in a ledger. Must hold: what each option adds is known here (`ALONE`), so
that a test can tell right from wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from analyzer import configs
from analyzer.model.config import ResolvedConfig
from analyzer.model.size import BuildNote, Image, Observation, Recipe
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import origin_of, settings_of
from analyzer.sizes.ledger import Ledger
from tests.trees.miniature import FILES, plant

NAMES = [f"O{number}" for number in range(6)]
TREE: Mapping[str, str] = {
    **FILES,
    "Kconfig": 'mainmenu "Miniature"\n'
    + "".join(f'config {name}\n\tbool "{name}"\n' for name in NAMES)
    + 'config NUMBER\n\tint "Number"\n\tdefault 3\nconfig TEXT\n\tstring "Text"\n\tdepends on O0\n',
    "Makefile": FILES["Makefile"] + "build-dir := .\nKBUILD_VMLINUX_OBJS := ./built-in.a\nKBUILD_VMLINUX_LIBS :=\n",
    "Kbuild": "obj-y += kernel/\n",
    "kernel/Makefile": "obj-y += main.o core.o\n"
    + "".join(f"obj-$(CONFIG_{name}) += {name.lower()}.o\n" for name in NAMES[:4]),
    "kernel/main.c": "#ifdef CONFIG_O4\n#endif\n",
    "kernel/core.c": "",
    **{f"kernel/{name.lower()}.c": "" for name in NAMES[:4]},
}
PADDING = 8
"""Bytes that linking adds for each object."""


def size(path: str, on: Iterable[str]) -> int:
    """What an object weighs: O4 adds to main.o, O5 by a header to core.o and to o1.o."""
    names = set(on)
    return 1000 + 70 * (path == "kernel/main.o" and "O4" in names) + 5 * (path in READ_O5 and "O5" in names)


READ_O5 = ("kernel/core.o", "kernel/o1.o")


def build(ledger: Path, config: ResolvedConfig, *, noted: bool = True, failure: str = "") -> None:
    """What a build leaves: its objects, its image, and what is noted of it, unless it failed."""
    values = settings_of(config)
    origin, text = origin_of(config), configs.dotconfig(config)
    paths = [one.path for one in planning.plan(config).objects] if not failure else []
    read = {path: [name for name in NAMES[4:] if name != "O5" or path in READ_O5] for path in paths}
    observed = [
        Observation(
            origin=origin,
            path=path,
            recipe=Recipe(flags="gcc", symbols=tuple((name, values.get(name, "n")) for name in read[path])),
            classes={"text": size(path, values)},
            symbols=(),
        )
        for path in paths
    ]
    content = sum(size(path, values) for path in paths) + PADDING * len(paths)
    images = [
        Image(origin=origin, config=text, name=name, size=9000, sections=((".text", "text", content),))
        for name in ("vmlinux.o", "vmlinux")
    ]
    note = BuildNote(
        origin=origin, config=text, objects=tuple(paths), started=4e9, seconds=60.0, compiled=2, jobs=1, failure=failure
    )
    with Ledger.create(ledger) as opened:
        opened.record([*observed, *(images if not failure else ())], note if noted else None)


def opened_in(folder: Path, **files: str) -> OpenTree:
    """The tree, planted in a folder, with other `files` than its own."""
    return open_tree(TreeRequest(root=plant(folder, {**TREE, **files}), arch="x86_64"))


ALONE = {"O0": 1008, "O1": 1008, "O2": 1008, "O3": 1008, "O4": 70, "O5": 5}
"""What each option adds to the config with all of them off."""
