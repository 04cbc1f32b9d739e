"""Rule: what other repositories take from this one works: the GitHub Action and the hooks for pre-commit.

Enters: action.yml, .pre-commit-hooks.yaml. Leaves: nothing. Must hold: the commands in them are run as they stand, on
the bundled tree; what only the services themselves can tell is not looked at.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
POLICY = '[[rule]]\nname = "bypass"\narches = ["powerpc"]\nconfigs = ["defconfig"]\nsymbol = "{}"\nvalue = "on"\n'
KEPT, LOST = "CONFIG_PCI=y\n", "CONFIG_PCI=y\nCONFIG_GONE=y\nCONFIG_INTEL_IOMMU=y\n"


def _yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def _input(value: str) -> str:
    """The input that a variable of the step has."""
    found = re.fullmatch(r"\$\{\{ inputs\.(\w+) \}\}", value)
    assert found is not None, value
    return found[1]


def _run(words: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        words, cwd=folder, env={**os.environ, "PATH": path} | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for name, text in {"kept.config": KEPT, "lost.config": LOST}.items():
        (tmp_path / name).write_text(text)
    for name, symbol in {"holds.toml": "DMA_OPS_BYPASS", "broken.toml": "DMA_VIRT_OPS"}.items():
        (tmp_path / name).write_text(POLICY.format(symbol))
    return tmp_path


def test_every_input_of_the_action_is_used() -> None:
    action = _yaml("action.yml")
    last = action["runs"]["steps"][-1]
    assert {_input(value) for value in last["env"].values()} == set(action["inputs"])
    # No text of a workflow stands in a script: it comes by variables.
    assert all("${{" not in step.get("run", "") for step in action["runs"]["steps"])
    assert all(f"${name}" in last["run"] for name in last["env"])


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"fragments": "kept.config"}, 0, ""),
        ({"fragments": "*.config", "arch": "powerpc"}, 1, "::error file=lost.config,line=3"),
        ({"policy": "holds.toml"}, 0, ""),
        ({"policy": "broken.toml", "fragments": "kept.config"}, 1, "::error"),
        ({"fragments": "nowhere.config"}, 3, ""),
        ({"fragments": "kept.config", "args": "--no-such-option"}, 2, ""),
        ({}, 2, "::error::kweigh: neither a policy nor fragments to check"),
    ],
)
def test_the_action(given: dict[str, str], code: int, said: str, work: Path) -> None:
    action = _yaml("action.yml")
    inputs = {name: one["default"] for name, one in action["inputs"].items()} | {"tree": "bundled"} | given
    last = action["runs"]["steps"][-1]
    names = {name: _input(value) for name, value in last["env"].items()}
    done = _run(["bash", "-eo", "pipefail", "-c", last["run"]], work, **{k: inputs[v] for k, v in names.items()})
    assert done.returncode == code, done
    assert said in done.stdout
    assert (said == "") is ("::error" not in done.stdout)


@pytest.mark.parametrize(
    ("hook", "args", "files", "code"),
    [
        ("kweigh-fragments", None, ["kept.config"], 0),
        ("kweigh-fragments", None, ["kept.config", "lost.config"], 1),
        ("kweigh-fragments", ["ppc64_defconfig", "--arch", "powerpc"], ["kept.config"], 0),
        ("kweigh-policy", ["--policy", "holds.toml"], [], 0),
        ("kweigh-policy", ["--policy", "broken.toml"], [], 1),
    ],
)
def test_the_hooks(hook: str, args: list[str] | None, files: list[str], code: int, work: Path) -> None:
    (found,) = (one for one in _yaml(".pre-commit-hooks.yaml") if one["id"] == hook)
    assert found["language"] == "python"
    done = _run([*shlex.split(found["entry"]), *(args or found["args"]), "--tree", "bundled", *files], work)
    assert done.returncode == code, done
    assert all(re.search(found["files"], name) for name in files)
