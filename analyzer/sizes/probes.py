"""What becomes of some objects of a build under another config.

Enters: the folder of a finished build, the header that another config makes (autoconf.h). Leaves: how many lines of the
text that the compiler reads differ, how many bytes of the object that it makes. Must hold: a few objects are looked at,
and nothing of the build changes.

An option that changes no line here changes no declaration that the core of a kernel sees. One that changes hundreds of
lines, in structures and inline functions, makes the compiler do all its work again, but mostly with the same outcome:
of 87 options of 6.1's x86_64 tinyconfig that change text everywhere, all but a dozen change bytes of few objects.
"""

from __future__ import annotations

import random
import re
import shlex
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.model.elf import SectionClass
from analyzer.sizes import elf
from analyzer.sizes.inputs import command_of

TEXTS = 5
"""How many objects' texts are looked at: those that together include most headers."""
OBJECTS = 16
"""How many objects are compiled, drawn at random."""

_INCLUDES = re.compile(r"^[^\S\n]+(\S+\.h) \\$", re.MULTILINE)
_AUTOCONF = "generated/autoconf.h"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextProbe:
    """An object's command without its output, and its text as the build had it, line by line."""

    path: str
    command: tuple[str, ...]
    text: bytes
    lines: Mapping[bytes, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectProbe:
    """An object's command without its output, and its bytes as the compiler makes it for the build's config."""

    path: str
    command: tuple[str, ...]
    classes: Mapping[SectionClass, int]


def texts(out: Path, paths: Iterable[str], autoconf: str, count: int = TEXTS) -> tuple[TextProbe, ...]:
    """Of the objects at `paths` those `count` that together include most headers; `autoconf` is what the build had."""
    headers: dict[str, frozenset[str]] = {}
    commands: dict[str, tuple[str, ...]] = {}
    for path in paths:
        command, text = command_of(out, path)
        words = _without_output(command)
        if words:
            commands[path] = words
            headers[path] = frozenset(_INCLUDES.findall(text))
    covered: set[str] = set()
    found: list[TextProbe] = []
    while headers and len(found) < count:
        path = max(headers, key=lambda one: (len(headers[one] - covered), one))
        covered |= headers.pop(path)
        text_now = _text(out, commands[path], autoconf)
        if text_now is not None:
            lines = Counter(text_now.split(b"\n"))
            found.append(TextProbe(path=path, command=commands[path], text=text_now, lines=lines))
    return tuple(found)


def objects(
    out: Path, paths: Iterable[str], autoconf: str, count: int = OBJECTS, seed: int = 0
) -> tuple[ObjectProbe, ...]:
    """`count` of the objects at `paths`, drawn at random; `autoconf` is what the build had."""
    order = sorted(paths)
    random.Random(seed).shuffle(order)
    found: list[ObjectProbe] = []
    for path in order:
        if len(found) == count:
            break
        words = _without_output(command_of(out, path)[0])
        classes = _classes(out, words, autoconf) if words else None
        if classes is not None:
            found.append(ObjectProbe(path=path, command=words, classes=classes))
    return tuple(found)


def changed_lines(out: Path, probe: TextProbe, autoconf: str) -> int | None:
    """How many lines of a probe's text differ under another autoconf.h; None where it cannot be preprocessed then."""
    text = _text(out, probe.command, autoconf)
    if text is None:
        return None
    if text == probe.text:
        return 0
    lines = Counter(text.split(b"\n"))
    return sum(abs(lines[line] - probe.lines.get(line, 0)) for line in lines.keys() | probe.lines.keys())


def changed_bytes(out: Path, probe: ObjectProbe, autoconf: str) -> int | None:
    """By how many bytes a probe's classes differ under another autoconf.h; None where it cannot be compiled then."""
    classes = _classes(out, probe.command, autoconf)
    if classes is None:
        return None
    return sum(abs(classes.get(kind, 0) - probe.classes.get(kind, 0)) for kind in classes.keys() | probe.classes.keys())


def _without_output(command: str) -> tuple[str, ...]:
    """The command of a C file of the kernel proper, without what it makes; () for anything else."""
    words = shlex.split(command.split(";", maxsplit=1)[0].split("&&", maxsplit=1)[0].replace("$(pound)", "#"))
    if not words or not words[-1].endswith(".c") or "-c" not in words or "-o" not in words:
        return ()
    at = words.index("-o")
    kept = [word for word in (*words[:at], *words[at + 2 :]) if word != "-c" and not word.startswith("-Wp,-MMD")]
    return tuple(kept[1:] if kept[0].endswith("ccache") else kept)


def _text(out: Path, command: Sequence[str], autoconf: str) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="kweigh-") as folder:
        done = _run(out, command, ("-E", "-P"), autoconf, Path(folder))
    return done.stdout if done.returncode == 0 else None


def _classes(out: Path, command: Sequence[str], autoconf: str) -> Mapping[SectionClass, int] | None:
    with tempfile.TemporaryDirectory(prefix="kweigh-") as folder:
        made = Path(folder) / "probe.o"
        if _run(out, command, ("-c", "-o", str(made)), autoconf, Path(folder)).returncode:
            return None
        try:
            sections = elf.read(made).sections
        except SourceError:
            return None
        classes: Counter[SectionClass] = Counter()
        for section in sections:
            if section.kind is not None:
                classes[section.kind] += section.size
        return classes


def _run(
    out: Path, command: Sequence[str], mode: Sequence[str], autoconf: str, folder: Path
) -> subprocess.CompletedProcess[bytes]:
    place = folder / _AUTOCONF
    place.parent.mkdir()
    place.write_text(autoconf, "utf-8", "surrogateescape")
    # Before the build's own folder, whose other headers stay as they are.
    words = [command[0], *mode, f"-I{folder}", *command[1:]]
    return subprocess.run(words, cwd=out, capture_output=True, check=False)
