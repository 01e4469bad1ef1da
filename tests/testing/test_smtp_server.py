import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mailgrid.testing import Fault, SmtpServer, hang_up, refuse


@contextmanager
def client_of(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """Somebody else's client: the standard library's."""
    client = smtplib.SMTP(server.host, server.port, local_hostname="client.example", timeout=5)
    try:
        yield client
    finally:
        client.close()


def conversation(server: SmtpServer, *lines: str) -> list[str]:
    """Say each line and collect the codes of the answers, the greeting first."""
    with socket.create_connection((server.host, server.port), timeout=5) as sock, sock.makefile("rb") as replies:
        codes = [replies.readline()[:3].decode()]
        for line in lines:
            sock.sendall(line.encode() + b"\r\n")
            while (reply := replies.readline())[3:4] == b"-":
                pass
            codes.append(reply[:3].decode())
        return codes


def test_an_ordinary_client_gets_its_message_through() -> None:
    with SmtpServer() as server, client_of(server) as client:
        client.sendmail("a@example.org", ["b@example.org", "c@example.org"], "Subject: x\r\n\r\n.dot\r\n")
        (message,) = server.messages
    assert (message.mail_from, message.rcpt_to) == ("a@example.org", ("b@example.org", "c@example.org"))
    assert message.content == b"Subject: x\r\n\r\n.dot\r\n"
    assert (message.connection, message.tls, message.user) == (1, False, "")


@pytest.mark.parametrize(
    "lines,codes",
    [
        (["MAIL FROM:<a@x>"], ["503"]),
        (["EHLO me", "RCPT TO:<a@x>"], ["250", "503"]),
        (["EHLO me", "DATA"], ["250", "503"]),
        (["EHLO me", "MAIL FROM:<a@x>", "MAIL FROM:<a@x>"], ["250", "250", "503"]),
        (["EHLO me", "MAIL FROM:<a@x>", "DATA"], ["250", "250", "503"]),
        (["EHLO me", "MAIL FROM:<a@x>", "RSET", "RCPT TO:<b@x>"], ["250", "250", "250", "503"]),
        (["EHLO me", "MAIL FROM:<You <a@x>>"], ["250", "501"]),
        (["EHLO me", "MAIL FROM:<>", "RCPT TO:<>"], ["250", "250", "501"]),
        (["EHLO me", "STARTTLS"], ["250", "503"]),
        (["HELO me", "MAIL FROM:<a@x>", "RCPT TO:<b@x>", "DATA", "hi\r\n."], ["250", "250", "250", "354", "250"]),
        (["HELLO", "TALK", "_FOLLOW", "NOOP", "QUIT"], ["500", "500", "500", "250", "221"]),
    ],
)
def test_the_order_of_commands_is_minded(lines: list[str], codes: list[str]) -> None:
    with SmtpServer() as server:
        assert conversation(server, *lines) == ["220", *codes]


def test_a_login_is_wanted_where_there_are_users() -> None:
    with SmtpServer(users={"ann": "x"}) as server:
        assert conversation(server, "EHLO me", "MAIL FROM:<a@x>") == ["220", "250", "530"]
        assert conversation(server, "EHLO me", "AUTH PLAIN !", "AUTH NONE") == ["220", "250", "501", "501"]
        with client_of(server) as client:
            client.login("ann", "x")
            client.sendmail("a@example.org", "b@example.org", "x")
        assert server.messages[0].user == "ann"


def test_nothing_but_a_dot_between_crlfs_ends_the_data() -> None:
    with SmtpServer() as server, client_of(server) as client:
        client.ehlo()
        client.mail("a@example.org")
        client.rcpt("b@example.org")
        client.docmd("DATA")
        client.send(b"x\n.\r\nMAIL FROM:<evil@example.org>\r\n.\n\r\n.\r\n")
        assert client.getreply()[0] == 250
        assert len(server.messages) == 1


def test_a_fault_strikes_as_often_and_for_whom_it_says() -> None:
    with SmtpServer(refuse("RCPT", "450 later", to="b@x", times=1)) as server:
        lines = ["EHLO me", "MAIL FROM:<a@x>", "RCPT TO:<c@x>", "RCPT TO:<b@x>", "RCPT TO:<b@x>"]
        assert conversation(server, *lines) == ["220", "250", "250", "250", "450", "250"]


def test_a_message_can_be_taken_without_a_word() -> None:
    with SmtpServer(hang_up("end", taken=True)) as server, client_of(server) as client:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.sendmail("a@example.org", "b@example.org", "x")
        assert len(server.messages) == 1


def test_a_step_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no step `RCTP`"):
        Fault(at="RCTP")


def test_it_ends_though_clients_are_still_there() -> None:
    with SmtpServer() as server:
        client = socket.create_connection((server.host, server.port))
        assert client.recv(100).startswith(b"220")
    assert client.recv(100) == b""
    client.close()
