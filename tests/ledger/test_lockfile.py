from datetime import date
from pathlib import Path

import pytest

from mailgrid.errors import LedgerError, MailgridError, Refused
from mailgrid.ledger import lockfile
from mailgrid.ledger.lockfile import Applied

APRIL = date(2026, 4, 3)
WRITTEN = """\
# Which campaigns were applied with which ledger. Written by Mailgrid; commit it.
format = 1

[[applied]]
campaign = "news"
edition = "2026-w18"
ledger = "7f3a91c2"
date = 2026-05-01

[[applied]]
campaign = "welcome"
edition = ""
ledger = "00ff00ff"
date = 2026-04-03
"""


def test_it_reads_as_people_write_it(tmp_path: Path) -> None:
    lockfile.record(tmp_path, "welcome", "", "00ff00ff", APRIL)
    lockfile.record(tmp_path, "news", "2026-w18", "7f3a91c2", date(2026, 5, 1))
    assert (tmp_path / "mailgrid.lock").read_text() == WRITTEN


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    names = [("welcome", ""), ("Zoë_2", 'a "quoted" \\ edition\n'), ("welcome", "2026-w18")]
    for campaign, edition in names:
        lockfile.record(tmp_path, campaign, edition, "7f3a91c2", APRIL)
    assert dict(lockfile.read(tmp_path)) == dict.fromkeys(names, Applied("7f3a91c2", APRIL))


def test_a_project_without_one_has_applied_nothing(tmp_path: Path) -> None:
    assert lockfile.read(tmp_path) == {}
    lockfile.check(tmp_path, "welcome", "", None)


def test_the_same_ledger_goes_on(tmp_path: Path) -> None:
    lockfile.record(tmp_path, "welcome", "", "7f3a91c2", APRIL)
    lockfile.check(tmp_path, "welcome", "", "7f3a91c2")
    lockfile.check(tmp_path, "welcome", "2026-w18", None)
    lockfile.check(tmp_path, "other", "", None)


@pytest.mark.parametrize("ledger", [None, "", "00ff00ff"])
def test_a_ledger_that_is_elsewhere_is_asked_for(tmp_path: Path, ledger: str | None) -> None:
    lockfile.record(tmp_path, "welcome", "", "7f3a91c2", APRIL)
    with pytest.raises(Refused) as caught:
        lockfile.check(tmp_path, "welcome", "", ledger)
    assert caught.value.message == (
        "`welcome` was applied on 3 Apr 2026 with ledger 7f3a91c2, which is not on this machine"
    )
    assert caught.value.hint == "give it with `--ledger`, or `--new-ledger` to start over"
    assert (caught.value.code, caught.value.exit_code) == ("MG609", 4)


def test_the_edition_is_named(tmp_path: Path) -> None:
    lockfile.record(tmp_path, "news", "2026-w18", "7f3a91c2", APRIL)
    with pytest.raises(Refused, match="`news 2026-w18` was applied"):
        lockfile.check(tmp_path, "news", "2026-w18", None)


def test_starting_over_replaces_the_entry_and_keeps_the_others(tmp_path: Path) -> None:
    lockfile.record(tmp_path, "welcome", "", "7f3a91c2", APRIL)
    lockfile.record(tmp_path, "news", "", "11111111", APRIL)
    lockfile.record(tmp_path, "welcome", "", "00ff00ff", date(2026, 6, 1))
    assert lockfile.read(tmp_path) == {
        ("welcome", ""): Applied("00ff00ff", date(2026, 6, 1)),
        ("news", ""): Applied("11111111", APRIL),
    }


def test_the_first_date_stays(tmp_path: Path) -> None:
    lockfile.record(tmp_path, "welcome", "", "7f3a91c2", APRIL)
    lockfile.record(tmp_path, "welcome", "", "7f3a91c2", date(2026, 6, 1))
    assert lockfile.read(tmp_path)["welcome", ""].date == APRIL


@pytest.mark.parametrize(
    "text, reason",
    [
        ("<<<<<<< HEAD\n", "Invalid"),
        ("applied = 3\n", "int"),
        ("applied = [1]\n", "int"),
        ('[[applied]]\ncampaign = "a"\nedition = ""\nledger = "x"\n', "`date` of an entry is no date"),
        (
            '[[applied]]\ncampaign = 1\nedition = ""\nledger = "x"\ndate = 2026-04-03\n',
            "`campaign` of an entry is no text",
        ),
        ("\udcff", "utf-8"),
    ],
)
def test_what_makes_no_sense_is_never_taken_for_an_empty_lock(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "mailgrid.lock").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(MailgridError, match=reason) as caught:
        lockfile.check(tmp_path, "welcome", "", None)
    assert caught.value.exit_code == 2
    assert "version control" in caught.value.hint


def test_a_newer_one_is_not_guessed_at(tmp_path: Path) -> None:
    (tmp_path / "mailgrid.lock").write_text("format = 2\n[applied]\n")
    with pytest.raises(MailgridError, match="written by a newer Mailgrid"):
        lockfile.record(tmp_path, "welcome", "", "7f3a91c2", APRIL)


def test_one_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mailgrid.lock").mkdir()
    with pytest.raises(MailgridError, match="cannot be read: is a directory"):
        lockfile.read(tmp_path)


def test_one_that_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be written: no such file or directory"):
        lockfile.record(tmp_path / "gone", "welcome", "", "7f3a91c2", APRIL)


def test_no_draft_is_left_behind(tmp_path: Path) -> None:
    lockfile.record(tmp_path, "welcome", "", "7f3a91c2", APRIL)
    assert [path.name for path in tmp_path.iterdir()] == ["mailgrid.lock"]
