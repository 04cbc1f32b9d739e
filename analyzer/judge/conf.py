"""Runs a tree's own `conf` and gives what it writes.

Enters: the path of a `conf`, a root Kconfig file, an environment, a mode. Leaves: a `Verdict`, the text that conf wrote
and what it complained of; or the names of the variables that it read. Must hold: conf runs in a folder of its own that
is gone afterwards; it sees the environment that the caller spelled out, PATH, LANG and nothing else; the same request
gives the same verdict.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from analyzer.errors import ToolchainError
from analyzer.judge.process import environment_of, run

# The longest seen is 2 s for a whole tree; a $(shell,…) of a tree may hang.
_SECONDS = 300.0
_READ = re.compile(r'^ifneq "\$\((.+?)\)" "', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defconfig:
    """`--defconfig FILE`: the file's values, defaults for the rest. A relative `file` is looked for below srctree."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllConfig:
    """`--allnoconfig` and its like.

    `preset` is KCONFIG_ALLCONFIG: a file whose values come first, as for `Defconfig`.
    """

    target: Literal["allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig"]
    preset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RandConfig:
    """`--randconfig` with KCONFIG_SEED; `probability` is KCONFIG_PROBABILITY (`50`, `y:m` or `all:bool:tristate`)."""

    seed: int
    probability: str | None = None
    preset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldDefconfig:
    """`--olddefconfig` on the text of a .config: its values, defaults for new symbols."""

    config: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDefconfig:
    """`--savedefconfig` on the text of a .config: the verdict's text is the minimal config."""

    config: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNewConfig:
    """`--listnewconfig` on the text of a .config: the verdict's text is what it prints."""

    config: str


Mode = Defconfig | AllConfig | RandConfig | OldDefconfig | SaveDefconfig | ListNewConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What conf made of a request: the file's text, header included, and what it complained of on stderr, line by
    line."""

    text: str
    warnings: tuple[str, ...]


def ask(
    conf: Path,
    kconfig: str,
    environment: Mapping[str, str],
    mode: Mode,
    *,
    scratch: Path,
    answers: Path | None = None,
) -> Verdict:
    """Run `conf` in `mode` on the Kconfig file `kconfig`.

    `environment` is all that the tree's Kconfig needs: ARCH, SRCARCH, srctree (absolute), KERNELVERSION, CC, LD …;
    `kconfig` is relative to srctree. A folder for the run is made below `scratch`, which is made if missing. With
    `answers`, a folder that serves this environment alone, a `$(shell,…)` that an earlier run asked is not run again.
    Bytes that are no UTF-8 come back as surrogates. Raises ToolchainError when conf stops, with its own words.
    """
    with _folder(scratch) as folder:
        # conf leaves auto.conf alone when it is there (confdata.c, conf_write_autoconf), which saves two large files.
        (folder / "auto.conf").touch()
        return _ask_in(folder, conf, kconfig, {**environment, **_remembered(answers)}, mode)


def variables_read(
    conf: Path, kconfig: str, environment: Mapping[str, str], *, scratch: Path, answers: Path | None = None
) -> frozenset[str]:
    """The names of those of `environment` that the Kconfig files refer to, as conf lists them for make
    (confdata.c, conf_write_autoconf_cmd). The rest is as for `ask`.
    """
    with _folder(scratch) as folder:
        _ask_in(folder, conf, kconfig, {**environment, **_remembered(answers)}, AllConfig(target="allnoconfig"))
        # Beside auto.conf, or below include/config whatever the name of auto.conf (5.10).
        lists = [path.read_text("utf-8", "surrogateescape") for path in folder.rglob("auto.conf.cmd")]
        return frozenset(name for text in lists for name in _READ.findall(text))


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="conf-", dir=scratch.absolute()) as folder:
        yield Path(folder)


def _remembered(answers: Path | None) -> dict[str, str]:
    """What again.c, linked into conf, takes its folder from."""
    return {} if answers is None else {"KWEIGH_ANSWERS": str(answers.absolute())}


def _ask_in(folder: Path, conf: Path, kconfig: str, environment: Mapping[str, str], mode: Mode) -> Verdict:
    own = {"KCONFIG_CONFIG": ".config", "KCONFIG_AUTOCONFIG": "auto.conf"}
    option, output = "--olddefconfig", ".config"
    match mode:
        case Defconfig(file=file):
            option = f"--defconfig={file}"
        case AllConfig(target=target, preset=preset):
            option = f"--{target}"
            own |= _preset(preset)
        case RandConfig(seed=seed, probability=probability, preset=preset):
            option = "--randconfig"
            own |= {"KCONFIG_SEED": f"0x{seed:X}"} | _preset(preset)
            own |= {"KCONFIG_PROBABILITY": probability} if probability else {}
        case OldDefconfig(config=config):
            _write(folder / ".config", config)
        case SaveDefconfig(config=config):
            _write(folder / ".config", config)
            option, output = "--savedefconfig=defconfig", "defconfig"
        case ListNewConfig(config=config):
            _write(folder / ".config", config)
            option, output = "--listnewconfig", "printed"
    said = run(
        [str(conf.absolute()), option, kconfig],
        cwd=folder,
        environment=environment_of(environment) | own,
        seconds=_SECONDS,
        printed=folder / "printed",
    )
    try:
        text = (folder / output).read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError as error:
        raise ToolchainError(f"{conf.name} {option} ended well but wrote no {output}") from error
    # 5.10's conf tells its seed on stderr, which is no complaint.
    lines = (line for line in said.splitlines() if line.strip() and not line.startswith("KCONFIG_SEED="))
    return Verdict(text=text, warnings=tuple(lines))


def _preset(preset: str | None) -> dict[str, str]:
    return {} if preset is None else {"KCONFIG_ALLCONFIG": preset}


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
