"""Rule: a diff's lines say what is defined, changed, removed, selected and built, each at its own line."""

from __future__ import annotations

import pytest

from analyzer.model.series import SymbolEdit
from analyzer.series import edits, read

KCONFIG = "\n".join(
    (
        "diff --git a/kernel/dma/Kconfig b/kernel/dma/Kconfig",
        "index 1..2 100644",
        "--- a/kernel/dma/Kconfig",
        "+++ b/kernel/dma/Kconfig",
        "@@ -8,6 +8,12 @@ config HAS_DMA",
        " \tbool",
        " \tdefault y",
        " ",
        "+config PROBE",
        '+\tbool "probe"',
        "+\tselect HELPERS if PCI",
        "+\thelp",
        "+\t  You can select HELPERS yourself.",
        "+",
        " config HELPERS",
        " \tbool",
        " ",
        "@@ -20,5 +26,4 @@ config HELPERS",
        " config OTHER",
        " \tbool",
        "-\tselect HELPERS",
        " \tdepends on MMU",
        " ",
        "",
    )
)


def told(text: str, *known: str, entry: str = "") -> list[tuple[str, str, str, int, str]]:
    found = edits(read(text, "p").patches, lambda _path, _line: entry, known)
    return [_told(one) for one in found]


def _told(one: SymbolEdit) -> tuple[str, str, str, int, str]:
    return one.symbol, one.kind, one.detail, one.location.line, str(one.place)


def patch(path: str, body: str, section: str = "") -> str:
    """One hunk, its header counted."""
    lines = body.splitlines()
    old, new = (sum(line[:1] in (" ", sign, "") for line in lines) for sign in "-+")
    return f"--- a/{path}\n+++ b/{path}\n@@ -5,{old} +5,{new} @@ {section}\n{body}"


def test_what_a_patch_to_kconfig_says() -> None:
    assert told(KCONFIG) == [
        ("PROBE", "defined", "", 9, "kernel/dma/Kconfig:11"),
        ("PROBE", "select added", "HELPERS", 11, "kernel/dma/Kconfig:13"),
        ("OTHER", "select dropped", "HELPERS", 21, "kernel/dma/Kconfig:22"),
    ]


@pytest.mark.parametrize(
    ("body", "told_of"),
    [
        ("-config A\n-\tbool\n \n", [("A", "removed", "")]),
        ("-config A\n+menuconfig A\n \tbool\n", [("A", "changed", "")]),
        ("-config A\n-\tbool\n config B\n \tbool\n+config A\n+\tbool\n", [("A", "changed", "")]),
        (" config A\n-\tbool\n+\ttristate\n", [("A", "changed", "")]),
        (" config A\n \tbool\n-\tselect B\n+\tselect B if C\n", []),
        (" config A\n \tbool\n endmenu\n+\tselect B\n", []),
        ("-\tselect B\n \n", [("S", "select dropped", "B")]),
    ],
)
def test_entries(body: str, told_of: list[tuple[str, str, str]]) -> None:
    found = told(patch("lib/Kconfig", body, "config S"))
    assert [one[:3] for one in found if one[0]] == told_of


def test_a_hunk_without_a_section_asks_the_tree() -> None:
    assert told(patch("lib/Kconfig", "-\tselect B\n \n"), entry="T")[0][:3] == ("T", "select dropped", "B")


@pytest.mark.parametrize(
    ("body", "told_of"),
    [
        ("+obj-$(CONFIG_A) += a.o b/\n", [("A", "object added", "a.o"), ("A", "object added", "b/")]),
        ("-obj-$(CONFIG_A)\t+= a.o b.o\n+obj-$(CONFIG_A)\t+= a.o\n", [("A", "object dropped", "b.o")]),
        (" obj-$(CONFIG_A) += a.o \\\n+\tb.o\n", [("A", "object added", "b.o")]),
        ("+snd-y := x.o # y.o\n", [("snd.o", "object added", "x.o")]),
        ("+obj-y += a.o\n", [("obj-y", "object added", "a.o")]),
        ("+ccflags-y += -I$(srctree)/drivers/a/\n", []),
        ("+subdir-ccflags-y += -I$(srctree)/drivers/a\n", []),
        ("+KBUILD_CFLAGS-$(CONFIG_A) += -I$(srctree)/drivers/a/\n", [("A", "named", "")]),
        (
            "+obj-$(CONFIG_A) += a.o\n+a-objs := x.o\n+a-$(CONFIG_B) += y.o\n",
            [("A", "object added", "a.o"), ("A", "object added", "x.o"), ("B", "object added", "y.o")],
        ),
        ("+old-y += x.o\n", [("OLD", "object added", "x.o")]),
        ("+part-y += x.o\n", [("OLD", "object added", "x.o")]),
        ("+loop-y += x.o\n", [("loop.o", "object added", "x.o")]),
        ("+ifdef CONFIG_A\n", [("A", "named", "")]),
    ],
)
def test_what_a_patch_to_a_makefile_says(body: str, told_of: list[tuple[str, str, str]]) -> None:
    text = "obj-$(CONFIG_OLD) += \\\n\told.o\nold-y := part.o\nloop-y := loop.o\n"
    found = edits(read(patch("lib/Makefile", body), "p").patches, lambda *_: "", (), {"lib/Makefile": text}.get)
    assert [(one.symbol, one.kind, one.detail) for one in found] == told_of


def test_what_is_no_symbol_is_not_missing() -> None:
    found = edits(read(patch("lib/Makefile", "+obj-y += a.o\n+b-y := c.o\n"), "p").patches, lambda *_: "", ())
    assert [(one.symbol, one.known) for one in found] == [("obj-y", True), ("b.o", True)]


def test_configs_and_code() -> None:
    assert [
        one[:3] for one in told(patch("arch/x86/configs/x_defconfig", "-CONFIG_A=y\n+# CONFIG_A is not set\n"))
    ] == [
        ("A", "unset", "y"),
        ("A", "set", "n"),
    ]
    assert [one[:3] for one in told(patch("a.c", "+#ifdef CONFIG_A_MODULE\n-\tIS_ENABLED(CONFIG_B)\n"))] == [
        ("A", "named", ""),
        ("B", "named", ""),
    ]


def test_what_the_series_defines_is_known() -> None:
    found = edits(read(KCONFIG, "p").patches, lambda _path, _line: "", {"OTHER"})
    assert [one.known for one in found] == [True, True, True]


def test_a_reply_is_read() -> None:
    mail = "From: a@b\nSubject: Re: [PATCH] x\n\nOn Monday, c wrote:\n" + "".join(
        f"> {line}\n" if line else ">\n" for line in KCONFIG.splitlines()
    )
    said = mail.replace("> +config PROBE\n", "I like this.\n\n> +config PROBE\n")
    assert [one[:3] for one in told(said)] == [one[:3] for one in told(KCONFIG)]
    assert read(said, "p").title == "Re: [PATCH] x"


@pytest.mark.parametrize("before", ["", "On Monday, c wrote:\n\n"])
def test_a_quoted_mail_has_its_subject(before: str) -> None:
    mail = "From 0123456789abcdef Mon Sep 17 00:00:00 2001\nFrom: a@b\nDate: now\nSubject: [PATCH] probe:\n help\n\n"
    said = before + "".join(f"> {line}\n" for line in (mail + KCONFIG).splitlines())
    assert read(said, "p").title == "[PATCH] probe: help"


def test_a_line_is_in_the_patch_that_it_stands_in() -> None:
    patches = (*read(KCONFIG, "1.patch").patches, *read(KCONFIG.replace("OTHER", "THIRD"), "2.patch").patches)
    found = edits(patches, lambda _path, _line: "", ())
    assert {one.location.path for one in found if "THIRD" in (one.symbol, one.detail)} == {"2.patch"}
    assert {one.location.path for one in found} == {"1.patch", "2.patch"}
