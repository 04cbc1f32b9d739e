"""Which symbol of a newer tree took the place of one that is gone.

Enters: what both trees tell, and which files have the lines of which. Leaves: `Successor`s. Must hold: two things of
different kind speak for a successor at least, and it is clearly ahead of every other; what says the opposite, or is
built of other files, is none. Better none than a wrong one.

A symbol that was there before took nobody's place by its looks; only that what was built for the one that is gone is
now built for it tells so (`merged`).
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from analyzer.deps.rename_evidence import Moves, Told, denies, has_other_figures, has_other_word, indexed, is_test, some
from analyzer.deps.similarity import Texts, words
from analyzer.model.upgrade import EvidenceKind, Likeness, Successor, Trace

_SURE = 5.0
"""The weight from which on a symbol is called a successor."""
_AHEAD = 1.0
"""By how much it has to be ahead of the next."""
_LIKE = 0.35
"""Texts that share less of what they say are not alike."""
_MOVED = 0.3
"""Files that share less of their lines are not the same."""
_RARE = 60
"""A word that more names or prompts have leads to no candidate."""
_HALF = 0.5
_ALIKE = 3.3
"""The weight of what is built from which on it counts for more than a number in the name."""


class Renames:
    """Two trees held against each other."""

    def __init__(self, old: Told, new: Told, moves: Moves) -> None:
        self._old = old.symbols
        self._new = new.symbols
        self._needs = new.needs
        self._moves = moves
        self._fresh = {name: one for name, one in new.symbols.items() if name not in old.symbols}
        both = (*old.symbols.values(), *self._fresh.values())
        self._names = Texts(words(one.name) for one in both)
        self._prompts = Texts(words(one.prompt) for one in both)
        self._helps = Texts(one.help for one in both)
        self._said_before = Counter(one.help for one in old.symbols.values())
        self._said_now = Counter(one.help for one in new.symbols.values())
        self._titles = Counter(one.prompt.casefold() for one in new.symbols.values())
        self._by_name = indexed(self._fresh, lambda one: words(one.name))
        self._by_prompt = indexed(self._fresh, lambda one: words(one.prompt))
        self._by_file = indexed(self._fresh, lambda one: (one.location.path,))
        self._by_default = indexed(new.symbols, lambda one: one.defaults)
        self._owners = indexed(new.symbols, lambda one: one.objects)
        self._owners_before = indexed(old.symbols, lambda one: one.objects)

    def of(self, name: str) -> Successor | None:
        """What took the place of `name`, which the old tree defines; None where nothing is clearly it."""
        old = self._old[name]
        if heir := self._declared(old):
            return heir
        found: dict[str, tuple[float, tuple[Likeness, ...]]] = {}
        for other in self._candidates(old):
            new = self._fresh[other]
            evidence, against = self._evidence(old, new), self._against(old, new)
            if evidence and against < _SURE:
                found[other] = (sum(one.weight for one in evidence) - against, evidence)
        # What the likely one selects is a part of it.
        later = {
            path for old_path in old.objects for path in (old_path, *(to for to, _ in self._moves.get(old_path, ())))
        }
        whole = {other for other in found if later & self._fresh[other].objects.keys()}
        parts = {other for other in found if whole & self._fresh[other].selectors}
        ranked = sorted((weight, other) for other, (weight, _) in found.items() if other not in parts)
        if ranked:
            weight, other = ranked[-1]
            evidence = found[other][1]
            ahead = weight - ranked[-2][0] if len(ranked) > 1 else weight
            kinds = {one.kind for one in evidence} - {"place"}
            if weight >= _SURE and ahead >= _AHEAD and len(kinds) > 1:
                return Successor(name=name, became=(other,), kind="renamed", evidence=evidence)
        return self._merged(old)

    def _declared(self, old: Trace) -> Successor | None:
        """The symbol whose default is the old one, which the new tree keeps for old configs."""
        there = self._new.get(old.name)
        heirs = [name for name in self._by_default.get(old.name, ()) if name != old.name]
        if there is None or not there.transitional or not heirs:
            return None
        text = f"default {old.name}, which is transitional"
        one = Likeness(kind="default", text=text, weight=_SURE, old=there.location, new=self._new[heirs[0]].location)
        return Successor(name=old.name, became=tuple(heirs), kind="renamed", evidence=(one,))

    def _merged(self, old: Trace) -> Successor | None:
        """The symbols that at least half of what was built for the old one is built for now, and was not before."""
        kept = {path: self._needs[path] for path in old.objects if path in self._needs}
        later = {
            path: needs
            for path, needs in kept.items()
            if not {*needs[-1:]} - {*self._old} and not {*needs[-1:]} & {*self._owners_before.get(path, ())}
        }
        if not later or 2 * len(later) < len(old.objects):
            return None
        became = Counter(tuple(dict.fromkeys(needs[-2:])) for needs in later.values()).most_common(1)[0][0]
        path = next(path for path, needs in later.items() if tuple(dict.fromkeys(needs[-2:])) == became)
        text = f"{path} is built for {' and '.join(became) or 'every config'}"
        place = self._new[became[-1]].objects.get(path, old.location) if became and became[-1] in self._new else None
        one = Likeness(kind="object", text=text, weight=_SURE, old=old.objects[path], new=place or old.objects[path])
        return Successor(name=old.name, became=became, kind="merged", evidence=(one,))

    def _candidates(self, old: Trace) -> Iterator[str]:
        found: dict[str, None] = {}
        for path in old.objects:
            for other in (path, *(moved for moved, _ in self._moves.get(path, ()))):
                found |= dict.fromkeys(self._owners.get(other, ()))
        # What one can set may only select the one that is asked in the makefile.
        for name in list(found):
            found |= dict.fromkeys(self._new[name].selectors)
        for one, index in ((old.name, self._by_name), (old.prompt, self._by_prompt)):
            for word in words(one):
                names = index.get(word, ())
                if len(names) <= _RARE:
                    found |= dict.fromkeys(names)
        found |= dict.fromkeys(self._by_file.get(old.location.path, ()))
        yield from (name for name in found if name in self._fresh)

    def _against(self, old: Trace, new: Trace) -> float:
        """What speaks against a successor; `_SURE` where that settles it."""
        built = self._built(old, new)
        kind = built[0].kind if built else ""
        like = built and built[0].weight >= _ALIKE
        if denies(old) != denies(new) or (not built and self._is_sibling(old.name, new.name)):
            return _SURE
        if (is_test(old) != is_test(new) and kind != "object") or (
            not like and has_other_figures(old, new, whole=not built)
        ):
            return _SURE
        if old.type != new.type and {old.type, new.type} & {"int", "hex", "string"}:
            return _SURE
        against = 0.0
        if bool(old.prompt) != bool(new.prompt):
            against += 1.5
        elif old.prompt and not built and not self._say_the_same(old, new):
            against += 2.5
        if not built and not old.prompt and not old.help and has_other_word(old.name, new.name):
            # All that is known of such a symbol is its name.
            against += 1.0
        if old.objects and not built:
            # Where both build something, it is not the same.
            against += 3.5 if new.objects else 1.0
        return against

    def _say_the_same(self, old: Trace, new: Trace) -> bool:
        return (
            self._prompts.alike(words(old.prompt), words(new.prompt)) >= _LIKE
            or self._helps.alike(old.help, new.help) > _HALF
        )

    def _is_sibling(self, old: str, new: str) -> bool:
        """Whether the names differ in one word, and so do two symbols that the old tree has both."""
        one, other = words(old), words(new)
        apart = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
        return len(one) == len(other) and len(apart) == 1 and apart[0] in self._pairs

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        """Words in which two names of the old tree differ, and in nothing else."""
        groups: dict[tuple[int, tuple[str, ...]], list[str]] = {}
        for name in self._old:
            split = words(name)
            for at, word in enumerate(split):
                if len(split) > 1:
                    groups.setdefault((at, (*split[:at], "", *split[at + 1 :])), []).append(word)
        small = [group for group in groups.values() if 1 < len(group) <= _RARE]
        return frozenset((a, b) for group in small for a in group for b in group if a != b)

    def _evidence(self, old: Trace, new: Trace) -> tuple[Likeness, ...]:
        rows = (*self._built(old, new), *self._said(old, new), *self._around(old, new))
        return tuple(sorted(rows, key=lambda one: -one.weight))

    def _built(self, old: Trace, new: Trace) -> tuple[Likeness, ...]:
        """What is built for both: the same object, or one whose source has the same lines. What belongs to a symbol
        that the new one selects, and that is new itself, belongs to it."""
        helpers = [it for name in new.uses if (it := self._fresh.get(name)) and new.name in it.selectors]
        asked = {path: place for one in (*helpers, new) for path, place in one.objects.items()}
        kept = [path for path in old.objects if path in self._needs]
        same = [path for path in kept if path in asked and new.name not in self._owners_before.get(path, ())]
        if same:
            more = f", and {len(same) - 1} more" if len(same) > 1 else ""
            one = Likeness(
                kind="object",
                text=f"{same[0]} is built for it{more}",
                weight=2.0 + 2.5 * len(same) / len(kept),
                old=old.objects[same[0]],
                new=asked[same[0]],
            )
            return (one,)
        rows = [
            (share + (posixpath.basename(path) == posixpath.basename(other)) * 0.2, share, path, other)
            for path in old.objects
            for other, share in self._moves.get(path, ())
            if other in asked and share >= _MOVED
        ]
        if not rows:
            return ()
        _, share, path, other = max(rows)
        one = Likeness(
            kind="source",
            text=f"the source of {other} has {share:.0%} of the lines of that of {path}",
            weight=2.0 + 3.0 * share - (0.0 if other in new.objects else 0.5),
            old=old.objects[path],
            new=asked[other],
        )
        return (one,)

    def _said(self, old: Trace, new: Trace) -> Iterator[Likeness]:
        """Prompt, help and name."""

        def row(kind: EvidenceKind, text: str, weight: float) -> Likeness:
            return Likeness(kind=kind, text=text, weight=weight, old=old.location, new=new.location)

        if old.prompt and old.prompt.casefold() == new.prompt.casefold():
            alone = self._titles[new.prompt.casefold()] == 1
            yield row("prompt", f'its prompt is "{new.prompt}" as well', 4.0 if alone else 2.0)
        elif old.prompt and new.prompt and (like := self._prompts.alike(words(old.prompt), words(new.prompt))) >= _LIKE:
            yield row("prompt", f'its prompt is "{new.prompt}" for "{old.prompt}"', 3.0 * like)
        if (like := self._helps.alike(old.help, new.help)) >= _LIKE:
            # Some texts stand under many entries.
            often = max(self._said_before[old.help], self._said_now[new.help]) > 1
            yield row("help", f"{like:.0%} of the words of its help are the same", (1.0 if often else 4.0) * like)
        if (like := self._names.alike(words(old.name), words(new.name))) >= _LIKE:
            yield row("name", f"its name has {like:.0%} of the words", 3.5 * like)

    def _around(self, old: Trace, new: Trace) -> Iterator[Likeness]:
        """Who selects it, what it uses, where it stands."""

        def row(kind: EvidenceKind, text: str, weight: float) -> Likeness:
            return Likeness(kind=kind, text=text, weight=weight, old=old.location, new=new.location)

        shared = old.selectors & new.selectors
        like = len(shared) / max(1, len(old.selectors | new.selectors))
        if shared and like >= _LIKE:
            yield row("selectors", f"{some(shared)} select it", like * (2.0 if len(shared) == 1 else 3.0))
        uses = old.uses & new.uses
        like = len(uses) / max(1, len(old.uses | new.uses))
        if len(uses) > 1 and like >= _HALF:
            yield row("uses", f"it asks and selects {some(uses)} as well", 1.5 * like)
        if old.location.path == new.location.path:
            beside = [a for a, b in zip(old.neighbours, new.neighbours, strict=True) if a and a == b]
            text = f"it stands beside {' and '.join(beside)}" if beside else f"it stands in {new.location.path}"
            yield row("place", text, 0.5 + 1.0 * len(beside))
