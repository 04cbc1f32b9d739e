"""Makes foreign text harmless to look at.

Enters: any text, such as a prompt of a hostile tree. Leaves: the same text with every control, format and unpaired
surrogate character shown as an escape. Must hold: the result is printable in the sense of str.isprintable(), so it
is one line, moves no cursor, hides nothing and reverses nothing; text that is so already comes back unchanged.
"""

from __future__ import annotations

import unicodedata


def neutral(text: str) -> str:
    r"""`text` as one printable line: spaces of any width become a space, all else that is not printable a `\x1b`.

    >>> neutral("a\x1b[31mb\tc")
    'a\\x1b[31mb c'
    """
    return text if text.isprintable() else "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    if "\udc80" <= character <= "\udcff":
        # A byte that is no UTF-8, as Python's surrogateescape carries it.
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
