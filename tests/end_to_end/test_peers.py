"""Mistakes that programs of this trade have made: none of them here."""

import gzip
import signal
import time
from email import message_from_bytes, policy

import pytest

from mailgrid.testing import SmtpServer, silence
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp
from tests.patience import wait_for


def contents(server: SmtpServer) -> list[str]:
    """Return the plain texts that a server took."""
    bodies = [message_from_bytes(each.content, policy=policy.default).get_body(("plain",)) for each in server.messages]
    return [str(body.get_content()).strip() for body in bodies if body]


# ---- sending ---------------------------------------------------------------------------------------------------


def test_a_subject_that_is_no_template_stops_before_anything_is_sent(folder: CampaignFolder) -> None:
    folder.people(2)
    with SmtpServer() as server:
        file = folder.campaign(smtp(server))
        file.write_text(file.read_text().replace("Hello {{ first_name }}", "Hello {{ first_name"))
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert (ended.code, ended.json["exit"]) == (2, 2)
    assert "welcome.mailgrid:4" in ended.err
    assert not server.connections


def test_the_address_may_stand_in_the_subject(folder: CampaignFolder) -> None:
    folder.people(1)
    with SmtpServer() as server:
        file = folder.campaign(smtp(server))
        file.write_text(file.read_text().replace("Hello {{ first_name }}", "For {{ email }}"))
        assert folder.run("apply", "welcome.mailgrid", "--yes").code == 0
    assert b"Subject: For p00001@mail.example\r\n" in server.messages[0].content


def test_a_text_without_a_template_is_no_empty_message(folder: CampaignFolder) -> None:
    folder.people(1)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        folder.run("apply", "welcome.mailgrid", "--yes")
    assert contents(server) == ["Dear Person 1"]


def test_a_text_beside_a_template_is_personal_too(folder: CampaignFolder) -> None:
    folder.people(1)
    folder.write("welcome.html", "<p>Dear {{ first_name }}</p>")
    folder.write("welcome.txt", "Dear {{ first_name }}")
    with SmtpServer() as server:
        file = folder.campaign(smtp(server))
        both = 'template "welcome.html" text "welcome.txt"'
        file.write_text(file.read_text().replace('text "Dear {{ first_name }}"', both))
        assert folder.run("apply", "welcome.mailgrid", "--yes").code == 0
    assert contents(server) == ["Dear Person 1"]
    assert b"<p>Dear Person 1</p>" in server.messages[0].content


def test_a_server_that_says_nothing_ends_the_run_in_time(folder: CampaignFolder) -> None:
    folder.people(2)
    with SmtpServer(silence("connect")) as server:
        folder.campaign(smtp(server).removesuffix("}") + "greeting_timeout 1s\n }")
        started = time.monotonic()
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 5
    assert time.monotonic() - started < 20
    assert folder.run("plan", "welcome.mailgrid", "--json").json["to_send"] == 2


def test_a_signal_ends_a_run_whose_server_says_nothing(folder: CampaignFolder) -> None:
    folder.people(2)
    with SmtpServer(silence("connect")) as server:
        folder.campaign(smtp(server))
        process = folder.start("apply", "welcome.mailgrid", "--yes")
        wait_for(lambda: server.connections)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 130


def test_a_source_that_breaks_in_the_middle_ends_the_run_before_it_begins(folder: CampaignFolder) -> None:
    whole = gzip.compress(("email,first_name\n" + "a@x.example,Ann\n" * 50_000).encode(), compresslevel=0)
    (folder.path / "people.csv.gz").write_bytes(whole[: len(whole) // 2])
    with SmtpServer() as server:
        folder.campaign(smtp(server), source="people.csv.gz")
        ended = folder.run("apply", "welcome.mailgrid", "--yes")
    assert ended.code == 2
    assert "people.csv.gz" in ended.err
    assert not server.messages


# ---- lists -----------------------------------------------------------------------------------------------------


def sent_to(folder: CampaignFolder, *settings: str) -> list[str]:
    """Apply and return to whom it went, as the envelope said."""
    with SmtpServer() as server:
        folder.campaign(smtp(server), "workers 1", *settings)
        ended = folder.run("apply", "welcome.mailgrid", "--yes")
    assert ended.code == 0, ended.err
    return recipients(server.messages)


def test_a_column_whose_name_has_a_blank_can_be_asked_and_shown(folder: CampaignFolder) -> None:
    folder.write("people.csv", "email,first_name,home town\na@x.example,Ann,Lyon\nb@x.example,Bob,Nice\n")
    assert sent_to(folder, 'where `home town` = "Nice"') == ["b@x.example"]


def test_a_name_in_the_header_twice_is_told_and_not_guessed(folder: CampaignFolder) -> None:
    folder.write("people.csv", "email,first_name,email\na@x.example,Ann,b@x.example\n")
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        ended = folder.run("apply", "welcome.mailgrid", "--yes")
    assert ended.code == 2
    assert "`email`" in ended.err
    assert not server.messages


def test_a_quote_that_is_never_closed_is_named_before_anybody_is_written_to(folder: CampaignFolder) -> None:
    rows = ["a@x.example,Ann", 'b@x.example,"Bob', "c@x.example,Cleo", "d@x.example,Dan"]
    folder.write("people.csv", "\n".join(["email,first_name", *rows, ""]))
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        ended = folder.run("apply", "welcome.mailgrid", "--yes")
    assert ended.code == 2
    assert "people.csv:3: a quote in this record is never closed" in ended.err
    assert not server.messages


def test_a_row_of_another_length_is_named_with_its_line(folder: CampaignFolder) -> None:
    folder.write("people.csv", "email,first_name\na@x.example,Ann\nb@x.example\nc@x.example,Cleo,what\n")
    folder.campaign('maildir "box/"')
    ended = folder.run("plan", "welcome.mailgrid")
    assert "line 3" in ended.out
    assert "line 4" in ended.out
    assert sum(folder.run("plan", "welcome.mailgrid", "--json").json["campaigns"][0]["problems"].values()) == 2


@pytest.mark.parametrize(
    "octets",
    [
        "\ufeffemail,first_name\nann@x.example,Ann\n".encode(),
        b"email;first_name\nann@x.example;Ann\n",
        b"email\tfirst_name\r\nann@x.example\tAnn\r\n",
        "\ufeffemail,first_name\nann@x.example,Ann\n".encode("utf-16-le"),
    ],
)
def test_what_spreadsheets_write_is_understood(folder: CampaignFolder, octets: bytes) -> None:
    (folder.path / "people.csv").write_bytes(octets)
    assert sent_to(folder) == ["ann@x.example"]


def test_letters_of_another_encoding_are_told_and_not_mailed(folder: CampaignFolder) -> None:
    (folder.path / "people.csv").write_bytes("email,first_name\nann@x.example,Cléo\n".encode("latin-1"))
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        ended = folder.run("apply", "welcome.mailgrid", "--yes")
    assert ended.code == 2
    assert "people.csv:2" in ended.err
    assert "encoding" in ended.err
    assert not server.messages


def test_a_row_without_an_address_is_counted_with_its_line(folder: CampaignFolder) -> None:
    folder.write("people.csv", "email,first_name\na@x.example,Ann\n,Bob\n  ,Cleo\n")
    folder.campaign('maildir "box/"')
    assert folder.run("plan", "welcome.mailgrid", "--json").json["campaigns"][0]["bad_address"] == 2
    assert "(line 3, 4)" in folder.run("plan", "welcome.mailgrid").out


def test_a_name_beside_an_address_stays_out_of_the_envelope_and_is_nobody_else(folder: CampaignFolder) -> None:
    folder.write("people.csv", "email,first_name\nFay <F@x.example>,Fay\nf@x.example,Fay\n f@X.example ,Fay\n")
    assert sent_to(folder) == ["F@x.example"]


def test_lines_are_those_of_the_file(folder: CampaignFolder) -> None:
    folder.write("people.csv", 'email,first_name\na@x.example,"Ann\nMarie"\nnowhere,Bob\n')
    folder.campaign('maildir "box/"')
    assert "(line 4)" in folder.run("plan", "welcome.mailgrid").out


def test_a_misspelt_column_mails_nobody(folder: CampaignFolder) -> None:
    folder.people(2)
    with SmtpServer() as server:
        folder.campaign(smtp(server), 'where nosuch != "x"')
        ended = folder.run("apply", "welcome.mailgrid", "--yes")
    assert ended.code == 2
    assert "nosuch" in ended.err
    assert not server.messages
