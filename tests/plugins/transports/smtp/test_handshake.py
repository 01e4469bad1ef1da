import ssl
import warnings
from pathlib import Path

import pytest
import trustme

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Scope, Secret
from mailgrid.testing import SmtpServer, hang_up, message_to, refuse

from .sending import SENT, UNSENT, failure_of, people, send, statuses, transport_to


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificates(authority: trustme.CA) -> ssl.SSLContext:
    return context_for(authority, "127.0.0.1")


@pytest.fixture
def ca(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


def context_for(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_the_check_connects_and_leaves() -> None:
    with SmtpServer() as server:
        transport_to(server).check()
        assert [command.split()[0].upper() for command in server.commands] == ["EHLO", "QUIT"]


@pytest.mark.parametrize("tls", ["starttls", "opportunistic"])
def test_starttls(certificates: ssl.SSLContext, ca: Path, tls: str) -> None:
    with SmtpServer(tls=certificates) as server:
        assert statuses(send(server, people(2), tls=tls, ca=ca)) == [SENT, SENT]
        assert all(message.tls for message in server.messages)
        verbs = [command.split()[0].upper() for command in server.commands]
        assert verbs[:4] == ["EHLO", "STARTTLS", "EHLO", "MAIL"]


def test_implicit_tls(certificates: ssl.SSLContext, ca: Path) -> None:
    with SmtpServer(tls=certificates, implicit=True) as server:
        assert statuses(send(server, people(2), tls="implicit", ca=ca)) == [SENT, SENT]
        assert all(message.tls for message in server.messages)


@pytest.mark.parametrize("implicit", [True, False])
def test_a_certificate_that_is_not_trusted(certificates: ssl.SSLContext, implicit: bool) -> None:
    with SmtpServer(tls=certificates, implicit=implicit) as server:
        error = failure_of(server, tls="implicit" if implicit else "starttls")
    assert "the certificate is not trusted" in error.message
    assert "`ca" in error.hint


def test_a_certificate_of_another_name(authority: trustme.CA, ca: Path) -> None:
    with SmtpServer(tls=context_for(authority, "mail.example.org")) as server:
        error = failure_of(server, tls="starttls", ca=ca)
    assert "the certificate is not trusted" in error.message


def test_no_starttls_where_it_is_wanted_stops_before_the_login() -> None:
    with SmtpServer(users={"mailer": "s3cret"}) as server:
        error = failure_of(server, tls="starttls", user="mailer", password=Secret("s3cret"))
        assert {command.split()[0].upper() for command in server.commands} == {"EHLO"}
    assert "the server offers no STARTTLS" in error.message


def test_no_starttls_is_fine_when_it_is_opportunistic() -> None:
    with SmtpServer() as server:
        assert statuses(send(server, people(1), tls="opportunistic")) == [SENT]


def test_words_put_in_before_tls_are_refused(certificates: ssl.SSLContext, ca: Path) -> None:
    injected = refuse("STARTTLS", "220 go ahead\r\n250-injected\r\n250 AUTH PLAIN")
    with SmtpServer(injected, tls=certificates) as server:
        error = failure_of(server, tls="starttls", ca=ca)
    assert "the server said more than it was asked" in error.message


def test_what_was_advertised_before_tls_is_forgotten(certificates: ssl.SSLContext, ca: Path) -> None:
    promise = refuse("EHLO", "250-hello\r\n250-STARTTLS\r\n250 SMTPUTF8", times=1)
    with SmtpServer(promise, tls=certificates, extensions=()) as server:
        session = transport_to(server, tls="starttls", ca=ca).open_session()
        (outcome,) = session.deliver([message_to("änn@example.org")])
        session.close()
    assert "SMTPUTF8" in outcome.reply.text


def test_tls_to_a_port_that_begins_in_the_clear() -> None:
    with SmtpServer() as server:
        error = failure_of(server, tls="implicit")
    assert "TLS does not begin" in error.message
    assert "starttls" in error.hint


def test_a_server_of_yesterday_is_left(authority: trustme.CA, ca: Path) -> None:
    context = context_for(authority, "127.0.0.1")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    with SmtpServer(tls=context) as server:
        assert statuses(send(server, people(1), tls="starttls", ca=ca)) == [SENT]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with SmtpServer(tls=context) as server:
        assert "TLS does not begin" in failure_of(server, tls="starttls", ca=ca).message


def test_a_client_certificate(authority: trustme.CA, ca: Path, tmp_path: Path) -> None:
    ours = authority.issue_cert("mailer@example.org")
    ours.private_key_and_cert_chain_pem.write_to_path(tmp_path / "us.pem")
    context = context_for(authority, "127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    with SmtpServer(tls=context) as server:
        assert statuses(send(server, people(1), tls="starttls", ca=ca, cert=tmp_path / "us.pem")) == [SENT]
    ours.private_key_pem.write_to_path(tmp_path / "key.pem")
    ours.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    apart = {"cert": tmp_path / "cert.pem", "cert_key": tmp_path / "key.pem"}
    with SmtpServer(tls=context) as server:
        assert statuses(send(server, people(1), tls="starttls", ca=ca, **apart)) == [SENT]


@pytest.mark.parametrize(
    "at,reply,scope",
    [
        ("connect", "554 5.7.1 go away", Scope.SENDER),
        ("EHLO", "550 5.7.1 who are you", Scope.SENDER),
    ],
)
def test_a_refusal_at_the_door(at: str, reply: str, scope: Scope) -> None:
    with SmtpServer(refuse(at, reply)) as server:
        failure_of(server)
        (outcome,) = send(server, people(1))
    assert outcome.scope is scope
    assert str(outcome.reply.code) == reply[:3]


@pytest.mark.parametrize(
    "at,reply,scope",
    [
        ("connect", "450 4.3.2 busy", Scope.ROUTE),
        ("connect", "421 4.7.0 too many connections", Scope.SESSION),
        ("EHLO", "451 4.3.0 later", Scope.ROUTE),
    ],
)
def test_patience_that_is_asked_for_at_the_door(
    at: str, reply: str, scope: Scope, caplog: pytest.LogCaptureFixture
) -> None:
    with SmtpServer(refuse(at, reply)) as server:
        transport_to(server).check()
        (outcome,) = send(server, people(1))
    assert (outcome.status, outcome.scope, str(outcome.reply.code)) == (UNSENT, scope, reply[:3])
    assert [reply[:3] in record.getMessage() for record in caplog.records] == [True]


@pytest.mark.parametrize("at", ["connect", "EHLO"])
def test_a_hang_up_at_the_door(at: str) -> None:
    with SmtpServer(hang_up(at)) as server:
        error = failure_of(server)
    assert "closed the connection" in error.message


def test_a_server_that_knows_helo_only() -> None:
    with SmtpServer(refuse("EHLO", "502 5.5.1 not implemented")) as server:
        assert statuses(send(server, people(1))) == [SENT]


def test_the_name_we_say() -> None:
    with SmtpServer() as server:
        send(server, people(1), helo="mail.example.org")
        assert server.commands[0].lower() == "ehlo mail.example.org"


def test_a_name_that_is_none() -> None:
    with SmtpServer() as server:
        transport = transport_to(server, host="a..b")
    with pytest.raises(TransportError, match="cannot connect"):
        transport.check()


def test_closing_a_session_that_never_connected() -> None:
    with SmtpServer() as server:
        session = transport_to(server).open_session()
        session.close()
        session.close()
        assert server.connections == 0
