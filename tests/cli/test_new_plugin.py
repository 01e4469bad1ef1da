"""`mailgrid plugins new`: what it writes passes its tests, keeps the style of ours, and can be used at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from mailgrid.cli.new_plugin import KINDS
from tests.cli.command_line import CommandLine
from tests.docs.distribution import installed


def written(mailgrid: CommandLine, kind: str, name: str = "acme-own") -> Path:
    ended = mailgrid("plugins", "new", name, f"--{kind}")
    assert ended.code == 0, ended.err
    folder = Path(name)
    files = sorted(path.as_posix() for path in folder.rglob("*") if path.is_file())
    assert sorted(ended.out.splitlines()) == files
    return folder


def run(folder: Path, module: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("kind", KINDS)
def test_its_tests_pass_and_its_campaign_can_be_sent(
    mailgrid: CommandLine, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(mailgrid, kind).absolute()
    tried = run(folder, "pytest", "-q", "-p", "no:cacheprovider")
    assert tried.returncode == 0, tried.stdout
    monkeypatch.chdir(folder / "example")
    with installed(folder, (folder / "pyproject.toml").read_text("utf-8")):
        rows = {row[1]: row for row in (line.split("\t") for line in mailgrid("plugins").out.splitlines())}
        assert rows["acme_own"][:5] == [kind, "acme_own", "acme-own", "0.1.0", "yes"]
        (one,) = mailgrid("apply", "acme_own.mailgrid", "--json").json["campaigns"]
        assert (one["sent"], one["failed"]) == (1 if kind == "function" else 2, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_clean(mailgrid: CommandLine, kind: str) -> None:
    folder = written(mailgrid, kind)
    for check in (
        ["check", "--select", "F,E,UP,B,PTH,RET"],
        ["format", "--check"],
    ):
        told = run(folder, "ruff", *check, "-q", "--isolated", "--line-length", "120", ".")
        assert (told.returncode, told.stdout) == (0, "")
    assert mailgrid("fmt", "--check", str(folder / "example" / "acme_own.mailgrid")).code == 0


def test_one_that_is_not_named_is_listed_as_not_allowed(mailgrid: CommandLine) -> None:
    folder = written(mailgrid, "function")
    with installed(folder, (folder / "pyproject.toml").read_text("utf-8")):
        (row,) = [line.split("\t") for line in mailgrid("plugins").out.splitlines() if "acme-own" in line]
        assert row[:5] == ["plugin", "acme_own", "acme-own", "0.1.0", "no"]
        plugins = mailgrid("plugins", "--json").json["plugins"]
        assert [each["allowed"] for each in plugins if each["distribution"] == "acme-own"] == [False]


def test_a_function_that_says_what_it_gives_is_compared_with_nothing_else(mailgrid: CommandLine) -> None:
    folder = written(mailgrid, "function")
    file = folder / "example" / "acme_own.mailgrid"
    file.write_text(file.read_text("utf-8").replace('acme_own(name) = "A"', "acme_own(name) = 5"), "utf-8")
    with installed(folder, (folder / "pyproject.toml").read_text("utf-8")):
        ended = mailgrid("check", str(file))
    assert ended.code == 2
    assert "error[MG308]" in ended.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["new", "acme-own"], "say what it is"),
        (["new", "--source"], "say what it is"),
        (["new", "../acme", "--source"], "is no name for a plugin"),
        (["new", "Acme", "--source"], "is no name for a plugin"),
        (["csv", "--source"], "plugins new NAME"),
        (["csv", "smtp"], "plugins new NAME"),
    ],
)
def test_what_makes_no_sense_writes_nothing(mailgrid: CommandLine, arguments: list[str], told: str) -> None:
    ended = mailgrid("plugins", *arguments)
    assert (ended.code, told in ended.err) == (2, True)
    assert list(Path.cwd().iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(mailgrid: CommandLine) -> None:
    Path("acme-own").mkdir()
    ended = mailgrid("plugins", "new", "acme-own", "--source")
    assert (ended.code, "acme-own is there already" in ended.err) == (2, True)
