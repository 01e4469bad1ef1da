"""Of which class a bounce is, and which of an address counts."""

from datetime import UTC
from pathlib import Path

import pytest

from mailgrid.maillog.bounce import Bounce, BounceClass, bounces, class_of
from mailgrid.maillog.log_entry import Kind, LogEntry
from mailgrid.maillog.log_file import LogFile
from tests.docs.pages import names, table
from tests.maillog.samples import EXIM, POSTFIX


def bounced(time: float, enhanced: str = "5.1.1", address: str = "ann@mail.example") -> LogEntry:
    return LogEntry("1", Kind.BOUNCED, "", (address,), enhanced, "no", time)


def delivered(time: float) -> LogEntry:
    return LogEntry("2", Kind.DELIVERED, "", ("Ann@mail.example",), "", "", time)


@pytest.mark.parametrize(
    "code, category",
    [
        ("5.1.1", BounceClass.ADDRESS),
        ("5.1.10", BounceClass.ADDRESS),
        ("5.1.8", BounceClass.OTHER),
        ("5.2.1", BounceClass.MAILBOX),
        ("5.2.2", BounceClass.MAILBOX),
        ("5.2.3", BounceClass.CONTENT),
        ("5.3.4", BounceClass.CONTENT),
        ("5.4.4", BounceClass.OTHER),
        ("5.6.0", BounceClass.CONTENT),
        ("5.7.1", BounceClass.POLICY),
        ("5.7.26", BounceClass.POLICY),
        ("", BounceClass.OTHER),
    ],
)
def test_a_code_has_a_class(code: str, category: BounceClass) -> None:
    assert class_of(code) is category


def test_the_page_has_the_classes() -> None:
    assert [names(row[0]) for row in table("docs/cli.md", "class")] == [{each.value} for each in BounceClass]


@pytest.mark.parametrize("log", [POSTFIX, EXIM], ids=["postfix", "exim"])
def test_bounces_are_found_in_a_log(tmp_path: Path, log: str) -> None:
    (tmp_path / "log").write_text(log)
    found = bounces(LogFile(tmp_path / "log", UTC))
    assert {address: each.category for address, each in found.items()} == {
        "robert@mail.example": BounceClass.ADDRESS,
        "bob@mail.example": BounceClass.ADDRESS,
        "full@mail.example": BounceClass.MAILBOX,
    }


def test_the_last_bounce_counts() -> None:
    found = bounces([bounced(2.0, "5.2.2"), bounced(1.0)])
    assert found == {"ann@mail.example": Bounce(BounceClass.MAILBOX, "5.2.2", "no", 2.0)}


def test_who_is_reached_afterwards_has_not_bounced() -> None:
    assert bounces([bounced(1.0), delivered(2.0)]) == {}
    assert bounces([delivered(1.0), bounced(2.0)])
    assert bounces([bounced(1.0), delivered(2.0), bounced(3.0)])
