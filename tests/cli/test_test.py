"""`mailgrid test`: a few messages to addresses of one's own, marked, and in no ledger."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from mailgrid.testing import SmtpServer, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp

ADA, BOB = "ada@acme.example", "bob@acme.example"


def written(folder: CampaignFolder, server: SmtpServer, *settings: str, people: int = 10) -> Path:
    folder.people(people)
    return folder.campaign(smtp(server), *settings)


def subjects(server: SmtpServer) -> list[str]:
    found = (message_from_bytes(each.content)["Subject"] for each in server.messages)
    return [str(make_header(decode_header(subject))) for subject in found]


def test_it_sends_a_few_messages_to_the_test_addresses_only(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        written(folder, server, f'test "{ADA}" "{BOB}"', 'cc "boss@acme.example"', 'bcc "archive@acme.example"')
        ended = mailgrid("test", "welcome.mailgrid")
    assert ended.code == 0
    assert sorted(recipients(server.messages)) == [ADA] * 3 + [BOB] * 3
    assert all(re.fullmatch(r"\[test\] Hello Person \d+", subject) for subject in subjects(server))
    assert len(set(subjects(server))) == 3
    assert "sent 6 test messages; nothing was recorded" in ended.err


def test_nothing_is_recorded_and_the_people_get_their_message_later(
    folder: CampaignFolder, mailgrid: CommandLine
) -> None:
    with SmtpServer() as server:
        written(folder, server, f'test "{ADA}"', "workers 1", people=2)
        mailgrid("test", "welcome.mailgrid")
        assert not (folder.path / ".mailgrid").exists()
        assert not (folder.path / "mailgrid.lock").exists()
        assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 0
        again = mailgrid("test", "welcome.mailgrid", "--json")
    assert recipients(server.messages) == [ADA, ADA, "p00001@mail.example", "p00002@mail.example", ADA, ADA]
    assert len(again.json["messages"]) == 2
    identifiers = [message_from_bytes(each.content)["Message-ID"] for each in server.messages]
    assert not set(identifiers[:2]) & set(identifiers[2:4])


def test_the_people_are_the_same_each_time(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        written(folder, server, f'test "{ADA}"', people=50)
        first, second = (mailgrid("test", "welcome.mailgrid", "--json", "-n", "4").json for _ in range(2))
    assert [each["key"] for each in first["messages"]] == [each["key"] for each in second["messages"]]
    assert len({each["key"] for each in first["messages"]}) == 4
    assert {each["to"] for each in first["messages"]} == {ADA}


def test_each_variant_is_among_them(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    variants = [
        f'variant v{number} {share}% {{ subject "Number {number}" }}' for number, share in enumerate((95, 3, 2))
    ]
    with SmtpServer() as server:
        written(folder, server, *variants, people=300)
        ended = mailgrid("test", "welcome.mailgrid", "--to", ADA, "-n", "1", "--json")
    assert sorted(subjects(server)) == ["[test] Number 0", "[test] Number 1", "[test] Number 2"]
    assert {each["variant"] for each in ended.json["messages"]} == {"v0", "v1", "v2"}


def test_given_addresses_take_the_place_of_the_files(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        written(folder, server, f'test "{ADA}"')
        assert mailgrid("test", "welcome.mailgrid", "--to", BOB, "--to", BOB.upper(), "-n", "2").code == 0
    assert recipients(server.messages) == [BOB, BOB]


def test_a_refusal_is_told(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer(refuse("RCPT", "550 5.1.1 no such user", to=BOB)) as server:
        written(folder, server, f'test "{ADA}" "{BOB}"')
        ended = mailgrid("test", "welcome.mailgrid", "-n", "1")
    assert ended.code == 1
    assert recipients(server.messages) == [ADA]
    assert "failed 550" in ended.out
    assert "sent 1 test message;" in ended.err


@pytest.mark.parametrize(
    "arguments, code, said",
    [
        ((), 2, "`welcome` has no test addresses"),
        (("--to", "ada"), 2, "`ada` is no address to test with"),
        (("--to", ADA, "-n", "51"), 4, "error[MG601]: 51 test messages need a confirmation"),
    ],
)
def test_what_sends_nothing(
    folder: CampaignFolder, mailgrid: CommandLine, arguments: tuple[str, ...], code: int, said: str
) -> None:
    with SmtpServer() as server:
        written(folder, server, people=60)
        ended = mailgrid("test", "welcome.mailgrid", *arguments)
    assert (ended.code, list(server.messages)) == (code, [])
    assert said in ended.err


def test_more_than_fifty_are_sent_with_yes(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        written(folder, server, people=60)
        assert mailgrid("test", "welcome.mailgrid", "--to", ADA, "-n", "51", "--yes").code == 0
    assert len(server.messages) == 51


def test_nobody_to_test_with(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        written(folder, server, f'test "{ADA}"', 'where first_name = "none"')
        ended = mailgrid("test", "welcome.mailgrid")
    assert ended.code == 2
    assert "nobody matches" in ended.err


def test_a_server_that_is_down(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        written(folder, server, f'test "{ADA}"')
    assert mailgrid("test", "welcome.mailgrid").code == 5


def test_a_message_that_cannot_be_made(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        written(folder, server, f'test "{ADA}"', 'header "X-One" "{{ 1 / 0 }}"')
        ended = mailgrid("test", "welcome.mailgrid")
    assert (ended.code, list(server.messages)) == (2, [])
    assert "cannot be made" in ended.err
