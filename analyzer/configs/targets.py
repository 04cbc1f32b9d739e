"""From what the user names to what is to be resolved.

Enters: the CONFIG argument and the tree. Leaves: ConfigSource. Must hold: a target means what the tree's own
scripts/kconfig/Makefile makes of it, fragments merged included.

CONFIG is a path, a name under arch/*/configs or kernel/configs, or a target (tinyconfig, defconfig, allnoconfig …);
`A+B` merges the fragment B onto A.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from analyzer.configs.answers import laid_over
from analyzer.configs.dotconfig import assignments, read_bytes
from analyzer.errors import InputError, nearest
from analyzer.model.config import Assignment, ConfigSource, Extra, Fill
from analyzer.model.tree import Recipe, SourceTree

_FILLS: dict[str, Fill] = {"allnoconfig": "n", "allmodconfig": "m", "allyesconfig": "y", "alldefconfig": "default"}

TARGETS = ("tinyconfig", "defconfig", *_FILLS)
"""The targets that every tree serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A tree's configs: `default` is what `make defconfig` takes ("": alldefconfig), `recipes` the targets that its
    architecture's Makefile merges, each with the files, base first.
    """

    tree: SourceTree
    default: str
    recipes: Mapping[str, Recipe]

    def load(self, config: str) -> ConfigSource:
        """What `config` asks for.

        Raises InputError when there is no such config, naming the nearest, or when it is empty, binary or unreadable.
        """
        if Path(config).is_file() or "+" not in config:
            return self._one(config)
        first, *fragments = config.split("+")
        source = self._one(first)
        for fragment in fragments:
            source = _merged(self.tree, source, self._fragment(fragment), name=f"{source.name}+{fragment}")
        return source

    def merge(self, base: str, fragments: Sequence[str]) -> ConfigSource:
        """All `fragments` merged onto the config `base` at once, as `merge_config.sh BASE FRAGMENT…` does.

        Raises InputError as `load` does.
        """
        paths = tuple(path for fragment in fragments for path in self._fragment(fragment))
        return _merged(self.tree, self.load(base), paths, name="+".join((base, *fragments)))

    def names(self) -> tuple[str, ...]:
        """Every config that the tree brings for this architecture, as CONFIG takes it, sorted; fragments and recipes
        included."""
        found = set(self.recipes)
        for folder in _folders(self.tree):
            for path in folder.rglob("*"):
                if path.is_file() and (path.name.endswith(("_defconfig", ".config")) or path.name == "defconfig"):
                    found.add(path.relative_to(folder).as_posix())
        return tuple(sorted(found))

    def _one(self, config: str) -> ConfigSource:
        if config in _FILLS:
            return ConfigSource(name=config, assignments=(), fill=_FILLS[config], way="seed")
        if config == "tinyconfig":
            return _tinyconfig(self.tree)
        if config == "defconfig" and not self.default:
            return ConfigSource(name="defconfig", assignments=(), way="seed")
        name = self.default if config == "defconfig" else config
        if name in self.recipes and not Path(config).exists():
            return self._recipe(name)
        path = Path(config) if config != "defconfig" and Path(config).exists() else self._find(name)
        return _file(self.tree, path, name)

    def _recipe(self, name: str) -> ConfigSource:
        """The files of a recipe laid over each other, as merge_config.sh -m does, and then read as one config."""
        recipe = self.recipes[name]
        files = [_file(self.tree, self.tree.root / path, name) for path in recipe.files]
        boards = [(_file(self.tree, self.tree.root / path, name), requires) for path, requires in recipe.boards]
        lines: tuple[Assignment, ...] = ()
        for file in files:
            lines = laid_over(lines, file.assignments)
        return ConfigSource(
            name=name,
            assignments=lines,
            extras=tuple(Extra(requires=r, assignments=b.assignments, file=b.files[0]) for b, r in boards),
            files=tuple(f for file in files for f in file.files),
            warnings=tuple(w for file in files for w in file.warnings),
        )

    def _find(self, name: str) -> Path:
        """A config of the tree by name."""
        relative = PurePosixPath(name)
        if not relative.is_absolute() and ".." not in relative.parts:
            for folder in _folders(self.tree):
                if (folder / relative).is_file():
                    return folder / relative
        if "/" in name:
            raise InputError(f"config {name} does not exist")
        near = nearest(name, [*TARGETS, *self.names()])
        hint = near or f"a path, {', '.join(TARGETS)}, or a defconfig's name"
        raise InputError(f"no config {name} in {self.tree.label}", hint=hint)

    def _fragment(self, name: str) -> tuple[Path, ...]:
        """The files that `make NAME.config` merges: the shared one first, then the architecture's."""
        if Path(name).exists():
            return (Path(name),)
        found = tuple(folder / name for folder in reversed(_folders(self.tree)) if (folder / name).is_file())
        return found or (self._find(name),)


def _folders(tree: SourceTree) -> tuple[Path, ...]:
    shared = tree.root / ("kconfig/kernel/configs" if tree.kind == "bundled" else "kernel/configs")
    return tree.root / "arch" / tree.srcarch / "configs", shared


def _file(tree: SourceTree, path: Path, name: str) -> ConfigSource:
    shown = _shown(tree, path)
    if path.is_relative_to(tree.root) and not path.resolve().is_relative_to(tree.root.resolve()):
        raise InputError(f"config {shown} leads outside the tree")
    data = read_bytes(path, shown)
    if not data.strip():
        raise InputError(f"config {shown} is empty", hint="use alldefconfig for all defaults")
    found, warnings = assignments(data, shown)
    if warnings and not found:
        raise InputError(f"{shown} is not a config", hint="it has no line CONFIG_…=…")
    return ConfigSource(name=name, assignments=found, files=(shown,), warnings=warnings)


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
