"""Policies that were judged, as values.

Enters: nothing. Leaves: `Checked` values. Must hold: every kind of finding occurs, with and without a chain.
"""

from __future__ import annotations

from analyzer.model.expr import Location
from analyzer.model.finding import Finding, Level
from analyzer.model.policy import Breach, Chain, Checked, Policy, Rule, UnmetClaim, Verdict
from tests.reports.build_chains import at

CHAIN: Chain = (
    ("DMA_OPS = y: PPC: select DMA_OPS if PPC64", at("arch/powerpc/Kconfig", 177)),
    ("PPC64 = y: CONFIG_PPC64=y", at("arch/powerpc/configs/ppc64_defconfig", 1)),
)
LONG_CHAIN: Chain = tuple((f"S{i} = y: S{i + 1}: select S{i}", at("lib/Kconfig", i + 1)) for i in range(20))


def rule(name: str, line: int) -> Rule:
    """A rule; what it claims does not matter to a report."""
    return Rule(name=name, claim=UnmetClaim(), location=Location(path="ci/kweigh.toml", line=line), places={})


def breach(kind: str, text: str, chain: Chain = (), *, level: Level = "error", config: str = "defconfig") -> Breach:
    """Something found on powerpc."""
    finding = Finding(
        rule=kind,
        level=level,
        message=f"a rule: powerpc {config}: {text}",
        location=Location(path="ci/kweigh.toml", line=9),
        chain=chain,
    )
    symbol = "" if config == "*" else "DMA_OPS"
    return Breach(arch="powerpc", config=config, symbol=symbol, text=text, finding=finding)


def judged() -> Checked:
    """Rules that hold, that do not, and of which nothing can be told."""
    found = (
        breach("value", "DMA_OPS is y, not off", CHAIN),
        breach("baseline", "DMA_OPS was n and is y", LONG_CHAIN),
        breach("unresolved", "could not be resolved: arch/powerpc/Kconfig:3: syntax error", config="*"),
    )
    source: Chain = (("kweigh measure tinyconfig --arch powerpc --tree DIR measures it", None),)
    note = breach("unmeasured", "the image (content) is not measured", source, level="note", config="tinyconfig")
    return Checked(
        policy=Policy(title="What our boards promise", path="ci/kweigh.toml", rules=()),
        tree="Linux 6.1.0",
        verdicts=(
            Verdict(rule=rule("no DMA_OPS in a tiny kernel", 3), looked=2),
            Verdict(rule=rule("a rule", 8), looked=24, breaches=found),
            Verdict(rule=rule("small", 14), looked=1, breaches=(note,)),
        ),
    )


def kept() -> Checked:
    """A single rule, which holds."""
    whole = judged()
    return Checked(policy=whole.policy, tree=whole.tree, verdicts=whole.verdicts[:1])


def lines_lost() -> Checked:
    """A loss, one that is accepted, an entry that no line needs, and a config that could not be looked at."""
    breaches = (
        breach("dropped", "CONFIG_OLD=y is dropped, the value is n", CHAIN),
        breach("unknown", "CONFIG_GONE=y: the tree has no such symbol", config="ps3_defconfig"),
        breach(
            "dropped",
            "CONFIG_KNOWN=y is dropped, the value is n",
            (("accepted: went in 6.4", at("lost.txt", 3)), *CHAIN),
            level="note",
        ),
        breach("unused", "no line of FOO is lost, yet it is accepted: gone", level="warning"),
        breach("unresolved", "could not be resolved: no such file", config="*"),
    )
    return Checked(
        policy=Policy(title="Lines of configs", path="", rules=(rule("every line comes true", 0),)),
        tree="Linux 6.1",
        verdicts=(Verdict(rule=rule("every line comes true", 0), looked=4, breaches=breaches),),
    )


def lines_kept() -> Checked:
    """Nothing is lost."""
    every = rule("every line comes true", 0)
    return Checked(
        policy=Policy(title="Lines of configs", path="", rules=(every,)),
        tree="Linux 6.1",
        verdicts=(Verdict(rule=every, looked=1),),
    )
