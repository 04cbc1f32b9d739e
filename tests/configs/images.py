"""Files that hold a config, packed and in kernels, for tests.

Enters: the text of a config. Leaves: bytes. Must hold: a format for which nothing here packs is not there.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import subprocess
from collections.abc import Callable

Pack = Callable[[bytes], bytes]


def _by(program: str, *arguments: str) -> Pack:
    return lambda data: subprocess.run([program, *arguments], input=data, capture_output=True, check=True).stdout


PACKED: dict[str, Pack] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "xz": lambda data: lzma.compress(data, check=lzma.CHECK_CRC32),
    "bzip2": bz2.compress,
    "lzma": lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE, preset=9),
} | {
    name: pack
    for name, program, pack in (
        ("zstd", "zstd", _by("zstd", "-qc", "-19")),
        ("lz4", "lz4", _by("lz4", "-qc")),
        ("lz4, as the kernel has it", "lz4", _by("lz4", "-qlc")),
        ("lzo", "lzop", _by("lzop", "-c")),
    )
    if shutil.which(program)
}
"""What packs a file, by the name of the format."""


def kernel(config: bytes) -> bytes:
    """An image as CONFIG_IKCONFIG leaves it, with the mark of a tool that looks for it in front."""
    body = b"\x7fELF\0\0" + b"IKCFG_ST is what to look for\0" + bytes(range(256)) * 5000
    return body + b"IKCFG_ST" + gzip.compress(config, mtime=0) + b"IKCFG_ED" + b"\0" * 5000


def boot_image(packed: bytes) -> bytes:
    """A packed kernel behind code that unpacks it, as a bzImage is, with much that only looks like a start."""
    code = b"MZ\0\xea" + b"\x1f\x8b\x08\0junk BZh91AY&SY \xfd7zXZ\0 \x28\xb5\x2f\xfd" + bytes(range(256)) * 300
    return code + packed + len(packed).to_bytes(4, "little") + b"\0" * 300
