"""The command line.

Enters: argv. Leaves: text on standard output, notes on standard error, an exit code. Must hold: the only room that
prints or exits; a failure that is the user's is one line, and a bug of ours says so (exit code 70).
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import traceback
from collections.abc import Sequence

import click

from analyzer.cli.commands.analyze import analyze
from analyzer.cli.commands.cache import cache
from analyzer.cli.commands.certify import certify
from analyzer.cli.commands.check import check
from analyzer.cli.commands.cost import cost
from analyzer.cli.commands.diff import diff
from analyzer.cli.commands.doctor import disable, doctor, enable
from analyzer.cli.commands.find import find
from analyzer.cli.commands.gate import gate
from analyzer.cli.commands.graph import graph
from analyzer.cli.commands.lint import lint
from analyzer.cli.commands.matrix import matrix
from analyzer.cli.commands.measure import measure
from analyzer.cli.commands.minimal import minimal
from analyzer.cli.commands.model import model
from analyzer.cli.commands.new import new
from analyzer.cli.commands.plan import plan
from analyzer.cli.commands.query import query
from analyzer.cli.commands.rank import rank
from analyzer.cli.commands.report import report
from analyzer.cli.commands.resolve import resolve
from analyzer.cli.commands.review import review
from analyzer.cli.commands.sample import sample
from analyzer.cli.commands.series import series
from analyzer.cli.commands.shrink import shrink
from analyzer.cli.commands.size import size
from analyzer.cli.commands.toolchain import toolchain
from analyzer.cli.commands.unmet import unmet
from analyzer.cli.commands.upgrade import upgrade
from analyzer.cli.commands.weigh import weigh
from analyzer.cli.commands.which import which
from analyzer.cli.commands.why import why
from analyzer.cli.completion import complete, completes, completion
from analyzer.cli.group import kweigh
from analyzer.cli.show import complain, hush, say, stop_complaints
from analyzer.errors import AnalyzerError, InputError, UsageError

_PURPOSES = {
    "Ask about a config": (analyze, why, find, which, graph, unmet, plan, model, report, resolve, series),
    "Compare configs, architectures and trees": (diff, matrix, query, sample),
    "Weigh options": (rank, cost, size, gate, weigh, shrink, measure),
    "Fix and carry configs over": (doctor, enable, disable, minimal, new, upgrade),
    "Judge": (review, check, lint, certify),
    "Maintain": (toolchain, cache, completion),
}
for _purpose, _commands in _PURPOSES.items():
    kweigh.add(_purpose, _commands)
complete(kweigh)

_INTERNAL = 70
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line `argv` (None: the process's own) and exit."""
    if completes() and not os.environ.get("KWEIGH_DEBUG"):
        stop_complaints()
    sys.exit(_run(argv))


def only() -> None:
    """The same where the process has nothing else to do: it ends here.

    To give back a tree's values one by one takes as long as many an answer, and the system takes them at once. What
    still has threads, or is watched by a profiler or debugger, ends as Python ends.
    """
    try:
        main()
    except SystemExit as end:
        watched = sys.getprofile() is not None or sys.gettrace() is not None
        if not watched and isinstance(end.code, int | None) and threading.active_count() == 1 and _flushed():
            atexit._run_exitfuncs()
            os._exit(end.code or 0)
        raise


def _flushed() -> bool:
    """Whether all that was written is out; where not, Python says so in its own way."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        return False
    return True


def _run(argv: Sequence[str] | None) -> int:
    try:
        try:
            kweigh.main(args=argv, prog_name="kweigh", standalone_mode=False)
        except click.exceptions.NoArgsIsHelpError as error:
            say(error.format_message() + "\n")
            return 2
    except AnalyzerError as error:
        for line in error.lines():
            complain(f"kweigh: {line}")
        return error.exit_code
    except click.ClickException as error:
        complain(f"kweigh: {error.format_message()}")
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain("kweigh: interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (head, a pager); its end is not ours to report.
        hush()
        return 0
    except OSError as error:
        # The system's, not ours. What has no name is what click itself prints, such as a help.
        hush()
        what = error.filename if error.filename is not None else "standard output"
        complain(f"kweigh: {os.fsdecode(str(what))}: {error.strerror or error}")
        return InputError.exit_code if error.filename is not None else UsageError.exit_code
    except MemoryError:
        complain("kweigh: not enough memory for this")
        return InputError.exit_code
    except Exception as error:
        if os.environ.get("KWEIGH_DEBUG"):
            traceback.print_exc()
        complain(f"kweigh: a bug of kweigh: {type(error).__name__}: {error} (KWEIGH_DEBUG=1 shows where)")
        return _INTERNAL
    return 0
