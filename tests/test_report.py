from typing import Any

import pytest

from mailgrid.errors import LedgerError, MailgridError, Refused, TransportError
from mailgrid.report import CampaignReport, Report


def report(**counts: Any) -> CampaignReport:
    return CampaignReport(name="welcome", **counts)


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({}, 0),
        ({"sent": 5, "already_sent": 3, "warnings": 1}, 0),
        ({"failed": 1}, 1),
        ({"deferred": 1}, 1),
        ({"in_doubt": 1}, 1),
        ({"still_in_doubt": 1}, 1),
        ({"error": TransportError("gone"), "failed": 1}, 5),
        ({"error": LedgerError("full")}, 5),
        ({"error": MailgridError("a plugin is not right")}, 5),
        ({"interrupted": True, "error": TransportError("gone")}, 130),
    ],
)
def test_the_exit_code_is_the_gravest_thing_that_happened(counts: dict[str, Any], code: int) -> None:
    assert report(**counts).exit_code == code


def test_of_several_campaigns_the_worst_counts() -> None:
    assert Report(()).exit_code == 0
    assert Report((report(), report(failed=1))).exit_code == 1
    assert Report((report(error=LedgerError("full")), report(failed=1))).exit_code == 5
    assert Report((report(),), Refused("locked")).exit_code == 4


def test_all_who_were_to_be_written_to_are_somewhere() -> None:
    assert report(to_send=10, sent=4, failed=1, in_doubt=1, deferred=2).not_tried == 2


def test_per_second_is_of_those_that_were_taken() -> None:
    assert report(sent=10, failed=90, seconds=4.0).per_second == 2.5
    assert report(sent=10).per_second == 0.0


def test_says_what_apply_json_promises() -> None:
    told = Report((report(rows=9, sent=3, in_doubt=1, still_in_doubt=2, seconds=1.23456),)).as_json()
    assert (told["format"], told["exit"]) == (1, 1)
    assert isinstance(told["campaigns"], list)
    (campaign,) = told["campaigns"]
    assert set(campaign) == {
        "name", "rows", "matched", "to_send", "sent", "failed", "deferred", "in_doubt", "suppressed", "duplicate",
        "bad_address", "without_file", "already_sent", "unknown", "not_in_plan", "gone", "seconds", "per_second",
        "attempts", "transports",
    }  # fmt: skip
    assert (campaign["in_doubt"], campaign["seconds"], campaign["per_second"]) == (3, 1.235, 2.4)
