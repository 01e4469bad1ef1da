"""The observer `report`, as a campaign file names it: a page and a table of all rows, each with its reason."""

import csv
import stat
from pathlib import Path

import pytest

from mailgrid.testing import SmtpServer, hang_up, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, smtp

PEOPLE = """\
email,first_name,age
ann@mail.example,Ann,40
bob@mail.example,Bob,40
cleo@mail.example,Cleo,40
dan@mail.example,Dan,40
eve@mail.example,Eve,40
young@mail.example,Fay,7
gus@mail.example,Gus,many
nobody,Hal,40
ANN@mail.example,Ann,40
out@mail.example,Ida,40
"""
ROWS = [
    ("2", "ann@mail.example", "sent", "taken by the server"),
    ("3", "bob@mail.example", "failed", "refused for good"),
    ("4", "cleo@mail.example", "deferred", "refused for now"),
    ("5", "dan@mail.example", "in_doubt", "no answer was seen"),
    ("6", "eve@mail.example", "failed", "cannot be rendered"),
    ("7", "young@mail.example", "left out", "no match"),
    ("8", "gus@mail.example", "left out", "unknown"),
    ("9", "", "left out", "bad address: the address has no `@`"),
    ("10", "ANN@mail.example", "left out", "same key as line 2"),
    ("11", "out@mail.example", "left out", "suppressed by out.csv"),
]


def reported(folder: CampaignFolder, transport: str, *settings: str) -> None:
    file = folder.campaign(transport, "workers 1", *settings)
    file.write_text(f'observe report "reports/"\n{file.read_text("utf-8")}', "utf-8")


def rows(name: str = "welcome") -> list[dict[str, str]]:
    with Path(f"reports/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_has_its_reason(mailgrid: CommandLine, folder: CampaignFolder) -> None:
    folder.write("people.csv", PEOPLE)
    folder.write("out.csv", "email\nout@mail.example\n")
    faults = (
        refuse("RCPT", "550 5.1.1 <bob@mail.example> unknown", to="bob@mail.example"),
        refuse("RCPT", "450 4.2.0 later", to="cleo@mail.example"),
        hang_up("end", to="dan@mail.example"),
    )
    settings = (
        "where age >= 18",
        'suppress csv "out.csv"',
        'header "X-Age" "{{ 1 / (first_name != \'Eve\') }}"',
    )
    with SmtpServer(*faults) as server:
        reported(folder, smtp(server), *settings)
        assert mailgrid("plan", "welcome.mailgrid").code == 0
        assert not Path("reports").exists()
        assert mailgrid("apply", "welcome.mailgrid", "--yes", "--no-wait").code == 1
    assert [tuple(row[name] for name in ("line", "address", "status", "reason")) for row in rows()] == ROWS
    page = Path("reports/welcome.html").read_text("utf-8")
    assert "@mail.example" not in page.replace("b***@mail.example", "")
    assert "welcome.csv" in page
    for file in Path("reports").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {file.name for file in Path("reports").iterdir()} == {"welcome.csv", "welcome.html"}


def test_a_later_run_tells_of_those_before_it(mailgrid: CommandLine, folder: CampaignFolder) -> None:
    _, two = folder.people(2)
    with SmtpServer(refuse("RCPT", "550 5.1.1 unknown", to=two)) as server:
        reported(folder, smtp(server))
        mailgrid("apply", "welcome.mailgrid", "--yes")
        folder.people(3)
        mailgrid("apply", "welcome.mailgrid", "--yes")
        reasons = [("sent", "already sent", "250"), ("failed", "rejected for good", "550")]
        told = [(row["status"], row["reason"], row["code"]) for row in rows()]
        assert told == [*reasons, ("sent", "taken by the server", "250")]
        mailgrid("apply", "welcome.mailgrid", "--yes")
    assert [(row["status"], row["reason"]) for row in rows()][2] == ("sent", "already sent")
    assert "Nobody was left to write to" in Path("reports/welcome.html").read_text("utf-8")


def test_a_rehearsal_and_an_edition_have_files_of_their_own(mailgrid: CommandLine, folder: CampaignFolder) -> None:
    folder.people(1)
    reported(folder, 'maildir "box/"', 'edition "../2026/05 w=18"')
    assert mailgrid("apply", "welcome.mailgrid").code == 0
    assert {file.name for file in Path("reports").iterdir()} == {
        "welcome-.._2026_05_w_18-rehearsal.csv",
        "welcome-.._2026_05_w_18-rehearsal.html",
    }


def test_a_folder_that_cannot_be_written_costs_nobody_a_message(
    mailgrid: CommandLine, folder: CampaignFolder, caplog: pytest.LogCaptureFixture
) -> None:
    folder.people(2)
    folder.write("reports", "")
    reported(folder, 'maildir "box/"')
    assert mailgrid("apply", "welcome.mailgrid").code == 0
    (told,) = [each.getMessage() for each in caplog.records if each.name == "mailgrid.observers"]
    assert told.startswith("the observer `report`: welcome-rehearsal.csv cannot be written: ")


def test_a_run_that_ends_early_tells_who_was_not_tried(mailgrid: CommandLine, folder: CampaignFolder) -> None:
    folder.people(30)
    with SmtpServer(refuse("RCPT", "550 5.1.1 unknown")) as server:
        reported(folder, smtp(server), "stop after 3 failures")
        assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 5
    statuses = [row["status"] for row in rows()]
    assert len(statuses) == 30
    assert set(statuses) == {"failed", "pending"}
    assert "not tried before the run ended" in {row["reason"] for row in rows()}
