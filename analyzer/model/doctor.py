"""What a config asks for and does not get, and what to do about it.

Enters: nothing. Leaves: `Request` and `LineState` (the lines of fragments), `Remedy` (what to set besides),
`Diagnosis`, `Wanted`, `Removal`. Must hold: every line that was asked for has exactly one state; a remedy that is
called verified was resolved again, and a contradiction names the lines that make it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from analyzer.model.config import Assignment, ResolvedConfig
from analyzer.model.expr import Answered, Location
from analyzer.model.gain import Gain
from analyzer.model.graph import Explanation, ProposedValue
from analyzer.model.known import Missing
from analyzer.model.stranger import Stranger

FIX = "FIX"
"""What a file with the lines of a remedy is called in a command that measures it."""

Verdict = Literal[
    "kept",  # .config has the line
    "redundant",  # it has, and had so before
    "changed",  # the symbol has another value than asked, but is not off
    "dropped",  # it is off, or has no value
    "moot",  # the value is as asked, but .config has no such line: mostly "is not set" of what does not show
    "overridden",  # another line of another value counts, mostly a later one
    "unknown",  # the tree does not define the symbol
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something said of a line: by kweigh, conf or merge_config.sh. `location` is the line that it is about, `waits`
    are the symbols that would have to be otherwise."""

    by: Literal["kweigh", "conf", "merge_config.sh"]
    text: str
    location: Location | None = None
    waits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A line of a fragment; `value` is what it asks for, unquoted, and None where the symbol's type does not allow it
    (or there is no such symbol). `final` is the line of the symbol in the .config that came out ("": there is none),
    `override` the line of another value that counts instead."""

    assignment: Assignment
    value: str | None
    final: str = ""
    override: Assignment | None = None

    @property
    def name(self) -> str:
        """The symbol's name."""
        return self.assignment.name

    @property
    def is_odd(self) -> bool:
        """Whether conf, which has the value from the line, would write another line for it."""
        return bool(self.assignment.text) and self.value is not None and self.assignment.text != self.final

    @property
    def line(self) -> str:
        """The line as it stands in the file."""
        return self.assignment.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A symbol whose value a remedy changes."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Why something cannot be: `steps` are the lines that exclude each other, each a sentence and its place, the goal
    first; `text` says what does not go together. `answers` are what the toolchain answered, where that decided."""

    text: str
    steps: tuple[tuple[str, Location | None], ...] = ()
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A member of a choice that is picked because `gone` is to go. `why` is the line of the choice that defaults to it,
    or what else decided; "named" where the user named it."""

    name: str
    gone: str
    why: str
    location: Location | None = None


RemedyStatus = Literal[
    "verified",  # resolved again with the assignments, every wish came true
    "impossible",  # proved: no assignment does it
    "toolchain",  # proved: no assignment does it with this toolchain, and what it answered is part of the proof
    "not found",  # the search ended without either
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What to set so that some symbols get the values wished for.

    `wishes` are names and values, `picks` what choices pick for members that are wished away, `assignments` what to set
    (for a fragment's line: besides it), `changes` every other symbol whose value differs with them, `resorts` those
    turned on that nobody turns on to get another (COMPILE_TEST, EXPERT, BROKEN, what is for debugging or tests): no way
    without them was found; `loses` the requested lines that are not to be had together with the wishes.
    `gain` is what the config gains with it (None: nobody has measured it). `contradiction` says why it is impossible,
    or what the search met last.
    """

    wishes: tuple[tuple[str, str], ...]
    status: RemedyStatus
    picks: tuple[Pick, ...] = ()
    assignments: tuple[ProposedValue, ...] = ()
    changes: tuple[Change, ...] = ()
    resorts: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    gain: Gain | None = None
    contradiction: Contradiction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """What became of one line.

    `value` is the symbol's value ("" where the tree does not define it);
    `explanation` the chain that decided, of lines that are lost or moot; `stranger` what is known of a name that the
    tree does not define; `remedy` what brings it back; `words` what else is to be said of it.
    """

    request: Request
    verdict: Verdict
    value: str
    explanation: Explanation | None = None
    stranger: Stranger | None = None
    remedy: Remedy | None = None
    words: tuple[Remark, ...] = ()

    @property
    def hint(self) -> str:
        """A near name, or where else the symbol is defined ("": nothing is known)."""
        return self.stranger.hint if self.stranger else ""

    @property
    def is_lost(self) -> bool:
        """Whether the config is not what the line asks for, though no later line asks for anything else."""
        return self.verdict in {"changed", "dropped"} or (self.verdict == "unknown" and self.asks_for_something)

    @property
    def is_warned_of(self) -> bool:
        """Whether scripts/kconfig/merge_config.sh warns "Value requested for CONFIG_X not in final .config"."""
        return self.verdict in {"changed", "dropped", "moot", "unknown"}

    @property
    def asks_for_something(self) -> bool:
        """Whether it asks for more than that the symbol is off."""
        return self.request.assignment.value != "n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A config with fragments merged onto it, and what became of their lines, in order. For `unsearched` of those
    that are lost no fix was looked for. `joint` is one remedy for all
    lines that are lost and can be had, where there are several. `missing` are the builds that would tell what the fixes
    weigh, where none of them is weighed."""

    config: ResolvedConfig
    lines: tuple[LineState, ...]
    unsearched: int = 0
    joint: Remedy | None = None
    missing: Missing | None = None

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What brings lines back, the joint remedy first."""
        found = (self.joint, *(line.remedy for line in self.lines))
        return tuple(one for one in found if one is not None and one.assignments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Values wanted of a config, and what gives them. `missing` are the builds that would tell what that weighs (None:
    it is known, or can't be built)."""

    config: ResolvedConfig
    remedy: Remedy
    missing: Missing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What keeps a symbol in, and the smallest set found to turn off so that it goes.

    `explanation` is the chain that keeps it in; `remedy` turns it off. `least` says that a proof shows that no set of
    symbols to turn off changes fewer others; None where nobody could tell (without the solver). `missing` is as in
    `Wanted`.
    """

    config: ResolvedConfig
    explanation: Explanation
    remedy: Remedy
    least: bool | None = False
    missing: Missing | None = None
