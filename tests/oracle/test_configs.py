"""Rule: a .config that a distribution's kernel was built with is completed as each tree's own conf completes it.

The configs are those of Debian's linux-config packages where one is installed; a whole folder of them is compared by
`python -m tests.oracle.configs`.
"""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from analyzer import reports
from tests.oracle.configs import RealConfig, compare, real_configs

PLACE = Path("/usr/src")
PACKAGES = "linux-config-*"


def _packaged() -> list[RealConfig]:
    return [config for folder in sorted(PLACE.glob(PACKAGES)) for config in real_configs(folder)]


@pytest.fixture(scope="module")
def configs() -> list[RealConfig]:
    """The first of each package's architectures' first configs: a generic kernel's and a cloud's."""
    return _packaged()[:2] or pytest.skip("no real configs: install a linux-config package")


def test_completed_as_conf_does(configs: list[RealConfig], linux_tree: Path) -> None:
    certificate, comparisons = compare(linux_tree, configs)
    assert set(comparisons) == {config.name for config in configs}
    assert certificate.whole, reports.render(reports.certify(certificate), "markdown", version="")


def test_the_header_says_for_what(tmp_path: Path) -> None:
    head = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/{} {} Kernel Configuration\n#\nCONFIG_A=y\n"
    (tmp_path / "below").mkdir()
    (tmp_path / "one.config").write_text(head.format("x86", "5.10.0-9-amd64"))
    (tmp_path / "below/two.xz").write_bytes(lzma.compress(head.format("arm64", "6.1.0").encode()))
    (tmp_path / "none.config").write_text("CONFIG_A=y\n")
    found = {config.name: (config.arch, config.made_for) for config in real_configs(tmp_path)}
    assert found == {"one.config": ("x86", "5.10.0-9-amd64"), "below/two": ("arm64", "6.1.0")}
