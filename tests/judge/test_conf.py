"""Rule: each mode becomes the option, the files and the variables that the kernel's own make uses.

A small script stands in for conf: it writes its arguments and its environment where conf writes a config.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import ToolchainError
from analyzer.judge.conf import AllConfig, Defconfig, Mode, OldDefconfig, RandConfig, SaveDefconfig, Verdict, ask
from analyzer.judge.values import parse

FAKE = r"""#!/bin/sh
case $1 in
--olddefconfig) cat .config > input ;;
--savedefconfig=*) cat .config > input; KCONFIG_CONFIG=${1#*=} ;;
esac
{
  echo "CONFIG_OPTION=\"$1\""
  echo "CONFIG_KCONFIG=\"$2\""
  echo "CONFIG_ENVIRONMENT=\"$ARCH,$KCONFIG_ALLCONFIG,$KCONFIG_SEED,$KCONFIG_PROBABILITY,$LEAK\""
  echo "CONFIG_INPUT=\"$(cat input 2>/dev/null)\""
  echo "CONFIG_AUTO=$(test -e "$KCONFIG_AUTOCONFIG" && echo y)"
} > "$KCONFIG_CONFIG"
echo "warning: one" >&2
echo >&2
"""


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    """The stand-in."""
    return _script(tmp_path, FAKE)


def _script(folder: Path, text: str) -> Path:
    path = folder / "conf"
    path.write_text(text)
    path.chmod(0o755)
    return path


def _ask(conf: Path, mode: Mode) -> Verdict:
    return ask(conf, "Kconfig", {"ARCH": "mips"}, mode, scratch=conf.parent / "scratch")


@pytest.mark.parametrize(
    ("mode", "option", "environment", "read"),
    [
        (Defconfig(file="arch/mips/configs/a"), "--defconfig=arch/mips/configs/a", "mips,,,,", ""),
        (AllConfig(target="allnoconfig"), "--allnoconfig", "mips,,,,", ""),
        (AllConfig(target="alldefconfig", preset="a.config"), "--alldefconfig", "mips,a.config,,,", ""),
        (RandConfig(seed=255), "--randconfig", "mips,,0xFF,,", ""),
        (RandConfig(seed=0, probability="10:20", preset="b"), "--randconfig", "mips,b,0x0,10:20,", ""),
        (OldDefconfig(config="CONFIG_A=y\n"), "--olddefconfig", "mips,,,,", "CONFIG_A=y"),
        (SaveDefconfig(config="CONFIG_B=m\n"), "--savedefconfig=defconfig", "mips,,,,", "CONFIG_B=m"),
    ],
)
def test_modes(
    mode: Mode, option: str, environment: str, read: str, conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAK", "leak")
    verdict = _ask(conf, mode)
    assert dict(parse(verdict.text)) == {
        "OPTION": option,
        "KCONFIG": "Kconfig",
        "ENVIRONMENT": environment,
        "INPUT": read,
        "AUTO": "y",
    }
    assert verdict.warnings == ("warning: one",)


def test_nothing_is_left_behind(conf: Path) -> None:
    _ask(conf, AllConfig(target="allyesconfig"))
    assert list((conf.parent / "scratch").iterdir()) == []


def test_bytes_that_are_no_text_survive(tmp_path: Path) -> None:
    conf = _script(tmp_path, "#!/bin/sh\ncat .config > kept; cat kept > .config\n")
    text = b'CONFIG_A="\xff\r"\n'.decode("utf-8", "surrogateescape")
    assert _ask(conf, OldDefconfig(config=text)).text == text


def test_conf_that_stops_is_quoted(tmp_path: Path) -> None:
    conf = _script(tmp_path, "#!/bin/sh\necho 'Kconfig:3: syntax error' >&2; exit 1\n")
    with pytest.raises(ToolchainError) as caught:
        _ask(conf, AllConfig(target="allnoconfig"))
    assert caught.value.line() == "conf failed with exit code 1: Kconfig:3: syntax error"


def test_conf_that_writes_nothing_is_no_answer(tmp_path: Path) -> None:
    conf = _script(tmp_path, "#!/bin/sh\nexit 0\n")
    with pytest.raises(ToolchainError, match=r"conf --allnoconfig ended well but wrote no \.config"):
        _ask(conf, AllConfig(target="allnoconfig"))
