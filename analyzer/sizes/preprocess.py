"""How much of what the compiler reads hangs on a config.

Enters: the folder of a finished build, the header that another config makes (autoconf.h). Leaves: how many lines of the
preprocessed text of some objects differ. Must hold: nothing is compiled, nothing of the build changes.

An option that changes nothing here changes no declaration that the core of a kernel sees; one that changes hundreds of
lines changes inline functions and structures that objects everywhere use.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer.sizes.inputs import command_of

PROBES = 5
"""How many objects are looked at: those that together include most headers."""

_INCLUDES = re.compile(r"^\s+(\S+\.h) \\$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """An object's command without its output, and its text as the build had it, line by line."""

    path: str
    command: tuple[str, ...]
    text: bytes
    lines: Mapping[bytes, int]


def probes(out: Path, paths: Iterable[str], autoconf: str, count: int = PROBES) -> tuple[Probe, ...]:
    """Of the objects at `paths` those `count` that together include most headers; `autoconf` is what the build had."""
    headers: dict[str, frozenset[str]] = {}
    commands: dict[str, tuple[str, ...]] = {}
    for path in paths:
        command, text = command_of(out, path)
        words = _preprocessing(command)
        if words:
            commands[path] = words
            headers[path] = frozenset(_INCLUDES.findall(text))
    covered: set[str] = set()
    found: list[Probe] = []
    while headers and len(found) < count:
        path = max(headers, key=lambda one: (len(headers[one] - covered), one))
        covered |= headers.pop(path)
        text_now = _text(out, commands[path], autoconf)
        if text_now is not None:
            lines = Counter(text_now.split(b"\n"))
            found.append(Probe(path=path, command=commands[path], text=text_now, lines=lines))
    return tuple(found)


def changed_lines(out: Path, probe: Probe, autoconf: str) -> int | None:
    """How many lines of a probe's text differ under another autoconf.h; None where it cannot be preprocessed then."""
    text = _text(out, probe.command, autoconf)
    if text is None:
        return None
    if text == probe.text:
        return 0
    lines = Counter(text.split(b"\n"))
    return sum(abs(lines[line] - probe.lines.get(line, 0)) for line in lines.keys() | probe.lines.keys())


def _preprocessing(command: str) -> tuple[str, ...]:
    """The command of a C file of the kernel proper, made to preprocess; () for anything else."""
    words = shlex.split(command.split(";", maxsplit=1)[0].split("&&", maxsplit=1)[0].replace("$(pound)", "#"))
    if not words or not words[-1].endswith(".c") or "-c" not in words or "-o" not in words:
        return ()
    at = words.index("-o")
    kept = [word for word in (*words[:at], *words[at + 2 :]) if word != "-c" and not word.startswith("-Wp,-MMD")]
    kept = kept[1:] if kept[0].endswith("ccache") else kept
    return (kept[0], "-E", "-P", *kept[1:])


def _text(out: Path, command: Sequence[str], autoconf: str) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="kweigh-") as folder:
        (Path(folder) / "generated").mkdir()
        (Path(folder) / "generated" / "autoconf.h").write_text(autoconf, "utf-8", "surrogateescape")
        # Before the build's own folder, whose other headers stay as they are.
        words = [*command[:3], f"-I{folder}", *command[3:]]
        done = subprocess.run(words, cwd=out, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None
