"""Kbuild makefiles in, what a config builds out.

Enters: a tree's makefiles, a config, and what answers questions to the toolchain. Leaves: a BuildPlan (`evaluate`),
what make exports to conf (`exports`), the flags with which objects are compiled (`flags`). Must hold: lark is used here
to parse makefiles; nothing is run, and no file outside of the tree is read.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.kbuild.exports import Exports, exports
    from analyzer.kbuild.flags import flags
    from analyzer.kbuild.parsed import Parsed
    from analyzer.kbuild.plan import evaluate
    from analyzer.kbuild.probes import Probe, ToolAnswers, no_answers
    from analyzer.kbuild.reach import EVERYWHERE, Reach, is_makefile
    from analyzer.kbuild.sources import Sources
    from analyzer.kbuild.which import Possible, built, mentions, possible, target

__all__ = [
    "EVERYWHERE",
    "Exports",
    "Parsed",
    "Possible",
    "Probe",
    "Reach",
    "Sources",
    "ToolAnswers",
    "built",
    "evaluate",
    "exports",
    "flags",
    "is_makefile",
    "mentions",
    "no_answers",
    "possible",
    "target",
]

import_lazily(__name__)
