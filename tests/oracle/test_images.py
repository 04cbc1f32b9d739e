"""What scripts/extract-ikconfig finds in an image is what we read from it, format by format."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from analyzer.configs import Inputs
from tests.configs.images import PACKED, boot_image, kernel

CONFIG = b"# Linux/x86 6.1.0 Kernel Configuration\nCONFIG_A=y\n" * 400
TOOLS = {"gzip": "gunzip", "xz": "unxz", "bzip2": "bunzip2", "lzma": "unlzma", "zstd": "unzstd"}
FORMS = [form for form in PACKED if form != "lz4" and shutil.which(TOOLS.get(form, "gunzip"))]
"""Those for which the script's own tool is there; of lz4 it asks for the kernel's form alone."""


@pytest.mark.parametrize("form", ["", *FORMS])
def test_the_config_of_an_image(form: str, linux_tree: Path, tmp_path: Path) -> None:
    script = linux_tree / "scripts/extract-ikconfig"
    image = tmp_path / "image"
    image.write_bytes(boot_image(PACKED[form](kernel(CONFIG))) if form else kernel(CONFIG))
    if form != "zstd" or "unzstd" in script.read_text():
        done = subprocess.run(["sh", str(script), str(image)], capture_output=True, check=False, timeout=120)
        assert (done.returncode, done.stdout) == (0, CONFIG), done.stderr
    assert Inputs().read(str(image)) == CONFIG
