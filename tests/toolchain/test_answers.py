"""Rules: conf's own treatment of output; each command asked once; a record answers like what it recorded, and refuses
the rest.
"""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import InputError, SourceError, ToolchainError
from analyzer.model.tree import Toolchain
from analyzer.toolchain import (
    AnyShell,
    FallbackAnswers,
    LiveAnswers,
    Profile,
    ProfileAnswers,
    RecordingAnswers,
    load_profile,
    profile_of,
    render_profile,
    save_profile,
    shipped_profile,
)
from analyzer.toolchain.answers import taken
from analyzer.toolchain.canonical import canonical_command

from .build import HERE, NAMES, Bench, as_instr, cc_option, success, tree_at


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (b"", ""),
        (b"a\n\n", "a"),
        (b"a\nb\n", "a b"),
        (b"\na", " a"),
        (b"a\0b", "a"),
        (b"x" * 5000, "x" * 4095),
        (b"\xff", "\udcff"),
    ],
)
def test_what_conf_takes(output: bytes, text: str) -> None:
    assert taken(output) == text


def test_each_command_is_asked_once(bench: Bench) -> None:
    bench.program("gcc", "exit 0")
    answers = LiveAnswers(bench.tree)
    assert [answers.answer(cc_option("-fx"), HERE) for _ in range(3)] == ["y"] * 3
    assert len(bench.calls()) == 1


def test_a_refusal_names_place_and_way_out(bench: Bench) -> None:
    with pytest.raises(SourceError) as caught:
        bench.ask("rm -rf /")
    assert caught.value.line() == (
        "init/Kconfig:7: $(shell,rm -rf /) runs 'rm' (--toolchain FILE answers it from a record)"
    )
    with pytest.raises(SourceError) as caught:
        bench.ask("rm " + "x" * 500 + "\n\x1b[31m")
    assert "\x1b" not in caught.value.line()
    assert len(caught.value.line()) < 300


def test_any_shell_runs_it_elsewhere_than_in_the_tree(bench: Bench) -> None:
    answers = AnyShell(bench.tree)
    assert answers.answer('echo $ARCH $(echo in) "$CC"; pwd > where; touch x', HERE) == "x86_64 in gcc"
    assert not (bench.root / "x").exists()
    assert answers.answer("exit 3", HERE) == ""


def test_fallback_asks_the_second_about_what_the_first_refuses(bench: Bench) -> None:
    answers = FallbackAnswers(LiveAnswers(bench.tree), AnyShell(bench.tree))
    assert answers.answer("echo $(echo deep)", HERE) == "deep"
    assert answers.answer("echo y", HERE) == "y"


def record(bench: Bench) -> tuple[Profile, list[str]]:
    """A record of a few commands, and the commands."""
    bench.program("gcc", 'cat >/dev/null; case "$*" in *-fno*) exit 1;; *--version*) echo GNU assembler 2.40;; esac')
    commands = [
        cc_option("-fyes"),
        cc_option("-fno"),
        as_instr("nop\\nnop"),
        success("command -v gcc"),
        success('test "GCC" = GCC'),
        f"{bench.root}/scripts/as-version.sh gcc ",
        success("echo 'int main(void) { return 0; }' | gcc -x c - -c -o /dev/null"),
    ]
    answers = RecordingAnswers(bench.tree, LiveAnswers(bench.tree))
    for command in commands:
        answers.answer(command, HERE)
    return profile_of(bench.tree, [answers.recorded]), commands


def test_a_record_is_readable_and_says_what_was_asked(bench: Bench) -> None:
    profile, _ = record(bench)
    mark = canonical_command(f"{bench.root}/scripts/as-version.sh", bench.tree).partition("@")[2]
    text = sha256(b"int main(void) { return 0; }").hexdigest()[:8]
    assert profile.answers == {
        f"$(srctree)/scripts/as-version.sh@{mark} $(CC) ": "GNU 24000",
        "success: as-instr 'nop\\nnop'": "y",
        "success: cc-option -fno": "n",
        "success: cc-option -fyes": "y",
        "success: command -v $(CC)": "y",
        f"success: echo '#{text}' | $(CC) -x c - -c -o /dev/null": "y",
    }


def test_a_record_answers_without_the_toolchain(bench: Bench, tmp_path: Path) -> None:
    profile, commands = record(bench)
    before = [LiveAnswers(bench.tree).answer(command, HERE) for command in commands]
    save_profile(profile, tmp_path / "record.json")
    loaded = load_profile(tmp_path / "record.json")
    assert loaded == profile
    (bench.bin / "gcc").unlink()
    # Another place for the tree, and another name for the compiler.
    elsewhere = bench.root.rename(tmp_path / "moved")
    tree = tree_at(elsewhere, {**NAMES, "CC": "other-gcc"})
    answers = ProfileAnswers(tree, replace(loaded, toolchain=tree.toolchain))
    asked = [command.replace(str(bench.root), str(elsewhere)).replace("gcc ", "other-gcc ") for command in commands]
    asked[3] = asked[3].replace("gcc;", "other-gcc;")
    assert [answers.answer(command, HERE) for command in asked] == before


def test_a_record_refuses_what_it_does_not_hold(bench: Bench) -> None:
    profile, _ = record(bench)
    answers = ProfileAnswers(bench.tree, profile)
    calls = len(bench.calls())
    for command in (
        cc_option("-fother"),
        "rm -rf /",
        success("ld -v --x"),
        f"test -e {bench.bin}/include/plugin-version.h",
    ):
        with pytest.raises(SourceError, match=r"not in the record of test 1\.0"):
            answers.answer(command, HERE)
    assert answers.answer(success('test "new" = old'), HERE) == "n"
    assert len(bench.calls()) == calls


def test_another_script_of_the_same_name_is_not_in_the_record(bench: Bench) -> None:
    profile, commands = record(bench)
    (bench.root / "scripts/as-version.sh").write_text("another that asks min-tool-version.sh")
    with pytest.raises(SourceError):
        ProfileAnswers(bench.tree, profile).answer(commands[5], HERE)


def test_so_are_other_smallest_versions(bench: Bench) -> None:
    profile, commands = record(bench)
    (bench.root / "scripts/min-tool-version.sh").write_text("another")
    with pytest.raises(SourceError):
        ProfileAnswers(bench.tree, profile).answer(commands[5], HERE)


def test_two_records_of_one_toolchain_are_the_same_bytes(bench: Bench) -> None:
    profile, _ = record(bench)
    turned = replace(profile, answers=dict(reversed(list(profile.answers.items()))))
    assert render_profile(profile) == render_profile(turned)
    assert str(bench.root) not in render_profile(profile)


def test_records_of_two_trees_are_joined_unless_they_differ(bench: Bench) -> None:
    assert profile_of(bench.tree, [{"a": "y"}, {"b": "n", "a": "y"}]).answers == {"a": "y", "b": "n"}
    with pytest.raises(ToolchainError, match="two records differ: a is 'y' and 'n'"):
        profile_of(bench.tree, [{"a": "y"}, {"a": "n"}])


RECORD = (
    '{"kweigh-toolchain": 1, "arch": "a", "identity": "i", "prefix": "", "programs": {}, "versions": {}, "answers": {}}'
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("\0", "no JSON"),
        ("[]", "format 1"),
        ('{"kweigh-toolchain": 2}', "format 1"),
        ('{"kweigh-toolchain": 1}', "arch is no text"),
        ('{"kweigh-toolchain": 1, "arch": "a", "identity": "i", "prefix": ""}', "programs does not map"),
        (RECORD.replace('"answers": {}', '"answers": {"a": 1}'), "answers does not map"),
    ],
)
def test_bad_files(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "record.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=reason):
        load_profile(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_profile(tmp_path / "missing")
    with pytest.raises(InputError):
        load_profile(tmp_path)
    with pytest.raises(InputError):
        save_profile(shipped("alpha"), tmp_path / "missing" / "record.json")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(9 << 20)
    with pytest.raises(InputError, match="larger"):
        load_profile(tmp_path / "huge")


def shipped(arch: str) -> Profile:
    """The profile that comes with kweigh."""
    found = shipped_profile(arch)
    assert found is not None
    return found


def test_shipped_profiles() -> None:
    for arch in ("alpha", "arm", "mips", "parisc", "parisc64", "powerpc", "s390", "sparc64", "x86_64", "i386", "um"):
        profile = shipped(arch)
        assert profile.arch == arch
        assert profile.toolchain.identity.startswith("gcc 12.2.0 (")
        assert profile.answers["failure: command -v $(CC)"] == "n"
    for arch in ("hexagon", "../alpha", "*", ""):
        assert shipped_profile(arch) is None


def test_shipped_profiles_are_as_they_would_be_written() -> None:
    files = sorted((Path(__file__).parents[2] / "fixtures" / "toolchains").glob("*/*.json"))
    assert files
    for path in files:
        assert render_profile(load_profile(path)) == path.read_text()
        assert path.stat().st_size < 60_000
        assert json.loads(path.read_text())["arch"] == path.stem


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)


@given(st.dictionaries(TEXT, TEXT), TEXT)
def test_any_record_survives_its_file(
    tmp_path_factory: pytest.TempPathFactory, answers: dict[str, str], name: str
) -> None:
    toolchain = Toolchain(prefix=name, programs=answers, identity=name)
    profile = Profile(arch=name, toolchain=toolchain, versions=answers, answers=answers)
    path = tmp_path_factory.mktemp("record") / "r.json"
    save_profile(profile, path)
    assert load_profile(path) == profile
    assert [entry.name for entry in path.parent.iterdir()] == ["r.json"]
