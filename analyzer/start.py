"""Where the process begins.

Enters: the process's arguments. Leaves: its exit code. Must hold: whatever time the user stops it, there is no
traceback; this module loads next to nothing, for until it has run nobody catches an interrupt.
"""

from __future__ import annotations

import gc
import signal

_VALUES_BETWEEN = 50_000
"""How many more values there are when the collector looks through the young ones again."""


def main() -> None:
    """Load the command line and run it."""
    # Answers and modules are made of very many values and hardly a cycle; looked through as often as usual they cost a
    # tenth more.
    gc.set_threshold(_VALUES_BETWEEN)
    # While modules load, and once the command is done, an interrupt ends the process as the shell expects it; in
    # between the command says so.
    takes = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if takes:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from analyzer.cli import only as run  # noqa: PLC0415 (not before interrupts are seen to)

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
