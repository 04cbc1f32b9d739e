"""From what the user names to what is to be resolved.

Enters: the CONFIG argument and the tree. Leaves: ConfigSource. Must hold: a target means what the tree's own
scripts/kconfig/Makefile makes of it, fragments merged included.

CONFIG is a target (tinyconfig, defconfig, allnoconfig …), a name under arch/*/configs or kernel/configs, or a file of
the user's own; `A+B` merges the fragment B onto A. A plain name that the tree serves is the tree's, whatever lies in
the current folder; a name with a slash is a file where there is one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile

from analyzer import links
from analyzer.configs.answers import laid_over
from analyzer.configs.dotconfig import assignments, read_bytes
from analyzer.configs.inputs import STDIN, Inputs
from analyzer.configs.inputs import shown as shown_input
from analyzer.documents import is_file, is_folder, is_there
from analyzer.errors import InputError, nearest
from analyzer.model.config import Assignment, ConfigSource, Extra, Fill, Merge
from analyzer.model.tree import Recipe, SourceTree
from analyzer.noted import note

_FILLS: dict[str, Fill] = {"allnoconfig": "n", "allmodconfig": "m", "allyesconfig": "y", "alldefconfig": "default"}

TARGETS = ("tinyconfig", "defconfig", *_FILLS)
"""The targets that every tree serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A tree's configs: `default` is what `make defconfig` takes ("": alldefconfig), `recipes` the targets that its
    architecture's Makefile makes of files and of others. `inputs` reads what is the user's own, and `dotconfig` is the
    .config that belongs to the tree (None: there is none).
    """

    tree: SourceTree
    default: str
    recipes: Mapping[str, Recipe]
    inputs: Inputs = field(default_factory=Inputs)
    dotconfig: str | None = None

    def load(self, config: str) -> ConfigSource:
        """What `config` asks for.

        Raises InputError when there is no such config, naming the nearest, or when it is empty, binary or unreadable.
        """
        first, *fragments = self._parts(config)
        source = self._one(first)
        for fragment in fragments:
            source = _merged(source, self._fragment(fragment), name=f"{source.name}+{fragment}")
        return source

    def merge(self, base: str, fragments: Sequence[str], how: Merge | None = None) -> ConfigSource:
        """`fragments` merged onto the config `base`: at once, as `merge_config.sh BASE FRAGMENT…` does, or as `how`
        says.

        A base that is a file of the user's own counts as it stands, as the script takes it; one that make makes, as
        .config has it. Raises InputError as `load` does.
        """
        how = how or Merge()
        source = self.load(base)
        steps = [self._fragment(fragment) for fragment in fragments]
        how = replace(how, lines=tuple(line for files in steps for file in files for line in file.assignments))
        if how.by == "make":
            for fragment, files in zip(fragments, steps, strict=True):
                source = _merged(source, files, name=f"{source.name}+{fragment}", merge=how)
            return source
        own = self._own(base) is not None and source.base is None
        files = tuple(file for step in steps for file in step)
        merged = _merged(source, files, name="+".join((base, *fragments)), merge=how)
        # With -y it is the base's lines that decide which of these count.
        lines = how.lines if how.builtin else merged.assignments
        return replace(merged, assignments=lines, fill=how.fill, way="seed", onto_lines=own)

    def names(self) -> tuple[str, ...]:
        """Every config that the tree brings for this architecture, as CONFIG takes it, sorted; fragments and recipes
        included."""
        found = set(self.recipes)
        for folder in _folders(self.tree):
            for below, _, names in links.walk(folder):
                note(below)
                for path in (Path(below) / name for name in names):
                    if (path.name.endswith(("_defconfig", ".config")) or path.name == "defconfig") and is_file(path):
                        found.add(path.relative_to(folder).as_posix())
        return tuple(sorted(found))

    def has(self, config: str) -> bool:
        """Whether the tree or the user has all that `config` names, whatever it holds."""
        return all(self._own(part) is not None or self._serves(part) for part in self._parts(config))

    def is_own(self, config: str) -> bool:
        """Whether a part of `config` is a file of the user's own."""
        return any(self._own(part) is not None for part in self._parts(config))

    def copy(self, file: str, folder: Path) -> Path:
        """Where a tool finds a file of `ConfigSource.files`: in the tree, or a copy in `folder` of what is the user's
        own, which may be packed, or a pipe."""
        path = self.tree.root / file
        if not file.startswith(_OWN) and is_file(path):
            return path
        data = self.inputs.read(STDIN if file == shown_input(STDIN) else file)
        with NamedTemporaryFile(dir=folder, prefix="own-", delete=False) as copied:
            copied.write(data)
        return Path(copied.name)

    def _parts(self, config: str) -> list[str]:
        """A config and the fragments behind it; a file of the user's own may have a + in its name."""
        return [config] if "+" not in config or is_file(config) else config.split("+")

    def _own(self, name: str) -> str | None:
        """The file of the user's own that `name` means."""
        if name == STDIN:
            return name
        if ("/" in name or not self._serves(name)) and is_there(name):
            return name
        return self.dotconfig if name == ".config" else None

    def _serves(self, name: str) -> bool:
        return name in TARGETS or name in self.recipes or self._theirs(name) is not None

    def _theirs(self, name: str) -> Path | None:
        """A config of the tree by name."""
        relative = PurePosixPath(name)
        # ./NAME is the user's own, whatever path makes of it.
        if name.startswith(_OWN) or ".." in relative.parts:
            return None
        for folder in _folders(self.tree):
            if is_file(folder / relative):
                return folder / relative
        return None

    def _meant(self, name: str) -> str | None:
        """As `_own`, for a name that is about to be read; where it could mean two files, that is noted."""
        own, theirs = self._own(name), self._theirs(name)
        if self._serves(name) and is_file(name) and not (theirs is not None and theirs.samefile(name)):
            self.inputs.both[name] = own is not None
        return own

    def _one(self, config: str) -> ConfigSource:
        own = self._meant(config)
        if own is not None:
            return self._read_own(own)
        if config in _FILLS:
            return ConfigSource(name=config, assignments=(), fill=_FILLS[config], way="seed")
        if config == "tinyconfig":
            return _tinyconfig(self.tree)
        if config == "defconfig" and not self.default:
            return ConfigSource(name="defconfig", assignments=(), way="seed")
        name = self.default if config == "defconfig" else config
        return self._recipe(name) if name in self.recipes else _file(self.tree, self._find(name), name)

    def _read_own(self, name: str) -> ConfigSource:
        shown = f"{name.rstrip('/')}/.config" if is_folder(name) else shown_input(name)
        theirs = self.tree.root / name
        if not shown.startswith(_OWN) and is_file(theirs) and not theirs.samefile(name):
            # Not to be mistaken for the tree's file of that path.
            shown = f"./{name}"
        return _source(self.tree, self.inputs.read(name), shown, shown)

    def _recipe(self, name: str) -> ConfigSource:
        """The files of a recipe laid over each other, as merge_config.sh -m does, and then read as one config or as the
        seed of its target; or its goals, one onto the other."""
        recipe = self.recipes[name]
        if recipe.goals:
            # A Makefile whose targets lead in a circle finds no config there.
            others = {other: one for other, one in self.recipes.items() if other != name}
            return replace(replace(self, recipes=others).load("+".join(recipe.goals)), name=name)
        files = [_file(self.tree, self.tree.root / path, name) for path in recipe.files]
        boards = [(_file(self.tree, self.tree.root / path, name), requires) for path, requires in recipe.boards]
        lines: tuple[Assignment, ...] = ()
        for file in files:
            lines = laid_over(lines, file.assignments)
        return ConfigSource(
            name=name,
            assignments=lines,
            fill=_FILLS.get(recipe.target, "default"),
            way="seed" if recipe.target else "config",
            extras=tuple(Extra(requires=r, assignments=b.assignments, file=b.files[0]) for b, r in boards),
            files=tuple(f for file in files for f in file.files),
            warnings=tuple(w for file in files for w in file.warnings),
        )

    def _find(self, name: str) -> Path:
        """A config of the tree by name. Raises InputError when it has none."""
        found = self._theirs(name)
        if found is not None:
            return found
        if "/" in name:
            raise InputError(f"config {name} does not exist")
        elsewhere = sorted(path.parts[-3] for path in _anywhere(self.tree.root, name))
        if elsewhere:
            hint = f"it is one of {', '.join(elsewhere)}; --arch says which is meant"
        else:
            near = nearest(name, [one for one in (*TARGETS, *self.names()) if one != name])
            hint = near or f"a path, {', '.join(TARGETS)}, or a defconfig's name"
            if name in TARGETS or name in self.recipes:
                hint = "that is a target, not a fragment"
        raise InputError(f"no config {name} in {self.tree.label}", hint=hint)

    def _fragment(self, name: str) -> tuple[ConfigSource, ...]:
        """The files that `make NAME.config` merges: the shared one first, then the architecture's."""
        own = self._meant(name)
        if own is not None:
            return (self._read_own(own),)
        found = tuple(folder / name for folder in reversed(_folders(self.tree)) if is_file(folder / name))
        return tuple(_file(self.tree, path, name) for path in found or (self._find(name),))


_OWN = ("/", "./", "../", "<")
"""How `ConfigSource.files` begin where they are the user's own and could be taken for the tree's."""


def is_served(root: Path, name: str) -> bool:
    """Whether the tree in `root` serves a config of this name, for whatever architecture."""
    shared = (root / folder / name for folder in _SHARED.values())
    return name in TARGETS or any(map(is_file, shared)) or any(_anywhere(root, name))


def _anywhere(root: Path, name: str) -> Iterator[Path]:
    return (folder / name for folder in root.glob("arch/*/configs") if is_file(folder / name))


_SHARED = {"linux": "kernel/configs", "bundled": "kconfig/kernel/configs"}
"""The folder of the configs of all architectures, by the kind of tree."""


def _folders(tree: SourceTree) -> tuple[Path, ...]:
    return tree.root / "arch" / tree.srcarch / "configs", tree.root / _SHARED[tree.kind]


def _file(tree: SourceTree, path: Path, name: str) -> ConfigSource:
    """A file of the tree."""
    shown = path.relative_to(tree.root).as_posix()
    if not links.lies_within(os.path.realpath(path), tree.root):
        raise InputError(f"config {shown} leads outside the tree")
    return _source(tree, read_bytes(path, shown), shown, name)


def _source(tree: SourceTree, data: bytes, shown: str, name: str) -> ConfigSource:
    if not data.strip():
        raise InputError(f"config {shown} is empty", hint="use alldefconfig for all defaults")
    found, warnings = assignments(data, shown, tree.dialect)
    if warnings and not found:
        raise InputError(f"{shown} is not a config", hint="it has no line CONFIG_…=…")
    return ConfigSource(name=name, assignments=found, files=(shown,), warnings=warnings)


def _merged(base: ConfigSource, files: Sequence[ConfigSource], name: str, merge: Merge | None = None) -> ConfigSource:
    """`files` merged onto `base`, as merge_config.sh and olddefconfig do."""
    lines: tuple[Assignment, ...] = ()
    for file in files:
        lines = laid_over(lines, file.assignments)
    return ConfigSource(
        name=name,
        assignments=lines,
        base=base,
        merge=merge,
        files=(*base.files, *(f for file in files for f in file.files)),
        warnings=(*base.warnings, *(w for file in files for w in file.warnings)),
    )


def _tinyconfig(tree: SourceTree) -> ConfigSource:
    """allnoconfig seeded with tiny-base.config where the tree has one, then tiny.config of the tree and the
    architecture."""
    own, shared = _folders(tree)
    seed = shared / "tiny-base.config"
    base = ConfigSource(name="allnoconfig", assignments=(), fill="n", way="seed")
    if is_file(seed):
        shown = seed.relative_to(tree.root).as_posix()
        found, warnings = assignments(read_bytes(seed, shown), shown, tree.dialect)
        base = ConfigSource(
            name="allnoconfig", assignments=found, fill="n", way="seed", files=(shown,), warnings=warnings
        )
    fragments = tuple(folder / "tiny.config" for folder in (shared, own) if is_file(folder / "tiny.config"))
    if not fragments:
        raise InputError(f"{tree.label} has no tiny.config")
    return _merged(base, [_file(tree, path, "tinyconfig") for path in fragments], name="tinyconfig")
