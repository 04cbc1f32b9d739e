"""Which entries of a Kconfig mean something else in another one.

Enters: two KconfigModels. Leaves: the second with its choices called as in the first; the names of the entries that
differ. Must hold: two entries are the same when they mean the same, wherever they stand and whatever their prompts and
help texts say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from types import MappingProxyType

from analyzer.configs.meaning import mean, retold, special
from analyzer.configs.union_entries import paired
from analyzer.model.kconfig import Choice, KconfigModel, Symbol


def called_alike(a: KconfigModel, b: KconfigModel) -> KconfigModel:
    """`b` with the keys that `a` has for the same choices: a key has a line, which a patch moves."""
    keys = {key: to for key, to in paired(a, b) if key != to and not to.startswith("<b ")}
    if not keys:
        return b

    def called(key: str | None) -> str | None:
        return None if key is None else keys.get(key, key)

    symbols = {
        name: replace(
            symbol, choice=called(symbol.choice), definitions=tuple(retold(d, keys) for d in symbol.definitions)
        )
        if symbol.choice in keys or any(line.source == "choice" for d in symbol.definitions for line in d.dependencies)
        else symbol
        for name, symbol in b.symbols.items()
    }
    choices = {
        keys.get(key, key): replace(
            choice, key=keys.get(key, key), definitions=tuple(retold(d, keys) for d in choice.definitions)
        )
        for key, choice in b.choices.items()
    }
    menu = tuple(replace(one, name=keys[one.name]) if one.name in keys else one for one in b.menu)
    return replace(
        b,
        symbols=MappingProxyType(symbols),
        choices=MappingProxyType(choices),
        menu=menu,
        selected=None,
        implied=None,
    )


def changed(a: KconfigModel, b: KconfigModel, names: Collection[str] | None = None) -> Iterator[str]:
    """The symbols and choices whose entries differ; only `names` can, where these are known."""
    every = (*a.symbols, *(n for n in b.symbols if n not in a.symbols), *{**a.choices, **b.choices})
    for name in every if names is None else names:
        if name in a.symbols or name in b.symbols:
            if not _same_symbol(a.symbols.get(name), b.symbols.get(name)):
                yield name
        elif not _same_choice(a.choices.get(name), b.choices.get(name)):
            yield name


def _same_symbol(a: Symbol | None, b: Symbol | None) -> bool:
    if a is None or b is None:
        return a is b
    head = (a.type, a.choice, special(a)) == (b.type, b.choice, special(b))
    return a is b or (head and mean(a.definitions) == mean(b.definitions))


def _same_choice(a: Choice | None, b: Choice | None) -> bool:
    if a is None or b is None:
        return a is b
    same = (a.type, a.members, a.optional) == (b.type, b.members, b.optional)
    return a is b or (same and mean(a.definitions) == mean(b.definitions))
