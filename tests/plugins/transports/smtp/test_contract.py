"""The contract of every transport, for each way of sending, in the clear and over TLS."""

import ssl
from pathlib import Path

import pytest
import trustme

from mailgrid.testing import SmtpServer, check_transport, smtp_troubles

from .sending import IMPATIENT, WAYS, transport_to


@pytest.mark.parametrize("way", WAYS)
def test_keeps_the_contract(way: str) -> None:
    with SmtpServer(extensions=WAYS[way]) as server:
        check_transport(transport_to(server), lambda: [message.content for message in server.messages])


@pytest.mark.parametrize("way", WAYS)
def test_says_nothing_that_is_not_true_whatever_the_server_does(way: str) -> None:
    troubles = smtp_troubles(lambda server: transport_to(server, **IMPATIENT), WAYS[way], silent=True)
    with SmtpServer(extensions=WAYS[way]) as server:
        check_transport(transport_to(server), lambda: [message.content for message in server.messages], troubles)


@pytest.mark.parametrize("way", WAYS)
def test_keeps_the_contract_over_tls(way: str, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(certificates)
    with SmtpServer(extensions=WAYS[way], tls=certificates) as server:
        transport = transport_to(server, tls="starttls", ca=tmp_path / "ca.pem")
        check_transport(transport, lambda: [message.content for message in server.messages])
        assert all(message.tls for message in server.messages)
