"""A real conversation of boto3 with a server that speaks SESv2's wire."""

from datetime import timedelta
from typing import Any

import pytest

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Outcome, Scope, Secret, Status
from mailgrid.testing import check_transport, message_to
from tests.patience import wait_for
from tests.plugins.opening import kind_of, open_kind
from tests.ports import dead_port

from .ses_server import SesServer


def transport_to(url: str, **options: Any) -> Any:
    keys = {"access_key": Secret("AKIDEXAMPLE"), "secret_key": Secret("s3cret")}
    return open_kind("transports.ses", region="eu-west-1", endpoint=url, **(keys | options))


def sent_to(url: str, **options: Any) -> Outcome:
    transport = transport_to(url, **options)
    session = transport.open_session()
    (outcome,) = session.deliver([message_to("ann@example.org")])
    session.close()
    transport.close()
    assert isinstance(outcome, Outcome)
    return outcome


def test_keeps_the_contract() -> None:
    assert kind_of("transports.ses").reaches_people
    with SesServer() as server:
        check_transport(transport_to(server.url), lambda: server.contents)


def test_the_envelope_is_ours_and_the_answer_is_kept() -> None:
    with SesServer() as server:
        outcome = sent_to(server.url, configuration_set="news")
    assert (outcome.status, outcome.reply.code, outcome.reply.text) == (Status.SENT, 200, "taken as id-1")
    (request,) = server.requests
    assert request["Destination"] == {"ToAddresses": ["ann@example.org"]}
    assert (request["FromEmailAddress"], request["ConfigurationSetName"]) == ("sender@example.org", "news")


@pytest.mark.parametrize(
    ("error", "status", "outcome", "scope"),
    [
        ("TooManyRequestsException", 429, Status.UNSENT, Scope.ROUTE),
        ("LimitExceededException", 400, Status.UNSENT, Scope.ROUTE),
        ("MessageRejected", 400, Status.FAILED, Scope.SENDER),
        ("BadRequestException", 400, Status.FAILED, Scope.SENDER),
        ("AccountSuspendedException", 400, Status.UNSENT, Scope.SENDER),
        ("MailFromDomainNotVerifiedException", 400, Status.UNSENT, Scope.SENDER),
        ("UnrecognizedClientException", 403, Status.UNSENT, Scope.SENDER),
        ("InternalServiceErrorException", 500, Status.IN_DOUBT, Scope.ROUTE),
        ("ServiceUnavailable", 503, Status.UNSENT, Scope.ROUTE),
        ("SomethingNew", 599, Status.UNSENT, Scope.ROUTE),
    ],
)
def test_what_an_error_means(error: str, status: int, outcome: Status, scope: Scope) -> None:
    with SesServer(error, status) as server:
        found = sent_to(server.url)
    assert (found.status, found.scope, found.reply.code) == (outcome, scope, status)
    assert found.reply.text == f"{error}: no"
    assert len(server.requests) == 1  # boto3 tries nothing again by itself


def test_an_answer_that_does_not_come_is_doubt_and_nothing_is_sent_again() -> None:
    with SesServer(delay=60) as server:
        outcome = sent_to(server.url, reply_timeout=timedelta(seconds=0.2))
        wait_for(lambda: server.requests)
    assert (outcome.status, outcome.scope) == (Status.IN_DOUBT, Scope.ROUTE)
    assert len(server.requests) == 1


def test_a_line_that_breaks_after_the_message_is_doubt() -> None:
    with SesServer(hangs_up=True) as server:
        outcome = sent_to(server.url)
    assert (outcome.status, outcome.scope) == (Status.IN_DOUBT, Scope.ROUTE)
    assert len(server.requests) == 1


def test_where_nobody_listens_nothing_was_sent() -> None:
    with dead_port() as port:
        outcome = sent_to(f"http://127.0.0.1:{port}")
    assert (outcome.status, outcome.scope) == (Status.UNSENT, Scope.ROUTE)


def test_without_a_key_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    with SesServer() as server:
        outcome = sent_to(server.url, access_key=None, secret_key=None)
        assert server.requests == []
    assert (outcome.status, outcome.scope) == (Status.UNSENT, Scope.SENDER)


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (SesServer("UnrecognizedClientException", 403), "UnrecognizedClientException"),
        (SesServer(sending_enabled=False), "the account may not send"),
    ],
)
def test_the_check_finds_out_what_is_wrong_with_the_account(server: SesServer, words: str) -> None:
    with server, pytest.raises(TransportError, match=words) as caught:
        transport_to(server.url).check()
    assert "mail.example" not in caught.value.message
    assert "s3cret" not in caught.value.message


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(TransportError, match="region"):
        open_kind("transports.ses")
