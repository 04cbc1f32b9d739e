"""`kweigh review` as a user runs it, on the bundled tree."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.review import Failed
from analyzer.reports import render
from analyzer.reports import review as compose
from tests.cli.conftest import Kweigh
from tests.cli.test_standing import TREE
from tests.reports.build_review import reviewed
from tests.trees.miniature import plant

ROOT = Path(__file__).parents[2]
PATCH = ROOT / "fixtures/series/dma-ops-on-pci.patch"
BEFORE = """\
config TARGET
\tbool "target"
\tdepends on NEEDED

config NEEDED
\tbool "needed"

config OLD
\tbool "old"
\tselect TARGET
"""
NEW = """\
config NEW
\tbool "new"
\tselect TARGET
"""
SELECTS = """\
--- a/Kconfig
+++ b/Kconfig
@@ -8,3 +8,7 @@
 config OLD
 \tbool "old"
 \tselect TARGET
+
+config NEW
+\tbool "new"
+\tselect TARGET
"""


def data(kweigh: Kweigh, source: Path, *more: str) -> Any:
    done = kweigh("review", source, "--tree", "bundled", *more, "--format", "json")
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)["data"]


def test_each_value_stands_below_the_line_that_does_it(kweigh: Kweigh) -> None:
    found = data(kweigh, PATCH)
    causes = [cause["names"] for cause in found["causes"]]
    told = {
        (tuple(causes[at][0] for at in effect["causes"]), one["symbol"], one["before"], one["after"])
        for effect in found["effects"]
        for one in effect["symbols"]
    }
    assert told == {(("ARM",), "DMA_OPS", "y", "n"), (("NEED_IT",), "NEED_IT", None, "y")}
    arm = next(one for one in found["effects"] if causes[one["causes"][0]] == ["ARM"])
    assert [place["arch"] for place in arm["symbols"][0]["places"]] == ["arm"]
    assert arm["chains"]["before"][0]["kind"] == "selected"
    assert found["unexplained"] == found["failed"] == []


def test_what_reads_nothing_that_changed_is_passed_over(kweigh: Kweigh, tmp_path: Path) -> None:
    hunk = PATCH.read_text("utf-8").split("--- a/arch/arm/Kconfig")[1]
    patch = tmp_path / "arm.patch"
    patch.write_text(f"--- a/arch/arm/Kconfig{hunk}", "utf-8")
    found = data(kweigh, patch)
    assert set(found["arches"]) - set(found["alike"]) == {"arm"}


def test_it_fits_a_mail(kweigh: Kweigh) -> None:
    seed = kweigh("review", ROOT / "fixtures/series/dma-bypass-v4.patch", "--tree", "bundled")
    done = kweigh("review", PATCH, "--tree", "bundled")
    assert [one.out.count("\n") <= 40 for one in (seed, done)] == [True, True]
    assert "+config NEED_IT" in done.out
    # With all that may go wrong as well.
    many = replace(
        reviewed(9),
        failed=tuple(Failed(arch=f"a{at}", config="*", error="no compiler") for at in range(5)),
        remarks=tuple(f"remark {at}" for at in range(5)),
    )
    told = render(compose(many), "terminal", version="1")
    assert told.count("\n") <= 40
    assert "… and 3 more remarks" in told
    assert "-select DMA_OPS" in done.out


def test_faults_are_those_of_the_change_alone(kweigh: Kweigh, tmp_path: Path) -> None:
    """A select of the series goes against dependencies of its target; what the tree had before is not told."""
    root = plant(tmp_path / "tree", {**TREE, "Kconfig": BEFORE})
    patch = tmp_path / "selects.patch"
    patch.write_text(SELECTS, "utf-8")
    argv = ("review", patch, "--tree", root, "--arch", "x86_64", "--configs", "tinyconfig")
    found = json.loads(kweigh(*argv, "--faults", "--format", "json").out)["data"]
    assert [(one["fate"], one["kind"], one["name"]) for one in found["faults"]] == [
        ("brought", "unmet-select", "TARGET"),
    ]
    assert "brought: NEW selects TARGET" in kweigh(*argv, "--faults").out
    assert kweigh(*argv, "--fail-on", "fault").code == 1
    assert json.loads(kweigh(*argv, "--format", "json").out)["data"]["faults"] is None
    (root / "Kconfig").write_text(BEFORE + "\n" + NEW, "utf-8")
    back = json.loads(kweigh(*argv, "-R", "--faults", "--format", "json").out)["data"]
    assert [(one["fate"], one["name"]) for one in back["faults"]] == [("mended", "TARGET")]
    assert kweigh(*argv, "-R", "--fail-on", "fault").code == 0


def test_findings_stand_at_the_lines_of_the_patch(kweigh: Kweigh) -> None:
    done = kweigh("review", PATCH, "--tree", "bundled", "--format", "github")
    assert {line.split(",")[0] for line in done.out.splitlines()} == {
        "::error file=kconfig/kernel/dma/Kconfig",
        "::notice file=arch/arm/Kconfig",
        "::notice file=kconfig/kernel/dma/Kconfig",
    }


def test_a_patch_that_does_not_fit_says_where(kweigh: Kweigh, tmp_path: Path) -> None:
    patch = tmp_path / "no.patch"
    patch.write_text(PATCH.read_text("utf-8").replace("DMA_DECLARE_COHERENT", "OTHER"), "utf-8")
    done = kweigh("review", patch, "--tree", "bundled")
    assert done.code == 4
    assert "arch/arm/Kconfig" in done.err


def test_what_may_be_a_mistake_is_the_answer_no(kweigh: Kweigh, tmp_path: Path) -> None:
    """The select of a symbol whose dependency is new, and the line of a config that a new dependency undoes."""
    assert kweigh("review", PATCH, "--tree", "bundled", "--arch", "arm", "--fail-on", "lost").code == 0
    done = kweigh("review", PATCH, "--tree", "bundled", "--fail-on", "unmet", "--format", "github")
    assert done.code == 1
    assert "::error file=kconfig/kernel/dma/Kconfig,line=15" in done.out
    iommu = (ROOT / "kconfig/drivers/iommu/Kconfig").read_text("utf-8").split("\n")
    at = iommu.index("config ARM_SMMU")
    head = f"--- a/kconfig/drivers/iommu/Kconfig\n+++ b/kconfig/drivers/iommu/Kconfig\n@@ -{at + 1},2 +{at + 1},3 @@\n"
    patch = tmp_path / "smmu.patch"
    patch.write_text(f"{head} {iommu[at]}\n {iommu[at + 1]}\n+\tdepends on !PCI\n", "utf-8")
    done = kweigh("review", patch, "--tree", "bundled", "--arch", "arm", "--fail-on", "lost", "--format", "json")
    assert done.code == 1
    assert [(one["config"], one["symbol"], one["after"]) for one in json.loads(done.out)["data"]["lost"]] == [
        ("multi_v7_defconfig", "ARM_SMMU", "n"),
        ("defconfig", "ARM_SMMU", "n"),
    ]


def test_the_series_of_the_seed_spares_tinyconfig(kweigh: Kweigh) -> None:
    """All nine folders; who keeps mapping operations has a line of the series that says so."""
    patch = ROOT / "fixtures/series/dma-bypass-v4.patch"
    found = data(kweigh, patch)
    assert found["remarks"] == ["the tree has this series already: before is the tree without it"]
    assert {one["cause"]["names"][0] for one in found["entries"] if one["fate"] == "new"} == {
        "DMA_OPS",
        "DMA_OPS_BYPASS",
    }
    on = {
        (place["arch"], name)
        for effect in found["effects"]
        for one in effect["symbols"]
        if one["symbol"] == "DMA_OPS"
        for place in one["places"]
        for name in place["configs"]
    }
    tiny = {arch for arch, name in on if name == "tinyconfig"}
    assert tiny == {"arm", "parisc", "parisc64", "sparc32", "sparc64"}
    assert "tinyconfig is spared on 7 architectures" in " ".join(
        kweigh("review", patch, "--tree", "bundled").out.split()
    )


def test_objects_come_and_go_with_values(kweigh: Kweigh) -> None:
    """One object of the bundled tree hangs on DMA_OPS, which arm loses."""
    (one,) = data(kweigh, PATCH)["objects"]
    assert (one["path"], one["before"], one["after"], one["asked"]) == (
        "kernel/dma/dummy.o",
        "vmlinux",
        None,
        ["DMA_OPS"],
    )
    assert one["line"]["text"] == "obj-$(CONFIG_DMA_OPS)"
    assert [place["arch"] for place in one["places"]] == ["arm"]


NAMED = {
    "Kconfig": """\
config AVOID
\tbool "Avoid what is slow"
\tdefault y
\thelp
\t  This avoids whatever is known to be slow on most of the machines.

config LATER
\tbool "Later"
\tdepends on AVOID

source "lib/Kconfig"
source "mm/Kconfig"
source "arch/$(SRCARCH)/Kconfig"
""",
    "lib/Kconfig": 'config WANTED\n\tbool "Wanted"\n\tdefault y if LATER\n\nconfig MOVED\n\tdef_bool y\n',
    "mm/Kconfig": "",
    "arch/x86/configs/x_defconfig": "CONFIG_LATER=y\nCONFIG_WANTED=y\n",
    "arch/x86/configs/y_defconfig": "# CONFIG_AVOID is not set\n",
}


def after(kweigh: Kweigh, tmp_path: Path, edits: dict[str, str], **more: str) -> Any:
    """The review of a tree in which files are others."""
    before = plant(tmp_path / "a", {**TREE, **NAMED, **more})
    plant(tmp_path / "b", {**TREE, **NAMED, **more, **edits})
    argv = ("review", tmp_path / "b", "--tree", before, "--arch", "x86_64", "--configs", "[xy]_defconfig")
    done = kweigh(*argv, "--format", "json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)["data"]
    assert found["unexplained"] == found["failed"] == []
    return found


def moves(found: Any) -> set[tuple[str, str, str, tuple[str, ...]]]:
    return {
        (one["symbol"], one["before"], one["after"], tuple(one["places"][0]["configs"]))
        for effect in found["effects"]
        for one in effect["symbols"]
    }


def test_a_rename_is_no_value(kweigh: Kweigh, tmp_path: Path) -> None:
    edits = {"Kconfig": NAMED["Kconfig"].replace("AVOID", "MITIGATION_AVOID")}
    found = after(kweigh, tmp_path, edits)
    (one,) = found["renames"]
    assert (one["old"], one["new"], one["transitional"]) == ("AVOID", "MITIGATION_AVOID", False)
    assert one["kept"] == [{"arch": "x86_64", "configs": ["x_defconfig"]}]
    # Who had turned it off by its old name has it on again.
    assert one["asked"] == [{"arch": "x86_64", "configs": ["y_defconfig"]}]
    assert moves(found) == {("MITIGATION_AVOID", "n", "y", ("y_defconfig",))}


def test_a_definition_moves(kweigh: Kweigh, tmp_path: Path) -> None:
    lib, mm = NAMED["lib/Kconfig"].split("\n\nconfig MOVED")
    found = after(kweigh, tmp_path, {"lib/Kconfig": f"{lib}\n", "mm/Kconfig": f"config MOVED{mm}"})
    assert [(one["symbol"], one["before"]["path"], one["after"]["path"]) for one in found["relocated"]] == [
        ("MOVED", "lib/Kconfig", "mm/Kconfig"),
    ]
    assert moves(found) == set()


def test_lines_of_minimal_configs(kweigh: Kweigh, tmp_path: Path) -> None:
    """A default that comes to say what a defconfig says: its line can go."""
    edits = {"Kconfig": NAMED["Kconfig"].replace('"Later"', '"Later"\n\tdefault y')}
    found = after(kweigh, tmp_path, edits)
    (one,) = found["saved"]
    assert (one["before"], one["after"]) == ("CONFIG_LATER=y", None)
    assert one["places"] == one["asked"] == [{"arch": "x86_64", "configs": ["x_defconfig"]}]
    assert found["looked_at"] == [{"arch": "x86_64", "configs": ["x_defconfig", "y_defconfig"]}]


def test_lines_of_configs_that_are_edited(kweigh: Kweigh, tmp_path: Path) -> None:
    """A series removes a symbol, and the line of one defconfig; another line of it is new. Its own lines are told as
    causes of what they change, and nothing is told of what stays as it was."""
    edits = {
        "Kconfig": NAMED["Kconfig"].replace('"Later"\n\tdepends on AVOID', '"Later"\n\tdefault y'),
        "arch/x86/configs/x_defconfig": "# CONFIG_AVOID is not set\nCONFIG_WANTED=y\n",
        "arch/x86/configs/z_defconfig": "CONFIG_LATER=y\nCONFIG_UNKNOWN=y\n",
    }
    found = after(kweigh, tmp_path, edits)
    told = {
        (one["symbol"], one["before"], one["after"], tuple(one["places"][0]["configs"]))
        for effect in found["effects"]
        for one in effect["symbols"]
        if {found["causes"][at]["kind"] for at in effect["causes"]} == {"user"}
    }
    assert told == {("AVOID", "y", "n", ("x_defconfig",))}
    # y_defconfig says nothing of LATER, which depended on AVOID.
    assert moves(found) - told == {("LATER", "n", "y", ("y_defconfig",)), ("WANTED", "n", "y", ("y_defconfig",))}
    assert found["fresh"] == []


def test_what_is_new_is_named(kweigh: Kweigh, tmp_path: Path) -> None:
    before = plant(tmp_path / "a", {**TREE, **NAMED})
    plant(tmp_path / "b", {**TREE, **NAMED, "arch/x86/configs/z_defconfig": "CONFIG_LATER=y\nCONFIG_UNKNOWN=y\n"})
    done = kweigh("review", tmp_path / "b", "--tree", before, "--arch", "x86_64", "--format", "json")
    found = json.loads(done.out)["data"]
    assert found["fresh"] == [{"arch": "x86_64", "configs": ["z_defconfig"]}]
    (remark,) = found["remarks"]
    assert remark == "z_defconfig of x86_64 is new: of its lines these do not come true: CONFIG_UNKNOWN=y"


def test_series_takes_a_range(kweigh: Kweigh, tmp_path: Path) -> None:
    tree = plant(tmp_path / "tree", {**TREE, **NAMED})

    def git(*words: str) -> None:
        who = ("-c", "user.name=A B", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(("git", *who, *words), cwd=tree, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    (tree / "Kconfig").write_text(NAMED["Kconfig"].replace("AVOID", "OTHER"))
    git("commit", "-qam", "two: call it otherwise")
    done = kweigh("series", "HEAD^..HEAD", "--tree", tree, "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert "OTHER" in done.out
    assert kweigh("series", "HEAD", "--tree", tree).out.startswith("two: call it otherwise")
    assert kweigh("series", "nowhere", "--tree", tree).code == 3


@pytest.mark.parametrize(("arches", "code"), [(("alpha",), 3), (("alpha", "arm"), 1)])
def test_what_breaks_kconfig_keeps_to_no_limit(
    kweigh: Kweigh, tmp_path: Path, arches: tuple[str, ...], code: int
) -> None:
    """Nothing can be told of an architecture that a series breaks, so that no limit holds."""
    text = (ROOT / "arch/alpha/Kconfig").read_text("utf-8").splitlines()
    lines = [f" {line}" for line in text[:6]]
    head = ["--- a/arch/alpha/Kconfig", "+++ b/arch/alpha/Kconfig", "@@ -1,6 +1,7 @@"]
    patch = tmp_path / "broken.patch"
    patch.write_text("\n".join([*head, *lines[:3], "+\tdependz on X", *lines[3:], ""]), "utf-8")
    chosen = [word for arch in arches for word in ("--arch", arch)]
    done = kweigh("review", patch, "--tree", "bundled", *chosen, "--fail-on", "unmet")
    assert done.code == code
    assert "arch/alpha/Kconfig:4: " in done.out + done.err
