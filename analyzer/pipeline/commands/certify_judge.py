"""What a tree's own tools make of the configs that kweigh resolves.

Enters: a tree, its conf, the environment that make exports. Leaves: the text that conf writes for a `ConfigSource` or a
random seed. Must hold: the same files go in, by the way that make takes; nothing here looks at what we resolved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.configs import Shelf
from analyzer.judge import conf as judge
from analyzer.judge.make import environment_of_make
from analyzer.judge.merge import merge
from analyzer.judge.values import parse
from analyzer.model.certificate import VariableDifference
from analyzer.model.config import ConfigSource
from analyzer.model.tree import SourceTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """The conf of one tree and architecture, whose configs `shelf` has. `environment` is make's; `scratch` is a folder
    for runs of this judge alone, in which each `$(shell,…)` is run once and its answer kept."""

    shelf: Shelf
    conf: Path
    environment: Mapping[str, str]
    scratch: Path
    _bases: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    def text(self, source: ConfigSource) -> str:
        """What conf writes for `source`; with a base, what merge_config.sh and conf make of it together.

        Raises ToolchainError when a tool stops.
        """
        root = self.shelf.tree.root
        paths = [self.shelf.copy(name, self.scratch) for name in source.files]
        if source.base is not None:
            # One base serves every fragment; tinyconfig's allnoconfig is another one, which has a seed.
            key = (source.base.name, source.base.files)
            base = self._bases.get(key) or self.text(source.base)
            self._bases[key] = base
            return self._completed(self._merged(base, paths[len(source.base.files) :]))
        if source.way == "config" and len(paths) > 1:
            text = self._merged(paths[0].read_text("utf-8", "surrogateescape"), paths[1:])
            verdict = self._completed(text)
            values = parse(verdict)
            boards = [root / extra.file for extra in source.extras if _meets(values, extra.requires)]
            return self._completed(self._merged(text, boards)) if boards else verdict
        if source.way == "config" and not paths[0].is_relative_to(root):
            # A .config of one's own, as `make olddefconfig` takes it; a file of the tree is a defconfig.
            return self._completed(paths[0].read_text("utf-8", "surrogateescape"))
        if source.way == "config":
            return self._ask(judge.Defconfig(file=str(paths[0].absolute())))
        target = {"n": "allnoconfig", "m": "allmodconfig", "y": "allyesconfig", "default": "alldefconfig"}[source.fill]
        preset = str(paths[0].absolute()) if paths else None
        return self._ask(judge.AllConfig(target=target, preset=preset))  # type: ignore[arg-type]

    def random(self, seed: int) -> str:
        """A random config of the judge, fed back to it as a .config, which it leaves at `random_path`."""
        made = self._ask(judge.RandConfig(seed=seed))
        path = self.random_path(seed)
        path.write_bytes(made.encode("utf-8", "surrogateescape"))
        return self._ask(judge.Defconfig(file=str(path)))

    def random_path(self, seed: int) -> Path:
        """Where `random` leaves what it was fed with."""
        return self.scratch / f"random-{seed}"

    def _ask(self, mode: judge.Mode) -> str:
        kconfig = self.shelf.tree.kconfig
        verdict = judge.ask(
            self.conf, kconfig, self.environment, mode, scratch=self.scratch, answers=_answers(self.scratch)
        )
        return verdict.text

    def _merged(self, base: str, fragments: Sequence[Path]) -> str:
        script = self.shelf.tree.root / "scripts/kconfig/merge_config.sh"
        return merge(script, base, fragments, scratch=self.scratch)

    def _completed(self, text: str) -> str:
        return self._ask(judge.OldDefconfig(config=text))


def ask_make(shelf: Shelf, conf: Path, scratch: Path) -> tuple[Judge, tuple[VariableDifference, ...]]:
    """A judge in the environment that the tree's own make exports, and the variables that its Kconfig refers to in
    which ours says otherwise.

    `scratch` is a new folder for this tree and architecture. Raises ToolchainError when make or conf cannot be run.
    """
    tree = shelf.tree
    _answers(scratch).mkdir(parents=True)
    theirs = environment_of_make(tree.root, given_to_make(tree), scratch=scratch)
    # Asked with both, because conf lists no variable that is not there.
    both = {**tree.environment, **theirs}
    read = judge.variables_read(conf, tree.kconfig, both, scratch=scratch, answers=_answers(scratch))
    differences = tuple(
        VariableDifference(arch=tree.arch, name=name, ours=tree.environment.get(name), theirs=theirs.get(name))
        for name in sorted(read)
        if not _same(name, tree.environment.get(name, ""), theirs.get(name, ""))
    )
    return Judge(shelf=shelf, conf=conf, environment=theirs, scratch=scratch), differences


def given_to_make(tree: SourceTree) -> Mapping[str, str]:
    """The variables that a user gives make for what `tree` was asked with: ARCH, CROSS_COMPILE and LLVM where set."""
    given = {"ARCH": tree.arch, "CROSS_COMPILE": tree.toolchain.prefix, "LLVM": tree.toolchain.llvm}
    return {name: value for name, value in given.items() if value}


def _answers(scratch: Path) -> Path:
    return scratch / "answers"


def _same(name: str, ours: str, theirs: str) -> bool:
    # make names the tree with links followed.
    return ours == theirs or (name == "srctree" and Path(ours).resolve() == Path(theirs).resolve())


def _meets(values: Mapping[str, str], requires: Sequence[str]) -> bool:
    needs = (line.rpartition("=") for line in requires)
    return all((values.get(name) == "y") == (value == "y") for name, _, value in needs)
