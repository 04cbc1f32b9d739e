"""Where the process begins.

Enters: the process's arguments. Leaves: its exit code. Must hold: whatever time the user stops it, there is no
traceback; this module loads next to nothing, for until it has run nobody catches an interrupt.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading


def main() -> None:
    """Load the command line and run it."""
    try:
        _run()
    except SystemExit as end:
        _leave(end.code)
        raise


def _leave(code: object) -> None:
    """End the process here, where nothing is left to be done: to give back a tree's values one by one takes as long as
    many an answer, and the system takes them at once. What still has threads, or is watched by a profiler or debugger,
    ends as Python ends."""
    watched = sys.getprofile() is not None or sys.gettrace() is not None
    if watched or not isinstance(code, int | None) or threading.active_count() > 1:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        # Python says so in its own way.
        return
    atexit._run_exitfuncs()
    os._exit(code or 0)


def _run() -> None:
    # While modules load, and once the command is done, an interrupt ends the process as the shell expects it; in
    # between the command says so.
    takes = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if takes:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from analyzer.cli import main as run  # noqa: PLC0415 (not before interrupts are seen to)

    try:
        if takes:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)
    finally:
        if takes:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
