"""Two configs brought into a form in which their lines can be held against each other.

Enters: two resolved configs. Leaves: a ConfigSource for each, without base and extras. Must hold: each resolves as its
config does.

A fragment that is merged onto a config comes with the whole .config that this gave. Those thousands of lines say
nothing that the user did not say before, so where both configs come from one, that one's .config is laid under both;
else the lines are read as one file, where that gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analyzer.configs.answers import laid_over
from analyzer.configs.resolve import merged, with_extras
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.pipeline.opening import OpenTree

Opened = tuple[OpenTree, ResolvedConfig]


def brought_together(pair: tuple[Opened, Opened]) -> tuple[ConfigSource, ConfigSource]:
    """The sources of both configs, to be mixed."""
    (left, a), (right, b) = pair
    if left.model is right.model:
        ours, theirs = list(_chain(a)), list(_chain(b))
        shared = next((c for c in ours if any(c.source == other.source for other in theirs)), None)
        if shared is not None and (a.base is not None or b.base is not None):
            frozen = merged(shared, replace(shared.source, assignments=(), extras=()))
            one, other = (_onto(shared, frozen, config) for config in (a, b))
            if all(c.base is shared or _same(left, source, c) for source, c in ((one, a), (other, b))):
                return one, other
    return _alone(left, a), _alone(right, b)


def _chain(config: ResolvedConfig) -> Iterator[ResolvedConfig]:
    """The config, what it was merged onto, and so on."""
    found: ResolvedConfig | None = config
    while found is not None:
        yield found
        found = found.base


def _onto(shared: ResolvedConfig, frozen: ConfigSource, config: ResolvedConfig) -> ConfigSource:
    """What was merged onto `shared` to make `config`, merged at once onto its .config."""
    lines: tuple[Assignment, ...] = ()
    for each in _chain(config):
        if each.source == shared.source:
            break
        lines = laid_over(each.source.assignments, lines)
    return replace(frozen, name=config.source.name, assignments=laid_over(frozen.assignments, lines))


def _alone(opened: OpenTree, config: ResolvedConfig) -> ConfigSource:
    """All lines of a config as one file, or, where that is not the same, the .config of its base and its own."""
    first, *rest = reversed(list(_chain(config)))
    whole = _plain(opened, first)
    for each in rest:
        whole = replace(whole, assignments=laid_over(whole.assignments, each.source.assignments))
    if not rest or _same(opened, whole, config):
        return whole
    assert config.base is not None
    return merged(config.base, config.source)


def _plain(opened: OpenTree, config: ResolvedConfig) -> ConfigSource:
    """A source with those of its extras as lines that count."""
    source = config.source
    if not source.extras:
        return source
    return with_extras(opened.resolved(replace(source, extras=())), source)


def _same(opened: OpenTree, source: ConfigSource, config: ResolvedConfig) -> bool:
    return dict(opened.resolved(source).values.items()) == dict(config.values.items())
