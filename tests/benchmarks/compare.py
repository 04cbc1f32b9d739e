"""Whole processes beside their peers, in one run: `python -m tests.benchmarks.compare [TREE]`.

Enters: a Linux tree (default: the first that `make trees` unpacked), KWEIGH_BENCH_FULL=1 for every architecture.
Leaves: a table of CPU seconds, wall seconds and peak memory, ours and the peer's, with the ratio of CPU seconds. Must
hold: both sides do the same work on the same tree; the first run of each is not counted.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from functools import partial
from pathlib import Path
from statistics import median

import kconfiglib

from analyzer.configs.run import run
from analyzer.configs.sampling import random_answers
from analyzer.configs.steps import widened
from analyzer.judge.build import build
from analyzer.model.expr import Location
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.toolchain import LiveAnswers
from analyzer.trees import architectures, distinct
from tests.oracle.conftest import CACHE, linux_roots

KWEIGH = (sys.executable, "-m", "analyzer")
SOME = ("x86_64", "i386", "s390", "alpha", "sparc64", "riscv")
"""Architectures of the short run."""
LANES = (1, 1024, 4096, 16384, 65536)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU and wall seconds, and the peak resident memory of the process in MB."""

    cpu: float
    wall: float
    peak: float

    def __str__(self) -> str:
        return f"{self.cpu:8.2f} s CPU {self.wall:8.2f} s {self.peak:6.0f} MB"


_LAUNCHER = """
import os, sys, time
start = time.perf_counter()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
numbers = (os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, time.perf_counter() - start,
           usage.ru_maxrss / 1024)
os.write(int(sys.argv[1]), " ".join(map(str, numbers)).encode())
"""
"""A process starts with the peak memory of the one that starts it, so that has to be a small one (10 MB)."""


def spent(
    argv: Sequence[str],
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdout: int | None = subprocess.DEVNULL,
) -> Cost:
    """What one process costs, children included. Raises RuntimeError when it fails."""
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as result:
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(writer), *argv],
            env=environment,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            pass_fds=(writer,),
            check=True,
        )
        os.close(writer)
        code, cpu, wall, peak = map(float, result.read().split())
    if code not in (0, 1):
        raise RuntimeError(f"{argv[0]} ended with {code:.0f}")
    return Cost(cpu=cpu, wall=wall, peak=peak)


def typical(measure: Callable[[], Cost], times: int = 5) -> Cost:
    """The median of several runs, after one that does not count."""
    measure()
    costs = [measure() for _ in range(times)]
    return Cost(
        cpu=median(c.cpu for c in costs), wall=median(c.wall for c in costs), peak=median(c.peak for c in costs)
    )


def row(title: str, ours: Cost, theirs: Cost) -> None:
    """Print one comparison."""
    print(f"{title}\n  ours   {ours}\n  theirs {theirs}\n  ratio  {theirs.cpu / ours.cpu:8.1f} x (CPU seconds)\n")


class Judge:
    """The tree's own conf, as a process to be timed."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self._conf = build(root, CACHE / "conf")
        self._scratch = scratch
        self._root = root

    def cost(self, environment: Mapping[str, str], config: str) -> Cost:
        """What `conf --defconfig` costs for one config of the tree."""
        folder = Path(tempfile.mkdtemp(dir=self._scratch))
        whole = {
            "PATH": os.environ["PATH"],
            **environment,
            "KCONFIG_CONFIG": ".config",
            "KCONFIG_AUTOCONFIG": "auto.conf",
        }
        (folder / "auto.conf").touch()
        cost = spent([str(self._conf), "-s", f"--defconfig={self._root / config}", "Kconfig"], whole, folder)
        shutil.rmtree(folder)
        return cost


def one_config(root: Path, judge: Judge, environment: Mapping[str, str], scratch: Path) -> None:
    """One analysis against one conf: with nothing kept, with the tree kept, asked again, and after one file changed."""
    theirs = typical(lambda: judge.cost(environment, "arch/x86/configs/x86_64_defconfig"))
    cold = typical(lambda: _cold(_about(root, "analyze", "x86_64_defconfig"), scratch), times=3)
    row("kweigh analyze x86_64_defconfig, nothing kept, against one conf --defconfig", cold, theirs)
    why = typical(lambda: _cold(_about(root, "why", "DMA_OPS", "x86_64_defconfig"), scratch), times=3)
    row("kweigh why DMA_OPS x86_64_defconfig, nothing kept, against the same", why, theirs)
    argv = _about(root, "analyze", "x86_64_defconfig")
    row(
        "kweigh analyze x86_64_defconfig, asked for the first time of a tree that is kept",
        typical(lambda: anew(argv)),
        theirs,
    )
    row("the same, asked again", typical(lambda: spent(argv)), theirs)
    tree = _slim(root, scratch / "slim")
    changed = tree / "drivers/net/Kconfig"
    text = changed.read_text(encoding="utf-8")
    kept = {**os.environ, "XDG_CACHE_HOME": str(scratch / "kept")}
    for words in (("why", "DMA_OPS", "x86_64_defconfig"), ("analyze", "x86_64_defconfig")):
        costs = []
        for number in range(4):
            changed.write_text(f'{text}\nconfig KWEIGH_{number}\n\tbool "another"\n', encoding="utf-8")
            # What changes while an answer is worked out is not kept, and a clock's tick is long.
            time.sleep(0.1)
            costs.append(spent(_about(tree, *words), kept))
        after = sorted(costs[1:], key=lambda cost: cost.cpu)[1]
        row(f"kweigh {' '.join(words)}, after one Kconfig file changed, against one conf", after, theirs)


def _about(root: Path, *words: str) -> Sequence[str]:
    return (*KWEIGH, *words, "--tree", str(root), "--arch", "x86_64")


def _cold(argv: Sequence[str], scratch: Path) -> Cost:
    folder = Path(tempfile.mkdtemp(dir=scratch))
    cost = spent(argv, {**os.environ, "XDG_CACHE_HOME": str(folder)})
    shutil.rmtree(folder)
    return cost


def anew(argv: Sequence[str]) -> Cost:
    """What a command costs whose tree is kept, but not what it told: that is found by the environment, too."""
    return spent(argv, {**os.environ, "KWEIGH_BENCH_RUN": str(time.time_ns())})


def _slim(root: Path, to: Path) -> Path:
    """A copy of what Kconfig and the makefiles need of a tree."""

    def passed_over(folder: str, names: list[str]) -> list[str]:
        place = Path(folder).relative_to(root).parts
        if "scripts" in place or "tools" in place[2:]:
            return []
        files = [name for name in names if not (Path(folder) / name).is_dir()]
        return [
            n for n in files if not n.startswith(("Kconfig", "Makefile", "Kbuild", "Platform")) and "config" not in n
        ]

    shutil.copytree(root, to, symlinks=True, ignore=passed_over)
    return to


def answers(root: Path, other: Path | None, scratch: Path) -> None:
    """What commands cost where nothing is kept, and what later ones cost that ask for something else; no peer."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(scratch / "cache")}
    one = ("--tree", str(root), "--arch", "x86_64")
    many = [word for arch in SOME for word in ("--arch", arch)]
    every = ["--arch", "*"] if os.environ.get("KWEIGH_BENCH_FULL") else many
    fragment = scratch / "some.config"
    fragment.write_text("CONFIG_KASAN=y\nCONFIG_DMA_API_DEBUG=y\n# CONFIG_SMP is not set\n")
    matrix = ("matrix", "--tree", str(root), *every)
    lines: list[tuple[str, Sequence[str]]] = [
        ("first of all", ("why", "NET", "tinyconfig", *one)),
        ("another symbol and config", ("why", "SWIOTLB", "defconfig", *one)),
        ("", ("analyze", "defconfig", *one)),
        ("", ("plan", "defconfig", *one)),
        ("again", ("plan", "defconfig", *one)),
        ("another config", ("plan", "allnoconfig", *one)),
        ("", ("doctor", "defconfig", str(fragment), *one)),
        ("again", ("doctor", "defconfig", str(fragment), *one)),
        ("", ("diff", "tinyconfig", "defconfig", *one)),
        ("again", ("diff", "tinyconfig", "defconfig", *one)),
        ("first", matrix),
        ("again", matrix),
    ]
    if other is not None:
        diff = ("diff", "defconfig", "defconfig", *one, "--tree-b", str(other))
        pair = ("diff", "tinyconfig", "allnoconfig", *one, "--tree-b", str(other))
        lines += [("first", diff), ("again", diff), ("another pair", pair)]
    for note, argv in lines:
        print(
            f"kweigh {' '.join(argv[:3])}{f', {note}' if note else ''}\n  ours   {spent((*KWEIGH, *argv), environment)}"
        )
    print()


def bytes_of(root: Path) -> None:
    """What a config builds, and what a gate weighs by the tables that come along: whole processes, no peer."""
    for title, *argv in (
        ("kweigh plan x86_64_defconfig", "plan", "x86_64_defconfig", "--tree", str(root), "--arch", "x86_64"),
        ("kweigh gate DMA_OPS DMA_OPS_BYPASS, from the bundled tables", "gate", "DMA_OPS", "DMA_OPS_BYPASS"),
    ):
        ours = typical(partial(spent, (*KWEIGH, *argv)))
        print(f"{title}\n  ours   {ours}\n")


def all_configs(root: Path, judge: Judge) -> None:
    """A feature matrix of every defconfig, warm and with a cold cache, against conf for each."""
    arches = distinct(architectures(root)) if os.environ.get("KWEIGH_BENCH_FULL") else SOME
    matrix = [*KWEIGH, "matrix", "--tree", str(root), "--configs", "*defconfig", "--format", "csv"]
    for arch in arches:
        matrix += ["--arch", arch]
    spent(matrix)
    ours = anew(matrix)
    again = spent(matrix)
    cpu = wall = peak = 0.0
    count = 0
    for arch in arches:
        opened = open_tree(TreeRequest(root=root, arch=arch, cache=CACHE / "programs"))
        for name in opened.shelf.names():
            if name.endswith("defconfig") and name not in opened.shelf.recipes:
                cost = judge.cost(opened.tree.environment, f"arch/{opened.tree.srcarch}/configs/{name}")
                cpu, wall, peak, count = cpu + cost.cpu, wall + cost.wall, max(peak, cost.peak), count + 1
    theirs = Cost(cpu=cpu, wall=wall, peak=peak)
    row(f"kweigh matrix, {count} defconfigs of {len(arches)} architectures, warm, against conf for each", ours, theirs)
    row("the same, asked again", again, theirs)
    review = _review(root, arches)
    spent(review)
    twice = Cost(cpu=2 * cpu, wall=2 * wall, peak=peak)
    row(
        "kweigh review of one entry in kernel/dma/Kconfig in these, against conf for each, before and after",
        anew(review),
        twice,
    )
    with tempfile.TemporaryDirectory(prefix="kweigh-bench-") as folder:
        row("the matrix, nothing kept", _cold(matrix, Path(folder)), theirs)
    for path in (CACHE / "programs").glob("*"):
        if path.stat().st_size > 1_000_000:
            path.unlink()
    row("the same, compiled trees forgotten, toolchain answers known", spent(matrix), theirs)


def _review(root: Path, arches: Sequence[str]) -> Sequence[str]:
    """The review of a patch that adds an entry, in all defconfigs; the patch lies in the cache."""
    path = "kernel/dma/Kconfig"
    before = (root / path).read_text("utf-8").splitlines(keepends=True)
    after = [*before, "\n", "config KWEIGH_BENCH\n", "\tdef_bool HAS_DMA\n"]
    patch = CACHE / "bench.patch"
    patch.write_text("".join(unified_diff(before, after, f"a/{path}", f"b/{path}")), "utf-8")
    where = [word for arch in arches for word in ("--arch", arch)]
    return [*KWEIGH, "review", str(patch), "--tree", str(root), "--configs", "*defconfig", *where]


def lanes(root: Path) -> None:
    """Configs per second in one process, by how many at once, against kconfiglib."""
    opened = open_tree(TreeRequest(root=root, arch="x86_64", cache=CACHE / "programs"))
    start = time.process_time()
    wide = widened(opened.program)
    print(
        f"x86_64, {opened.program.circuit.gates:,} gates; one function made in {time.process_time() - start:.1f} s CPU"
    )
    for count in LANES:
        answers = random_answers(opened.program, count, random.Random(1))
        for kind, function in (("levels", None), ("function", wide)):
            times = []
            for _ in range(3):
                start = time.process_time()
                run(opened.program, answers, drops_out_of_range=True, wide=function)
                times.append(time.process_time() - start)
            print(
                f"  {count:6} configs at once, {kind:8} {min(times):8.4f} s CPU {count / min(times):10,.0f} configs/s"
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory of all this {peak:8.0f} MB")
    peer = _kconfiglib(opened.tree.environment, LiveAnswers(opened.tree))
    print(f"  kconfiglib, one config after another {peer:10.1f} configs/s\n")


def _kconfiglib(environment: Mapping[str, str], answers: LiveAnswers) -> float:
    """Random configs per second: every symbol with a prompt set, every value read."""

    class Adapted(kconfiglib.Kconfig):  # type: ignore[misc]
        def _open(self, filename: str, mode: str) -> object:
            self._functions["shell"] = (
                lambda _k, _n, command: answers.answer(command, Location(path=filename, line=1)),
                1,
                1,
            )
            return super()._open(filename, mode)

        def _tokenize(self, s: str) -> object:
            return super()._tokenize("option modules\n" if s.strip() == "modules" else s)

    os.environ.update(environment)
    kconf = Adapted("Kconfig", warn=False)
    prompted = [s for s in kconf.unique_defined_syms if any(n.prompt for n in s.nodes)]
    source = random.Random(1)
    start = time.process_time()
    rounds = 3
    for _ in range(rounds):
        kconf.unset_values()
        for symbol in prompted:
            if symbol.orig_type in (kconfiglib.BOOL, kconfiglib.TRISTATE):
                symbol.set_value(source.choice("ny"))
        for symbol in kconf.unique_defined_syms:
            symbol.str_value  # noqa: B018
    return rounds / (time.process_time() - start)


def main() -> None:
    """Run all comparisons; `--lanes TREE` is the process in which lanes are measured."""
    if sys.argv[1:2] == ["--lanes"]:
        lanes(Path(sys.argv[2]))
        return
    root = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else linux_roots()[0]
    with tempfile.TemporaryDirectory(prefix="kweigh-bench-") as folder:
        judge = Judge(root, Path(folder))
        opened = open_tree(TreeRequest(root=root, arch="x86_64", cache=CACHE / "programs"))
        one_config(root, judge, opened.tree.environment, Path(folder))
        others = [one for one in linux_roots() if one != root]
        answers(root, others[-1] if others else None, Path(folder))
        bytes_of(root)
        sys.stdout.flush()
        spent([sys.executable, "-m", "tests.benchmarks.compare", "--lanes", str(root)], stdout=None)
        all_configs(root, judge)


if __name__ == "__main__":
    main()
