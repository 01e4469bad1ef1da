"""Whom a campaign is for is told where it is asked for and nowhere else, whatever a server repeats."""

import logging

import pytest

from mailgrid.testing import SmtpServer, hang_up, refuse
from tests.addresses import AddressesLogged, addresses_in
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, smtp

ECHO = "no <p00001@mail.example> or p00002@mail.example here"


@pytest.mark.parametrize("step", ["EHLO", "MAIL", "RCPT", "DATA", "end"])
@pytest.mark.parametrize("code", ["421 4.7.0", "450 4.2.0", "550 5.1.1"])
def test_e10_what_a_server_echoes_is_in_no_log(
    folder: CampaignFolder, mailgrid: CommandLine, step: str, code: str
) -> None:
    folder.people(4)
    with SmtpServer(refuse(step, f"{code} {ECHO}"), hang_up("end", to="p00003@mail.example", times=1)) as server:
        folder.campaign(smtp(server), "retry 2 for 1s backoff 1ms max 1ms jitter 0%", "workers 2")
        ended = mailgrid("apply", "welcome.mailgrid", "--yes", "--debug", "--events", "events.jsonl")
    assert "p0000" not in ended.err
    assert (folder.path / "events.jsonl").exists()


def test_e10_rows_that_fail_are_named_by_their_lines(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("people.csv", "email,first_name\na@x.example,A\nb@x,b@x.example,B\nc@x.example,c\x00@x.example\n")
    folder.campaign("maildir box")
    folder.write("welcome.mailgrid", (folder.path / "welcome.mailgrid").read_text().replace(" box", ' "box/"'))
    for words in (("check",), ("plan", "--json"), ("apply", "--yes", "--debug"), ("preview", "--row", "9")):
        assert "x.example" not in mailgrid(words[0], "welcome.mailgrid", *words[1:]).err


def test_an_address_in_a_log_would_be_found() -> None:
    handler, error = AddressesLogged(), ValueError("no Ann <ann@mail.example>")
    told = (ValueError, error, None)
    handler.emit(logging.LogRecord("mailgrid", logging.DEBUG, "x.py", 1, "to %s", ("bob@mail.example",), told))
    assert set(handler.found) == {"ann@mail.example", "bob@mail.example"}
    assert addresses_in("13:45@noon, @handle, a@b and user@localhost") == []
