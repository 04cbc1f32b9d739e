"""The room of policies: TOML files in, rules, verdicts and baselines out.

Enters: the text of a policy, resolved configs, a witness that knows chains, conflicts and sizes. Leaves: `Policy`,
`Verdict`, the text of a baseline. Must hold: a rule that cannot fail is an error with its line, not a rule that passes.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.policy.accepted import parse_accepted
    from analyzer.policy.baseline import parse_baseline, render_baseline, symbol_and_value
    from analyzer.policy.judge import judge
    from analyzer.policy.read import read

__all__ = ["judge", "parse_accepted", "parse_baseline", "read", "render_baseline", "symbol_and_value"]

import_lazily(__name__)
