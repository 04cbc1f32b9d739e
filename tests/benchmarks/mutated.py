"""Runs every command on damaged inputs: `python -m tests.benchmarks.mutated --seed 1 --count 20000`.

Enters: a seed and a count; the valid inputs are the bundled tree, the fixtures and the tests' own cases
(tests/benchmarks/mutations.py). Leaves: a line for each failure (seed, number, command, what) and their count; exit
status 1 where there was one. Must hold: a failure is a traceback, an exit code that nobody promised, a signal, more
than 20 s or 1 GB, an error that is not one line of at most 300 characters; an input is found again by seed and number
(`--only`), whatever ran before; each runs in a child of its own, so that a crash is seen; nothing is ever built.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from analyzer.cli import main as run
from analyzer.trees import bundled
from tests.benchmarks.mutations import Case, Inputs, drawn, here, plain

SECONDS = 20
"""Of the processor, so that a busy machine is no failure."""
HANGS = 200
"""Of the clock."""
MEMORY = 1 << 30
LONGEST = 300
CODES = frozenset(range(6))
_STRANGE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff]")
_PLACE = re.compile(r"kweigh: \S+:\d+: ")
_KEPT = 3000
"""Bytes of what a command says that are looked at from the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended: its exit code or minus the signal, what it needed, what it said on standard error."""

    code: int
    seconds: float
    memory: int
    told: str

    def wrong(self) -> str:
        """What must not be, or ""."""
        last = self.told.strip().splitlines()[-1:] or [""]
        if self.code in (-signal.SIGXCPU, -signal.SIGALRM) or self.seconds > SECONDS:
            return f"over {SECONDS} s of CPU" if self.code != -signal.SIGALRM else f"over {HANGS} s"
        if self.memory > MEMORY or "MemoryError" in self.told or "not enough memory" in self.told:
            return f"over 1 GB ({self.memory >> 20} MiB)"
        if "Traceback" in self.told or self.code not in CODES:
            raised = [line.strip() for line in self.told.splitlines() if line.startswith('  File "')]
            return f"exit {self.code}: {last[0][:200]} {raised[-1] if raised else ''}"
        errors = [line for line in self.told.split("\n") if line.startswith("kweigh: ")]
        # Of a patch each hunk that fits nowhere has a line, with its own place.
        if (
            self.code > 1
            and len(errors) != 1
            and len({m[0] for m in map(_PLACE.match, errors) if m}) != max(len(errors), 1)
        ):
            return f"exit {self.code} with {len(errors)} lines of error"
        if any(len(line) > LONGEST for line in errors):
            return f"a line of more than {LONGEST} characters"
        if strange := _STRANGE.search(self.told):
            return f"says {strange[0]!a} as it is"
        return ""


@contextmanager
def place() -> Iterator[Inputs]:
    """A folder with all valid inputs, where the program takes its bundled tree from as long as this lasts."""
    folder = Path(tempfile.mkdtemp(prefix="kweigh-mutated-"))
    was, package = Path.cwd(), bundled._PACKAGE
    given = {name: os.environ.get(name) for name in ("XDG_CACHE_HOME", "HOME", "COLUMNS")}
    try:
        inputs = here(folder)
        os.environ.update(XDG_CACHE_HOME=str(folder / "cache"), HOME=str(folder), COLUMNS="80")
        os.chdir(folder / "work")
        bundled._PACKAGE = folder / "bundled" / "analyzer"
        yield inputs
    finally:
        bundled._PACKAGE = package
        os.chdir(was)
        for name, value in given.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)


def outcome(case: Case) -> Outcome:
    """Run a case, in the folder of `place`, in a child."""
    changed = {path: path.read_bytes() if path.is_file() else None for path in case.files}
    for path, data in case.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    err = Path("..") / "err"
    sys.stdout.flush()
    sys.stderr.flush()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = os.fork()
    if not child:
        _inside(case.words, err)
    _, status, _ = os.wait4(child, 0)
    # What it started and left behind, such as a shell of the tree's, goes with it.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for path, old in changed.items():
        if old is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(old)
    with err.open("rb") as file:
        file.seek(max(0, err.stat().st_size - _KEPT))
        told = file.read().decode("utf-8", "replace")
    return Outcome(
        code=os.waitstatus_to_exitcode(status),
        seconds=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        # A maximum over all children so far: who first goes over the limit is the one.
        memory=after.ru_maxrss * 1024 if after.ru_maxrss > before.ru_maxrss else 0,
        told=told,
    )


def _inside(words: Sequence[str], err: Path) -> None:
    """What the child does; it does not return."""
    code = 99
    try:
        os.setsid()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(HANGS)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        # Not the address space: an engine that draws reserves more of that than it ever takes.
        resource.setrlimit(resource.RLIMIT_DATA, (_mapped() + MEMORY, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (MEMORY, MEMORY))
        null = os.open(os.devnull, os.O_RDWR)
        out = os.open(err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.dup2(out, 2)
        sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", closefd=False, errors="backslashreplace")
        os.environ["KWEIGH_DEBUG"] = "1"
        try:
            run(list(words))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:
        with suppress(OSError):
            os.write(2, f"Traceback: {type(error).__name__}: {error}".encode("utf-8", "backslashreplace"))
    finally:
        os._exit(code)


def _mapped() -> int:
    """Bytes of data that this process has already."""
    return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()


def warm(inputs: Inputs) -> None:
    """Load all that commands load, once, on the inputs as they are."""
    out, err = os.dup(1), os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        sys.stdout.flush()
        os.dup2(null, 1)
        os.dup2(null, 2)
        for words in plain(inputs):
            with suppress(SystemExit):
                run(list(words))
        sys.stdout.flush()
    finally:
        os.dup2(out, 1)
        os.dup2(err, 2)
        for one in (out, err, null):
            os.close(one)
    gc.collect()
    gc.freeze()


def failures(
    seed: int, numbers: Sequence[int], *, slow: float = 0, counts: Counter[int] | None = None
) -> Iterator[str]:
    """A line for each of these inputs that went wrong; with `slow` also for those over so many seconds of CPU."""
    with place() as inputs:
        warm(inputs)
        for number in numbers:
            case = drawn(inputs, random.Random(f"{seed} {number}"))
            found = outcome(case)
            wrong = found.wrong()
            if counts is not None:
                counts[found.code] += 1
            if not wrong and 0 < slow < found.seconds:
                wrong = f"note: {found.seconds:.1f} s of CPU"
            if wrong:
                words = " ".join(ascii(word)[:80] for word in case.words)
                yield f"{seed} {number} {words} [{case.what}]: {wrong}"


def say(line: str) -> None:
    """A line of the answer, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Share the numbers among processes, say what they find."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mutated")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--slow", type=float, default=0, help="name also what takes so many seconds of CPU")
    parser.add_argument("--only", type=int, help="this number alone, with all that it says")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="with --only: where its files are written")
    given = parser.parse_args()
    # Stopped, it says how far it came.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if given.only is not None:
        sys.exit(_only(given.seed, given.only, given.keep))
    numbers = range(given.first, given.first + given.count)
    if given.jobs == 1:
        sys.exit(_some(given.seed, numbers, given.slow))
    same = [sys.executable, "-m", "tests.benchmarks.mutated", "--seed", str(given.seed), "--slow", str(given.slow)]
    shares = [
        numbers[len(numbers) * at // given.jobs : len(numbers) * (at + 1) // given.jobs] for at in range(given.jobs)
    ]
    children = [
        subprocess.Popen([*same, "--jobs", "1", "--first", str(share.start), "--count", str(len(share))])
        for share in shares
    ]
    codes: list[int] = []
    try:
        codes += [child.wait() for child in children]
    except KeyboardInterrupt:
        for child in children:
            child.terminate()
        codes += [child.wait() for child in children]
    sys.exit(any(codes))


def _some(seed: int, numbers: range, slow: float) -> bool:
    """Whether one of these went wrong; a line for each, and the count."""
    counts: Counter[int] = Counter()
    bad = 0
    with suppress(KeyboardInterrupt):
        for line in failures(seed, numbers, slow=slow, counts=counts):
            bad += "]: note:" not in line
            say(line)
    codes = ", ".join(f"{number} with exit {code}" for code, number in sorted(counts.items()))
    say(f"seed {seed} from {numbers.start}: {counts.total()} inputs, {bad} failures ({codes})")
    return bool(bad)


def _only(seed: int, number: int, keep: Path | None) -> bool:
    keep = keep and keep.absolute()
    with place() as inputs:
        warm(inputs)
        case = drawn(inputs, random.Random(f"{seed} {number}"))
        found = outcome(case)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            for path, data in case.files.items():
                (keep / path.name).write_bytes(data)
    say(f"{case.words}\n{case.what}\n{found.told}\n{found.wrong() or 'nothing wrong'}")
    say(f"exit {found.code}, {found.seconds:.1f} s of CPU")
    return bool(found.wrong())


if __name__ == "__main__":
    main()
