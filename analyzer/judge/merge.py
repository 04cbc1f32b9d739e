"""Merges config fragments the way a tree's own merge_config.sh does.

Enters: the script, a base config, fragments. Leaves: the merged text, not yet resolved. Must hold: the script runs in a
folder of its own that is gone afterwards and with nothing of the caller's environment but PATH and LANG. `make
tinyconfig` is allnoconfig with tiny-base.config as preset, this merge, then olddefconfig (scripts/kconfig/Makefile).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from analyzer.judge.process import environment_of, run

# The script starts a few processes for each line of a fragment.
_SECONDS = 600.0


def merge(script: Path, base: str, fragments: Sequence[Path], *, scratch: Path, options: Sequence[str] = ()) -> str:
    """The text that `merge_config.sh -m` makes of `base` and the fragment files, the last one winning, with `options`
    besides.

    `script` is the tree's scripts/kconfig/merge_config.sh; a folder for the run is made below `scratch`. Raises
    ToolchainError when the script fails, for instance because a fragment cannot be read.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="merge-", dir=scratch.absolute()) as folder:
        config = Path(folder) / ".config"
        config.write_bytes(base.encode("utf-8", "surrogateescape"))
        run(
            [
                "sh",
                str(script.absolute()),
                "-m",
                *options,
                ".config",
                *(str(fragment.absolute()) for fragment in fragments),
            ],
            cwd=config.parent,
            environment=environment_of({"KCONFIG_CONFIG": ".config"}),
            seconds=_SECONDS,
        )
        return config.read_bytes().decode("utf-8", "surrogateescape")
