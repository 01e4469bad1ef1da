"""Every campaign of `campaigns/`, and a first one of `mailgrid init`, planned and applied as a user would."""

import json
import shutil
from pathlib import Path

import pytest

from mailgrid.cli.run import run

CAMPAIGNS = Path(__file__).parent.parent / "campaigns"
SENT = {"hello": 3, "members": 4, "subscribers": 2, "welcome": 4, "receipts": 3, "spring": 15}

#: As on a day after all that is in the lists has happened.
ALL = ("--all", "--now", "2026-11-01")


@pytest.mark.parametrize("name", SENT)
def test_a_campaign_is_applied_once(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ignored = shutil.ignore_patterns(".mailgrid", "outbox")
    shutil.copytree(CAMPAIGNS, tmp_path / "campaigns", ignore=ignored)
    monkeypatch.chdir(tmp_path)
    file = f"campaigns/{name}.mailgrid"
    assert run(["check", file]) == 0
    assert run(["plan", file, *ALL]) == 0
    capsys.readouterr()
    assert run(["apply", file, *ALL, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)["campaigns"]
    assert run(["apply", file, *ALL, "--json"]) == 0
    second = json.loads(capsys.readouterr().out)["campaigns"]
    assert sum(campaign["sent"] for campaign in first) == SENT[name]
    assert sum(campaign["sent"] for campaign in second) == 0
    assert run(["status"]) == 0


def test_the_first_campaign_works_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "first"]) == 0
    for command in ("check", "columns", "rows", "preview", "plan", "apply"):
        assert run([command, "first.mailgrid"]) == 0, command
    assert run(["log", "first"]) == 0
    assert run(["why", "ann@mail.example", "first.mailgrid"]) == 0
    assert run(["plugins", "smtp"]) == 0
    assert "first" in capsys.readouterr().out


def test_a_wrong_column_is_an_error_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run(["init", "first"])
    file = tmp_path / "first.mailgrid"
    file.write_text(file.read_text(encoding="utf-8").replace("country in", "coutry in"), encoding="utf-8")
    assert run(["apply", "first.mailgrid"]) == 2
    err = capsys.readouterr().err
    assert "MG301" in err
    assert "did you mean `country`?" in err
