"""Reads policies from TOML.

Enters: the text of a policy, and what loads feature sets. Leaves: a `Policy`. Must hold: whatever is not a policy ends
in one `SourceError` with the line of the key; nothing is guessed or skipped.

The format, which users write themselves:

    title = "What our boards promise"      # optional; otherwise the file's name without .toml
    features = "dma"                       # optional: the set whose features the rules name (a .toml beside the policy)

    [[rule]]                               # one or more
    name = "no DMA_OPS in a tiny kernel"   # unique in the file
    arches = ["x86_64", "arm*"]            # optional, names and globs; otherwise as kweigh matrix has it
    configs = ["tinyconfig"]               # optional, names, files and globs; otherwise tinyconfig and defconfig
    …                                      # and one claim:

    symbol = "DMA_OPS"                     # or feature = "DMA_OPS", of the set
    value = "off"                          # off, on, or a value: "m", 17, "0x1000", "a text"

    symbol = "DMA_OPS"
    not-selected-by = ["PCI"]              # none of them may raise it

    symbol = "DMA_OPS"
    at-most = 2500                         # bytes
    of = "gate"                            # what the image gains with it (the default); or "objects" built for it
    unmeasured = "allow"                   # optional: what nobody measured is a note, not an error

    image = "content"                      # of vmlinux.o; or "loaded", "file" (of vmlinux), "boot"
    at-most = 1_000_000

    baseline = "dma.baseline"              # a file beside the policy, written by kweigh check --write-baseline
    symbols = ["SWIOTLB"]                  # optional; otherwise those of the feature set

    no-unmet = true                        # no select goes against a dependency

    no-lost-lines = true                   # every line of a config comes true
    accepted = "kweigh.accepted"           # optional: a file beside the policy, with the losses that are accepted
                                           # (analyzer/policy/accepted.py)

    not-brought = ["unmet", "lost", "fault", "value=DMA_OPS", "growth=4K"]
                                           # a series (kweigh check --series) brings none of these: the limits that
                                           # kweigh review --fail-on takes
    build = ["x86_64", "arm64:defconfig"]  # whose growth it is, from builds in the ledger

Symbols are written as in Kconfig, without CONFIG_.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

from analyzer import documents
from analyzer.errors import SourceError, UsageError, nearest
from analyzer.model.expr import Location
from analyzer.model.feature import FeatureSet
from analyzer.model.policy import (
    BaselineClaim,
    Claim,
    LinesClaim,
    Measure,
    Policy,
    Rule,
    SelectorClaim,
    SeriesClaim,
    SizeClaim,
    Target,
    UnmetClaim,
    ValueClaim,
)
from analyzer.policy.places import Lines, lines_of

LARGEST_SIZE = 1 << 50  # bytes

_TOP = ("title", "features", "rule")
_CLAIMS = ("value", "not-selected-by", "at-most", "baseline", "no-unmet", "no-lost-lines", "not-brought")
_WHO = ("symbol", "feature")
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "value": _WHO,
    "not-selected-by": _WHO,
    "at-most": (*_WHO, "image", "of", "unmeasured"),
    "baseline": ("symbols",),
    "no-unmet": (),
    "no-lost-lines": ("accepted",),
    "not-brought": ("build",),
}
_EVERY = ("name", "arches", "configs")
_KEYS = tuple(dict.fromkeys((*_EVERY, *_CLAIMS, *(key for keys in _BESIDE.values() for key in keys))))
_IMAGES = ("content", "loaded", "file", "boot")
_SYMBOL = re.compile(r"[A-Za-z0-9_]+")

Loader = Callable[[str], FeatureSet]
"""Gives a feature set by name or path; raises UsageError or SourceError."""


def read(text: str, *, path: str, features: Loader) -> Policy:
    """The policy that `text` (TOML) holds; `path` names it in errors. Raises SourceError with the line."""
    top = documents.parse(text, path=path)
    above, sections = lines_of(text)
    page = _Page(path=path, lines=above, table=top, what="the policy")
    page.known(_TOP)
    entries = top.get("rule", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        page.refuse("`rule` must be written as [[rule]] tables", "rule")
    if not entries:
        raise SourceError("holds no rule", path=path, hint="add a [[rule]]")
    if len(entries) != len(sections):
        page.refuse("write each rule below a line [[rule]] of its own", "rule")
    chosen = _features(page, features)
    rules: list[Rule] = []
    for entry, lines in zip(entries, sections, strict=True):
        rules.append(_rule(_Page(path=path, lines=lines, table=entry, what="the rule"), chosen))
        if any(rule.name == rules[-1].name for rule in rules[:-1]):
            raise SourceError(
                f"the rule {documents.quoted(rules[-1].name)} is there twice",
                path=path,
                lineno=rules[-1].at("name").line,
            )
    return Policy(title=page.text("title") or Path(path).stem, path=path, rules=tuple(rules))


def _features(page: _Page, features: Loader) -> Loader:
    """What gives the policy's own set: the set is read when a rule asks for it."""
    name = page.text("features") or "dma"

    def load(_: str) -> FeatureSet:
        beside = name.endswith(".toml")
        try:
            return features(str(Path(page.path).parent / name) if beside else name)
        except UsageError as error:
            page.refuse(error.message, "features", hint=error.hint)

    if "features" in page.table:
        load(name)
    return load


def _rule(page: _Page, features: Loader) -> Rule:
    page.known(_KEYS)
    name = page.text("name")
    if not name:
        page.refuse("the rule has no name", "name")
    page = _Page(path=page.path, lines=page.lines, table=page.table, what=f"the rule {documents.quoted(name)}")
    claims = [key for key in _CLAIMS if key in page.table]
    if not claims:
        page.refuse(f"{page.what} claims nothing", "name", hint=f"one of {', '.join(_CLAIMS)}")
    if len(claims) > 1:
        page.refuse(f"{page.what} makes two claims: {claims[0]} and {claims[1]}", claims[1], hint="write two rules")
    if stray := [key for key in page.table if key not in (*_EVERY, claims[0], *_BESIDE[claims[0]])]:
        page.refuse(f"{page.what}: `{stray[0]}` means nothing beside `{claims[0]}`", stray[0])
    return Rule(
        name=name,
        claim=_claim(page, claims[0], features),
        location=page.location(""),
        arches=page.words("arches"),
        configs=page.words("configs"),
        places={key: page.location(key) for key in page.table},
    )


def _claim(page: _Page, key: str, features: Loader) -> Claim:
    match key:
        case "value":
            return ValueClaim(target=_target(page, features), value=_value(page))
        case "not-selected-by":
            selectors = page.words(key)
            for name in selectors:
                page.symbol(name, key)
            return SelectorClaim(target=_target(page, features), selectors=selectors)
        case "at-most":
            return _size(page, features)
        case "baseline":
            return _baseline(page, features)
        case "not-brought":
            return SeriesClaim(limits=page.words(key), build=page.words("build"))
        case _:
            if page.table[key] is not True:
                page.refuse(f"{page.what}: `{key}` can only be true", key, hint="leave the rule out otherwise")
            if key == "no-unmet":
                return UnmetClaim()
            name = page.text("accepted")
            return LinesClaim(accepted=str(Path(page.path).parent / name) if name else "")


def _target(page: _Page, features: Loader) -> Target:
    if ("symbol" in page.table) == ("feature" in page.table):
        page.refuse(f"{page.what} needs either `symbol` or `feature`", "symbol")
    if name := page.text("symbol"):
        return Target(name=name, symbols=(page.symbol(name, "symbol"),))
    name = page.text("feature")
    known = {feature.name: feature for feature in features("").features}
    if name not in known:
        hint = nearest(name, known) or f"known: {', '.join(known)}"
        page.refuse(f"{page.what}: no feature {documents.quoted(name)} in the set", "feature", hint=hint)
    return Target(name=name, symbols=known[name].symbols)


def _value(page: _Page) -> str:
    value = page.table["value"]
    if isinstance(value, bool):
        page.refuse(f"{page.what}: `value` must be a text or a number", "value", hint='write "on" or "off"')
    return str(value) if isinstance(value, int) else page.text("value", empty=True)


def _size(page: _Page, features: Loader) -> SizeClaim:
    most = page.table["at-most"]
    if not isinstance(most, int) or isinstance(most, bool) or not 0 <= most <= LARGEST_SIZE:
        page.refuse(f"{page.what}: `at-most` must be a number of bytes", "at-most")
    unmeasured = page.choice("unmeasured", ("error", "allow"))
    about = {"at_most": most, "unmeasured": cast("Any", unmeasured)}
    if "image" not in page.table:
        of = page.choice("of", ("gate", "objects"))
        return SizeClaim(target=_target(page, features), of=cast("Measure", of), **about)
    for key in (*_WHO, "of"):
        if key in page.table:
            page.refuse(f"{page.what}: `{key}` means nothing beside `image`", key)
    return SizeClaim(target=None, of=cast("Measure", page.choice("image", _IMAGES)), **about)


def _baseline(page: _Page, features: Loader) -> BaselineClaim:
    name = page.text("baseline")
    if not name:
        page.refuse(f"{page.what}: `baseline` must name a file", "baseline")
    if "symbols" in page.table:
        targets = [Target(name=s, symbols=(page.symbol(s, "symbols"),)) for s in page.words("symbols")]
    else:
        targets = [Target(name=f.name, symbols=f.symbols) for f in features("").features]
    return BaselineClaim(path=str(Path(page.path).parent / name), targets=tuple(targets))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A table, where it stands, and how errors call it."""

    path: str
    lines: Lines
    table: Mapping[str, Any]
    what: str

    def location(self, key: str) -> Location:
        return Location(path=self.path, line=self.lines.keys.get(key, self.lines.line))

    def refuse(self, message: str, key: str, *, hint: str = "") -> NoReturn:
        raise SourceError(message, path=self.path, lineno=self.location(key).line, hint=hint)

    def known(self, keys: tuple[str, ...]) -> None:
        for key in self.table:
            if key not in keys:
                hint = nearest(key, keys) or f"known: {', '.join(keys)}"
                self.refuse(f"{self.what}: unknown key {documents.quoted(key)}", key, hint=hint)

    def text(self, key: str, *, empty: bool = False) -> str:
        """One line of text; "" where the key is not written."""
        value = self.table.get(key, "")
        fits = isinstance(value, str) and value.isprintable() and len(value) <= documents.LONGEST
        if not fits or (key in self.table and not value.strip() and not empty):
            hint = f"at most {documents.LONGEST} characters, none of them a control character"
            self.refuse(f"{self.what}: `{key}` must be one line of text", key, hint=hint)
        return str(value).strip()

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, each there once; none where the key is not written."""
        found = self.table.get(key, [])
        if not isinstance(found, list) or (key in self.table and not found):
            self.refuse(f"{self.what}: `{key}` must be a list, not empty", key)
        for word in found:
            if not isinstance(word, str) or not word.strip() or not word.isprintable() or len(word) > documents.LONGEST:
                self.refuse(f"{self.what}: `{key}` must be a list of names", key)
            if found.count(word) > 1:
                self.refuse(f"{self.what}: {documents.quoted(word)} is there twice", key)
        return tuple(found)

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of `allowed`; the first where the key is not written."""
        found = self.table.get(key, allowed[0])
        if found not in allowed:
            self.refuse(f"{self.what}: `{key}` must be one of {', '.join(allowed)}", key)
        return str(found)

    def symbol(self, name: str, key: str) -> str:
        if name.startswith("CONFIG_"):
            self.refuse(f"{self.what}: write {documents.quoted(name.removeprefix('CONFIG_'))} without CONFIG_", key)
        if not _SYMBOL.fullmatch(name):
            self.refuse(f"{self.what}: {documents.quoted(name)} is no symbol name", key)
        return name
