"""`python -m analyzer`: the same command as `kweigh`.

Enters: the process's arguments. Leaves: its exit code. Must hold: nothing happens here but the call.
"""

from __future__ import annotations

from analyzer.start import main

if __name__ == "__main__":
    main()
