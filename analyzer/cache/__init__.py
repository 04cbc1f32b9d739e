"""A folder of entries that may vanish or be damaged at any time.

Enters: keys and bytes. Leaves: the bytes of a key, or nothing. Must hold: what comes out is what went in (a checksum
says so), whatever other processes do meanwhile; no failure of the cache is a failure of the program.
"""

from analyzer.cache.store import Entry, clear, entries, get, put

__all__ = ["Entry", "clear", "entries", "get", "put"]
