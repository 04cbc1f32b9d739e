"""The room of reports: findings in, `Report` values and finally text out.

Enters: the values of the model that the other rooms made. Leaves: a `Report` per command, under the command's name, and
its text in a format (`render`). Must hold: pure; nothing here reads a tree, prints or writes.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.reports.compose.analyze import analyze
    from analyzer.reports.compose.certify import certify
    from analyzer.reports.compose.check import check
    from analyzer.reports.compose.cost import cost
    from analyzer.reports.compose.diff import diff
    from analyzer.reports.compose.doctor import doctor, fixes
    from analyzer.reports.compose.driver import driver
    from analyzer.reports.compose.enable import disable, enable
    from analyzer.reports.compose.estimate import estimate
    from analyzer.reports.compose.find import find
    from analyzer.reports.compose.gate import gate
    from analyzer.reports.compose.graph import graph
    from analyzer.reports.compose.held import held
    from analyzer.reports.compose.history import history
    from analyzer.reports.compose.lint import lint
    from analyzer.reports.compose.matrix import matrix
    from analyzer.reports.compose.minimal import minimal, minimal_config
    from analyzer.reports.compose.model import model
    from analyzer.reports.compose.new import answers, new
    from analyzer.reports.compose.page import page
    from analyzer.reports.compose.plan import plan
    from analyzer.reports.compose.query import query
    from analyzer.reports.compose.rank import rank
    from analyzer.reports.compose.review import review
    from analyzer.reports.compose.sample import sample
    from analyzer.reports.compose.series import series
    from analyzer.reports.compose.shrink import shrink, shrunk_file
    from analyzer.reports.compose.size import measure, size
    from analyzer.reports.compose.unmet import unmet
    from analyzer.reports.compose.upgrade import upgrade, upgraded_config
    from analyzer.reports.compose.versions import hunt, versions
    from analyzer.reports.compose.weigh import weigh
    from analyzer.reports.compose.which import which
    from analyzer.reports.compose.why import why
    from analyzer.reports.formats.unexplained import without_reasons
    from analyzer.reports.html.draw import undrawn
    from analyzer.reports.render import UNTOLD, Format, render
    from analyzer.reports.schema import schema, schemas
    from analyzer.reports.words.places import Link
    from analyzer.reports.words.remedy import fragment

__all__ = [
    "UNTOLD",
    "Format",
    "Link",
    "analyze",
    "answers",
    "certify",
    "check",
    "cost",
    "diff",
    "disable",
    "doctor",
    "driver",
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
    "lint",
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
    "review",
    "sample",
    "schema",
    "schemas",
    "series",
    "shrink",
    "shrunk_file",
    "size",
    "undrawn",
    "unmet",
    "upgrade",
    "upgraded_config",
    "versions",
    "weigh",
    "which",
    "why",
    "without_reasons",
]

import_lazily(__name__)
