"""Toolchain: answers what a tree's Kconfig asks of compiler, assembler and linker with `$(shell,…)`.

Enters: a located tree. Leaves: answers, and records of them. Must hold: probes of known form run the toolchain's own
programs with an argument list; what a tree wrote runs only confined, or free where the user allows it.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.toolchain.answers import (
        AnyShell,
        ConfinedAnswers,
        FallbackAnswers,
        LiveAnswers,
        ProfileAnswers,
        RecordingAnswers,
    )
    from analyzer.toolchain.confine import way
    from analyzer.toolchain.makefiles import makefile_answer
    from analyzer.toolchain.profile import (
        Profile,
        load_profile,
        profile_of,
        render_profile,
        save_profile,
        shipped_profile,
    )

__all__ = [
    "AnyShell",
    "ConfinedAnswers",
    "FallbackAnswers",
    "LiveAnswers",
    "Profile",
    "ProfileAnswers",
    "RecordingAnswers",
    "load_profile",
    "makefile_answer",
    "profile_of",
    "render_profile",
    "save_profile",
    "shipped_profile",
    "way",
]

import_lazily(__name__)
