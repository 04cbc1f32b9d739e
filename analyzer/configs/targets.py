"""From what the user names to what is to be resolved.

Enters: the CONFIG argument and the tree. Leaves: ConfigSource. Must hold: a target means what the tree's own
scripts/kconfig/Makefile makes of it, fragments merged included.

CONFIG is a path, a name under arch/*/configs or kernel/configs, or a target (tinyconfig, defconfig, allnoconfig …);
`A+B` merges the fragment B onto A.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from analyzer.configs.dotconfig import assignments, read_bytes
from analyzer.errors import InputError, nearest
from analyzer.model.config import ConfigSource, Fill
from analyzer.model.tree import SourceTree

_FILLS: dict[str, Fill] = {"allnoconfig": "n", "allmodconfig": "m", "allyesconfig": "y", "alldefconfig": "default"}

TARGETS = ("tinyconfig", "defconfig", *_FILLS)
"""The targets that every tree serves."""


def load(tree: SourceTree, config: str, default: str) -> ConfigSource:
    """What `config` asks for in `tree`; `default` is the name of what `make defconfig` takes ("": alldefconfig).

    Raises InputError when there is no such config, naming the nearest, or when it is empty, binary or unreadable.
    """
    if Path(config).is_file() or "+" not in config:
        return _one(tree, config, default)
    first, *fragments = config.split("+")
    source = _one(tree, first, default)
    for fragment in fragments:
        source = _merged(tree, source, _fragment(tree, fragment), name=f"{source.name}+{fragment}")
    return source


def config_names(tree: SourceTree) -> tuple[str, ...]:
    """Every config file that the tree brings for this architecture, as CONFIG takes it, sorted; fragments included."""
    found: set[str] = set()
    for folder in _folders(tree):
        for path in folder.rglob("*"):
            if path.is_file() and (path.name.endswith(("_defconfig", ".config")) or path.name == "defconfig"):
                found.add(path.relative_to(folder).as_posix())
    return tuple(sorted(found))


def _one(tree: SourceTree, config: str, default: str) -> ConfigSource:
    if config in _FILLS:
        return ConfigSource(name=config, assignments=(), fill=_FILLS[config], way="seed")
    if config == "tinyconfig":
        return _tinyconfig(tree)
    if config == "defconfig":
        if not default:
            return ConfigSource(name="defconfig", assignments=(), way="seed")
        return _file(tree, _find(tree, default), default)
    return _file(tree, _named(tree, config), config)


def _named(tree: SourceTree, config: str) -> Path:
    if Path(config).exists():
        return Path(config)
    return _find(tree, config)


def _find(tree: SourceTree, name: str) -> Path:
    """A config of the tree by name."""
    relative = PurePosixPath(name)
    if not relative.is_absolute() and ".." not in relative.parts:
        for folder in _folders(tree):
            if (folder / relative).is_file():
                return folder / relative
    if "/" in name:
        raise InputError(f"config {name} does not exist")
    near = nearest(name, [*TARGETS, *config_names(tree)])
    raise InputError(
        f"no config {name} in {tree.label}", hint=near or f"a path, {', '.join(TARGETS)}, or a defconfig's name"
    )


def _folders(tree: SourceTree) -> tuple[Path, ...]:
    shared = tree.root / ("kconfig/kernel/configs" if tree.kind == "bundled" else "kernel/configs")
    return tree.root / "arch" / tree.srcarch / "configs", shared


def _file(tree: SourceTree, path: Path, name: str) -> ConfigSource:
    shown = _shown(tree, path)
    data = read_bytes(path, shown)
    if not data.strip():
        raise InputError(f"config {shown} is empty", hint="use alldefconfig for all defaults")
    found, warnings = assignments(data, shown)
    if warnings and not found:
        raise InputError(f"{shown} is not a config", hint="it has no line CONFIG_…=…")
    return ConfigSource(name=name, assignments=found, files=(shown,), warnings=warnings)


def _fragment(tree: SourceTree, name: str) -> tuple[Path, ...]:
    """The files that `make NAME.config` merges: the shared one first, then the architecture's."""
    if Path(name).exists():
        return (Path(name),)
    found = tuple(folder / name for folder in reversed(_folders(tree)) if (folder / name).is_file())
    return found or (_find(tree, name),)


def _merged(tree: SourceTree, base: ConfigSource, paths: tuple[Path, ...], name: str) -> ConfigSource:
    """`paths` merged onto `base`, as merge_config.sh and olddefconfig do."""
    files = [_file(tree, path, name) for path in paths]
    return ConfigSource(
        name=name,
        assignments=tuple(a for file in files for a in file.assignments),
        base=base,
        files=(*base.files, *(f for file in files for f in file.files)),
        warnings=(*base.warnings, *(w for file in files for w in file.warnings)),
    )


def _shown(tree: SourceTree, path: Path) -> str:
    return path.relative_to(tree.root).as_posix() if path.is_relative_to(tree.root) else str(path)


def _tinyconfig(tree: SourceTree) -> ConfigSource:
    """allnoconfig seeded with tiny-base.config where the tree has one, then tiny.config of the tree and the
    architecture."""
    own, shared = _folders(tree)
    seed = shared / "tiny-base.config"
    base = ConfigSource(name="allnoconfig", assignments=(), fill="n", way="seed")
    if seed.is_file():
        shown = _shown(tree, seed)
        found, warnings = assignments(read_bytes(seed, shown), shown)
        base = ConfigSource(
            name="allnoconfig", assignments=found, fill="n", way="seed", files=(shown,), warnings=warnings
        )
    fragments = tuple(folder / "tiny.config" for folder in (shared, own) if (folder / "tiny.config").is_file())
    if not fragments:
        raise InputError(f"{tree.label} has no tiny.config")
    return _merged(tree, base, fragments, name="tinyconfig")
