"""Rule: a check passes only where the guest itself said that it did; what is no check is one line.

Enters: words that a guest may say.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.boot import checks, machines
from analyzer.errors import UsageError
from analyzer.model.boot import Checks

MACHINE = machines.machine("x86_64")
WHOLE = Checks(console="ttyS0", disk="virtio", fs="ext2", net="virtio")
GOOD = "[    0.1] 9p: up\nkweigh> init runs, free 123; disk ok; net ok\nreboot: Restarting system\n"


def test_words_become_checks() -> None:
    assert checks.parse("console=,disk=virtio,fs=ext2,net=virtio", MACHINE) == WHOLE
    assert checks.parse("", MACHINE) == Checks()
    assert checks.parse("fs=ext2", MACHINE).disk == "virtio"
    assert checks.parse(WHOLE.text, MACHINE) == WHOLE


def test_what_is_likely_has_all_that_is_needed() -> None:
    every = set(checks.likely(MACHINE))
    for kind in ("ext2", "ext4", "squashfs"):
        for lines in checks.needs(MACHINE, replace(WHOLE, fs=kind)).values():
            assert every >= {*lines}
    assert every > set(checks.likely(None)) > {("VIRTIO_BLK", "y"), ("PROC_FS", "y")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dsk=virtio", "no check dsk"),
        ("disk=floppy", "disk=floppy is no check"),
        ("disk", "disk is no check"),
        ("fs=ext9", "no disk with ext9 is made here"),
        ("console=a b", "console=a b is no check"),
    ],
)
def test_what_is_no_check(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        checks.parse(text, MACHINE)


@pytest.mark.parametrize(
    ("said", "stage", "failure"),
    [
        (GOOD, "", ""),
        ("", "start", "it ended before init ran"),
        ("Linux version\nKernel panic - not syncing: No working init found.", "init", "No working init found."),
        ("half a li", "init", "it ended before init ran; last it said: half a li"),
        (GOOD.replace("kweigh>", "kweigh:"), "start", "init had no console to write to"),
        (GOOD.replace("disk ok", "disk open 6"), "disk", "disk: open 6"),
        (GOOD.replace("disk ok", "disk mount 19"), "fs", "disk: mount 19"),
        (GOOD.replace("disk ok", "disk content"), "disk", "disk: content"),
        (GOOD.replace("; disk ok", ""), "disk", "disk: not tried"),
        (GOOD.replace("net ok", "net answer 11"), "net", "net: answer 11"),
    ],
)
def test_what_a_guest_says(said: str, stage: str, failure: str) -> None:
    found = checks.tried(WHOLE, said)
    assert (found.stage, found.failure) == (stage, failure)


PARTS = st.sampled_from(
    ["kweigh> init runs, free 1", "kweigh: init runs, free 1", "; disk ok", "; disk open 6", "; net ok", "\n"]
)
SAID = st.lists(PARTS | st.text(max_size=5)).map("".join)


@given(SAID, st.sampled_from([Checks(), WHOLE]))
def test_any_words_are_good_or_have_a_stage(said: str, asked: Checks) -> None:
    found = checks.tried(asked, said)
    assert bool(found.failure) == bool(found.stage)
    ran = "init runs, free" in said
    assert found.failure or (ran and (asked == Checks() or ("; disk ok" in said and "; net ok" in said)))
    assert not found.failure or not (ran and asked == Checks())


@pytest.mark.parametrize("arch", machines.names())
def test_every_machine_has_all_that_checks_need(arch: str) -> None:
    machine = machines.machine(arch)
    found = checks.needs(machine, WHOLE)
    assert set(found) == {"start", "init", "disk", "fs", "net"}
    calls = {"read", "write", "mount", "ioctl", "reboot", "sysinfo", "openat", "mkdirat", "mknodat", "unlinkat"}
    assert dict(machine.calls).keys() == calls | {"socket", "sendto", "recvfrom", "setsockopt"}
