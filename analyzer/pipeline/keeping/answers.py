"""An answer with what it rests on: the one way in which answers are kept between runs.

Enters: what an answer is found by, and how it is worked out. Leaves: the answer, from the cache where it counts. Must
hold: an answer counts while every file, folder and program that was looked at for it is as it was (`noted`, `Seen`); of
what cannot be looked at again, or changed meanwhile, nothing is kept; an answer that is used rests on what it rests on.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from analyzer import cache
from analyzer.noted import noting
from analyzer.pipeline.keeping import seen, values

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Generic[_T]):
    """How an answer is written and read; `read` gets all bytes of an entry and where the answer's begin, and gives None
    for what is of another form. A `dear` answer counts also where what it rests on was written anew as it was."""

    write: Callable[[_T], bytes]
    read: Callable[[bytes, int], _T | None]
    dear: bool = True


def key(parts: Iterable[str]) -> str:
    """What must be the same besides what an answer rests on, as hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def kept(folder: Path | None, name: str, label: str, make: Callable[[], _T], form: Form[_T]) -> _T:
    """What `make` gives, or gave when the entry `name` was written in `folder` (None: nothing is kept). `label` is for
    people. Raises what `make` raises, and keeps nothing then."""
    if folder is None:
        return make()
    found = _again(folder, name, label, form)
    if found is not None:
        return found
    with noting() as noted:
        made = make()
    now = seen.see_noted(noted, content=form.dear)
    if now is not None:
        cache.put(folder, name, label, now.line() + form.write(made))
    return made


def _again(folder: Path, name: str, label: str, form: Form[_T]) -> _T | None:
    content = cache.get(folder, name)
    if content is None:
        return None
    start = content.find(b"\n") + 1
    before = seen.read(content[:start])
    now = before.again()
    value = None if now is None else form.read(content, start)
    if now is None or value is None:
        return None
    if now is not before:
        cache.put(folder, name, label, now.line() + content[start:])
    now.note()
    return value


def _pickled(content: bytes, start: int) -> object | None:
    try:
        found: object = values.read(memoryview(content)[start:])
    except (pickle.UnpicklingError, EOFError, AttributeError, TypeError):
        return None
    return found


PLAIN: Form[object] = Form(write=values.written, read=_pickled)
"""For values made of the model's types."""
