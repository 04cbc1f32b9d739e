"""What the user sees: results, notes and progress.

Enters: reports and texts, and how they are wanted. Leaves: bytes on standard output or in a file, lines on standard
error. Must hold: a file is written whole or not at all; what comes from a tree cannot steer the terminal.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from analyzer.cli.watch import watch, watched
from analyzer.documents import is_file, is_link, is_there
from analyzer.errors import AnalyzerError
from analyzer.model.neutral import neutral
from analyzer.noted import unnoted

if TYPE_CHECKING:
    from analyzer.cli.output import Output
    from analyzer.cli.places import Link
    from analyzer.model.report import Report, Taken
    from analyzer.model.told import Part
    from kweigh import Progress, Result, Tree


class _Record:
    """What is written while somebody records it."""

    parts: list[Part] | None = None


def show(report: Report, output: Output) -> None:
    _record(report)
    _show(report, output)


def _show(report: Report, output: Output) -> None:
    from kweigh.result import is_told, render

    if not is_told(output.format):
        _say_taken(report.taken, output)
    terminal = output.file is None and sys.stdout is not None and sys.stdout.isatty()
    wanted = output.colour == "always" or (
        output.colour == "auto" and terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
    asked = terminal or os.environ.get("COLUMNS")
    width = output.width or (get_terminal_size((80, 24)).columns if asked else 80)
    link = _link(output, shown=terminal and wanted)
    _write(render(report, output.format, width=width, color=wanted, link=link, rest=output.rest), output)


def _link(output: Output, *, shown: bool) -> Link | None:
    """Where places lead: on pages to the address that was given, on a terminal that shows colours to the files."""
    on_page = output.format == "html" and output.source_url
    on_terminal = output.format == "terminal" and shown and os.environ.get("TERM") not in _WITHOUT_LINKS
    if output.tree is None or not (on_page or on_terminal):
        return None
    from analyzer.cli.places import linker

    return linker(output.tree.folder, output.source_url)


_WITHOUT_LINKS = ("linux", "dumb")
"""Terminals that would show the escape sequences of links."""


def tell(taken: Sequence[Taken], output: Output) -> None:
    """Say on standard error what was taken, for results that have no line for it."""
    if taken and not output.quiet:
        complain(f"kweigh: {', '.join(map(str, taken))}")


def _say_taken(taken: Sequence[Taken], output: Output) -> None:
    if taken and not output.quiet:
        _complain(f"kweigh: {', '.join(map(str, taken))}")


def present(found: Result[Any], output: Output, *, why: bool = True, exits: bool = True, **shown: Any) -> None:
    """Show an answer, and, where that `exits`, exit with 1 where it is "no"; `shown` says how much of it."""
    if output.format in found.texts:
        tell(found.taken, output)
        write(found.to(output.format), output)
    else:
        show(found.report(output.format, why=why, **shown), output)
    if exits and not found.holds:
        sys.exit(1)


def write(text: str, output: Output) -> None:
    """Print, or put into the file by replacing it, so that a failure leaves the old content."""
    from analyzer.model.told import Written

    _record(Written(text=text))
    _write(text, output)


def _write(text: str, output: Output) -> None:
    if output.file is None:
        say(text)
        return
    # No answer rests on the file that it is written to.
    with unnoted():
        _replace(text, output.file)


def _replace(text: str, named: Path) -> None:
    data = text.encode("utf-8", "surrogateescape")
    # A link stays one: what it leads to is replaced.
    target = Path(os.path.realpath(named))
    try:
        if is_link(target):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if not is_file(target) and is_there(target):
            # A pipe or a device, such as /dev/stdout: there is nothing to replace.
            with target.open("wb") as file:
                file.write(data)
            return
        mode, owner = _kept_of(target)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".kweigh-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            if owner is not None:
                with suppress(OSError):
                    os.chown(name, *owner)
            Path(name).chmod(mode)
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise AnalyzerError(f"cannot write {named}: {error.strerror}") from None


def _kept_of(target: Path) -> tuple[int, tuple[int, int] | None]:
    """The mode of the file that is to be replaced, and its owner; of a new one, the mode that it would get.

    Raises PermissionError where the file may not be written, which replacing it would not ask.
    """
    if not target.exists():
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask, None
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    status = target.stat()
    return stat.S_IMODE(status.st_mode), (status.st_uid, status.st_gid)


def say(text: str) -> None:
    """Print. A reader that went away (head, a pager) has what it wanted, and the command's exit code still counts."""
    # Python has no standard output when the caller closed it.
    if sys.stdout is None:
        return
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
        sys.stdout.buffer.flush()
    except OSError as error:
        hush()
        if not isinstance(error, BrokenPipeError):
            raise AnalyzerError(f"cannot write to standard output: {error.strerror}") from None


@contextmanager
def at_work(output: Output) -> Iterator[Progress]:
    """A line of progress on a terminal, nothing elsewhere."""
    if output.quiet or sys.stderr is None or not sys.stderr.isatty():
        yield watch
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn()
    console = Console(stderr=True, no_color=True if output.colour == "never" else None)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        with watched(
            lambda what, done, total: bar.update(
                task, description=what, completed=done, total=total if total > 1 else None
            )
        ):
            yield watch


def hush() -> None:
    """Let nothing more come out: what is left in the buffer would fail once more when Python exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def stop_complaints() -> None:
    """Let nothing come out on standard error, of us, of Python or of the programs that we start."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


_LONGEST = 300
_LONGEST_HINT = 250


def complain(line: str) -> None:
    from analyzer.model.told import Noise

    _record(Noise(text=line))
    _complain(line)


def _complain(line: str) -> None:
    """One line on standard error; of a very long one the middle is left out, so that place and hint are there."""
    # As it is shown: what is written as \\x1b is four characters long.
    line = neutral(line)
    if len(line) > _LONGEST:
        # The hint, which may be a command to be typed, stands in brackets at the end.
        hint = len(line) - line.rfind(" (") if line.endswith(")") else 0
        end = hint if 0 < hint <= _LONGEST_HINT else _LONGEST // 2
        line = f"{line[: _LONGEST - end - 3]} … {line[-end:]}"
    # Where standard error is closed or full there is nobody to tell.
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def _record(part: Part) -> None:
    if _Record.parts is not None:
        _Record.parts.append(part)


def once(command: str, said: Mapping[str, object], tree: Tree, output: Output, run: Callable[[], object]) -> None:
    """Run a command, or write what it wrote when the same was said and all that it rests on was as it is. Exits and
    raises as the command does."""
    from analyzer.model.told import Told
    from kweigh.telling import told_again

    ran = False

    def tell() -> Told:
        nonlocal ran
        ran = True
        _Record.parts, code = [], 0
        try:
            run()
        except SystemExit as ends:
            code = ends.code if isinstance(ends.code, int) else 1
        finally:
            parts, _Record.parts = _Record.parts, None
        return Told(parts=tuple(parts), code=code)

    told = told_again(tree, command, said, tell)
    for part in () if ran else told.parts:
        _write_again(part, output)
    if told.code:
        sys.exit(told.code)


def _write_again(part: Part, output: Output) -> None:
    from analyzer.model.told import Noise, Written

    match part:
        case Noise():
            _complain(part.text)
        case Written():
            _write(part.text, output)
        case _:
            _show(part, output)
