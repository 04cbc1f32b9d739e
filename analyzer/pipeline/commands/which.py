"""From a file to the options that build it, and from an option to what it builds.

Enters: an open tree, a config, a name as the user typed it. Leaves: `Which`. Must hold: only folders that matter are
read while that suffices; what widens the search is that nothing was found.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analyzer import configs, kbuild, trees
from analyzer.errors import UsageError
from analyzer.model.build import KbuildObject, Step
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Location
from analyzer.model.which import Listed, Use, Which
from analyzer.pipeline.build.planning import answers
from analyzer.pipeline.commands.which_conditions import leading, needs, path_below
from analyzer.pipeline.makefiles import sources
from analyzer.pipeline.names import bare
from analyzer.pipeline.opening import TreeRequest

Kind = Literal["source", "object", "module", "folder"]
_SOURCES = (".c", ".S", ".rs", ".s", ".lds")
_MAKEFILE = re.compile(r"Kbuild|.*[Mm]akefile.*")
_MENTIONS = 8


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is looked for: `folders` are where it lies, as far as that is known."""

    kind: Kind
    name: str
    folders: tuple[str, ...]

    def is_it(self, one: KbuildObject, target: str) -> bool:
        """Whether the object is meant, or the module `target` that it is a part of."""
        if self.kind == "folder":
            return one.path.startswith(f"{self.name}/")
        if self.kind != "module":
            return one.path == f"{self.name}.o" or ("/" not in self.name and _base(one.path) == self.name)
        made = target.removesuffix(".ko")
        return _alike(made if "/" in self.name else posixpath.basename(made)) == _alike(self.name)


def _alike(name: str) -> str:
    """modprobe and lsmod write a blank as an underscore, files often as a dash."""
    return name.replace("-", "_")


def _base(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def arch_of(request: TreeRequest, question: str) -> str | None:
    """The architecture below whose folder a file lies, as ARCH spells it, where the request means another; else
    None."""
    if request.root is None:
        return None
    found = re.match(r"arch/(\w+)/", path_below(request.root, question))
    known = trees.architectures(request.root)
    meant = known.get(request.arch or trees.machine_arch(request.root))
    if found is None or found[1] not in known.values() or meant == found[1]:
        return None
    return found[1] if found[1] in known else next(arch for arch, srcarch in known.items() if srcarch == found[1])


def which(config: ResolvedConfig, question: str) -> Which:
    """What builds the file, object, module or folder, or what the symbol builds. Raises UsageError for headers and for
    names of nothing."""
    with sources(config.tree.root) as makefiles:
        return _answer(_Look(config, makefiles), config, question)


def _answer(looked: _Look, config: ResolvedConfig, question: str) -> Which:
    name = bare(question)
    if "/" not in question and (name in config.model.symbols or question.startswith("CONFIG_")):
        return looked.symbol(name)
    wanted = looked.wanted(question)
    uses: tuple[Use, ...] = ()
    mentions: tuple[tuple[Location, str], ...] = ()
    for within in looked.widening(wanted):
        uses = looked.uses(wanted, within)
        if uses:
            break
    else:
        mentions = tuple(looked.mentions(wanted))
        if not mentions:
            uses = looked.uses(wanted, lambda _folder: True)
    return Which(
        question=question,
        kind=wanted.kind,
        config=config,
        uses=uses,
        mentions=mentions,
        elsewhere=() if uses else tuple(looked.elsewhere(wanted)),
        undefined=looked.undefined(uses),
    )


class _Look:
    """Looks into one tree's makefiles."""

    def __init__(self, config: ResolvedConfig, makefiles: kbuild.Sources) -> None:
        self._config = config
        self._tree = config.tree
        self._sources = makefiles
        self._conf = configs.auto_conf(config)
        self._texts = {name: text for name, text in self._conf.items() if name in config.texts}
        self._all: list[tuple[str, list[str]]] = []

    def wanted(self, question: str) -> _Wanted:
        """What the user means. Raises UsageError."""
        path = path_below(self._tree.root, question)
        stem, end = posixpath.splitext(path)
        if end == ".h":
            raise UsageError(f"{path} is a header, which nothing builds", hint="name a source, object or module")
        if "/" in path or path == ".":
            if self._sources.exists(path) and not self._sources.is_file(path):
                return _Wanted("folder", path, (path,))
            kind: Kind = "module" if end == ".ko" else "object" if end in {".o", ""} else "source"
            return _Wanted(kind, stem if end in {*_SOURCES, ".o", ".ko"} else path, (posixpath.dirname(path),))
        kind = "source" if end in _SOURCES else "object" if end == ".o" else "module"
        name = stem if end in {*_SOURCES, ".o", ".ko"} else path
        return _Wanted(kind, name, tuple(self._homes(name, kind)))

    def _homes(self, name: str, kind: Kind) -> Iterator[str]:
        """The folders in which something of that name is, or whose makefiles name it."""
        if kind != "module":
            yield from (folder for folder, names in self._listing() if any(f"{name}{end}" in names for end in _SOURCES))
        spelled = re.sub("[-_]", "[-_]", re.escape(name).replace(r"\-", "-"))
        pattern = re.compile(rf"(?<![\w.-]){spelled}(?:\.o\b|-objs\b|-y\b|-\$\()")
        yield from dict.fromkeys(
            self._folder(path) for path in kbuild.mentions(self._sources, pattern, self._makefiles())
        )

    def _folder(self, makefile: str) -> str:
        """The folder that a makefile is about; those of the bundled tree lie in one of their own."""
        folder = posixpath.dirname(makefile) or "."
        return folder.removeprefix("kconfig/") if self._tree.kind == "bundled" else folder

    def _listing(self) -> Sequence[tuple[str, list[str]]]:
        if not self._all:
            own = f"arch/{self._tree.srcarch}"
            self._all = [
                (folder, names)
                for folder, names in self._sources.listed()
                if not folder.startswith("arch/") or folder == own or folder.startswith(f"{own}/")
            ]
        return self._all

    def _makefiles(self) -> list[str]:
        return [
            posixpath.normpath(f"{folder}/{name}")
            for folder, names in self._listing()
            for name in names
            if _MAKEFILE.fullmatch(name)
        ]

    def widening(self, wanted: _Wanted) -> Iterator[Callable[[str], bool]]:
        """Which folders to read, ever more of them: those that lead to the file, those around it."""
        if wanted.folders:
            yield leading(wanted.folders)
        for up in range(1, 4):
            around = {"/".join(folder.split("/")[:-up]) for folder in wanted.folders}
            around = {folder for folder in around if folder.count("/") >= 1}
            if around:
                yield leading(around, below=True)

    def uses(self, wanted: _Wanted, within: Callable[[str], bool]) -> tuple[Use, ...]:
        """The objects that are meant."""
        objects = self._possible(within).objects
        found = [(one, made) for one in objects if wanted.is_it(one, made := kbuild.target(one, self._modular))]
        if not found:
            return ()
        built = self._built(within)
        return tuple(
            Use(one=one, target=made, built=(one.path, one.where) in built, needs=needs(one.because))
            for one, made in found
        )

    def _modular(self, name: str) -> bool:
        symbol = self._config.model.symbols.get(name)
        return symbol is None or symbol.type == "tristate"

    def _possible(self, within: Callable[[str], bool], srcarch: str = "", arch: str = "") -> kbuild.Possible:
        return kbuild.possible(
            self._sources,
            srcarch or self._tree.srcarch,
            arch or self._tree.arch,
            self._texts,
            answers(self._tree),
            prefix=self._tree.toolchain.prefix,
            within=within,
        )

    def _built(self, within: Callable[[str], bool]) -> set[tuple[str, Location]]:
        tree = self._tree
        found = kbuild.built(
            self._sources,
            tree.srcarch,
            tree.arch,
            self._conf,
            answers(tree),
            prefix=tree.toolchain.prefix,
            within=within,
        )
        return {(one.path, step.where) for one in found for step in (one.because[-1], *one.because[-1].also)}

    def undefined(self, uses: Iterable[Use]) -> Mapping[str, tuple[str, ...]]:
        """The symbols that lines ask and that are not defined, with the files that do define them."""
        asked = dict.fromkeys(name for use in uses for group in use.needs for name in group)
        unknown = [name for name in asked if name not in self._config.model.symbols]
        return {name: tuple(trees.homes(self._tree.root, name)) for name in unknown}

    def mentions(self, wanted: _Wanted) -> Iterator[tuple[Location, str]]:
        """Lines that name the file though no list does: of the makefiles of its folder and of that above, of sources
        beside it."""
        base = posixpath.basename(wanted.name)
        word = re.escape(base)
        named = re.compile(rf"(?<![\w-]){word}(?:\.(?:o|c|S|rs|ko)\b|-objs\b|-y\b)|[-\w]*progs.*\b{word}\b")
        included = re.compile(rf'#\s*include\s+["<](?:[^">]*/)?{word}\.[cS]\b')
        for folder in dict.fromkeys((*wanted.folders, *(posixpath.dirname(one) for one in wanted.folders))):
            names = next((names for path, names in self._listing() if path == (folder or ".")), [])
            for name in sorted(names):
                pattern = (
                    named if _MAKEFILE.fullmatch(name) else included if name.endswith((".c", ".S", ".h")) else None
                )
                if pattern is None:
                    continue
                path = posixpath.normpath(posixpath.join(folder, name))
                lines = kbuild.mentions(self._sources, pattern, (path,)).get(path, [])
                text = self._sources.lines(path) if lines else []
                yield from ((Location(path=path, line=at), text[at - 1].strip()) for at in lines[:_MENTIONS])

    def elsewhere(self, wanted: _Wanted) -> Iterator[str]:
        """Architectures whose makefiles lead to it."""
        if self._tree.kind != "linux" or not wanted.folders:
            return
        for arch, srcarch in sorted(trees.architectures(self._tree.root).items()):
            if arch == srcarch and srcarch != self._tree.srcarch:
                found = self._possible(leading(wanted.folders), srcarch, arch)
                if any(wanted.is_it(one, kbuild.target(one, lambda _name: True)) for one in found.objects):
                    yield arch

    def symbol(self, name: str) -> Which:
        """What a symbol builds: the lines that ask it, in makefiles that lead to something."""
        pattern = re.compile(rf"\bCONFIG_{re.escape(name)}\b")
        places = kbuild.mentions(self._sources, pattern, self._makefiles())
        homes = [self._folder(path) for path in places]
        lines: dict[Location, list[tuple[Step, str, bool]]] = {}
        within = leading(homes)
        found, built = self._possible(within), self._built(within)
        chains = [
            (one.because, kbuild.target(one, self._modular), (one.path, one.where) in built) for one in found.objects
        ]
        chains += [(chain, "", False) for chain in found.folders.values()]
        for chain, made, on in chains:
            for step in chain:
                for line in (step, *step.also):
                    if any(asked == name for asked, _ in line.symbols):
                        lines.setdefault(line.where, []).append((line, made, on))
        listed = [
            Listed(
                step=rows[0][0],
                words=tuple(dict.fromkeys(step.word for step, _, _ in rows)),
                targets=tuple(sorted({made for _, made, _ in rows if made.endswith(".ko")})),
                built=any(on for _, _, on in rows),
            )
            for _, rows in sorted(lines.items())
        ]
        return Which(question=name, kind="symbol", config=self._config, lines=tuple(listed), undefined={})
