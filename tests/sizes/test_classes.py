"""Rule: a section's name decides its class before its flags do."""

from __future__ import annotations

import pytest

from analyzer.sizes.classes import CLASSES, classify


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (".init.text.unlikely", "init text"),
        (".meminit.text", "init text"),
        (".exit.text", "init text"),
        (".x86_cpu_dev.init", "init data"),
        (".initcall6.init", "init data"),
        (".con_initcall.init", "init data"),
        (".data..percpu..first", "per-cpu"),
        (".data..ro_after_init", "data"),
        (".data..init_task", "data"),
        ("___ksymtab+kfree", "export"),
        ("__bug_table", "exception"),
        (".orc_unwind_ip", "unwind"),
        (".ARM.exidx.init.text", "unwind"),
        (".altinstr_replacement", "alternatives"),
        ("__ftr_alt_97", "alternatives"),
        (".discard.addressable", "discarded"),
        (".rodata.str1.1", "rodata"),
    ],
)
def test_by_name(name: str, kind: str) -> None:
    for flags in range(8):
        assert classify(name, code=bool(flags & 1), stored=bool(flags & 2), writable=bool(flags & 4)) == kind


@pytest.mark.parametrize(
    ("code", "stored", "writable", "kind"),
    [
        (True, True, False, "text"),
        (True, False, True, "text"),
        (False, False, True, "bss"),
        (False, True, True, "data"),
        (False, True, False, "rodata"),
    ],
)
def test_by_flags(code: bool, stored: bool, writable: bool, kind: str) -> None:
    assert classify("of_no_class", code=code, stored=stored, writable=writable) == kind


def test_classes_are_in_order() -> None:
    assert CLASSES[:4] == ("text", "rodata", "data", "bss")
