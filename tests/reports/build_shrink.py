"""Searches for a smaller config, hand-made.

Enters: nothing. Leaves: `Shrunk`, `ShrunkFile`. Must hold: as in build_configs.py.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.model.shrink import Drop, Judged, KeptLine, Proof, Shrunk, ShrunkFile, Step

_PROOFS = {
    "EXT4_FS": Proof(kind="test", reason="fs: disk: mount 19", gain=412345),
    "BLOCK": Proof(kind="lines", without=("EXT4_FS", "VIRTIO_BLK")),
    "VIRTIO_BLK": Proof(kind="earlier", reason="disk: open 6"),
    "SLOB": Proof(kind="size", gain=-31744),
    "BPF_SYSCALL": Proof(kind="keep"),
    "TTY": Proof(kind="untried", without=("SERIAL_8250", "SERIAL_8250_CONSOLE")),
}
_LINES = tuple(KeptLine(name=name, text=f"CONFIG_{name}=y", proof=proof) for name, proof in _PROOFS.items())
_NETWORK = tuple(f"NET_VENDOR_{number:02}" for number in range(20))


def _step(away: tuple[str, ...], left: int, judged: Judged, *, taken: bool) -> Step:
    return Step(away=away, left=left, key=f"{left}", judged=judged, taken=taken)


def searched(*, done: bool = True) -> Shrunk:
    """A search that stands somewhere."""
    bad = Judged(good=False, size=1_700_000, reason="fs: disk: mount 19")
    return Shrunk(
        config="tinyconfig+kvm_guest.config",
        tree="Linux 6.1.192",
        arch="x86_64",
        compiler="gcc 12.2.0 (x86_64-linux-gnu)",
        test="boots on qemu-system-x86_64, disk=virtio,fs=ext4",
        keep=("BPF_SYSCALL",),
        first=4_812_345,
        size=2_112_345,
        lines=_LINES,
        steps=(
            _step((), 27, Judged(good=True, size=4_812_345), taken=True),
            _step(_NETWORK, 7, Judged(good=True, size=2_112_345), taken=True),
            _step(("EXT4_FS",), 6, bad, taken=False),
            _step(("SLOB",), 6, Judged(good=True, size=2_144_089), taken=False),
        ),
        built=2,
        done=done,
        file="shrunk.config",
    )


def nothing_good() -> Shrunk:
    """A search without a good config."""
    return replace(searched(), first=None, size=None, lines=(), steps=(), lacks="start: it ended before init ran")


def down_to_nothing() -> Shrunk:
    """A search that left no line."""
    return replace(searched(), lines=(), size=2016)


def read_back() -> ShrunkFile:
    """The file of a search."""
    found = searched()
    return ShrunkFile(
        config=found.config,
        tree=found.tree,
        arch=found.arch,
        compiler=found.compiler,
        test=found.test,
        keep=(),
        first=found.first,
        size=found.size,
        tests=4,
        done=True,
        lines=found.lines,
        drops=(Drop(lines=_NETWORK, gain=2_700_000), Drop(lines=("SWAP",), gain=None)),
    )
