"""Whether a diff applies to a tree, or has been applied to it.

Enters: patches in order, what reads a file of the tree. Leaves: `Applied`. Must hold: as patch(1) has it: first as it
is, then reversed, then with context left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.expr import Location
from analyzer.model.patching import Outcome, Patch
from analyzer.model.series import Applied
from analyzer.series.apply import FUZZ, Read, apply, reverse


def applied(patches: Sequence[Patch], read: Read) -> Applied | None:
    """How patches meet a tree; None without any."""
    return None if not patches else met(patches, read)[0]


def met(patches: Sequence[Patch], read: Read) -> tuple[Applied, Outcome]:
    """How patches meet a tree, and what they make of it; of patches that are applied already what taking them back
    makes of it."""
    forward = apply(patches, read, fuzz=0)
    if not forward.rejected:
        return Applied(kind="applies"), forward
    backward = apply(reverse(patches), read, fuzz=0)
    if not backward.rejected:
        return Applied(kind="applied"), backward
    loose = apply(patches, read, fuzz=FUZZ)
    if not loose.rejected:
        worst = max(loose.landed, key=lambda one: one.fuzz)
        place = Location(path=worst.name, line=worst.at)
        reason = f"with fuzz {worst.fuzz}, which git apply does not take"
        return Applied(kind="applies", location=place, reason=reason), loose
    # By their lines in the input: the path of a rename is another one backwards.
    back = {(one.name, one.at) for one in backward.rejected}
    first = next((one for one in loose.rejected if (one.name, one.at) in back), None)
    if first is None:
        return Applied(kind="partly applied"), loose
    return Applied(kind="does not apply", location=Location(path=first.name, line=first.at), reason=first.reason), loose
