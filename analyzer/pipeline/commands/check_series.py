"""Holds rules about a series against it.

Enters: a policy, a request, what the user calls a series. Leaves: a `Verdict` of each such rule. Must hold: a rule
about a series is judged on one or is an error; growth is of builds in the ledger, and what nobody built is a breach.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from analyzer.errors import InputError, SourceError, UsageError
from analyzer.model.finding import Finding
from analyzer.model.policy import Breach, Policy, Rule, SeriesClaim, Verdict
from analyzer.model.review import Review
from analyzer.model.review_bytes import SeriesBytes
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.choosing import check_configs, chosen_arches
from analyzer.pipeline.commands.review import CONFIGS, review
from analyzer.pipeline.commands.review_builds import built_sides, orders
from analyzer.pipeline.commands.review_limits import Brought, Limits, limits
from analyzer.pipeline.opening import Progress, TreeRequest
from analyzer.pipeline.patching.sides import Sides, sides


def judge_series(
    policy: Policy, request: TreeRequest, source: str, known: Known, progress: Progress, only: Sequence[str]
) -> tuple[Mapping[str, Verdict], str]:
    """The verdicts of all rules about a series, by the rule's name, and what the tree is called ("": there is none).

    Raises UsageError where there is no series for a rule, or no rule for a series, SourceError for a rule that makes no
    sense, and what `sides` raises.
    """
    rules = [(rule, rule.claim) for rule in policy.rules if isinstance(rule.claim, SeriesClaim)]
    if not rules:
        if source:
            raise UsageError(f"no rule of {policy.path} is about a series", hint="not-brought = [...] in a [[rule]]")
        return {}, ""
    if not source:
        raise UsageError(f"the rule {rules[0][0].name!r} is about a series", hint="--series SOURCE names it")
    told: dict[str, Verdict] = {}
    label = ""
    with sides(request, source, progress=progress) as both:
        for rule, claim in rules:
            found = _reviewed(rule, claim, both, known, progress, only)
            if found is None:
                told[rule.name] = Verdict(rule=rule, looked=0)
                continue
            label = found.tree
            breaches = (_breach(rule, one) for one in _limits(rule, claim).broken(found))
            told[rule.name] = Verdict(rule=rule, looked=found.configs, breaches=tuple(breaches))
    return told, label


def _limits(rule: Rule, claim: SeriesClaim) -> Limits:
    try:
        found = limits(claim.limits)
    except UsageError as error:
        _refuse(rule, error.message, "not-brought", hint=error.hint)
    if (found.growth is None) is not (not claim.build):
        _refuse(rule, "growth and `build` go together", "build", hint='such as build = ["x86_64"]')
    return found


def _reviewed(
    rule: Rule, claim: SeriesClaim, both: Sides, known: Known, progress: Progress, only: Sequence[str]
) -> Review | None:
    """What the series does where the rule looks; None where it looks at nothing of `only`."""
    may = _limits(rule, claim)
    try:
        arches = chosen_arches(both.before, rule.arches or ("*",))
        if only:
            chosen = chosen_arches(both.before, only)
            arches = tuple(arch for arch in arches if arch in chosen)
        if not arches:
            return None
        # A solver that is not there is no fault of the policy.
        check_configs(both.before, arches, rule.configs or CONFIGS)
    except UsageError as error:
        _refuse(rule, error.message, "configs", hint=error.hint)
    try:
        wanted = [one for one in orders(both.before, claim.build) if not only or one.arch in arches]
    except (InputError, UsageError) as error:
        _refuse(rule, error.message, "build", hint=error.hint)
    found = review(both, arches, rule.configs, progress, faults="fault" in may.kinds)
    if may.growth is None:
        return found
    source = "SOURCE" if both.name == "<stdin>" else shlex.quote(both.name)
    builds = built_sides(both, wanted, known.ledger, f"kweigh review {source} {known.words}")
    return replace(found, bytes=SeriesBytes(builds=builds))


def _breach(rule: Rule, one: Brought) -> Breach:
    where = " ".join(text for text in (one.arch, one.config) if text)
    finding = Finding(
        rule=one.kind,
        level="error",
        message=": ".join(text for text in (rule.name, where, one.symbol, one.text) if text),
        location=one.location or rule.at("not-brought"),
    )
    return Breach(arch=one.arch, config=one.config, symbol=one.symbol, text=one.text, finding=finding)


def _refuse(rule: Rule, message: str, key: str, *, hint: str = "") -> NoReturn:
    place = rule.at(key, "not-brought")
    raise SourceError(f"the rule {rule.name!r}: {message}", path=place.path, lineno=place.line, hint=hint)
