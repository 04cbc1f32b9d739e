"""A Dask scheduler, and what goes wrong on the way to it and behind it.

Enters: its address, or an error. Leaves: a client, or one line of ours. Must hold: Dask is imported only here and by
what runs on a worker, and only where somebody named a scheduler; nothing that Dask would tell by itself is shown.
"""

from __future__ import annotations

import importlib.metadata
import logging
import socket
from typing import Any

from analyzer.errors import AnalyzerError, ToolchainError, UsageError
from analyzer.pipeline.opening import Progress

_ANSWERS = 20.0
"""Seconds in which a scheduler answers."""


def connect(address: str, progress: Progress) -> Any:
    """A client of Dask's. Raises UsageError for an address that is none and where Dask is not installed, ToolchainError
    where no scheduler answers."""
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        hint = "pip install 'kweigh[cluster]'"
        raise UsageError("builds on a cluster need Dask, which is not installed", hint=hint) from None
    for name in ("distributed", "distributed.client"):
        # What it would tell ends as one line of ours.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    progress(f"looking for the scheduler at {address}", 0, 1)
    try:
        # Dask itself would try for half a minute, and for another one when the program ends.
        socket.create_connection(get_address_host_port(address), timeout=_ANSWERS).close()
        return Client(address, set_as_default=False, timeout=_ANSWERS)
    except (ValueError, TypeError, OverflowError) as error:
        # TypeError: tls:// without what Dask's configuration must say of it.
        raise UsageError(f"{address} cannot be connected to: {error}", hint="such as tcp://host:8786") from None
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "dask scheduler starts one, dask worker ADDRESS its workers"
        raise ToolchainError(f"no scheduler answers at {address}: {reason}", hint=hint) from None


def gone() -> ToolchainError:
    """What to raise once the scheduler answers no more."""
    return ToolchainError("the scheduler is gone", hint="the same command goes on where it was")


def reason(error: Exception) -> str:
    """What went wrong on a worker, in one line."""
    if isinstance(error, AnalyzerError):
        return error.line()
    if isinstance(error, importlib.metadata.PackageNotFoundError):
        return "kweigh is not installed there (pip install 'kweigh[cluster]')"
    if "Error during deserialization" in str(error):
        # Dask's scheduler loads what it passes on.
        return "kweigh is not installed where the scheduler runs (pip install 'kweigh[cluster]')"
    return f"{type(error).__name__}: {error}".splitlines()[0]
