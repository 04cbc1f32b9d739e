"""Reads feature sets from TOML.

Enters: the name of a built-in set (`dma`), the path of a TOML file, or symbols with commas between them. Leaves: a
`FeatureSet`. Must hold: a file that is not a feature set ends in one `SourceError` that names the file and the entry;
nothing in it is guessed or skipped.

The format, which users write themselves:

    title = "Network offloads"          # one line for headings
    name = "offloads"                   # optional; otherwise the file's name without .toml

    [[feature]]                         # one or more; reports keep the order
    name = "TLS"                        # what the row is called, unique in the file
    symbols = ["TLS_DEVICE", "TLS_HW"]  # optional, otherwise [name]; the first that the tree defines counts
    group = "Crypto"                    # optional; rows with the same group stand together
    about = "record encryption by the network card"   # optional, one line

Symbols are written as in Kconfig, without CONFIG_. Several are what different trees call one feature; a tree may have
one symbol for two features, and one that it splits stands in both. Every row says which symbol it shows where that is
called otherwise than the feature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from analyzer import documents
from analyzer.errors import SourceError, UsageError, nearest
from analyzer.model.feature import Feature, FeatureSet

_TOP = ("title", "name", "feature")
_ENTRY = ("name", "symbols", "group", "about")
_SYMBOL = re.compile(r"[A-Za-z0-9_]+")


def built_in() -> tuple[str, ...]:
    """The names of the feature sets that come with the program, sorted."""
    files = resources.files("analyzer.features").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def load(name: str) -> FeatureSet:
    """The feature set that `name` stands for: a built-in one by name (`dma`), else the TOML file at that path, else the
    symbols that it lists (`DMA_OPS,SWIOTLB`; behind one with small letters a comma).

    A file whose name equals a built-in set's is reached as `./dma`. Raises UsageError when it is none of these,
    SourceError when the file can't be read or is no feature set.
    """
    if name in built_in():
        file = resources.files("analyzer.features") / f"{name}.toml"
        return parse(file.read_text(encoding="utf-8"), path=f"{name}.toml")
    try:
        text = documents.read_text(Path(name))
    except FileNotFoundError:
        if "," in name or _is_symbol(name):
            return of_symbols([word.strip() for word in name.removesuffix(",").split(",")])
        hint = nearest(name, built_in()) or f"built in: {', '.join(built_in())}; symbols stand with commas between them"
        raise UsageError(f"no feature set and no file is called {documents.quoted(name)}", hint=hint) from None
    return parse(text, path=name)


def of_symbols(symbols: Sequence[str]) -> FeatureSet:
    """The set of these symbols, with or without CONFIG_, each a feature of its own; its `origin` is "".

    Raises UsageError for what is no symbol's name.
    """
    every = {feature.name: feature for known in built_in() for feature in load(known).features}
    bare = tuple(dict.fromkeys(symbol.removeprefix("CONFIG_") for symbol in symbols))
    for symbol in bare:
        if not _SYMBOL.fullmatch(symbol):
            raise UsageError(f"{documents.quoted(symbol)} is no symbol name", hint="as in DMA_OPS,SWIOTLB")
    features = tuple(_of_symbol(symbol, every) for symbol in bare)
    return FeatureSet(name="symbols", title="Symbols", features=features, origin="")


def _is_symbol(name: str) -> bool:
    """Whether a name is a symbol's as most are, and no set's in capitals."""
    return bool(_SYMBOL.fullmatch(name)) and name == name.upper() and name.lower() not in built_in()


def _of_symbol(symbol: str, known: Mapping[str, Feature]) -> Feature:
    """A symbol as a feature, by the other names too that a feature of that name has."""
    also = known[symbol].symbols if symbol in known else ()
    return Feature(name=symbol, symbols=tuple(dict.fromkeys((symbol, *also))))


def parse(text: str, *, path: str) -> FeatureSet:
    """The feature set that `text` (TOML) holds; `path` names it in errors and gives its default name.

    Raises SourceError, with the line where the text is no TOML and with the entry where it is no feature set.
    """
    top = documents.parse(text, path=path)
    _known_keys(top, _TOP, path, "")
    entries = top.get("feature", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SourceError("`feature` must be written as [[feature]] tables", path=path)
    if not entries:
        raise SourceError("holds no feature", path=path, hint='add a [[feature]] with a name = "SYMBOL"')
    stem = Path(path).stem
    name = _line_of_text(top, "name", path, "") or stem
    features = tuple(_feature(entry, path, f"feature {number}") for number, entry in enumerate(entries, 1))
    _unique([f.name for f in features], path, "the feature {} is there twice")
    return FeatureSet(name=name, title=_line_of_text(top, "title", path, "") or name, features=features, origin=path)


def _feature(entry: dict[str, Any], path: str, where: str) -> Feature:
    name = _line_of_text(entry, "name", path, where)
    if not name:
        raise SourceError(f"{where} has no name", path=path)
    where = f"{where} ({documents.quoted(name)})"
    _known_keys(entry, _ENTRY, path, where)
    symbols = entry.get("symbols", [name])
    if not isinstance(symbols, list) or not symbols or not all(isinstance(s, str) for s in symbols):
        raise SourceError(f"{where}: `symbols` must be a list of names, not empty", path=path)
    for symbol in symbols:
        _check_symbol(symbol, path, where)
    _unique(symbols, path, f"{where}: the symbol {{}} is there twice")
    return Feature(
        name=name,
        symbols=tuple(symbols),
        about=_line_of_text(entry, "about", path, where),
        group=_line_of_text(entry, "group", path, where),
    )


def _check_symbol(symbol: str, path: str, where: str) -> None:
    if symbol.startswith("CONFIG_"):
        bare = symbol.removeprefix("CONFIG_")
        raise SourceError(f"{where}: write {documents.quoted(bare)} without CONFIG_", path=path)
    if not _SYMBOL.fullmatch(symbol):
        hint = "letters, digits and _ only; a name of another form needs `symbols`"
        raise SourceError(f"{where}: {documents.quoted(symbol)} is no symbol name", path=path, hint=hint)


def _line_of_text(table: dict[str, Any], key: str, path: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or not value.isprintable() or len(value) > documents.LONGEST:
        message = f"{where}{': ' if where else ''}`{key}` must be one line of text"
        raise SourceError(
            message, path=path, hint=f"at most {documents.LONGEST} characters, none of them a control character"
        )
    return value.strip()


def _known_keys(table: dict[str, Any], known: tuple[str, ...], path: str, where: str) -> None:
    for key in table:
        if key not in known:
            hint = nearest(key, known) or f"known: {', '.join(known)}"
            raise SourceError(
                f"{where}{': ' if where else ''}unknown key {documents.quoted(key)}", path=path, hint=hint
            )


def _unique(words: list[str], path: str, message: str) -> None:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            raise SourceError(message.format(documents.quoted(word)), path=path)
        seen.add(word)
