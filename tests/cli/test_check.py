"""Rule: kweigh check fails a build when a rule does not hold, says so in every format, and never passes by mistake.

Enters: command lines on the bundled tree. Leaves: nothing. Must hold: the commands of docs/ci.md are run here.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest

from analyzer.cli import main
from analyzer.documents import LARGEST
from tests.cli.conftest import Kweigh

ROOT = Path(__file__).parents[2]
SERIES = ROOT / "fixtures" / "policies" / "series.toml"

BROKEN = """\
[[rule]]
name = "no DMA_OPS on powerpc, 100 %"
arches = ["powerpc"]
symbol = "DMA_OPS"
value = "off"
"""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy that a defconfig breaks, in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("policy.toml").write_text(BROKEN)
    return Path("policy.toml")


def test_the_policy_that_comes_along_holds(kweigh: Kweigh) -> None:
    done = kweigh("check", "--policy", SERIES)
    assert done.code == 0
    assert "All 8 rules hold." in done.out


def test_a_broken_rule_fails_with_its_chain(kweigh: Kweigh, broken: Path) -> None:
    done = kweigh("check", "--policy", broken)
    assert done.code == 1
    assert "powerpc defconfig: DMA_OPS is y, not off" in done.out
    assert "PPC: select DMA_OPS if PPC64 (arch/powerpc/Kconfig:19)" in done.out
    assert "policy.toml:1" in done.out


def test_sarif_has_the_line_of_the_policy_and_those_of_the_tree(kweigh: Kweigh, broken: Path) -> None:
    done = kweigh("check", "--policy", broken, "--format", "sarif", "-o", "kweigh.sarif")
    assert (done.code, done.out) == (1, "")
    (run,) = json.loads(Path("kweigh.sarif").read_text())["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("policy.toml", 5)
    first = result["relatedLocations"][0]["physicalLocation"]
    assert (first["artifactLocation"]["uri"], first["region"]["startLine"]) == ("arch/powerpc/Kconfig", 19)


def test_annotations_are_one_line_per_finding(kweigh: Kweigh, broken: Path) -> None:
    done = kweigh("check", "--policy", broken, "--format", "github")
    assert done.code == 1
    (line,) = done.out.splitlines()
    assert line.startswith("::error file=policy.toml,line=5,")
    assert "100 %25" in line


def test_json_and_csv_say_the_same(kweigh: Kweigh, broken: Path) -> None:
    data = json.loads(kweigh("check", "--policy", broken, "--format", "json").out)["data"]
    assert data["holds"] is False
    (found,) = data["rules"][0]["findings"]
    (row,) = csv.DictReader(io.StringIO(kweigh("check", "--policy", broken, "--format", "csv").out))
    assert (row["arch"], row["config"], row["text"]) == (found["arch"], found["config"], found["text"])


def test_a_baseline_is_written_beside_the_policy(kweigh: Kweigh, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[[rule]]\nname = "same"\narches = ["arm"]\nbaseline = "arm.baseline"\n')
    assert kweigh("check", "--policy", policy).code == 4
    done = kweigh("check", "--policy", policy, "--write-baseline")
    assert (done.code, done.out) == (0, "")
    assert "arm.baseline: 66 values" in done.err
    assert kweigh("check", "--policy", policy, "--write-baseline", "--quiet").err == ""
    assert kweigh("check", "--policy", policy).code == 0


def test_the_baseline_that_comes_along_is_what_would_be_written(kweigh: Kweigh, tmp_path: Path) -> None:
    policy = tmp_path / SERIES.name
    policy.write_text(SERIES.read_text("utf-8"))
    assert kweigh("check", "--policy", policy, "--write-baseline").code == 0
    stored = SERIES.with_suffix(".baseline")
    assert (tmp_path / stored.name).read_text("utf-8") == stored.read_text("utf-8")


BAD = {
    "missing": (None, 2, "there is no policy"),
    "empty": (b"", 4, "holds no rule"),
    "binary": (b"\x7fELF\0\0", 4, "binary"),
    "no text": (b"\xff\xfe", 4, "UTF-8"),
    "huge": (b"#" * (LARGEST + 1), 4, "too large"),
    "no toml": (b"[[rule]\n", 4, "policy.toml:1: not valid TOML"),
    "unknown key": (b'[[rule]]\nname = "a"\nsymbl = "A"\n', 4, "policy.toml:3: the rule: unknown key 'symbl'"),
    "unknown symbol": (b'[[rule]]\nname = "a"\nsymbol = "DMA_OSP"\nvalue = "on"\n', 4, "did you mean DMA_OPS?"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(case: str, kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content, code, says = BAD[case]
    if content is not None:
        Path("policy.toml").write_bytes(content)
    done = kweigh("check", "--policy", "policy.toml")
    assert (done.code, done.out) == (code, "")
    assert len(done.err.splitlines()) == 1
    assert says in done.err


@pytest.mark.parametrize("argv", [("check",), ("check", "--policy", "."), ("check", "--policy", "x", "--gates", "y")])
def test_bad_usage_is_one_line(argv: tuple[str, ...], kweigh: Kweigh) -> None:
    done = kweigh(*argv)
    assert done.code in {2, 4}
    assert len(done.err.splitlines()) == 1


def _blocks(language: str) -> list[str]:
    """The blocks of docs/ci.md in a language."""
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def _commands() -> list[str]:
    """The command lines of docs/ci.md that call kweigh."""
    lines = (
        line.strip().removeprefix("- ").removeprefix("run: ") for b in _blocks("(?:yaml|sh)") for line in b.splitlines()
    )
    return sorted({line for line in lines if line.startswith("kweigh ")})


@pytest.fixture
def documented(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policies of docs/ci.md in the current folder, with their baseline."""
    monkeypatch.chdir(shutil.copytree(page, tmp_path / "page"))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the policies of docs/ci.md and the baseline that kweigh makes of it."""
    folder = tmp_path_factory.mktemp("page")
    with chdir(folder):
        Path("ci").mkdir()
        for name, policy in zip(("kweigh", "series"), _blocks("toml"), strict=True):
            Path(f"ci/{name}.toml").write_text(policy, "utf-8")
        Path("ci/kweigh.accepted").write_text("* * *: the bundled tree has few of the symbols\n", "utf-8")
        with pytest.raises(SystemExit) as ended:
            main(["check", "--policy", "ci/kweigh.toml", "--write-baseline", "--no-cache"])
        assert not ended.value.code
    return folder


@pytest.mark.usefixtures("documented")
@pytest.mark.parametrize("command", _commands())
def test_commands_of_the_page_on_ci_work(command: str, kweigh: Kweigh) -> None:
    # The page speaks of the user's tree and its history; here it is the bundled one, and the series that it models.
    series = ROOT / "fixtures" / "series" / "dma-bypass-v4.patch"
    argv = shlex.split(command.replace('"$SERIES"', shlex.quote(str(series))).replace(" --tree .", ""))
    done = kweigh(*argv[1:])
    # That series turns DMA_OPS, and nobody can build the bundled tree.
    assert done.code == int("ci/series.toml" in argv), done.err
    if "-o" in argv:
        assert Path(argv[argv.index("-o") + 1]).exists()


def test_the_page_on_ci_has_commands_for_both() -> None:
    assert {argument for command in _commands() for argument in command.split()} >= {
        "github",
        "sarif",
        "json",
        "markdown",
    }


@pytest.mark.skipif(shutil.which("jq") is None, reason="there is no jq")
def test_the_code_quality_report_of_the_page_on_ci(kweigh: Kweigh, broken: Path) -> None:
    assert kweigh("check", "--policy", broken, "--format", "json", "-o", "kweigh.json").code == 1
    (command,) = (block for block in _blocks("sh") if block.startswith("jq "))
    subprocess.run(["sh", "-c", command], check=True, timeout=60)
    (found,) = json.loads(Path("gl-code-quality-report.json").read_text("utf-8"))
    assert found["location"] == {"path": "policy.toml", "lines": {"begin": 5}}
    assert set(found) == {"description", "check_name", "severity", "fingerprint", "location"}


def test_one_architecture_alone(kweigh: Kweigh, broken: Path) -> None:
    assert kweigh("check", "--policy", broken, "--arch", "powerpc").code == 1
    assert kweigh("check", "--policy", broken, "--arch", "x86*").code == 0
    assert kweigh("check", "--policy", broken, "--arch", "nowhere*").code == 2
    assert kweigh("check", "--policy", broken, "--arch", "x86_64", "--write-baseline").code == 2


def test_lines_that_do_not_come_true(kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.config").write_text("CONFIG_PCI=y\nCONFIG_DMA_OPSS=y\n")
    rule = '[[rule]]\nname = "lines"\narches = ["x86_64"]\nconfigs = ["./old.config"]\nno-lost-lines = true\n'
    Path("policy.toml").write_text(rule)
    done = kweigh("check", "--policy", "policy.toml", "--format", "github")
    assert done.code == 1
    assert "old.config,line=2" in done.out
    Path("policy.toml").write_text(rule + 'accepted = "lost.txt"\n')
    Path("lost.txt").write_text("x86_64 *old.config DMA_OPSS: a typo of ours\n")
    assert kweigh("check", "--policy", "policy.toml").code == 0
