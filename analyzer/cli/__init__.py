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

from analyzer.cli.building import gate, measure, plan, size
from analyzer.cli.check import check
from analyzer.cli.commands import kweigh
from analyzer.cli.comparing import diff
from analyzer.cli.completion import complete, completes, completion
from analyzer.cli.cost import cost
from analyzer.cli.doctor import disable, doctor, enable
from analyzer.cli.find import find
from analyzer.cli.lint import lint
from analyzer.cli.mapping import model
from analyzer.cli.minimal import minimal
from analyzer.cli.new import new
from analyzer.cli.query import query
from analyzer.cli.rank import rank
from analyzer.cli.report import report
from analyzer.cli.review import review
from analyzer.cli.show import complain, hush, say, stop_complaints
from analyzer.cli.shrink import shrink
from analyzer.cli.tabling import matrix
from analyzer.cli.upgrade import upgrade
from analyzer.cli.weigh import weigh
from analyzer.cli.which import which
from analyzer.cli.why import why
from analyzer.errors import AnalyzerError, InputError, UsageError

for command in (
    diff,
    matrix,
    query,
    model,
    plan,
    which,
    why,
    new,
    find,
    minimal,
    upgrade,
    measure,
    size,
    gate,
    cost,
    weigh,
    shrink,
    rank,
    check,
    lint,
    review,
    doctor,
    enable,
    disable,
    report,
    completion,
):
    kweigh.add_command(command)
_PURPOSES = {
    "Ask about a config": "analyze why find which graph unmet plan model report resolve series",
    "Compare configs, architectures and trees": "diff matrix query sample",
    "Weigh options": "rank cost size gate weigh shrink measure",
    "Fix and carry configs over": "doctor enable disable minimal new upgrade",
    "Judge": "review check lint certify",
    "Maintain": "toolchain cache completion",
}
kweigh.purposes = {purpose: tuple(names.split()) for purpose, names in _PURPOSES.items()}
kweigh.commands = {name: kweigh.commands[name] for names in kweigh.purposes.values() for name in names}
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
