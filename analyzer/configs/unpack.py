"""Configs that are packed: by gzip and its like, or inside a kernel.

Enters: an open file. Leaves: the text of the config in it. Must hold: what comes out is bounded in size and in time,
whatever goes in; nothing is kept in memory but the config. Source: scripts/extract-ikconfig, whose formats and order
these are.
"""

from __future__ import annotations

import bz2
import io
import lzma
import os
import re
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from select import select
from typing import Protocol

from analyzer.configs.dotconfig import MAX_FILE_BYTES
from analyzer.errors import InputError
from analyzer.noted import which

_MOST = 1 << 30
"""Bytes that are unpacked in all; an x86_64 kernel with everything built in has 0.4 GB."""
_SECONDS = 60.0
_MEMORY = 512 << 20
"""Bytes that xz may use; the kernel is packed with a dictionary of up to 128 MiB."""
_CHUNK = 1 << 20
_TRIES = 256
"""Places in an image that look like the start of something packed."""

_START = re.compile(rb"IKCFG_ST(?=\x1f\x8b\x08)")
_MARKED = len(b"IKCFG_ST\x1f\x8b\x08") - 1
"""Bytes at the end of a piece in which a mark may have begun."""


class _Reader(Protocol):
    """As the decompressors of the standard library."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """zlib's with the manners of the other two."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._full

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        made = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._full = len(made) == max_length
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    """A way of packing: how it starts, and what undoes it: a library, or a program that reads its standard input."""

    name: str
    magic: re.Pattern[bytes]
    library: Callable[[], _Reader] | None = None
    program: tuple[str, ...] = ()


_FORMATS = (
    _Format(name="gzip", magic=re.compile(rb"\x1f\x8b\x08"), library=_Gzip),
    _Format(
        name="xz",
        magic=re.compile(rb"\xfd7zXZ\x00"),
        library=lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY),
    ),
    _Format(name="bzip2", magic=re.compile(rb"BZh[1-9]1AY&SY"), library=bz2.BZ2Decompressor),
    _Format(
        name="lzma",
        # Properties, a dictionary's size that is a power of two from 64 KiB on, and a size of 4 GiB at most or unknown.
        magic=re.compile(
            rb"\x5d\x00\x00[\x01\x02\x04\x08\x10\x20\x40\x80\x00][\x00-\x08](?:\xff{8}|.{4}\x00{4})", re.DOTALL
        ),
        library=lambda: lzma.LZMADecompressor(format=lzma.FORMAT_ALONE, memlimit=_MEMORY),
    ),
    _Format(name="lzo", magic=re.compile(rb"\x89LZO\x00\r\n\x1a\n"), program=("lzop", "-dc")),
    _Format(name="lz4", magic=re.compile(rb"\x02\x21\x4c\x18|\x04\x22\x4d\x18"), program=("lz4", "-dc")),
    _Format(name="zstd", magic=re.compile(rb"\x28\xb5\x2f\xfd"), program=("zstd", "-dcq")),
)
_WIDEST = 16
"""Bytes that the longest of these patterns looks at."""


def is_packed(head: bytes) -> bool:
    """Whether what begins with `head` is not text."""
    return b"\0" in head or _format_of(head) is not None


def unpacked(file: io.FileIO, shown: str) -> bytes:
    """The config in `file`, which can be sought: packed as a whole, or inside an image as CONFIG_IKCONFIG puts it.

    Raises InputError when there is none in it, when it is larger than configs are, and when what unpacks it is missing.
    """
    limits = _Limits(shown)
    file.seek(0)
    whole = _format_of(file.read(_WIDEST))
    if whole is not None:
        found = _config_in(_unpack(file, 0, whole, limits), limits, text=True)
        if found is None:
            raise InputError(f"{shown} ({whole.name}) holds no config", hint=limits.missing or _HINT)
        return found
    places: dict[int, _Format] = {}
    found = _config_in(_noted(_chunks(file, 0), places, limits), limits, text=False)
    # extract-ikconfig asks one format after the other; a kernel is packed once, so the order tells nothing.
    for place in sorted(places)[:_TRIES] if found is None else ():
        found = _config_in(_unpack(file, place, places[place], limits), limits, text=False)
        if found is not None:
            break
    if found is None:
        raise InputError(f"config {shown} is a binary file without a config in it", hint=limits.missing or _HINT)
    return found


_HINT = "a config is text, packed or not, or in a kernel or module built with CONFIG_IKCONFIG"


class _Limits:
    """What may still be unpacked, and how long; `missing` says which program would have helped."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._left = _MOST
        self._ends = time.monotonic() + _SECONDS
        self.missing = ""

    def spend(self, size: int) -> None:
        """Raises InputError when that was too much."""
        self._left -= size
        if self._left < 0:
            raise InputError(f"config {self._shown} unpacks to more than {_MOST >> 30} GiB")
        if not self.seconds():
            raise InputError(f"config {self._shown}: nothing found in it in {_SECONDS:.0f} s")

    def seconds(self) -> float:
        """How much time is left."""
        return max(0.0, self._ends - time.monotonic())

    def too_large(self) -> InputError:
        return InputError(
            f"config {self._shown} unpacks to more than {MAX_FILE_BYTES} bytes", hint="no config is so large"
        )


def _format_of(head: bytes) -> _Format | None:
    return next((form for form in _FORMATS if form.magic.match(head)), None)


def _chunks(file: io.FileIO, at: int) -> Iterator[bytes]:
    file.seek(at)
    while chunk := file.read(_CHUNK):
        yield chunk


def _noted(chunks: Iterator[bytes], places: dict[int, _Format], limits: _Limits) -> Iterator[bytes]:
    """`chunks` as they are; `places` gets every offset at which something packed may start."""
    kept, start = b"", 0
    for chunk in chunks:
        limits.spend(0)
        data = kept + chunk
        for form in _FORMATS:
            for match in form.magic.finditer(data):
                if len(places) < _TRIES:
                    places.setdefault(start + match.start(), form)
        kept = data[-_WIDEST:]
        start += len(data) - len(kept)
        yield chunk


def _config_in(chunks: Iterator[bytes], limits: _Limits, *, text: bool) -> bytes | None:
    """The config behind the mark of CONFIG_IKCONFIG, or with `text` all that there is when it is text."""
    kept, whole = b"", b""
    begun: list[_Embedded] = []
    for chunk in chunks:
        data = kept + chunk
        # lz4 keeps what it cannot shorten, so a mark may stand in a packed kernel as well, before something broken.
        begun = [one for one in begun if one.feed(chunk)]
        marks = [match.end() for match in _START.finditer(data)]
        begun += [one for mark in marks[:_TRIES] if (one := _Embedded(limits)).feed(data[mark:])]
        if (found := next((one for one in begun if one.is_whole), None)) is not None:
            return bytes(found.text)
        if text:
            whole += chunk
            if b"\0" in chunk:
                text, whole = False, b""
            elif len(whole) > MAX_FILE_BYTES:
                raise limits.too_large()
        kept = data[-_MARKED:]
    return whole if text and whole else None


class _Embedded:
    """What stands behind a mark, as far as it is a gzip file; `is_whole` once its checksum was right."""

    def __init__(self, limits: _Limits) -> None:
        self.text = bytearray()
        self._limits = limits
        self._reader = zlib.decompressobj(wbits=31)

    @property
    def is_whole(self) -> bool:
        return self._reader.eof

    def feed(self, data: bytes) -> bool:
        """Go on with `data`; False when it is broken."""
        try:
            made = self._reader.decompress(data, MAX_FILE_BYTES + 1 - len(self.text))
        except zlib.error:
            return False
        self.text += made
        self._limits.spend(len(made))
        if len(self.text) > MAX_FILE_BYTES:
            raise self._limits.too_large()
        return True


def _unpack(file: io.FileIO, at: int, form: _Format, limits: _Limits) -> Iterator[bytes]:
    """What `form` makes of the file from `at` on, as far as it goes."""
    if form.library is None:
        yield from _by_program(file, at, form.program, limits)
        return
    source = _chunks(file, at)
    reader = form.library()
    data = next(source, b"")
    try:
        while data or not reader.needs_input:
            made = reader.decompress(data, _CHUNK)
            limits.spend(len(made))
            yield made
            data = b""
            if reader.eof:
                # Some programs write several pieces behind each other.
                data = reader.unused_data
                if len(data) < _WIDEST:
                    data += next(source, b"")
                if not form.magic.match(data):
                    return
                reader = form.library()
            elif reader.needs_input:
                data = next(source, b"")
    except (zlib.error, lzma.LZMAError, OSError, EOFError):
        return


def _by_program(file: io.FileIO, at: int, program: tuple[str, ...], limits: _Limits) -> Iterator[bytes]:
    name = which(program[0])
    if name is None:
        limits.missing = f"it may be packed with {program[0]}, which is not installed"
        return
    file.seek(at)
    with subprocess.Popen(
        [name, *program[1:]], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        assert running.stdout is not None
        out = running.stdout.fileno()
        try:
            while select([out], [], [], limits.seconds())[0] and (chunk := os.read(out, _CHUNK)):
                limits.spend(len(chunk))
                yield chunk
        finally:
            # What is not wanted any more, or hangs, need not end by itself.
            running.kill()
