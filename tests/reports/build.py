"""One report of every kind.

Enters: nothing. Leaves: reports by name. Must hold: every schema and every kind of block occurs.
"""

from __future__ import annotations

from analyzer.model.certificate import Certificate, Comparison, SymbolDifference
from analyzer.model.feature import Feature
from analyzer.model.report import Report
from analyzer.model.sampling import FeatureShare, SampleSummary, SelectorShare
from analyzer.reports import analyze, certify, diff, graph, matrix, sample, series, unmet, why
from tests.reports.build_chains import around, forced, loop, off_chain, on_chain
from tests.reports.build_configs import REASONS, analysis, config, difference, side_by_side, with_failure
from tests.reports.build_series import posted


def certificate() -> Certificate:
    """A comparison that is equal, one that differs and one that failed."""
    differing = SymbolDifference(name="DMA_OPS", ours="y", theirs=None, reason=REASONS["DMA_OPS"])
    return Certificate(
        tree="Linux 6.1.0",
        toolchains=("gcc 12.2.0 (x86_64-linux-gnu)",),
        comparisons=(
            Comparison(arch="x86_64", config="tinyconfig", equal=True),
            Comparison(arch="x86_64", config="x86_64_defconfig", equal=False, differences=(differing,), line="line 7"),
            Comparison(arch="arm", config="odd_defconfig", equal=False, error="conf failed"),
        ),
    )


def sampled() -> SampleSummary:
    """A feature that selects turn on, one that is never on, and one that the tree lacks."""
    location = REASONS["DMA_OPS"].location
    shares = tuple(SelectorShare(name=f"SELECTOR_{n}", location=location, count=900 - n) for n in range(6))
    return SampleSummary(
        tree="Linux 6.1.0 x86_64",
        title="DMA features",
        count=4096,
        seed=1,
        rows=(
            FeatureShare(
                feature=Feature(name="DMA_OPS", symbols=("DMA_OPS",)), symbol="DMA_OPS", y=1700, selectors=shares
            ),
            FeatureShare(feature=Feature(name="VDPA", symbols=("VDPA",), group="Devices"), symbol="VDPA", y=3, m=40),
            FeatureShare(feature=Feature(name="GONE", symbols=("GONE",), group="Devices"), symbol=None),
        ),
    )


def reports() -> dict[str, Report]:
    """One report of every kind, by a name that snapshots carry."""
    found, rows = posted()
    return {
        "certify": certify(certificate()),
        "analyze": analyze(analysis()),
        "why on": why(config(), on_chain()),
        "why off": why(config(), off_chain()),
        "why impossible": why(config(), off_chain("impossible")),
        "diff": diff(difference()),
        "matrix": matrix(side_by_side()),
        "matrix with a failure": matrix(with_failure()),
        "sample": sample(sampled()),
        "series": series(found, rows, tree="Linux 6.1.0"),
        "unmet": unmet(config(), (forced(),), (loop(),)),
        "unmet none": unmet(config(), (), ()),
        "graph": graph(config(), around()),
    }
