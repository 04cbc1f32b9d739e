"""What GNU make does with words.

Enters: texts. Leaves: texts. Must hold: nothing is looked up; each function is one of make's own, without the
expansion of its arguments. Source: the GNU make manual, "Functions for String Substitution and Analysis" and
"Functions for File Names".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import zip_longest


def matches(pattern: str, word: str) -> bool:
    """Whether `word` matches a pattern with at most one %."""
    prefix, percent, suffix = pattern.partition("%")
    if not percent:
        return word == pattern
    return len(word) >= len(prefix) + len(suffix) and word.startswith(prefix) and word.endswith(suffix)


def patsubst(pattern: str, replacement: str, text: str) -> str:
    """Each word of `text` that matches, with what % stood for put into `replacement`. A pattern without % leaves the
    blanks between the words alone, as make does."""
    prefix, percent, suffix = pattern.partition("%")
    if not percent:
        return _by_word(pattern, replacement, text)
    replaced = (
        replacement.replace("%", word[len(prefix) : len(word) - len(suffix)], 1) if matches(pattern, word) else word
        for word in text.split()
    )
    return " ".join(filter(None, replaced))


def _by_word(old: str, new: str, text: str) -> str:
    if not old:
        return text if text and not text[-1].isspace() else text + new
    return re.sub(rf"(?<!\S){re.escape(old)}(?!\S)", lambda _: new, text)


def substitution(source: str, target: str, text: str) -> str:
    """`$(text:source=target)`: without a % the source is what words end with."""
    if "%" not in source:
        return patsubst(f"%{source}", f"%{target}", text)
    return patsubst(source, target, text)


def subst(old: str, new: str, text: str) -> str:
    """Every `old` in `text` as `new`; with nothing to look for, `new` is appended."""
    return text.replace(old, new) if old else text + new


def filtered(patterns: str, text: str) -> str:
    """The words that match one of the patterns."""
    plain, wild = _patterns(patterns)
    return " ".join(w for w in text.split() if w in plain or any(matches(p, w) for p in wild))


def filtered_out(patterns: str, text: str) -> str:
    """The words that match none of the patterns."""
    plain, wild = _patterns(patterns)
    return " ".join(w for w in text.split() if not (w in plain or any(matches(p, w) for p in wild)))


def _patterns(patterns: str) -> tuple[set[str], list[str]]:
    words = patterns.split()
    return {word for word in words if "%" not in word}, [word for word in words if "%" in word]


def strip(text: str) -> str:
    """One blank between words and none around them."""
    return " ".join(text.split())


def ordered(text: str) -> str:
    """Words sorted, each once."""
    return " ".join(sorted(set(text.split())))


def findstring(wanted: str, text: str) -> str:
    """`wanted` if `text` contains it."""
    return wanted if wanted in text else ""


def word(number: str, text: str) -> str:
    """The numbered word, counted from 1."""
    return wordlist(number, number, text)


def wordlist(first: str, last: str, text: str) -> str:
    """The words from `first` to `last`, both included."""
    begin, end = _number(first), _number(last)
    return " ".join(text.split()[max(begin, 1) - 1 : max(end, 0)])


def _number(text: str) -> int:
    return int(text) if text.strip().isdecimal() else 0


def words(text: str) -> str:
    """How many words there are."""
    return str(len(text.split()))


def firstword(text: str) -> str:
    """The first word."""
    return " ".join(text.split()[:1])


def lastword(text: str) -> str:
    """The last word."""
    return " ".join(text.split()[-1:])


def each(change: Callable[[str], str]) -> Callable[[str], str]:
    """A function of words from a function of one word."""
    return lambda text: " ".join(map(change, text.split()))


def directory(name: str) -> str:
    """The folder of one file name with its slash, `./` where it has none."""
    return name[: name.rfind("/") + 1] or "./"


def notdir(name: str) -> str:
    """One file name without its folder."""
    return name[name.rfind("/") + 1 :]


def suffix(name: str) -> str:
    """What stands from the last dot of one file name on."""
    dot = name.rfind(".")
    return name[dot:] if dot > name.rfind("/") else ""


def suffixes(text: str) -> str:
    """The suffix of each name that has one."""
    return " ".join(filter(None, map(suffix, text.split())))


def basename(name: str) -> str:
    """One file name without its suffix."""
    return name.removesuffix(suffix(name)) if suffix(name) else name


def addprefix(prefix: str, text: str) -> str:
    """`prefix` before each word."""
    return " ".join(f"{prefix}{word}" for word in text.split())


def addsuffix(suffix: str, text: str) -> str:
    """`suffix` behind each word."""
    return " ".join(f"{word}{suffix}" for word in text.split())


def join(left: str, right: str) -> str:
    """Words of both texts joined in pairs."""
    return " ".join(f"{a}{b}" for a, b in zip_longest(left.split(), right.split(), fillvalue=""))
