"""Makefiles and values that were parsed before, by their text.

Enters: texts, and the bytes of an earlier `Parsed`. Leaves: statements and expansions, and bytes again. Must hold: what
comes back is what parsing the very same text gives, so nothing that is kept here can be out of date.
"""

from __future__ import annotations

import re
from hashlib import sha256

import msgspec

from analyzer.kbuild.syntax import Expansion, Malformed, Statement, Variable

_MOST = 1 << 14
"""Texts that are kept; all makefiles of 7.3 that any defconfig reads are 3,000."""

_PLAIN = re.compile(r"\$\(([A-Za-z0-9_.@-]+)\)")
_encode = msgspec.msgpack.Encoder().encode
_tables = msgspec.msgpack.Decoder(tuple[dict[bytes, msgspec.Raw], dict[str, msgspec.Raw]])
_statements = msgspec.msgpack.Decoder(tuple[Statement, ...])
_expansion = msgspec.msgpack.Decoder(Expansion | None)


class Parsed:
    """The makefiles and values of one tree, each parsed once."""

    def __init__(self, data: bytes = b"") -> None:
        try:
            self._makefiles, self._values = _tables.decode(data) if data else ({}, {})
        except msgspec.MsgspecError:
            self._makefiles, self._values = {}, {}
        self._made: dict[str, Expansion] = {}
        self._new = False

    # The parser takes a while to load, and mostly nothing is new.

    def statements(self, text: str, path: str) -> tuple[Statement, ...]:
        """As parser.parse."""
        name = sha256(text.encode("utf-8", "surrogateescape")).digest()
        if (found := self._makefiles.get(name)) is not None:
            return _statements.decode(found)
        from analyzer.kbuild.parser import parse

        made = parse(text, path)
        if _is_plain(text):
            self._makefiles[name] = msgspec.Raw(_encode(made))
            self._new = True
        return made

    def expansion(self, text: str) -> Expansion:
        """As parser.expansion."""
        found = self._made.get(text)
        if found is None:
            found = _plain_expansion(text)
            found = self._made[text] = self._parsed(text) if found is None else found
        return found

    def _parsed(self, text: str) -> Expansion:
        if (found := self._values.get(text)) is not None:
            made: Expansion | None = _expansion.decode(found)
        else:
            from analyzer.kbuild.parser import expansion

            try:
                made = expansion(text)
            except Malformed:
                made = None
            if _is_plain(text):
                self._values[text] = msgspec.Raw(_encode(made))
                self._new = True
        if made is None:
            raise Malformed(text)
        return made

    def news(self) -> bytes | None:
        """All of it as bytes; None where nothing was parsed that these bytes would not have had before."""
        if not self._new:
            return None
        if len(self._makefiles) + len(self._values) > _MOST:
            # Makefiles that somebody edits leave their old texts behind.
            self._makefiles, self._values = {}, {}
        self._new = False
        return _encode((self._makefiles, self._values))


def _plain_expansion(text: str) -> Expansion | None:
    """The parts of a value that holds plain references and nothing else, as nearly all do; the grammar takes much
    longer to see that. None for others."""
    if "$" not in text:
        return (text,) if text else ()
    pieces = _PLAIN.split(text)
    if any("$" in piece for piece in pieces[::2]):
        return None
    return tuple(Variable((piece,)) if at % 2 else piece for at, piece in enumerate(pieces) if piece)


def _is_plain(text: str) -> bool:
    """Whether a text can be written: bytes that are no UTF-8 cannot."""
    return text.isascii() or not any("\udc80" <= char <= "\udcff" for char in text)
