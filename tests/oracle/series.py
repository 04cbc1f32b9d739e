"""Public patches beside the trees at hand: what kweigh says of both sides, and what conf says on really patched trees.

Enters: series.toml, real trees. Leaves: for each series a patch that git made, the tree as patch(1) leaves it, and how
many configs have the same values on both sides; as a table in markdown with

    python -m tests.oracle.series [--all] [COMMIT…]    # with --all: every target and defconfig of its architectures

Must hold: a tree is never written to; what could not be compared is not equal.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from analyzer import links
from analyzer.configs import TARGETS, dotconfig
from analyzer.model.certificate import Comparison
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands.certify import certify
from analyzer.pipeline.patching.sides import Sides, sides
from analyzer.trees import files, read_within
from analyzer.trees.locate import kernel_version
from tests.oracle.conftest import CACHE, linux_roots

FEW = ("tinyconfig", "defconfig")
_ENTRY = re.compile(r"(?:menu)?config (\w+)\s*")
_END = re.compile(r"(?:menu)?config |choice\b|endchoice|menu\b|endmenu|if |endif|source |comment |mainmenu ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A series of series.toml."""

    name: str
    commit: str
    subject: str
    tree: str
    arches: Sequence[str]
    edits: Sequence[Mapping[str, Any]]
    takes_back: bool = False
    sample: bool = False
    asked: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A series on a real tree: `both` sides as kweigh has them, `before` and `after` as patch(1) made them, `touched`
    the files that it changes."""

    both: Sides
    before: Path
    after: Path
    touched: Sequence[str]


def all_told() -> tuple[Told, ...]:
    """Every series, in the order of the file."""
    text = Path(__file__).with_suffix(".toml").read_text("utf-8")
    return tuple(Told(**one) for one in tomllib.loads(text)["series"])


def tree_of(told: Told) -> Path | None:
    """The tree that a series is for; None where it is not at hand."""
    return root_of(told.tree)


def root_of(version: str) -> Path | None:
    """The tree of a version, such as 6.1; None where none is at hand."""
    return next((root for root in linux_roots() if _version(root).startswith(f"{version}.")), None)


def _version(root: Path) -> str:
    return kernel_version(read_within(root, "Makefile"))


@contextmanager
def beside(told: Told, root: Path, cache: Path) -> Iterator[Beside]:
    """The patch made and applied, by kweigh and by patch(1); what compilers answer is kept in `cache`."""
    old, new = _edited(told, root)
    if told.takes_back:
        old, new = new, old
    with tempfile.TemporaryDirectory(prefix="kweigh-series-") as name:
        scratch = Path(name)
        (scratch / "one.patch").write_bytes(_patch(scratch / "git", old, new))
        paths = sorted({*old, *new})
        there = {path: read_within(root, path) if (root / path).exists() else None for path in paths}
        before, after = scratch / "before", scratch / "after"
        for folder in (before, after):
            links.link(root, there, folder)
        direction = ["-R"] if told.takes_back else []
        changed = before if told.takes_back else after
        command = ["patch", "-p1", "--silent", "--force", "--no-backup-if-mismatch", *direction, "-i", "../one.patch"]
        subprocess.run(command, cwd=changed, check=True)
        try:
            with sides(TreeRequest(root=root, cache=cache), str(scratch / "one.patch")) as both:
                yield Beside(both=both, before=before, after=after, touched=paths)
        finally:
            for folder in (before, after):
                links.forget(folder)


def compared(told: Told, found: Beside, arch: str, names: Sequence[str]) -> Iterator[tuple[str, Comparison]]:
    """Each config of one architecture, before and after: what conf writes on the really patched tree beside what kweigh
    resolves there, and on the side that it made itself."""
    with tempfile.TemporaryDirectory(prefix="kweigh-asked-") as folder:
        own = Path(folder, "asked.config")
        own.write_text("".join(f"CONFIG_{line}\n" for line in told.asked), "utf-8")
        wanted = [*names, *([str(own)] if told.asked else [])]
        for side, real, ours in (
            ("before", found.before, found.both.before),
            ("after", found.after, found.both.after),
        ):
            certificate = certify(TreeRequest(root=real, cache=ours.cache), (arch,), wanted, 0, CACHE / "conf")
            assert not certificate.unread, certificate.unread
            opened, theirs = (open_tree(replace(one, arch=arch)) for one in (ours, replace(ours, root=real)))
            for one in certificate.comparisons:
                texts = [dotconfig(side_of.resolve(one.config)) for side_of in (opened, theirs)]
                yield side, replace(one, equal=one.equal and texts[0] == texts[1])


def checked(told: Told, found: Beside, cache: Path) -> Sequence[Comparison]:
    """The side that is no tree on disk, as conf has it: one config of one architecture. What conf reads there is what
    patch(1) made, to the byte, so that the really patched tree need not be asked as well."""
    both, real = (found.both.before, found.before) if told.takes_back else (found.both.after, found.after)
    assert both.root is not None
    ours = both.root
    assert {path: _bytes(ours / path) for path in found.touched} == {
        path: _bytes(real / path) for path in found.touched
    }
    with tempfile.NamedTemporaryFile("w", suffix=".config") as file:
        file.write("".join(f"CONFIG_{line}\n" for line in told.asked))
        file.flush()
        names = (file.name if told.asked else "tinyconfig",)
        certificate = certify(replace(both, cache=cache), (told.arches[0],), names, 0, CACHE / "conf")
    assert not certificate.unread, certificate.unread
    return certificate.comparisons


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _edited(told: Told, root: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The files that the edits change, as they are and as they become."""
    known = [path for path in files(root) if "Kconfig" in path or "Makefile" in path]
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for edit in told.edits:
        if "move" in edit:
            source, target = edit["move"]
            for path in (path for path in files(root) if path.startswith(source)):
                old[path] = read_within(root, path)
                new[target + path.removeprefix(source)] = old[path]
            continue
        for path in (path for path in known if any(fnmatchcase(path, glob) for glob in edit["files"])):
            text = new.get(path) or read_within(root, path)
            made = "\n".join(_lines(text.split("\n"), edit))
            if made != text:
                old.setdefault(path, text)
                new[path] = made
    assert new, f"the edits of {told.commit} change nothing"
    return old, new


def _lines(lines: Sequence[str], edit: Mapping[str, Any]) -> Iterator[str]:
    wanted = edit.get("entry", "").split("|")
    entry = ""
    for line in lines:
        heading = _ENTRY.fullmatch(line)
        if _END.match(line):
            entry = heading[1] if heading else ""
        inside = "entry" not in edit or any(fnmatchcase(entry, one) for one in wanted)
        if heading and heading[1] == edit.get("before"):
            yield from edit["lines"]
        if not inside:
            yield line
        elif "replace" in edit:
            yield re.sub(edit["replace"][0], edit["replace"][1], line)
        elif not edit.get("remove") and not re.fullmatch(edit.get("drop", r"(?!)"), line.strip()):
            yield line
        if inside and heading:
            yield from edit.get("add", ())


def _patch(folder: Path, old: Mapping[str, str], new: Mapping[str, str]) -> bytes:
    """The mail that git format-patch makes of it."""
    who = ("-c", "user.name=A B", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    folder.mkdir()

    def git(*words: str) -> bytes:
        return subprocess.run(("git", *who, *words), cwd=folder, check=True, capture_output=True).stdout

    git("init", "-q")
    for number, texts in enumerate((old, new)):
        git("rm", "-rq", "--ignore-unmatch", ".")
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode("utf-8", "surrogateescape"))
        git("add", "-A")
        git("commit", "-qm", f"side {number}")
    return git("format-patch", "-1", "--stdout", "-M")


def each(argv: Sequence[str]) -> Iterator[tuple[Told, Beside | None, Sequence[str]]]:
    """The patches that a command line names (none: all), each with both sides (None: its tree is not at hand) and the
    configs to compare (`--all`: every one)."""
    named = {word for word in argv if word != "--all"}
    names = ("*defconfig", *TARGETS) if "--all" in argv else FEW
    with tempfile.TemporaryDirectory(prefix="kweigh-series-") as cache:
        for told in all_told():
            if named and told.commit not in named:
                continue
            root = tree_of(told)
            if root is None:
                yield told, None, names
            else:
                with beside(told, root, Path(cache)) as found:
                    yield told, found, names


def main(argv: Sequence[str]) -> int:
    """The table; 1 where anything differs."""
    wrong = 0
    say("| what it does | follows | tree | architectures | configs | on both sides as conf has them |")
    say("|---|---|---|---|--:|--:|")
    for told, found, names in each(argv):
        if found is None:
            say(f"| {told.name} | {told.commit} | {told.tree}, not at hand | | 0 | 0 |")
            wrong += 1
            continue
        ones = [one for arch in told.arches for one in compared(told, found, arch, names)]
        equal = sum(one.equal for _, one in ones)
        wrong += equal != len(ones)
        follows, arches = f"{told.commit} {told.subject}", ", ".join(told.arches)
        say(f"| {told.name} | {follows} | {_version(found.before)} | {arches} | {len(ones)} | {equal} |")
        for side, one in ones:
            if not one.equal:
                sys.stderr.write(f"{told.commit} {side} {one.arch} {one.config}: {one.line}\n")
    return int(wrong > 0)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
