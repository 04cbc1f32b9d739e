"""The doctor, judged: the kernel's own fragments on each architecture's defconfig.

Enters: a tree, an architecture, its `conf`. Leaves: a `Tally` of one architecture. Must hold: kept and dropped are what
scripts/kconfig/merge_config.sh warns of after the tree's own conf wrote the config; a fix counts when that conf, given
the fragment and the fix, writes the line that was asked for.

    python -m tests.oracle.fragments TREE RESULTS [ARCH…]

runs all architectures, or those named, leaves one JSON file each in the folder RESULTS, skips those that lie there, and
writes the sums. The script itself takes a minute per config, for it starts four processes per line of .config;
`warned_of` does what its last loop does, and test_doctor.py holds it to the script.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic

from analyzer import configs
from analyzer.errors import AnalyzerError
from analyzer.judge.build import build
from analyzer.judge.conf import AllConfig, ask
from analyzer.judge.merge import merge
from analyzer.model.doctor import Diagnosis, LineState, Remedy
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.doctor import diagnosed
from analyzer.trees import architectures, distinct
from kweigh.cache import programs as programs_folder
from tests.oracle.conftest import CACHE

_SET = re.compile(r"^(CONFIG_[a-zA-Z0-9_]*)=.*", re.MULTILINE)
_UNSET = re.compile(r"^# (CONFIG_[a-zA-Z0-9_]*) is not set$", re.MULTILINE)
_WORD = re.compile(r"\w+")


@dataclass(kw_only=True)
class Tally:
    """What was found on one architecture: counts, and the cases that need a look, each in words.

    `lines` are the fragments' lines, `warned` those that merge_config.sh warns of, `respelled` those of them that have
    what they ask for in other words. `lost` are those that ask for something and do not get it: `impossible` ones are
    proved to be so, `fixed` ones have a fix that our own resolution verified, `confirmed` ones a fix that conf
    confirmed, and `undecided` ones neither. `disagreeing` are verdicts that are not the script's, `refuted` fixes that
    conf does not confirm.
    """

    arch: str
    fragments: int = 0
    lines: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    warned: int = 0
    respelled: int = 0
    lost: int = 0
    impossible: int = 0
    fixed: int = 0
    confirmed: int = 0
    joint: int = 0
    joint_confirmed: int = 0
    judged: int = 0
    seconds: float = 0
    disagreeing: list[str] = field(default_factory=list)
    refuted: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def warned_of(merged: str, final: str, script: str) -> frozenset[str]:
    """The symbols of which the merge_config.sh with the text `script` says that the final .config has them otherwise.

    The one that is written in awk (7.x) takes a symbol that is off for one that is not there.
    """
    asked = dict.fromkeys([*_SET.findall(merged), *_UNSET.findall(merged)])
    requested, actual = _by_word(merged), _by_word(final)
    differ = (name for name in asked if requested.get(name) != actual.get(name))
    if _takes_off_for_missing(script):
        differ = (name for name in differ if not (_off(requested.get(name, [])) and _off(actual.get(name, []))))
    return frozenset(name.removeprefix("CONFIG_") for name in differ)


def _takes_off_for_missing(script: str) -> bool:
    return " differs:" in script


def _off(lines: list[str]) -> bool:
    return all(line.endswith((" is not set", "=n")) for line in lines)


def _by_word(text: str) -> dict[str, list[str]]:
    """For each word, the lines that hold it, as `grep -w` finds them."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        for word in dict.fromkeys(_WORD.findall(line)):
            found.setdefault(word, []).append(line)
    return found


def fragments_of(root: Path, srcarch: str) -> tuple[Path, ...]:
    """The fragments that every architecture may merge, and its own."""
    return (
        *sorted((root / "kernel/configs").glob("*.config")),
        *sorted((root / f"arch/{srcarch}/configs").glob("*.config")),
    )


def judge(opened: OpenTree, conf: Path, fragments: Sequence[Path], *, scratch: Path) -> Tally:
    """The doctor's word on each of `fragments`, alone on the architecture's defconfig, against conf's."""
    tally = Tally(arch=opened.tree.arch)
    started = monotonic()
    for fragment in fragments:
        try:
            _Judge(opened, conf, fragment, scratch, tally).run()
        except AnalyzerError as error:
            tally.failed.append(f"{fragment.name}: {error.line()}")
    tally.seconds = round(monotonic() - started, 1)
    return tally


class _Judge:
    def __init__(self, opened: OpenTree, conf: Path, fragment: Path, scratch: Path, tally: Tally) -> None:
        self._opened = opened
        self._conf = conf
        self._fragment = fragment
        self._scratch = scratch
        self._tally = tally
        self._known: dict[tuple[tuple[str, str], ...], str] = {}

    def run(self) -> None:
        opened, tally = self._opened, self._tally
        config = opened.resolved(opened.shelf.merge("defconfig", [str(self._fragment)]))
        assert config.base is not None
        self._base = configs.dotconfig(config.base)
        merged, final = self._merged("")
        found = diagnosed(opened, config)
        named = {line.request.name for line in found.lines}
        script = (opened.tree.root / "scripts/kconfig/merge_config.sh").read_text()
        theirs = warned_of(merged, final, script) & named
        ours = {line.request.name for line in found.lines if line.is_warned_of}
        if _takes_off_for_missing(script):
            # A line that asks for off counts only where the symbol is on.
            ours -= {x.request.name for x in found.lines if not x.asks_for_something and x.verdict != "changed"}
        # The script wants the very text, and conf writes "# CONFIG_X is not set" where a fragment says CONFIG_X=n.
        text = self._fragment.read_text(encoding="utf-8", errors="surrogateescape")
        respelled = {name for name in theirs - ours if f"CONFIG_{name}=n" in text.splitlines()}
        tally.respelled += len(respelled)
        differing = sorted((ours ^ theirs) - respelled)
        tally.disagreeing += [self._about(name, "ours" if name in ours else "theirs") for name in differing]
        tally.fragments += 1
        tally.lines += len(found.lines)
        tally.warned += len(theirs)
        counts = Counter(tally.verdicts) + Counter(line.verdict for line in found.lines)
        tally.verdicts = dict(sorted(counts.items()))
        for line in found.lines:
            if line.is_lost:
                self._judge_line(line)
        if found.joint is not None:
            tally.joint += 1
            missing = self._missing(found.joint, found)
            tally.joint_confirmed += not missing
            tally.refuted += [self._about(line, "joint") for line in missing]

    def _judge_line(self, line: LineState) -> None:
        tally, remedy = self._tally, line.remedy
        assert remedy is not None
        tally.lost += 1
        if remedy.status in {"impossible", "toolchain"}:
            tally.impossible += 1
        elif remedy.status == "not found":
            tally.undecided.append(self._about(line.request.name, line.request.assignment.value))
        else:
            tally.fixed += 1
            if self._is_kept(line, set(self._final(remedy).splitlines())):
                tally.confirmed += 1
            else:
                tally.refuted.append(self._about(line.request.name, line.request.assignment.value))

    def _missing(self, remedy: Remedy, found: Diagnosis) -> list[str]:
        wishes = dict(remedy.wishes)
        final = set(self._final(remedy).splitlines())
        lines = (line for line in found.lines if line.request.name in wishes and line.is_lost)
        return [line.request.line for line in lines if not self._is_kept(line, final)]

    def _is_kept(self, line: LineState, final: set[str]) -> bool:
        """Whether the lines of a .config have what a line asks for, as the tree's script sees it."""
        if self._written(line) in final:
            return True
        script = (self._opened.tree.root / "scripts/kconfig/merge_config.sh").read_text()
        off = not line.asks_for_something and _takes_off_for_missing(script)
        return off and not any(text.startswith(f"CONFIG_{line.request.name}=") for text in final)

    def _written(self, line: LineState) -> str:
        """The line as .config writes it."""
        request = line.request
        value = configs.value_text(self._opened.model.symbols[request.name], request.value or "")
        return request.line if value == "n" else f"CONFIG_{request.name}={value}"

    def _final(self, remedy: Remedy) -> str:
        key = tuple((a.name, a.value) for a in remedy.assignments)
        if key not in self._known:
            symbols = self._opened.model.symbols
            lines = (f"CONFIG_{name}={configs.value_text(symbols[name], value)}\n" for name, value in key)
            self._known[key] = self._merged("".join(lines))[1]
        return self._known[key]

    def _merged(self, fix: str) -> tuple[str, str]:
        """What merge_config.sh makes of the defconfig, the fragment and the fix: before and after conf."""
        self._tally.judged += 1
        script = self._opened.tree.root / "scripts/kconfig/merge_config.sh"
        with tempfile.TemporaryDirectory(dir=self._scratch) as name:
            files = [self._fragment]
            if fix:
                files.append(Path(name) / "fix.config")
                files[-1].write_bytes(fix.encode("utf-8", "surrogateescape"))
            merged = merge(script, self._base, files, scratch=self._scratch)
            preset = Path(name) / "merged"
            preset.write_bytes(merged.encode("utf-8", "surrogateescape"))
            mode = AllConfig(target="alldefconfig", preset=str(preset))
            environment = self._opened.tree.environment
            final = ask(self._conf, self._opened.tree.kconfig, environment, mode, scratch=self._scratch).text
        return merged, final

    def _about(self, name: str, text: str) -> str:
        return f"{self._fragment.name}: {name}: {text}"


def main(argv: Sequence[str]) -> None:
    """See the top of this file."""
    root, results = Path(argv[0]).absolute(), Path(argv[1])
    results.mkdir(parents=True, exist_ok=True)
    conf = build(root, CACHE / "conf")
    for arch in argv[2:] or distinct(architectures(root)):
        file = results / f"{arch}.json"
        if file.exists():
            continue
        try:
            opened = open_tree(TreeRequest(root=root, arch=arch, cache=programs_folder()))
            tally = judge(opened, conf, fragments_of(root, opened.tree.srcarch), scratch=results)
        except AnalyzerError as error:
            tally = Tally(arch=arch, failed=[error.line()])
        file.write_text(json.dumps(asdict(tally), indent=2) + "\n")
        sys.stdout.write(
            f"{arch}: {tally.lines} lines, {tally.lost} lost, {tally.confirmed} fixed, {tally.seconds} s\n"
        )
        sys.stdout.flush()
    sums = Counter[str]()
    for file in sorted(results.glob("*.json")):
        sums.update(_counts(json.loads(file.read_text())))
    sys.stdout.write(json.dumps(dict(sums), indent=2) + "\n")


def _counts(tally: dict[str, object]) -> dict[str, int]:
    counts = {key: value for key, value in tally.items() if isinstance(value, int)}
    return counts | {key: len(value) for key, value in tally.items() if isinstance(value, list)}


if __name__ == "__main__":
    main(sys.argv[1:])
