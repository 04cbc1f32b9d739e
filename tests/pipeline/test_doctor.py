"""Rules: a folder per case in doctor/, the first comment of its Kconfig states the rule; and for any tree and any
fragment a verdict is what merge_config.sh says, a printed fix gives the value, and what is called impossible does not
come about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analyzer import configs
from analyzer.errors import UsageError
from analyzer.model.config import Merge, ResolvedConfig
from analyzer.model.doctor import Diagnosis, LineState, Remedy
from analyzer.model.estimate import exactly
from analyzer.model.gain import Gain
from analyzer.pipeline import OpenTree
from analyzer.pipeline.bytes.gains import Scales
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.toggles import turned
from analyzer.pipeline.commands.doctor import diagnose, disable, enable, is_named
from analyzer.reports import doctor, fragment, render
from analyzer.reports.words.remedy import assignment_line
from tests.configs.generate import Generated, generated
from tests.oracle.fragments import warned_of
from tests.pipeline.small_trees import opened
from tests.pipeline.weighed_tree import ALONE, build, opened_in

CASES = Path(__file__).parent / "doctor"
ANY_TREE = st.one_of(generated("legacy").map(lambda t: ("legacy", t)), generated("menu").map(lambda t: ("menu", t)))
slow = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def told(found: Diagnosis) -> Iterator[str]:
    """The diagnosis as the files `expected` have it."""
    for line in found.lines:
        yield f"{line.request.assignment.location} {line.verdict} {line.request.line}"
        yield from (f"\t{text}" for text in _below(found, line))
    if found.joint is not None:
        yield f"all: {_set(found, found.joint)}"


def _below(found: Diagnosis, line: LineState) -> Iterator[str]:
    if (over := line.request.override) is not None:
        yield f"by {over.location} {over.value}"
    if line.hint:
        yield line.hint
    for step in line.explanation.steps if line.explanation else ():
        for evidence in step.evidence:
            yield f"{evidence.location} {step.name} is {step.value or 'empty'}: {evidence.text}"
        if not step.evidence:
            yield f"{step.location} {step.name} is {step.value or 'empty'} ({step.kind})"
    if line.remedy is not None and line.remedy.contradiction is not None:
        yield f"{line.remedy.status}: {line.remedy.contradiction.text}"
        yield from (f"{location} {text}" for text, location in line.remedy.contradiction.steps)
    elif line.remedy is not None:
        yield f"set {_set(found, line.remedy)}"


def _set(found: Diagnosis, remedy: Remedy) -> str:
    assert remedy.status == "verified"
    lines = " ".join(assignment_line(found.config, a.name, a.value) for a in remedy.assignments)
    return f"{lines}; loses {' '.join(remedy.loses)}" if remedy.loses else lines


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_case(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {path.name for path in folder.iterdir()} <= {"Kconfig", "base", "a.config", "b.config", "expected"}
    monkeypatch.chdir(folder)
    base = "base" if Path("base").read_text() else "alldefconfig"
    fragments = sorted(path.name for path in folder.glob("?.config"))
    found = diagnose(opened(Path()), base, fragments)
    assert "\n".join(told(found)) + "\n" == Path("expected").read_text()


def tree_of(folder: Path, drawn: tuple[str, Generated]) -> OpenTree:
    """The drawn tree; `base` is its config, never empty."""
    dialect, tree = drawn
    (folder / "Kconfig").write_text(tree.kconfig)
    (folder / "base").write_text(f"# CONFIG_NOBODY is not set\n{tree.config}")
    return opened(folder, "legacy" if dialect == "legacy" else "menu")


def asked(data: st.DataObject, tree: OpenTree) -> str:
    """A fragment that asks for some values of some symbols, and for a name that nobody knows."""
    assume(tree.model.symbols)
    names = data.draw(st.lists(st.sampled_from(sorted(tree.model.symbols)), min_size=1, max_size=4, unique=True))
    lines = ["CONFIG_NOBODY=y"]
    for name in names:
        symbol = tree.model.symbols[name]
        value = data.draw(st.sampled_from("nmy" if symbol.is_tristate_valued else ("4", "0x4", '"a b"')))
        lines.append(f"# CONFIG_{name} is not set" if value == "n" else f"CONFIG_{name}={value}")
    return "".join(f"{line}\n" for line in lines)


def values(tree: OpenTree, base: Path, texts: Sequence[str]) -> dict[str, str]:
    """What symbols are worth with fragments merged onto a config, by another way than the doctor takes."""
    # A folder of its own for each call: what is written twice within a tick of the clock looks unchanged.
    folder = Path(mkdtemp(dir=base.parent))
    files = [folder / f"more{number}" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    return dict(tree.resolved(tree.shelf.merge(str(base), [str(file) for file in files])).values)


@slow
@given(drawn=ANY_TREE, data=st.data())
def test_any_fragment(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[str, Generated], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any")
    tree = tree_of(folder, drawn)
    text = asked(data, tree)
    (folder / "fragment").write_text(text)
    found = diagnose(tree, str(folder / "base"), [str(folder / "fragment")])
    base = found.config.base
    assert base is not None
    named = {line.request.name for line in found.lines}
    kept = [
        x
        for x in configs.dotconfig(base).splitlines()
        if not any(f"CONFIG_{n}=" in x or f"CONFIG_{n} " in x for n in named)
    ]
    theirs = warned_of("\n".join(kept) + "\n" + text, configs.dotconfig(found.config), "") & named
    assert {line.request.name for line in found.lines if line.is_warned_of} == theirs
    for remedy in (*(line.remedy for line in found.lines), found.joint):
        if remedy is not None and remedy.status == "verified":
            fix = "".join(f"{assignment_line(found.config, a.name, a.value)}\n" for a in remedy.assignments)
            # Of a value that is none, what was meant may be so already: there is nothing to set then.
            there = values(tree, folder / "base", [text, fix] if fix else [text])
            assert {name: there[name] for name, _ in remedy.wishes} == dict(remedy.wishes)
            assert {c.name: c.after for c in remedy.changes}.items() <= there.items()


@slow
@given(drawn=ANY_TREE, data=st.data())
def test_what_is_called_impossible_does_not_come_about(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[str, Generated], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("never")
    tree = tree_of(folder, drawn)
    found = diagnose(tree, str(folder / "base"), [_written(folder / "fragment", asked(data, tree))])
    never = [(n, v) for x in found.lines if x.remedy and x.remedy.status == "impossible" for n, v in x.remedy.wishes]
    assume(any(name in tree.model.symbols for name, _ in never))
    for _ in range(6):
        there = values(tree, folder / "base", [asked(data, tree), asked(data, tree)])
        assert not [wish for wish in never if wish in there.items()]


def _written(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


@slow
@given(drawn=ANY_TREE, data=st.data())
def test_what_turns_off_turns_off(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[str, Generated], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("off")
    tree = tree_of(folder, drawn)
    base = tree.resolve(str(folder / "base"))
    on = [n for n, s in tree.model.symbols.items() if s.is_tristate_valued and base.values[n] != "n"]
    assume(on)
    name = data.draw(st.sampled_from(on))
    try:
        removal = disable(tree, name, str(folder / "base"))
    except UsageError as error:
        # conf up to 6.10 may not come to rest at once.
        assume("is off" not in error.message)
        raise
    if removal.remedy.status == "verified":
        assert values(tree, folder / "base", [fragment(removal.config, removal.remedy)])[name] == "n"
        plan = [assignment_line(base, a.name, a.value) for a in removal.remedy.assignments]
        # The line of the symbol itself is for a .config that has it on; one that the base has, too, where it does not
        # count, for the .config that make writes of the base, which has lost it. The line of a choice's member says
        # where the choice goes, even where its default would lead there.
        there = {(name, "n"), *((a.name, a.value) for a in base.source.assignments)}
        needed = [
            line
            for line, a in zip(plan, removal.remedy.assignments, strict=True)
            if (a.name, a.value) not in there and (a.value == "n" or tree.model.symbols[a.name].choice is None)
        ]
        for part in needed if len(plan) > 1 else ():
            fewer = "".join(f"{line}\n" for line in plan if line != part)
            assert values(tree, folder / "base", [fewer])[name] != "n"


CUT = """
config A
\tbool "a"
config B
\tbool "b"
config S1
\tbool "s1"
\tdepends on A
\tselect X
config S2
\tbool "s2"
\tdepends on A
\tselect X
config S3
\tbool "s3"
\tselect X
config X
\tbool
"""


def test_the_cut_is_what_changes_least(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(CUT)
    (tmp_path / "base").write_text("".join(f"CONFIG_{n}=y\n" for n in ("A", "B", "S1", "S2", "S3")))
    removal = disable(opened(tmp_path), "X", str(tmp_path / "base"))
    # A and S3 are fewer lines, but S1 and S2 fall with A.
    assert {a.name for a in removal.remedy.assignments} == {"S1", "S2", "S3"}
    assert removal.remedy.changes == ()
    assert [e.name for e in removal.explanation.steps[0].evidence] == ["S1", "S2", "S3"]


def test_a_cut_through_a_prompt_that_does_not_show(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(
        'config EXPERT\n\tbool "expert"\nconfig P\n\tbool "p" if EXPERT\n\tdefault y\n\tselect X\nconfig X\n\tbool\n'
    )
    (tmp_path / "base").write_text("# CONFIG_EXPERT is not set\n")
    removal = disable(opened(tmp_path), "X", str(tmp_path / "base"))
    assert [(a.name, a.value) for a in removal.remedy.assignments] == [("EXPERT", "y"), ("P", "n")]


def test_enable(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(
        'config A\n\tbool "a"\nconfig X\n\tbool "x"\n\tdepends on A\nconfig T\n\tstring "t"\n\tdepends on A\n'
    )
    (tmp_path / "base").write_text("# CONFIG_A is not set\n")
    tree = opened(tmp_path)
    wanted = enable(tree, ["CONFIG_X", 'T=a "b"'], str(tmp_path / "base"))
    text = fragment(wanted.config, wanted.remedy)
    assert [line for line in text.splitlines() if not line.startswith("# ")] == [
        "CONFIG_A=y",
        'CONFIG_T="a \\"b\\""',
        "CONFIG_X=y",
    ]
    assert "# A was n; X depends on it (Kconfig:5)" in text
    assert not any("CONFIG_" in line for line in text.splitlines() if line.startswith("# ") and "not set" not in line)
    there = values(tree, tmp_path / "base", [text])
    assert (there["X"], there["T"]) == ("y", 'a "b"')


def test_nothing_to_enable(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text('config A\n\tbool "a"\n')
    (tmp_path / "base").write_text("CONFIG_A=y\n")
    wanted = enable(opened(tmp_path), ["A"], str(tmp_path / "base"))
    assert (wanted.remedy.status, wanted.remedy.assignments) == ("verified", ())
    assert "nothing to set" in fragment(wanted.config, wanted.remedy)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ("B", "B is not defined in Linux  x86"),
        ("A=x", "x is no value for A, which is of type bool"),
        ("N", "N is of type int"),
        ("N=y", "y is no value for N, which is of type int"),
        ("T=a\nb", "is no value for T"),
    ],
)
def test_a_wish_that_makes_no_sense(tmp_path: Path, wish: str, message: str) -> None:
    (tmp_path / "Kconfig").write_text('config A\n\tbool "a"\nconfig N\n\tint "n"\nconfig T\n\tstring "t"\n')
    with pytest.raises(UsageError, match=message):
        enable(opened(tmp_path), [wish], "alldefconfig")


@pytest.mark.parametrize(
    ("name", "message"), [("N", "is of type int"), ("A", "A is off in alldefconfig already"), ("B", "not defined")]
)
def test_a_removal_that_makes_no_sense(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "Kconfig").write_text('config A\n\tbool "a"\nconfig N\n\tint "n"\n')
    with pytest.raises(UsageError, match=message):
        disable(opened(tmp_path), name, "alldefconfig")


TIED = """\
config A
	bool "a"
config B
	bool "b"
config WANTED
	def_bool A || B
config HELD
	def_bool A && B
"""


@pytest.mark.parametrize(
    ("weights", "chosen"), [({"A": -30, "B": -7}, "A"), ({"A": -7, "B": -30}, "B"), ({"B": -30}, "A")]
)
def test_of_fixes_that_are_alike_the_lightest(
    weights: dict[str, int], chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Kconfig").write_text(TIED)
    (tmp_path / "base").write_text("CONFIG_A=y\nCONFIG_B=y\n")

    def gain(scales: Scales, a: ResolvedConfig, b: ResolvedConfig) -> Gain | None:
        gone = next(name for name in "AB" if b.values[name] == "n")
        size = weights.get(gone)
        return None if size is None else Gain(bytes=exactly(size), basis="builds", rests="")

    monkeypatch.setattr(Scales, "gain", gain)
    found = disable(opened(tmp_path, "menu"), "HELD", str(tmp_path / "base"), Known())
    assert [one.name for one in found.remedy.assignments] == [chosen]
    assert (found.remedy.gain and found.remedy.gain.bytes.value) == weights.get(chosen)


def test_what_nobody_measured_says_which_builds_would_tell(tmp_path: Path) -> None:
    tree = opened_in(tmp_path / "tree")
    ledger = tmp_path / "ledger"
    known = Known(ledger)
    found = enable(tree, ["O1"], "allnoconfig", known)
    assert found.missing is not None
    assert found.missing.builds == ("allnoconfig", "allnoconfig+FIX")
    assert "kweigh measure allnoconfig allnoconfig+FIX --arch x86_64" in found.missing.command
    build(ledger, found.config)
    found = enable(tree, ["O1"], "allnoconfig", known.anew())
    assert found.missing is not None
    assert found.missing.builds == ("allnoconfig+FIX",)
    build(ledger, turned(tree, found.config, {"O1": "y"}))
    found = enable(tree, ["O1"], "allnoconfig", known.anew())
    assert (found.missing, found.remedy.gain and found.remedy.gain.bytes) == (None, exactly(ALONE["O1"]))
    # Nothing to set, and nothing known of what measures.
    assert enable(tree, ["O1=n"], "allnoconfig", Known()).missing is None
    assert enable(tree, ["O1"], "allnoconfig").missing is None


MERGED = """\
config MODULES
	bool "modules"
	modules
config A
	bool "a"
config B
	bool "b"
	default A
config T
	tristate "t"
config U
	tristate "u"
"""


@pytest.mark.parametrize(
    ("how", "values_"),
    [
        # B is new with A; a file of the user's own says nothing of it.
        (Merge(), {"A": "y", "B": "y", "T": "m", "U": "y"}),
        (Merge(fill="n"), {"A": "y", "B": "n", "T": "m", "U": "y"}),
        (Merge(builtin=True), {"A": "y", "B": "y", "T": "y", "U": "y"}),
        # make has answered B before A came.
        (Merge(by="make"), {"A": "y", "B": "n", "T": "m", "U": "y"}),
    ],
)
def test_meanings_of_merging(tmp_path: Path, how: Merge, values_: dict[str, str]) -> None:
    (tmp_path / "Kconfig").write_text(MERGED)
    (tmp_path / "base").write_text("CONFIG_MODULES=y\nCONFIG_T=y\n")
    (tmp_path / "a").write_text("CONFIG_A=y\nCONFIG_U=m\n")
    (tmp_path / "b").write_text("CONFIG_T=m\nCONFIG_U=y\n")
    found = diagnose(opened(tmp_path), str(tmp_path / "base"), [str(tmp_path / "a"), str(tmp_path / "b")], None, how)
    assert {name: found.config.values[name] for name in values_} == values_
    verdicts = {(x.request.name, x.request.assignment.location.path[-1]): x.verdict for x in found.lines}
    assert verdicts[("U", "a")] == "overridden"
    assert verdicts[("U", "b")] == verdicts[("A", "a")] == "kept"
    assert verdicts[("T", "b")] == ("overridden" if how.builtin else "kept")


def test_a_y_that_stays_is_told_in_the_words_of_the_script(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(MERGED)
    (tmp_path / "base").write_text("CONFIG_MODULES=y\nCONFIG_T=y\n")
    (tmp_path / "a").write_text("CONFIG_T=m\n")
    found = diagnose(opened(tmp_path), str(tmp_path / "base"), [str(tmp_path / "a")], None, Merge(builtin=True))
    (line,) = found.lines
    assert [(word.by, word.text) for word in line.words] == [("merge_config.sh", "-y passed, will not demote y to m")]
    assert line.request.override is not None
    assert str(line.request.override.location).endswith("base:2")


OFF = """\
config A
	bool "a"
config SHOWN
	bool "s"
config HIDDEN
	bool
config BEHIND
	bool "b"
	depends on A
config MAYBE
	bool "m" if A
"""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SHOWN", "its prompt shows, but nobody set it"),
        ("HIDDEN", "it has no prompt that shows, and nothing selects it"),
        ("BEHIND", "a dependency is not met"),
        ("MAYBE", "a dependency is not met"),
    ],
)
def test_three_ways_to_be_off(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "Kconfig").write_text(OFF)
    config = opened(tmp_path).resolve("alldefconfig")
    assert config.reasons[name].off == words


def test_a_number_out_of_a_range_that_moves_is_told_the_range(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(
        'config MOST\n\tint\n\tdefault 64\nconfig N\n\tint "n"\n\trange 2 MOST\n\tdefault 8\n'
    )
    (tmp_path / "a").write_text("CONFIG_N=9999\n")
    (line,) = diagnose(opened(tmp_path, "menu"), "alldefconfig", [str(tmp_path / "a")]).lines
    assert line.remedy is not None
    assert line.remedy.contradiction is not None
    assert "in this config from 2 to 64" in line.remedy.contradiction.steps[0][0]


@pytest.mark.parametrize(("how", "same"), [(Merge(), False), (Merge(fill="n"), True), (Merge(by="make"), True)])
def test_a_command_is_proposed_only_where_its_config_is_the_same(tmp_path: Path, how: Merge, same: bool) -> None:
    (tmp_path / "Kconfig").write_text(MERGED)
    (tmp_path / "base").write_text("CONFIG_MODULES=y\nCONFIG_T=y\n")
    (tmp_path / "a").write_text("CONFIG_A=y\n")
    tree = opened(tmp_path)
    config = tree.resolved(tree.shelf.merge(str(tmp_path / "base"), [str(tmp_path / "a")], how))
    assert is_named(tree, config) is same


SELECTED = """
config INFO
	bool
choice
	prompt "Which"
config NONE
	bool "none"
config FULL
	bool "full"
	select INFO
config PART
	bool "part"
	select INFO
endchoice
config FREE
	bool "free"
	depends on INFO
"""


def test_of_what_no_line_sets_the_lines_that_turn_it_on_are_named(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(SELECTED)
    (tmp_path / "a").write_text("CONFIG_INFO=y\nCONFIG_FREE=y\n")
    found = diagnose(opened(tmp_path, "menu"), "alldefconfig", [str(tmp_path / "a")])
    (word,) = (word for word in found.lines[0].words if word.by == "kweigh")
    said = 'it has no prompt, so no line sets it; FULL and PART, of the choice "Which" at Kconfig:4, select it'
    assert word.text == said


def test_a_fix_of_several_lines_names_them(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(SELECTED)
    (tmp_path / "a").write_text("CONFIG_INFO=y\nCONFIG_FREE=y\n")
    found = diagnose(opened(tmp_path, "menu"), "alldefconfig", [str(tmp_path / "a")])
    text = " ".join(render(doctor(found), "terminal", width=200, version="1").split())
    assert "For these 2 lines, INFO and FREE, set besides: CONFIG_FULL=y" in text


def test_of_what_no_line_sets_no_line_is_proposed(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(SELECTED)
    (tmp_path / "a").write_text("CONFIG_INFO=m\n")
    found = diagnose(opened(tmp_path, "menu"), "alldefconfig", [str(tmp_path / "a")])
    kind, unset = (word.text for word in found.lines[0].words if word.by == "kweigh")
    assert kind == "INFO is of type bool, which takes no m"
    assert unset.startswith("it has no prompt, so no line sets it; FULL and PART")
    assert "set besides: CONFIG_FULL=y" in render(doctor(found), "terminal", width=200, version="1")


def test_a_line_of_a_fix_names_what_it_is_for(tmp_path: Path) -> None:
    """Not a line nearby that stays as it is: WIFI selects CRYPTO too, which stands under nothing that goes."""
    (tmp_path / "Kconfig").write_text(
        'config CRYPTO\n\tbool "crypto"\n'
        'config CTR\n\tbool "ctr"\n\tdepends on CRYPTO\n'
        'config CCM\n\tbool "ccm"\n\tdepends on CRYPTO\n\tselect CTR\n'
        'config WIFI\n\tbool "wifi"\n\tselect CRYPTO\n\tselect CCM\n'
    )
    (tmp_path / "base").write_text("CONFIG_CRYPTO=y\nCONFIG_WIFI=y\n")
    wanted = enable(opened(tmp_path), ["CTR=n"], str(tmp_path / "base"))
    comments = [line for line in fragment(wanted.config, wanted.remedy).splitlines() if line.startswith("# WIFI was")]
    assert comments == ["# WIFI was y; CCM is selected by it (Kconfig:13)"]


def test_what_stands_under_a_choice_names_it(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(
        'config KASAN\n\tbool "kasan"\nchoice\n\tprompt "mode"\n\tdepends on KASAN\n'
        'config OUTLINE\n\tbool "outline"\nconfig INLINE\n\tbool "inline"\nendchoice\n'
    )
    (tmp_path / "base").write_text("# CONFIG_KASAN is not set\n")
    wanted = enable(opened(tmp_path), ["INLINE=y"], str(tmp_path / "base"))
    assert '# KASAN was n; the choice "mode" at Kconfig:3 depends on it (Kconfig:5)' in fragment(
        wanted.config, wanted.remedy
    )


def test_a_pick_is_told_by_the_line_that_made_it(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text('choice\n\tprompt "c"\nconfig M1\n\tbool "1"\nconfig M2\n\tbool "2"\nendchoice\n')
    (tmp_path / "base").write_text("CONFIG_M2=y\n")
    (step,) = disable(opened(tmp_path), "M2", str(tmp_path / "base")).explanation.steps
    assert [(one.text, one.location.line) for one in step.evidence] == [("CONFIG_M2=y", 1)]


def test_a_line_that_an_early_step_of_make_loses_is_told_by_that_step(tmp_path: Path) -> None:
    """At the end its prompt shows and nobody has set it, which says nothing."""
    (tmp_path / "Kconfig").write_text(
        'config NET\n\tbool "net"\nconfig INET\n\tbool "inet"\n\tdepends on NET\n'
        'config NONE\n\tbool "none"\n\tdepends on NO\nconfig NO\n\tbool\n'
    )
    (tmp_path / "base").write_text("# CONFIG_NET is not set\n")
    (tmp_path / "a.config").write_text("CONFIG_INET=y\n")
    (tmp_path / "b.config").write_text("CONFIG_NET=y\nCONFIG_NONE=y\n")
    names = [str(tmp_path / name) for name in ("base", "a.config", "b.config")]
    made = diagnose(opened(tmp_path), names[0], names[1:], how=Merge(by="make")).lines
    early, kept, last = made
    assert (early.verdict, kept.verdict, last.verdict) == ("dropped", "kept", "dropped")
    assert [word.text for word in early.words if "before the files behind it" in word.text] != []
    assert [word.text for word in last.words if "before the files behind it" in word.text] == []
    assert early.explanation is not None
    assert [(step.name, step.kind) for step in early.explanation.steps] == [("INET", "unmet"), ("NET", "user")]
    other = diagnose(opened(tmp_path), names[0], [names[2], names[1]], how=Merge(by="make")).lines
    assert [line.verdict for line in other] == ["kept", "dropped", "kept"]
    at_once = diagnose(opened(tmp_path), names[0], names[1:]).lines
    assert [line.verdict for line in at_once] == ["kept", "kept", "dropped"]
