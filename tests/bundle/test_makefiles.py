"""The Makefiles beside the Kconfig files hang together, and say what the series changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bundle.tree import ROOT, SRCARCH, BundleOf

_LIST = re.compile(r"^(?P<list>[\w-]+)-(?P<when>y|m|objs|\$\(CONFIG_\w+\))\s*[:+]?=\s*(?P<items>.*)$", re.MULTILINE)
_CONFIG = re.compile(r"\$\(CONFIG_(\w+)\)")

MAKEFILES = sorted(path for folder in ("kconfig", "arch") for path in (ROOT / folder).rglob("Makefile"))
ROOTS = [ROOT / "kconfig/Makefile", *sorted(ROOT.glob("arch/*/Makefile"))]


def lists(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Each list of a Makefile: its name (`obj`, `core`, a composite object), its condition, its members."""
    for found in _LIST.finditer(path.read_text()):
        yield found["list"], found["when"], found["items"].split()


def folders(path: Path) -> Iterator[Path]:
    """The Makefiles that one descends into: core- and drivers- name folders from the root, obj- from its own place."""
    for name, _, items in lists(path):
        base = ROOT if name in {"core", "drivers"} else path.parent
        yield from (base / item / "Makefile" for item in items if item.endswith("/"))


def test_every_makefile_is_reached_and_every_folder_exists() -> None:
    reached: set[Path] = set()
    waiting = list(ROOTS)
    while waiting:
        path = waiting.pop()
        assert path.is_file(), path
        reached.add(path)
        waiting.extend(folders(path))
    assert reached == set(MAKEFILES)
    assert len(ROOTS) == 1 + len(set(SRCARCH.values()))


@pytest.mark.parametrize("path", MAKEFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_makefile_names_only_options_that_exist(bundle_of: BundleOf, path: Path) -> None:
    place = path.relative_to(ROOT).parts
    arches = [arch for arch, folder in SRCARCH.items() if place[0] == "kconfig" or folder == place[1]]
    defined = frozenset().union(*(bundle_of(arch).defined() for arch in arches))
    assert set(_CONFIG.findall(path.read_text())) <= defined


@pytest.mark.parametrize("path", MAKEFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_composite_object_is_one_that_is_built(path: Path) -> None:
    found = list(lists(path))
    objects = {item for name, _, items in found if name == "obj" for item in items}
    assert {f"{name}.o" for name, _, _ in found if name not in {"obj", "core", "drivers"}} <= objects


@pytest.mark.parametrize("arch", SRCARCH)
def test_the_default_config_of_each_architecture_exists(arch: str) -> None:
    folder = ROOT / "arch" / SRCARCH[arch]
    names = re.findall(r"^KBUILD_DEFCONFIG := (\S+)$", (folder / "Makefile").read_text(), re.MULTILINE)
    assert names
    assert all((folder / "configs" / name).is_file() for name in names)


def test_srcarch_is_what_the_tests_take_it_for() -> None:
    text = (ROOT / "kconfig/Makefile").read_text()
    spelled = dict(re.findall(r"^ifeq \(\$\(ARCH\),(\w+)\)\n\s+SRCARCH := (\w+)\nendif$", text, re.MULTILINE))
    assert spelled == {arch: folder for arch, folder in SRCARCH.items() if arch != folder}


def test_the_series_moves_dummy_under_dma_ops() -> None:
    when = {item: when for _, when, items in lists(ROOT / "kconfig/kernel/dma/Makefile") for item in items}
    assert when["dummy.o"] == "$(CONFIG_DMA_OPS)"
    assert when["mapping.o"] == when["direct.o"] == "$(CONFIG_HAS_DMA)"


def test_the_tree_is_data_only() -> None:
    allowed = re.compile(r"Kconfig(\.\w+)?|Makefile|[\w-]*defconfig|[\w-]+\.config")
    strangers = [path for folder in ("kconfig", "arch") for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert [path for path in strangers if not allowed.fullmatch(path.name)] == []
