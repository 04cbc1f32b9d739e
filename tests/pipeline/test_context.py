"""Rule: what decides the tree, ARCH, CROSS_COMPILE, LLVM and the .config is an option, else the environment as make has
it, else what lies around; and what was taken without being told is said, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import InputError, UsageError
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.context import Context, Given, request_beside, request_in
from tests.trees.miniature import plant

HEADER = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/{arch} 7.3.0 Kernel Configuration\n#\nCONFIG_A=y\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return plant(tmp_path / "tree")


def dotconfig(folder: Path, arch: str, name: str = ".config") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(HEADER.format(arch=arch))
    return folder / name


def built(tmp_path: Path, tree: Path, arch: str | None = None) -> Path:
    out = tmp_path / "out"
    out.mkdir()
    (out / "Makefile").write_text(f"# Automatically generated\ninclude {tree}/Makefile\n")
    if arch:
        dotconfig(out, arch)
    return out


def stood(given: Given, here: Path, environ: Mapping[str, str] | None = None) -> TreeRequest:
    """What `given` means to somebody who stands in `here`."""
    with chdir(here):
        return request_in(given, Context(here=here, environ=environ or {}))


def other_side(one: TreeRequest, first: Given, second: Given, about: Context) -> TreeRequest:
    """The other side of a comparison made in the same folder."""
    assert about.here is not None
    with chdir(about.here):
        return request_beside(one, first, second, about)


def told(request: TreeRequest) -> list[str]:
    return [str(one) for one in request.taken]


def test_nothing_around_is_the_bundled_tree(tmp_path: Path) -> None:
    found = stood(Given(), tmp_path)
    assert (found.root, found.arch, found.dotconfig, told(found)) == (None, None, None, [])
    assert request_in(Given(), Context(here=None)).root is None


def test_the_checkout_of_kweigh_is_no_tree() -> None:
    root = Path(__file__).parents[2]
    assert stood(Given(), root).root is stood(Given(), root / "arch/x86").root is None


def test_inside_a_tree_it_is_taken(tree: Path) -> None:
    assert told(stood(Given(), tree)) == [f"tree: {tree} (the current folder)"]
    below = stood(Given(), tree / "arch/x86")
    assert (below.root, told(below)) == (tree, [f"tree: {tree} (around the current folder)"])
    assert stood(Given(tree="bundled"), tree).root is None
    named = stood(Given(tree=str(tree)), tree)
    assert (named.root, told(named)) == (tree, [])


def test_a_build_folder_names_all_at_once(tmp_path: Path, tree: Path) -> None:
    out = built(tmp_path, tree, "alpha")
    for found in (stood(Given(), out), stood(Given(tree=str(out)), out)):
        assert (found.root, found.arch, found.dotconfig, found.config_why) == (tree, "alpha", ".config", f"in O={out}")
        assert told(found) == [f"tree: {tree} (of O={out})", "ARCH=alpha (from .config)"]


def test_a_build_folder_that_is_the_config_names_all_where_no_tree_is_around(tmp_path: Path, tree: Path) -> None:
    out = built(tmp_path, tree, "alpha")
    found = stood(Given(config="out"), tmp_path)
    assert (found.root, found.arch) == (tree, "alpha")
    assert told(found) == [f"tree: {tree} (of O={out})", "ARCH=alpha (from out)"]
    other = plant(tmp_path / "other")
    assert stood(Given(config="../out"), other).root == other


def test_a_tree_that_is_gone_is_an_error_not_the_bundled_tree(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="built from a tree that is not there"):
        request_in(Given(), Context(here=built(tmp_path, tmp_path / "gone")))


def test_the_config_is_found_from_below(tree: Path) -> None:
    dotconfig(tree, "alpha")
    found = stood(Given(), tree / "arch/x86")
    assert (found.dotconfig, found.config_why, found.arch) == ("../../.config", "in the tree", "alpha")


def test_make_has_kbuild_output_and_not_o(tmp_path: Path, tree: Path) -> None:
    out = dotconfig(tmp_path / "there", "alpha").parent
    for value in (str(out), "../there"):
        found = stood(Given(), tree, {"KBUILD_OUTPUT": value, "O": "/elsewhere"})
        assert (found.arch, found.config_why) == ("alpha", "in KBUILD_OUTPUT")
    assert stood(Given(), tree, {"O": str(out), "KBUILD_OUTPUT": ""}).dotconfig is None
    # The folder in which one stands is its own O=.
    mine = built(tmp_path, tree, "i386")
    assert stood(Given(), mine, {"KBUILD_OUTPUT": str(out)}).arch == "i386"


def test_another_name_of_the_config(tmp_path: Path, tree: Path) -> None:
    dotconfig(tree, "alpha", "other.config")
    found = stood(Given(), tree, {"KCONFIG_CONFIG": "other.config"})
    assert (found.dotconfig, found.arch, found.config_why) == ("other.config", "alpha", "KCONFIG_CONFIG")
    far = dotconfig(tmp_path / "far", "um")
    assert stood(Given(), tree, {"KCONFIG_CONFIG": str(far)}).arch == "um"


def test_a_config_for_another_architecture_is_not_the_default(tree: Path) -> None:
    dotconfig(tree, "alpha")
    found = stood(Given(arch="x86_64"), tree)
    assert (found.dotconfig, found.config_why) == (None, ".config is for alpha")
    assert stood(Given(arches=("u*", "x86")), tree).dotconfig is None
    assert stood(Given(arches=("u*", "al*")), tree).dotconfig == stood(Given(arches=()), tree).dotconfig == ".config"
    # x86 and i386 are one folder, and conf reads the config of one as that of the other.
    dotconfig(tree, "x86")
    assert stood(Given(arch="i386"), tree).dotconfig == ".config"


def test_a_link_out_of_the_tree_is_not_followed_unasked(tmp_path: Path, tree: Path) -> None:
    (tree / ".config").symlink_to(dotconfig(tmp_path / "home", "alpha"))
    found = stood(Given(), tree)
    assert (found.dotconfig, found.arch, found.config_why) == (None, None, ".config leads elsewhere")


def test_an_empty_arch_stops_make_and_us(tree: Path) -> None:
    with pytest.raises(UsageError, match="ARCH is set in the environment, and empty"):
        stood(Given(), tree, {"ARCH": ""})
    assert stood(Given(arch="alpha"), tree, {"ARCH": ""}).arch == "alpha"
    with pytest.raises(UsageError, match="no architecture 'arm65', as ARCH in the environment says"):
        stood(Given(), tree, {"ARCH": "arm65"})


def test_an_empty_prefix_is_the_native_compiler(tree: Path) -> None:
    environ = {"CROSS_COMPILE": "", "LLVM": ""}
    found = stood(Given(), tree, environ)
    assert (found.prefix, found.llvm) == ("", None)
    assert "CROSS_COMPILE= (from the environment)" in told(found)


@pytest.mark.parametrize(
    ("given", "environ", "prefixes"),
    [
        # One architecture: as make.
        (Given(), {"CROSS_COMPILE": "a-"}, {None: "a-"}),
        (Given(arch="alpha"), {"CROSS_COMPILE": "a-", "ARCH": "um"}, {"alpha": "a-"}),
        (Given(cross_compile="b-"), {"CROSS_COMPILE": "a-"}, {None: "b-"}),
        (Given(arches=("alpha",)), {"CROSS_COMPILE": "a-"}, {"alpha": "a-", "um": None}),
        # Several: it can only be meant for one, that of ARCH.
        (Given(arches=("alpha", "um")), {"CROSS_COMPILE": "a-", "ARCH": "alpha"}, {"alpha": "a-", "um": None}),
        (Given(arches=("*",)), {"CROSS_COMPILE": "a-"}, {"alpha": None, "um": None}),
        (Given(arches=("*",), cross_compile="b-"), {"CROSS_COMPILE": "a-"}, {"alpha": "b-", "um": "b-"}),
        (Given(arches=()), {"CROSS_COMPILE": "a-", "ARCH": "alpha"}, {"alpha": "a-", "um": None}),
    ],
)
def test_the_prefix_of_the_environment(
    given: Given, environ: dict[str, str], prefixes: dict[str | None, str | None], tree: Path
) -> None:
    request = stood(given, tree, environ)
    assert {arch: replace(request, arch=arch or request.arch).prefix for arch in prefixes} == prefixes


def test_the_bundled_tree_asks_no_compiler(tmp_path: Path) -> None:
    found = stood(Given(), tmp_path, {"CROSS_COMPILE": "a-", "LLVM": "1", "ARCH": "s390"})
    assert (found.arch, found.cross_compile, found.llvm) == ("s390", None, None)
    many = stood(Given(arches=()), tmp_path, {"ARCH": "s390"})
    assert (many.arch, told(many)) == (None, [])


ARCHES = st.sampled_from([None, "alpha", "um", "i386", "x86_64"])


@settings(max_examples=60)
@given(option=ARCHES, environ=ARCHES, named=ARCHES, around=ARCHES)
def test_who_decides_the_architecture(
    option: str | None,
    environ: str | None,
    named: str | None,
    around: str | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("stand")
    tree = plant(folder / "tree")
    if around:
        dotconfig(tree, around)
    config = str(dotconfig(folder, named, "mine")) if named else "tinyconfig"
    found = stood(Given(arch=option, config=config), tree, {"ARCH": environ} if environ else {})
    assert found.arch == (option or environ or named or around)
    reasons = ((option, ""), (environ, "from the environment"), (named, f"from {config}"), (around, "from .config"))
    why = next((why for arch, why in reasons if arch), "")
    assert [one.why for one in found.taken if one.name == "ARCH"] == ([why] if why else [])


def test_the_other_side_is_as_the_first_but_for_what_it_says(tmp_path: Path, tree: Path) -> None:
    out = built(tmp_path, tree, "alpha")
    other = str(dotconfig(tmp_path / "other", "i386"))
    here = Context(here=out)
    first = Given(config="defconfig")
    one = stood(first, out)
    assert other_side(one, first, Given(config="tinyconfig"), here) == one
    assert other_side(one, first, Given(config=other), here).arch == "i386"
    assert other_side(one, first, Given(arch="um", config=other), here).arch == "um"
    second = other_side(one, first, Given(tree=str(plant(tmp_path / "b"))), here)
    assert (second.root, second.arch, second.dotconfig) == (tmp_path / "b", "alpha", None)
    explicit = Given(arch="alpha", config="defconfig")
    assert other_side(stood(explicit, out), explicit, Given(config=other), here).arch == "alpha"
    # Of another architecture, it has its own compiler.
    crossed = Context(here=out, environ={"CROSS_COMPILE": "a-"})
    assert other_side(stood(first, out, {"CROSS_COMPILE": "a-"}), first, Given(arch="um"), crossed).prefix is None
    assert other_side(stood(first, out, {"CROSS_COMPILE": "a-"}), first, Given(), crossed).prefix == "a-"
