"""Against the LMTP server of aiosmtpd, by TCP and by a socket of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Scope, Status
from mailgrid.testing import SmtpServer, check_transport, message_to
from tests.plugins.opening import kind_of, open_kind
from tests.ports import free_port


class Mailboxes:
    """Takes messages for everybody but `nobody` and `later`."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self, server: LMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: LMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        del server, session
        if envelope.rcpt_tos[0].startswith("later@"):
            return "452 4.2.2 mailbox full"
        self.contents.append(envelope.original_content or b"")
        return "250 2.0.0 saved"


class ByTcp(Controller):
    def factory(self) -> LMTP:
        return LMTP(self.handler, enable_SMTPUTF8=True)


class BySocket(UnixSocketController):
    def factory(self) -> LMTP:
        return LMTP(self.handler, enable_SMTPUTF8=True)


@contextmanager
def serving(kind: str, folder: Path) -> Iterator[tuple[str, Mailboxes]]:
    boxes = Mailboxes()
    port, path = free_port(), folder / "lmtp"
    controller: Any = ByTcp(boxes, hostname="127.0.0.1", port=port) if kind == "tcp" else BySocket(boxes, str(path))
    controller.start()
    try:
        yield (f"127.0.0.1:{port}" if kind == "tcp" else str(path)), boxes
    finally:
        controller.stop()


@pytest.fixture(params=["tcp", "socket"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Mailboxes]]:
    with serving(request.param, tmp_path) as running:
        yield running


def test_keeps_the_contract(server: tuple[str, Mailboxes]) -> None:
    address, boxes = server
    assert kind_of("transports.lmtp").reaches_people
    transport = open_kind("transports.lmtp", address)
    assert transport.title == f"lmtp {address}"
    check_transport(transport, lambda: boxes.contents)


def test_each_recipient_has_an_answer(server: tuple[str, Mailboxes]) -> None:
    session = open_kind("transports.lmtp", server[0]).open_session()
    people = ("ann@example.org", "nobody@example.org", "later@example.org", "bob@example.org")
    outcomes = [outcome for address in people for outcome in session.deliver([message_to(address)])]
    session.close()
    assert [(outcome.status, outcome.reply.code) for outcome in outcomes] == [
        (Status.SENT, 250),
        (Status.FAILED, 550),
        (Status.DEFERRED, 452),
        (Status.SENT, 250),
    ]
    assert len(server[1].contents) == 2


def test_the_sender_is_tried(server: tuple[str, Mailboxes]) -> None:
    open_kind("transports.lmtp", server[0]).check_sender("news@example.com")
    assert server[1].contents == []


def test_a_server_of_smtp_is_not_taken_for_one() -> None:
    with SmtpServer() as server, pytest.raises(TransportError, match="EHLO was refused"):
        open_kind("transports.lmtp", f"{server.host}:{server.port}").check()
    assert not any(command.upper().startswith(("EHLO", "HELO")) for command in server.commands)


def test_a_socket_where_nobody_listens(tmp_path: Path) -> None:
    transport = open_kind("transports.lmtp", str(tmp_path / "none"))
    with pytest.raises(TransportError, match="cannot connect"):
        transport.check()
    (outcome,) = transport.open_session().deliver([message_to("ann@example.org")])
    assert (outcome.status, outcome.scope) == (Status.UNSENT, Scope.ROUTE)


@pytest.mark.parametrize("location", ["mail.example.org", "run/lmtp", "host:port", ""])
def test_what_is_no_address(location: str) -> None:
    with pytest.raises(TransportError, match="is no address of a server"):
        open_kind("transports.lmtp", location)
