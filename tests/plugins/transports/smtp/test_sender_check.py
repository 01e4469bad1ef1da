import logging

import pytest

from mailgrid.errors import TransportError
from mailgrid.hookspecs import ChecksSender
from mailgrid.testing import SmtpServer, hang_up, refuse

from .sending import transport_to


def verbs(server: SmtpServer) -> list[str]:
    return [command.split()[0].upper() for command in server.commands]


def test_the_sender_is_tried_and_forgotten() -> None:
    with SmtpServer() as server:
        transport = transport_to(server)
        assert isinstance(transport, ChecksSender)
        transport.check_sender("news@example.com")
        assert verbs(server) == ["EHLO", "MAIL", "RSET", "QUIT"]
        assert server.commands[1] == "MAIL FROM:<news@example.com>"


def test_messages_that_are_too_large_are_known_before_the_first_one() -> None:
    with SmtpServer(extensions=("SIZE 1000",)) as server:
        transport_to(server).check_sender("news@example.com", 1000)
        assert server.commands[1] == "MAIL FROM:<news@example.com> SIZE=1000"
        with pytest.raises(TransportError, match="the messages have 1,001 bytes, the server takes 1,000 at most"):
            transport_to(server).check_sender("news@example.com", 1001)
        assert verbs(server)[-2:] == ["EHLO", "QUIT"]


@pytest.mark.parametrize("extensions", [("SMTPUTF8", "8BITMIME"), ()])
def test_a_sender_outside_of_ascii(extensions: tuple[str, ...]) -> None:
    with SmtpServer(extensions=extensions) as server:
        transport_to(server).check_sender("n\xe4ws@example.com")
        assert server.commands[1].endswith("SMTPUTF8") == bool(extensions)


def test_a_sender_that_is_refused_is_known_before_the_first_message() -> None:
    with (
        SmtpServer(refuse("MAIL", "553 5.7.1 news@example.com is not yours")) as server,
        pytest.raises(TransportError) as caught,
    ):
        transport_to(server).check_sender("news@example.com")
    assert "the sender was refused: 553 *** is not yours" in caught.value.message
    assert "`from`" in caught.value.hint
    assert verbs(server)[-1] == "QUIT"


def test_a_server_that_asks_for_patience_will_have_it(caplog: pytest.LogCaptureFixture) -> None:
    with SmtpServer(refuse("MAIL", "451 4.3.0 not now")) as server, caplog.at_level(logging.WARNING):
        transport_to(server).check_sender("news@example.com")
    assert "451 not now" in caplog.text


def test_a_goodbye_meanwhile_is_patience_too(caplog: pytest.LogCaptureFixture) -> None:
    with SmtpServer(hang_up("MAIL", reply="421 bye")) as server:
        transport_to(server).check_sender("news@example.com")
    assert "421 bye" in caplog.text


def test_a_line_that_is_lost_meanwhile() -> None:
    with SmtpServer(hang_up("MAIL")) as server, pytest.raises(TransportError, match="MAIL: the server closed"):
        transport_to(server).check_sender("news@example.com")


def test_a_sender_that_would_be_a_command_is_left_to_the_messages() -> None:
    with SmtpServer() as server:
        transport_to(server).check_sender("a@b>\r\nRSET")
        assert verbs(server) == ["EHLO", "QUIT"]
