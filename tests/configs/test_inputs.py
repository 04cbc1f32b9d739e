"""Rules: a config is found in whatever holds one, and is the same text; what holds none, has no end or is no file is
refused in one line, soon, and without opening it."""

from __future__ import annotations

import gzip
import lzma
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.configs import unpack
from analyzer.configs.dotconfig import MAX_FILE_BYTES
from analyzer.configs.inputs import STDIN, Inputs
from analyzer.errors import InputError

from .images import PACKED, boot_image, kernel

CONFIG = b"#\n# Linux/x86 6.1.0 Kernel Configuration\n#\nCONFIG_A=y\n# CONFIG_B is not set\n" + b"".join(
    b"CONFIG_N%d=%d\n" % (number, number * number) for number in range(5000)
)


def read(path: Path | str) -> bytes:
    return Inputs().read(str(path))


@pytest.mark.parametrize("form", PACKED)
def test_a_packed_config(form: str, tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(PACKED[form](CONFIG))
    assert read(tmp_path / "config") == CONFIG


@pytest.mark.parametrize("form", PACKED)
def test_a_packed_kernel(form: str, tmp_path: Path) -> None:
    # Image.gz and configs.ko.xz on the one hand, bzImage on the other.
    (tmp_path / "image").write_bytes(PACKED[form](kernel(CONFIG)))
    assert read(tmp_path / "image") == CONFIG
    (tmp_path / "boot").write_bytes(boot_image(PACKED[form](kernel(CONFIG))))
    assert read(tmp_path / "boot") == CONFIG


def test_a_kernel_that_is_not_packed(tmp_path: Path) -> None:
    (tmp_path / "vmlinux").write_bytes(kernel(CONFIG))
    assert read(tmp_path / "vmlinux") == CONFIG


@settings(max_examples=40, deadline=None)
@given(before=st.integers(0, 3 << 20), config=st.integers(0, 60_000), seed=st.integers())
def test_the_mark_is_found_wherever_it_stands(
    before: int, config: int, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = random.Random(seed)
    text = CONFIG[:15] + chance.randbytes(config).hex().encode()
    path = tmp_path_factory.mktemp("image") / "image"
    path.write_bytes(b"\0" * before + b"IKCFG_ST" + gzip.compress(text) + b"IKCFG_ED\0")
    assert read(path) == text


@pytest.mark.parametrize("broken", [b"\x1f\x8b\x08", b"\x1f\x8b\x08\0\0\0\0\0\0\0 broken", gzip.compress(CONFIG)[:-9]])
def test_a_broken_one_hides_no_other(broken: bytes, tmp_path: Path) -> None:
    for between in (b"", b"\0" * (2 << 20)):
        (tmp_path / "image").write_bytes(b"\0IKCFG_ST" + broken + between + boot_image(gzip.compress(kernel(CONFIG))))
        assert read(tmp_path / "image") == CONFIG


def test_pieces_behind_each_other(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(gzip.compress(CONFIG[:50]) + gzip.compress(CONFIG[50:]))
    assert read(tmp_path / "config") == CONFIG


def test_a_build_folder(tmp_path: Path) -> None:
    (tmp_path / ".config").write_bytes(CONFIG)
    assert read(tmp_path) == read(f"{tmp_path}/") == CONFIG


def test_a_file_of_proc_has_no_size() -> None:
    assert read("/proc/self/status").startswith(b"Name:")


@contextmanager
def writing(path: Path, data: bytes) -> Iterator[None]:
    """Somebody else writes into a pipe meanwhile."""
    writer = threading.Thread(target=path.write_bytes, args=(data,))
    writer.start()
    yield
    writer.join()


def test_a_pipe_is_read_to_its_end_and_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    inputs = Inputs()
    for form in (lambda data: data, *PACKED.values()):
        inputs = Inputs()
        with writing(tmp_path / "pipe", form(CONFIG)):
            assert inputs.read(str(tmp_path / "pipe")) == CONFIG
    # There is no second writer, and none is waited for.
    assert inputs.read(str(tmp_path / "pipe")) == CONFIG


def test_a_substituted_process_may_be_gone_already() -> None:
    for data in (CONFIG[:1000], b""):
        end, start = os.pipe()
        os.write(start, data)
        os.close(start)
        assert read(f"/dev/fd/{end}") == data
        os.close(end)


CHILD = "import sys; from analyzer.configs import Inputs; sys.stdout.buffer.write(Inputs().read(sys.argv[1]))"


@pytest.mark.parametrize("name", [STDIN, "/dev/stdin", "/proc/self/fd/0"])
def test_standard_input(name: str, tmp_path: Path) -> None:
    argv = [sys.executable, "-c", CHILD, name]
    assert subprocess.run(argv, input=CONFIG, capture_output=True, check=True).stdout == CONFIG
    (tmp_path / "config").write_bytes(PACKED["gzip"](CONFIG))
    with (tmp_path / "config").open("rb") as file:
        assert subprocess.run(argv, stdin=file, capture_output=True, check=True).stdout == CONFIG


def test_a_pipe_nobody_writes_into_is_waited_for_only_so_long(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="nobody finished writing it"):
        Inputs(patience=0.1).read(str(tmp_path / "pipe"))


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "does not exist"),
    "link to nothing": (lambda path: path.symlink_to("nowhere"), "does not exist"),
    "link to itself": (lambda path: path.symlink_to(path), ""),
    "device": (lambda path: path.symlink_to("/dev/zero"), "is a device, not a regular file"),
    "socket": (_socket, "is a socket, not a regular file"),
    "folder": (lambda path: path.mkdir(), "is a folder without a .config"),
    "binary": (lambda path: path.write_bytes(b"\x7fELF\0\0"), "is a binary file without a config in it"),
    "not the mark": (lambda path: path.write_bytes(b"\0IKCFG_ST\x1f\x8b\x08 broken"), "without a config in it"),
    "huge": (lambda path: path.write_bytes(b"#" * (MAX_FILE_BYTES + 1)), f"has {MAX_FILE_BYTES + 1} bytes"),
    "huge when unpacked": (
        lambda path: path.write_bytes(lzma.compress(b"#" * (MAX_FILE_BYTES + 1), preset=0)),
        f"unpacks to more than {MAX_FILE_BYTES} bytes",
    ),
    "huge in a kernel": (
        lambda path: path.write_bytes(kernel(b"#" * (MAX_FILE_BYTES + 1))),
        f"unpacks to more than {MAX_FILE_BYTES} bytes",
    ),
    "packed nothing": (lambda path: path.write_bytes(gzip.compress(b"")), "holds no config"),
    "half a config in a kernel": (
        lambda path: path.write_bytes(b"\0IKCFG_ST" + gzip.compress(CONFIG)[:-9]),
        "without a config in it",
    ),
    "half a file": (lambda path: path.write_bytes(gzip.compress(b"\0" * 99)[:-12]), "holds no config"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_config(kind: str, tmp_path: Path) -> None:
    make, reason = REFUSED[kind]
    make(tmp_path / "config")
    inputs = Inputs()
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            inputs.read(str(tmp_path / "config"))
        assert reason in caught.value.line()
        assert len(caught.value.line().splitlines()) == 1


def test_a_device_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").symlink_to("/dev/zero")
    monkeypatch.setattr(os, "open", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(InputError, match="is a device"):
        read(tmp_path / "config")


@pytest.mark.parametrize("form", PACKED)
def test_a_bomb_is_given_up(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "_MOST", 8 << 20)
    (tmp_path / "config").write_bytes(PACKED[form](b"\0" * (12 << 20)))
    with pytest.raises(InputError, match="unpacks to more than"):
        read(tmp_path / "config")


def test_so_is_what_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "_SECONDS", 0.0)
    (tmp_path / "config").write_bytes(kernel(CONFIG))
    with pytest.raises(InputError, match="nothing found in it"):
        read(tmp_path / "config")


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zstd").write_text("#!/bin/sh\nexec sleep 1000\n")
    (tmp_path / "zstd").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(unpack, "_SECONDS", 0.3)
    (tmp_path / "config").write_bytes(b"\x28\xb5\x2f\xfd" + b"x" * 100)
    before = time.monotonic()
    with pytest.raises(InputError, match="holds no config"):
        read(tmp_path / "config")
    assert time.monotonic() - before < 500


def test_the_program_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "config").write_bytes(b"\x28\xb5\x2f\xfd" + b"x" * 100)
    with pytest.raises(InputError) as caught:
        read(tmp_path / "config")
    assert "it may be packed with zstd, which is not installed" in caught.value.line()


def _outcome(data: bytes) -> bytes | InputError:
    end, start = os.pipe()
    os.write(start, data)
    os.close(start)
    try:
        return read(f"/dev/fd/{end}")
    except InputError as error:
        return error
    finally:
        os.close(end)


@given(st.binary(max_size=2000))
def test_any_file_is_a_text_or_refused(data: bytes) -> None:
    found = _outcome(data)
    if isinstance(found, InputError):
        assert b"\0" in data or unpack.is_packed(data)
        assert len(found.line().splitlines()) == 1
    else:
        assert found == data


def test_a_file_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    inputs, name = Inputs(), str(tmp_path / "config")
    with pytest.raises(InputError, match="does not exist"):
        inputs.read(name)
    for text in (CONFIG, CONFIG + b"CONFIG_C=y\n"):
        (tmp_path / "config").write_bytes(text)
        assert inputs.read(name) == inputs.read(name) == text
    os.utime(tmp_path / "config", ns=(0, 0))
    (tmp_path / "new").write_bytes(CONFIG)
    (tmp_path / "new").replace(tmp_path / "config")
    assert inputs.read(name) == CONFIG
