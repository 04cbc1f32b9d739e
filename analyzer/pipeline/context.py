"""Where the user stands: what a command takes without being told.

Enters: the options that were given, the environment, the current folder. Leaves: a `TreeRequest`, which says what was
taken and why. Must hold: an option wins over the environment, and that over what lies around; the environment counts as
make has it: ARCH, CROSS_COMPILE, LLVM, KBUILD_OUTPUT and KCONFIG_CONFIG do, O and SUBARCH don't. Source: the top
Makefile of Linux.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from analyzer import trees
from analyzer.configs.inputs import STDIN, Inputs, shown
from analyzer.configs.targets import is_served
from analyzer.documents import home, is_file, is_folder, is_there
from analyzer.errors import AnalyzerError, UsageError, nearest
from analyzer.model.report import Taken
from analyzer.pipeline.opening import TreeRequest
from analyzer.trees.nearby import Place, arch_of, at, built_in, nearest_tree

BUNDLED = "bundled"
"""What --tree says for the bundled tree; a folder of that name is ./bundled."""

_ENVIRONMENT = "from the environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a command line says of the tree (None: nothing). `config` is the CONFIG that it names; `arches` are those of
    a command that looks at many, None for one that looks at one."""

    tree: str | None = None
    arch: str | None = None
    cross_compile: str | None = None
    llvm: str | None = None
    config: str | None = None
    arches: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the user did not say: the environment, and the current folder (None: it is gone)."""

    environ: Mapping[str, str] = field(default_factory=dict)
    here: Path | None = None


def request_in(given: Given, about: Context, inputs: Inputs | None = None) -> TreeRequest:
    """The tree that a command means, and how it is asked.

    Raises InputError for a --tree that is none and for a build folder whose tree is gone, UsageError for an ARCH that
    is set and empty, at which make stops as well.
    """
    found_here = _Found(given, about, inputs or Inputs())
    arch, why = found_here.arch()
    taken = [*found_here.tree, *([Taken(name="ARCH", value=arch, why=why)] if arch and why else [])]
    fits = found_here.fits(arch)
    request = TreeRequest(
        root=found_here.root,
        arch=arch,
        cross_compile=given.cross_compile,
        llvm=given.llvm,
        dotconfig=found_here.dotconfig if fits else None,
        config_why=found_here.config_why if fits else f"{found_here.dotconfig} is for {found_here.made_for}",
        inputs=found_here.inputs,
    )
    if found_here.root is not None:
        if given.llvm is None and about.environ.get("LLVM"):
            request = replace(request, llvm=about.environ["LLVM"])
            taken.append(Taken(name="LLVM", value=about.environ["LLVM"], why=_ENVIRONMENT))
        owner = found_here.owner(arch)
        if given.cross_compile is None and "CROSS_COMPILE" in about.environ and owner is not None:
            prefix = about.environ["CROSS_COMPILE"]
            request = replace(request, cross_compile=prefix, cross_compile_for=None if given.arches is None else owner)
            taken.append(Taken(name="CROSS_COMPILE", value=prefix, why=_ENVIRONMENT))
    return replace(request, taken=tuple(taken))


def request_beside(request: TreeRequest, first: Given, second: Given, about: Context) -> TreeRequest:
    """The other side of a comparison: what `second` does not say is as on the first side, which is `request`."""
    given = replace(second, tree=second.tree or first.tree)
    told = first.arch is not None or bool(about.environ.get("ARCH"))
    named = None if told or second.arch else _Found(given, about, request.inputs).named()
    arch = second.arch or named or (request.arch if told or second.tree in (None, first.tree) else None)
    same_arch = arch in (None, request.arch)
    # The compiler of one architecture is not that of another.
    prefix = second.cross_compile or (first.cross_compile if same_arch else None)
    environ = {k: v for k, v in about.environ.items() if same_arch or k != "CROSS_COMPILE"}
    found = request_in(replace(given, arch=arch, cross_compile=prefix), replace(about, environ=environ), request.inputs)
    taken = [Taken(name="ARCH", value=named, why=f"from {shown(_first(second.config or ''))}")] if named else []
    return replace(found, arch=found.arch or request.arch, taken=(*found.taken, *taken))


class _Found:
    """The folder, the environment and the .config that belong together, looked at once."""

    def __init__(self, given: Given, about: Context, inputs: Inputs) -> None:
        self.given = given
        self.environ = about.environ
        self.inputs = inputs
        place, why = _place(given, about.here)
        self.root = place.root if place is not None else None
        self.tree = [Taken(name="tree", value=_homely(place.root), why=why)] if place is not None and why else []
        self.known = _architectures(self.root)
        self.dotconfig: str | None = None
        self.config_why = ""
        if place is not None:
            folder, where = self._output(place)
            self.dotconfig, self.config_why = _dotconfig(folder, self.environ, about.here, where)
        self.made_for = self._made_for(self.dotconfig)

    def arch(self) -> tuple[str | None, str]:
        """The architecture, and where it comes from ("": it was given, or is this machine's)."""
        if self.given.arch is not None or self.given.arches:
            return self.given.arch, ""
        if self.given.arches is not None and self.root is None:
            # Commands that look at many take all of the bundled tree.
            return None, ""
        if "ARCH" in self.environ:
            return self._of_environment(), _ENVIRONMENT
        named = self.named()
        if named is not None:
            return named, f"from {shown(_first(self.given.config or ''))}"
        return self.made_for, f"from {Path(self.dotconfig or '').name}"

    def fits(self, arch: str | None) -> bool:
        """Whether the .config is for an architecture that is asked for; those of one folder read each other's."""
        if self.made_for is None:
            return True
        if self.given.arches:
            return any(fnmatchcase(self.made_for, pattern) for pattern in self.given.arches)
        return arch is None or self.known.get(arch) == self.known[self.made_for]

    def named(self) -> str | None:
        """The architecture of the CONFIG that was named, where that is a .config of the user's own."""
        name = _first(self.given.config or "")
        if name == ".config" and not is_there(name):
            return self.made_for
        own = name == STDIN or "/" in name or not is_served(self._top(), name)
        return self._made_for(name) if name and own and (name == STDIN or is_there(name)) else None

    def owner(self, arch: str | None) -> str | None:
        """The architecture for which CROSS_COMPILE of the environment counts; None where nobody knows.

        make has one ARCH; among several, it goes with that of the environment.
        """
        wanted = self.given.arches
        if wanted is None or not wanted:
            return arch or trees.machine_arch(self.root) if self.root is not None else None
        one = wanted[0] if len(wanted) == 1 and wanted[0] in self.known else None
        return one or self.environ.get("ARCH") or None

    def _of_environment(self) -> str:
        arch = self.environ["ARCH"]
        if not arch:
            raise UsageError("ARCH is set in the environment, and empty", hint="make stops at that, too; unset it")
        if arch not in self.known:
            where = "the bundled tree" if self.root is None else str(self.root)
            raise UsageError(
                f"{where} has no architecture {arch!r}, as ARCH in the environment says", hint=nearest(arch, self.known)
            )
        return arch

    def _output(self, place: Place) -> tuple[Path, str]:
        """The folder of the .config, and how a heading calls it."""
        if place.output is not None:
            return place.output, f"in O={_homely(place.output)}"
        if self.environ.get("KBUILD_OUTPUT"):
            return place.root / self.environ["KBUILD_OUTPUT"], "in KBUILD_OUTPUT"
        return place.root, "in the tree"

    def _made_for(self, config: str | None) -> str | None:
        if config is None:
            return None
        try:
            text = self.inputs.read(config).decode("utf-8", "surrogateescape")
        except AnalyzerError:
            # Whoever needs this config is told then.
            return None
        return arch_of(text, self._top(), self.known)

    def _top(self) -> Path:
        return self.root or trees.bundled_root()


def _place(given: Given, here: Path | None) -> tuple[Place | None, str]:
    """The tree, and how it was found ("": it was named, or it is the bundled one)."""
    if given.tree == BUNDLED:
        return None, ""
    if given.tree is not None:
        place = at(Path(given.tree))
        return place, f"of O={given.tree}" if place.output is not None else ""
    found = nearest_tree(here, trees.bundled_root()) if here is not None else None
    if found is None or here is None:
        # Elsewhere, a build folder that is the CONFIG names the tree as well.
        folder = Path(_first(given.config or "")).absolute()
        found = built_in(folder) if given.config and is_folder(folder) else None
        return (found, f"of O={_homely(folder)}") if found is not None else (None, "")
    if found.output is not None:
        return found, f"of O={_homely(found.output)}"
    return found, "the current folder" if found.root == here else "around the current folder"


def _architectures(root: Path | None) -> Mapping[str, str]:
    return trees.bundled_architectures(trees.bundled_root()) if root is None else trees.architectures(root)


def _dotconfig(folder: Path, environ: Mapping[str, str], here: Path | None, where: str) -> tuple[str | None, str]:
    """The .config in `folder`, as one would type it, and why it is taken or not; None where there is none.

    One that leads elsewhere is not taken without being named: a tree that somebody else packed could show any file.
    """
    named = environ.get("KCONFIG_CONFIG")
    path = folder / (named or ".config")
    name = str(path) if here is None else min(os.path.relpath(path, here), str(path), key=len)
    try:
        if not is_file(path):
            return None, ""
        if not named and not path.resolve().is_relative_to(folder.resolve()):
            return None, f"{name} leads elsewhere"
    except OSError:
        return None, ""
    return name, "KCONFIG_CONFIG" if named else where


def _first(config: str) -> str:
    """A config without the fragments behind it."""
    return config if is_file(config) else config.split("+", 1)[0]


def _homely(path: Path) -> str:
    """A folder as people write it."""
    own = home()
    if own is None or not path.is_relative_to(own):
        return str(path)
    return f"~/{path.relative_to(own)}" if path != own else "~"
