"""The room of reports: findings in, `Report` values and finally text out.

Enters: the values of the model that the other rooms made. Leaves: a `Report` per command (`analyze`, `why`, `diff`,
`certify`, `check`, `cost`, `doctor`, `enable`, `disable`, `estimate`, `sample`, `model`, `page`, `plan`, `query`,
`size`, `history`, `measure`, `weigh`, `rank`, `gate`, `versions`, `hunt`, `which`, `new`, `minimal`, `upgrade`,
`find`, `matrix`, `series`, `unmet`, `graph`), and its text in a format (`render`). Must hold: pure; nothing here
reads a tree, prints or writes.
"""

from typing import TYPE_CHECKING

from analyzer.doors import open_late

if TYPE_CHECKING:
    from analyzer.reports.analyze import analyze
    from analyzer.reports.certify import certify
    from analyzer.reports.check import check
    from analyzer.reports.cost import cost
    from analyzer.reports.diff import diff
    from analyzer.reports.doctor import doctor, fixes
    from analyzer.reports.enable import disable, enable
    from analyzer.reports.estimate import estimate
    from analyzer.reports.find import find
    from analyzer.reports.gate import gate
    from analyzer.reports.graph import graph
    from analyzer.reports.held import held
    from analyzer.reports.history import history
    from analyzer.reports.matrix import matrix
    from analyzer.reports.minimal import minimal, minimal_config
    from analyzer.reports.model import model
    from analyzer.reports.new import answers, new
    from analyzer.reports.page import page
    from analyzer.reports.plan import plan
    from analyzer.reports.query import query
    from analyzer.reports.rank import rank
    from analyzer.reports.remedy import fragment
    from analyzer.reports.render import UNTOLD, Format, render
    from analyzer.reports.sample import sample
    from analyzer.reports.schema import schema, schemas
    from analyzer.reports.series import series
    from analyzer.reports.size import measure, size
    from analyzer.reports.unexplained import without_reasons
    from analyzer.reports.unmet import unmet
    from analyzer.reports.upgrade import upgrade, upgraded_config
    from analyzer.reports.versions import hunt, versions
    from analyzer.reports.weigh import weigh
    from analyzer.reports.which import which
    from analyzer.reports.why import why

__all__ = [
    "UNTOLD",
    "Format",
    "analyze",
    "answers",
    "certify",
    "check",
    "cost",
    "diff",
    "disable",
    "doctor",
    "enable",
    "estimate",
    "find",
    "fixes",
    "fragment",
    "gate",
    "graph",
    "held",
    "history",
    "hunt",
    "matrix",
    "measure",
    "minimal",
    "minimal_config",
    "model",
    "new",
    "page",
    "plan",
    "query",
    "rank",
    "render",
    "sample",
    "schema",
    "schemas",
    "series",
    "size",
    "unmet",
    "upgrade",
    "upgraded_config",
    "versions",
    "weigh",
    "which",
    "why",
    "without_reasons",
]

open_late(__name__)
