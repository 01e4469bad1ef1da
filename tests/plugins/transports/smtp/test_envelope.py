import re

import pytest

from mailgrid.hookspecs import Message, Outcome
from mailgrid.testing import SmtpServer, message_to, refuse

from .sending import FAILED, SENT, people, transport_to


def send_one(server: SmtpServer, message: Message) -> Outcome:
    session = transport_to(server).open_session()
    (outcome,) = session.deliver([message])
    session.close()
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.mark.parametrize("content", [b"a\n.\r\nb\r\n", b"a\r.\r\nb\r\n", b"a\nb\r\n", b"a\r\r\n", b"\n\r"])
def test_content_that_could_smuggle_a_second_message_is_not_sent(content: bytes) -> None:
    with SmtpServer() as server:
        outcome = send_one(server, message_to("ann@example.org", content))
    assert outcome.status is FAILED
    assert "not CRLF" in outcome.reply.text
    assert server.messages == []
    assert not any(command.startswith("MAIL") for command in server.commands)


@pytest.mark.parametrize(
    "address", ["a@b> SIZE=1", "a@b\r\nRCPT TO:<c@d", "Ann <a@b>", "a b@c", "a@b\x00", "", "a@b\n"]
)
def test_an_address_that_would_end_the_command_is_not_sent(address: str) -> None:
    with SmtpServer() as server:
        outcome = send_one(server, message_to(address))
    assert outcome.status is FAILED
    assert server.messages == []
    assert len([command for command in server.commands if command.startswith("RCPT")]) <= (address == "")


def test_the_size_is_announced_and_kept() -> None:
    with SmtpServer(extensions=["SIZE 100"]) as server:
        small = send_one(server, message_to("ann@example.org", b"a" * 50 + b"\r\n"))
        large = send_one(server, message_to("ann@example.org", b"a" * 200 + b"\r\n"))
        assert server.messages[0].parameters == ("SIZE=52",)
    assert (small.status, large.status) == (SENT, FAILED)
    assert large.reply.text == "the message has 202 bytes, the server takes 100 at most"
    assert server.commands.count("DATA") == 1


def test_a_size_that_the_server_refuses_costs_this_message_only() -> None:
    with SmtpServer(refuse("MAIL", "552 5.3.4 too large")) as server:
        outcome = send_one(server, message_to("ann@example.org"))
    assert outcome.status is FAILED


@pytest.mark.parametrize(
    "message,extension,parameters",
    [
        (message_to("ann@example.org", "ä\r\n".encode()), "8BITMIME", ("BODY=8BITMIME",)),
        (message_to("änn@example.org"), "SMTPUTF8", ("SMTPUTF8",)),
        (message_to("ann@example.org"), "8BITMIME", ()),
    ],
)
def test_what_a_message_needs_is_asked_for(message: Message, extension: str, parameters: tuple[str, ...]) -> None:
    with SmtpServer(extensions=[extension]) as server:
        assert send_one(server, message).status is SENT
        assert server.messages[0].parameters == parameters
        assert server.messages[0].rcpt_to == (message.rcpt_to,)


@pytest.mark.parametrize(
    "message,lacking",
    [(message_to("ann@example.org", "ä\r\n".encode()), "8BITMIME"), (message_to("änn@example.org"), "SMTPUTF8")],
)
def test_what_the_server_lacks_fails_the_message_with_its_name(message: Message, lacking: str) -> None:
    with SmtpServer(extensions=[]) as server:
        outcome = send_one(server, message)
    assert outcome.status is FAILED
    assert re.search(lacking, outcome.reply.text)


def test_a_batch_yields_each_outcome_as_it_is_known() -> None:
    with SmtpServer() as server:
        session = transport_to(server).open_session()
        outcomes = session.deliver([message_to(person) for person in people(3)])
        for number, _ in enumerate(outcomes, start=1):
            assert len(server.messages) == number
        session.close()
