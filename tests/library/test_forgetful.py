from pathlib import Path

import pytest
from click.testing import CliRunner

from mailgrid.cli.main import main
from mailgrid.errors import UsageError
from mailgrid.library.settings import Settings
from mailgrid.library.verbs import apply

CAMPAIGN = """
campaign speed {
  source csv "people.csv"
  from "Acme <hello@acme.example>"
  subject "Hello"
  text "Hello."
  transport sandbox
}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text("email\nfay@example.org\n", "utf-8")
    path = tmp_path / "speed.mailgrid"
    path.write_text(CAMPAIGN, "utf-8")
    return path


def test_without_a_ledger_nothing_is_known_afterwards(file: Path) -> None:
    for _ in range(2):
        assert apply(file, settings=Settings(ledger="none")).campaigns[0].sent == 1
    assert not list(file.parent.glob(".mailgrid/*.db"))


def test_a_campaign_that_has_a_ledger_cannot_go_without(file: Path) -> None:
    apply(file)
    with pytest.raises(UsageError, match="`speed` has a ledger"):
        apply(file, settings=Settings(ledger="none"))


def test_who_goes_without_has_to_say_how_many_messages_that_are(file: Path) -> None:
    words = ["apply", str(file), "--ledger", "none"]
    refused = CliRunner().invoke(main, [*words, "--yes"], standalone_mode=False)
    assert isinstance(refused.exception, UsageError)
    assert CliRunner().invoke(main, [*words, "--confirm", "1"], standalone_mode=False).exception is None
