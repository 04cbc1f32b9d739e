"""Rule: the causes of a difference are those that resolving again from the beginning confirms.

Enters: small trees, generated ones and the bundled one. Leaves: nothing. Must hold: within one model nothing stays
unexplained, and all causes together make the second config.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer import configs
from analyzer.configs.answers import accept
from analyzer.configs.mixing import Mixture
from analyzer.model.analysis import shown
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.difference import Causes, RootCause
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.asking import Allowed
from analyzer.pipeline.bytes.gains import Scales
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.toggles import turned
from analyzer.pipeline.commands import diff
from analyzer.pipeline.commands.diff import causes, differences
from analyzer.pipeline.commands.diff_lines import brought_together
from analyzer.pipeline.keeping.trees import Keeper
from tests.configs.generate import generated
from tests.configs.generate_config import configs as random_configs
from tests.configs.small import DIALECTS, DialectName, NoShell, config_source, small
from tests.pipeline.weighed_tree import ALONE, NAMES, build, opened_in

REGARDLESS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def opened(folder: Path, kconfig: str, dialect: DialectName = "legacy") -> OpenTree:
    """A tree whose only file is `kconfig`."""
    folder.mkdir(exist_ok=True)
    (folder / "Kconfig").write_text(kconfig)
    built = small(folder, DIALECTS[dialect])
    shelf = configs.Shelf(tree=built.tree, default="", recipes={})
    return OpenTree(
        tree=built.tree,
        model=built.model,
        programs=configs.Programs(built.model),
        shelf=shelf,
        answers=NoShell(),
        keeper=Keeper(tree=built.tree, allowed=Allowed(), folder=None),
    )


def names_of(a: ResolvedConfig, b: ResolvedConfig) -> list[str]:
    p, q = shown(a), shown(b)
    return [name for name in {**p, **q} if p.get(name, "n") != q.get(name, "n")]


def between(left: OpenTree, a: ResolvedConfig, right: OpenTree, b: ResolvedConfig) -> Causes:
    return causes(((left, a), (right, b)), names_of(a, b))


def told(found: Causes) -> list[tuple[list[str], list[str]]]:
    """Each group: the texts of its causes (of the second config, else of the first), and its symbols."""
    texts = [" ".join(c.text for c in cause.b) or "no " + " ".join(c.text for c in cause.a) for cause in found.causes]
    return [([texts[i] for i in g.causes], [s.name for s in g.symbols]) for g in found.groups]


KCONFIG = """
config A
	bool "a"
	select B
config B
	bool
config C
	bool "c"
config BOTH
	bool
	default y if A && C
config PINNED
	bool "pinned"
	default y
config UNDER
	bool "under"
	depends on C
	default y
"""


LINKED = """\
mainmenu "Miniature"
config O0
	bool "o0"
config O1
	bool "o1"
config O2
	bool "o2"
config O3
	def_bool O0 && O1
config O4
	def_bool O1 && O2
config O5
	bool "o5"
"""


def test_lines_alone_and_together(tmp_path: Path) -> None:
    tree = opened(tmp_path, KCONFIG)
    a, b = (tree.resolved(config_source(text)) for text in ("CONFIG_B=y\n", "CONFIG_A=y\nCONFIG_C=y\nCONFIG_B=y\n"))
    found = between(tree, a, tree, b)
    assert told(found) == [
        (["CONFIG_A=y"], ["A", "B"]),
        (["CONFIG_C=y"], ["C", "UNDER"]),
        (["CONFIG_A=y", "CONFIG_C=y"], ["BOTH"]),
    ]
    assert [str(cited.location) for cause in found.causes for cited in cause.b] == ["config:1", "config:2"]
    assert (found.unexplained, found.explained) == ((), 5)


def test_a_line_that_only_the_first_has(tmp_path: Path) -> None:
    tree = opened(tmp_path, KCONFIG)
    a, b = (tree.resolved(config_source(text)) for text in ("# CONFIG_PINNED is not set\n", "\n"))
    (cause,) = between(tree, a, tree, b).causes
    assert (cause.kind, cause.b) == ("user", ())
    assert [(cited.text, str(cited.location)) for cited in cause.a] == [("# CONFIG_PINNED is not set", "config:1")]


def test_a_cause_weighs_what_it_adds_alone(tmp_path: Path) -> None:
    tree = opened_in(tmp_path / "tree")
    lines = {name: f"CONFIG_{name}=y\n" for name in ("O0", "O1", "O5")}
    texts = (lines["O5"], lines["O0"] + lines["O1"], "\n", lines["O5"] + lines["O0"], lines["O5"] + lines["O1"])
    a, b, *alone = (tree.resolved(config_source(text)) for text in texts)

    def weigh() -> tuple[list[int | None], int | None]:
        scales = Scales(Known(tmp_path / "ledger"), tree)
        found = causes(((tree, a), (tree, b)), names_of(a, b), scales=scales)
        groups = {group.symbols[0].name: group.gain for group in found.groups}
        assert [(part.causes, part.gain) for part in found.parts] == [(g.causes, g.gain) for g in found.groups]
        whole = scales.gain(a, b)
        gains = [groups[name] for name in ("O5", "O0", "O1")]
        return [gain.bytes.value if gain else None for gain in gains], whole.bytes.value if whole else None

    assert weigh() == ([None] * 3, None)
    build(tmp_path / "ledger", a)
    build(tmp_path / "ledger", alone[1])
    assert weigh() == ([None, 1008, None], None)
    for config in (*alone, b):
        build(tmp_path / "ledger", config)
    # With O5 o1.o has 5 bytes more, which it has not in the second config.
    assert weigh() == ([-5, 1008, 1013], 2011)


def test_between_trees_no_cause_is_weighed(tmp_path: Path) -> None:
    left, right = opened_in(tmp_path / "a"), opened_in(tmp_path / "b")
    a, b = left.resolve("allnoconfig"), turned(right, right.resolve("allnoconfig"), {"O1": "y"})
    for config in (a, b):
        build(tmp_path / "ledger", config)
    found = causes(((left, a), (right, b)), names_of(a, b), scales=Scales(Known(tmp_path / "ledger"), left))
    assert [group.gain for group in found.groups] == [None]


SETS = st.lists(st.sets(st.integers(0, 5), min_size=1, max_size=3).map(sorted), max_size=5)


@given(SETS)
def test_what_sets_link_is_one_part(groups: list[list[int]]) -> None:
    found = list(diff._linked(groups))
    assert sorted(one for part in found for one in part) == sorted({one for group in groups for one in group})
    assert all(sum(bool(set(group) & set(part)) for part in found) == 1 for group in groups)
    # Nothing is put together that no chain of groups links.
    for part in found:
        reached = {part[0]}
        for _ in part:
            reached = reached.union(*(group for group in groups if reached & set(group)))
        assert reached == set(part)


def test_parts_weigh_what_all_of_their_causes_do(tmp_path: Path) -> None:
    tree = opened_in(tmp_path / "tree", Kconfig=LINKED)
    a, b = (tree.resolved(config_source(text)) for text in ("\n", "CONFIG_O0=y\nCONFIG_O1=y\nCONFIG_O2=y\n"))
    for config in (a, b):
        build(tmp_path / "ledger", config)
    found = causes(((tree, a), (tree, b)), names_of(a, b), scales=Scales(Known(tmp_path / "ledger"), tree))
    assert sorted(len(group.causes) for group in found.groups) == [1, 1, 1, 2, 2]
    assert [(part.causes, part.gain and part.gain.bytes.value) for part in found.parts] == [
        ((0, 1, 2), sum(ALONE[name] for name in NAMES[:5]))
    ]


def test_another_target_is_one_cause(tmp_path: Path) -> None:
    tree = opened(tmp_path, KCONFIG)
    found = between(tree, tree.resolve("allnoconfig"), tree, tree.resolve("allyesconfig"))
    (cause,) = found.causes
    assert (cause.kind, cause.a[0].text, cause.b[0].text) == (
        "target",
        "what is not set is answered n",
        "what is not set is answered y",
    )
    assert found.unexplained == ()


def test_a_fragment_is_held_against_what_it_was_merged_onto(tmp_path: Path) -> None:
    tree = opened(tmp_path, KCONFIG)
    base = config_source("CONFIG_C=y\n", "base")
    one = ConfigSource(name="one", assignments=config_source("CONFIG_A=y\n", "one").assignments, base=base)
    two = ConfigSource(name="two", assignments=config_source("CONFIG_PINNED=n\n", "two").assignments, base=one)
    found = between(tree, tree.resolved(base), tree, tree.resolved(two))
    assert told(found) == [(["CONFIG_A=y"], ["A", "B", "BOTH"]), (["CONFIG_PINNED=n"], ["PINNED"])]
    back = between(tree, tree.resolved(two), tree, tree.resolved(one))
    assert told(back) == [(["no CONFIG_PINNED=n"], ["PINNED"])]


@pytest.mark.parametrize(
    ("old", "new", "kind", "a", "b", "symbols"),
    [
        ("default y if A && C", "default y if C", "default", "Kconfig:11", "Kconfig:11", {"BOTH"}),
        ("\tselect B\n", "", "entry", "Kconfig:4", "", {"B"}),
        ("config UNDER\n", "config OTHER\n\tbool\n\tdefault y\nconfig UNDER\n", "entry", "", "Kconfig:15", {"OTHER"}),
    ],
    ids=["a default", "a select", "a new symbol"],
)
def test_an_entry_that_changed(
    tmp_path: Path, old: str, new: str, kind: str, a: str, b: str, symbols: set[str]
) -> None:
    left, right = opened(tmp_path / "a", KCONFIG), opened(tmp_path / "b", KCONFIG.replace(old, new))
    source = config_source("CONFIG_C=y\n" if kind == "default" else "CONFIG_A=y\n")
    found = between(left, left.resolved(source), right, right.resolved(source))
    (cause,) = found.causes
    assert cause.kind == kind
    assert [str(c.location) for c in cause.a] == ([a] if a else [])
    assert [str(c.location) for c in cause.b] == ([b] if b else [])
    assert {s.name for g in found.groups for s in g.symbols} == symbols
    assert found.unexplained == ()


def test_a_new_entry_with_a_line_for_it_needs_both(tmp_path: Path) -> None:
    left, right = opened(tmp_path / "a", KCONFIG), opened(tmp_path / "b", KCONFIG + 'config NEW\n\tbool "new"\n')
    a, b = left.resolved(config_source("")), right.resolved(config_source("CONFIG_NEW=y\n"))
    found = between(left, a, right, b)
    assert sorted(cause.kind for cause in found.causes) == ["entry", "user"]
    assert [len(group.causes) for group in found.groups] == [2]


def test_what_the_toolchain_answers(tmp_path: Path) -> None:
    """The same files, read as the same architecture: only the macros were answered otherwise."""
    left, right = (opened(tmp_path, KCONFIG + f"config CC_HAS_X\n\tdef_bool {answer}\n") for answer in ("n", "y"))
    source = config_source("")
    (cause,) = between(left, left.resolved(source), right, right.resolved(source)).causes
    assert (cause.kind, cause.names) == ("toolchain", ("CC_HAS_X",))


def test_an_architecture_is_one_cause(tmp_path: Path) -> None:
    more = "config ONE\n\tdef_bool y\nconfig TWO\n\tdef_bool y\n"
    left, right = opened(tmp_path, KCONFIG), opened(tmp_path, KCONFIG + more)
    tree = replace(right.tree, arch="arm", srcarch="arm")
    right = replace(right, tree=tree)
    source = config_source("")
    found = between(left, left.resolved(source), right, right.resolved(source))
    (cause,) = found.causes
    assert cause.kind == "architecture"
    assert [cited.text for cited in cause.b] == ["ARCH=arm", "config ONE", "config TWO"]
    assert [s.name for g in found.groups for s in g.symbols] == ["ONE", "TWO"]


def test_the_rules_of_choices(tmp_path: Path) -> None:
    kconfig = 'choice\n\tprompt "c"\nconfig C1\n\tbool "c1"\nconfig C2\n\tbool "c2"\nendchoice\n'
    left, right = opened(tmp_path / "a", kconfig), opened(tmp_path / "b", kconfig, "menu")
    source = config_source("# CONFIG_C1 is not set\n")
    found = between(left, left.resolved(source), right, right.resolved(source))
    assert [(cause.kind, cause.a[0].location.path) for cause in found.causes] == [("rules", "scripts/kconfig/symbol.c")]
    assert {s.name for g in found.groups for s in g.symbols} == {"C1", "C2"}


def with_lines(a: ConfigSource, b: ConfigSource, made: Sequence[RootCause]) -> ConfigSource:
    """The first source with the lines of some causes, as one would edit the file."""
    names = {name for cause in made for name in cause.names}
    kept = tuple(line for line in a.assignments if line.name not in names)
    taken = tuple(line for line in b.assignments if line.name in names)
    return replace(a, assignments=(*kept, *taken))


@pytest.mark.parametrize("dialect", ["legacy", "menu"])
@REGARDLESS
@given(data=st.data())
def test_every_claim_within_a_tree(dialect: DialectName, tmp_path: Path, data: st.DataObject) -> None:
    drawn = data.draw(generated(dialect))
    tree = opened(tmp_path, drawn.kconfig, dialect)
    symbols = [(s.name, s.type) for s in tree.model.symbols.values()]
    a, b = config_source(drawn.config), config_source(data.draw(random_configs(symbols)))
    left, right = tree.resolved(a), tree.resolved(b)
    found = between(tree, left, tree, right)
    assert found.unexplained == ()
    for group in found.groups:
        values = tree.resolved(with_lines(a, b, [found.causes[i] for i in group.causes])).values
        assert {s.name: values[s.name] for s in group.symbols} == {s.name: right.values[s.name] for s in group.symbols}


@pytest.mark.parametrize(
    ("arch", "a", "b"),
    [
        ("x86_64", "tinyconfig", "defconfig"),
        ("powerpc", "defconfig", "tinyconfig"),
        ("arm", "allnoconfig", "allmodconfig"),
        ("s390", "defconfig", "allyesconfig"),
        ("mips", "alldefconfig", "defconfig"),
    ],
)
def test_every_pair_of_the_bundled_tree_is_explained(arch: str, a: str, b: str) -> None:
    tree = open_tree(TreeRequest(arch=arch))
    left, right = tree.resolve(a), tree.resolve(b)
    found = between(tree, left, tree, right)
    assert found.causes
    assert found.unexplained == ()


@pytest.mark.parametrize("arch", ["x86_64", "powerpc", "arm", "s390", "sparc64"])
def test_all_causes_of_every_pair_make_the_second_config(arch: str) -> None:
    tree = open_tree(TreeRequest(arch=arch))
    targets = ("tinyconfig", "defconfig", "allnoconfig", "allmodconfig", "allyesconfig", "alldefconfig")
    found = {name: tree.resolve(name) for name in targets}
    for a, b in permutations(found.values(), 2):
        one, other = brought_together(((tree, a), (tree, b)))
        sides = ((source, accept(tree.model, source.assignments)) for source in (one, other))
        mixed = Mixture(tree.program, tree.model, *sides)
        planes = mixed.run(dict.fromkeys(mixed.keys, 0b10), 2)
        for lane, config in enumerate((a, b)):
            values = dict(planes.values(tree.model.symbols, lane).items())
            assert values == dict(config.values.items()), (a.source.name, b.source.name, lane)


def test_across_the_architectures_of_the_bundled_tree() -> None:
    left, right = (open_tree(TreeRequest(arch=arch)) for arch in ("x86_64", "alpha"))
    pair = (left, left.resolve("defconfig")), (right, right.resolve("defconfig"))
    found = differences(pair, "dma", objects=True)
    assert "architecture" in {cause.kind for cause in found.causes.causes}
    assert found.causes.explained >= 0.95 * len(found.diff.rows)
    assert found.objects is not None
    a, b = ({(o.path, o.into) for o in only} for only in (found.objects.only_a, found.objects.only_b))
    assert a
    assert a.isdisjoint(b)
    assert found.verdicts


def test_nothing_differs(tmp_path: Path) -> None:
    tree = opened(tmp_path, KCONFIG)
    a = tree.resolved(ConfigSource(name="x", assignments=(Assignment(name="A", value="y", location=HERE),)))
    assert between(tree, a, tree, a) == Causes(causes=(), groups=(), unexplained=(), tried=0)


HERE = config_source("CONFIG_A=y\n").assignments[0].location


def test_what_no_replay_can_tell_is_unexplained(tmp_path: Path) -> None:
    """A number that became a bool: both count as nothing, so no switch changes it."""
    left = opened(tmp_path / "a", KCONFIG + "config N\n\tint\n\tdefault 0\n")
    right = opened(tmp_path / "b", KCONFIG + "config N\n\tbool\n")
    source = config_source("")
    found = between(left, left.resolved(source), right, right.resolved(source))
    assert (found.groups, found.unexplained) == ((), ("N",))


def test_a_circle_that_nothing_opens_leaves_all_unexplained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.pipeline.commands.diff_lanes.strongly_connected", lambda _: ())
    x, y = 'config X\n\tbool "x"\n', 'config Y\n\tbool "y"\n'
    left = opened(tmp_path / "a", x + "\tdepends on Y\n" + y)
    right = opened(tmp_path / "b", x + y + "\tdepends on X\n")
    a, b = (tree.resolved(config_source("CONFIG_X=y\n")) for tree in (left, right))
    found = between(left, a, right, b)
    assert (found.causes, found.unexplained) == ((), ("X",))
    monkeypatch.undo()
    assert between(left, a, right, b).unexplained == ()
