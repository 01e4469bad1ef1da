"""Send to the scripted server, in a line."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Outcome, Status
from mailgrid.testing import SmtpServer, message_to
from tests.plugins.opening import open_kind

SENT, DEFERRED, FAILED = Status.SENT, Status.DEFERRED, Status.FAILED
IN_DOUBT, UNSENT = Status.IN_DOUBT, Status.UNSENT

#: What a server offers so that we send this way.
WAYS: dict[str, Sequence[str]] = {
    "lockstep": ("8BITMIME",),
    "pipelined": ("8BITMIME", "PIPELINING"),
    "chunked": ("8BITMIME", "PIPELINING", "CHUNKING"),
}

#: Limits for a server that will say nothing.
IMPATIENT = {
    name: timedelta(seconds=0.4)
    for name in ("greeting_timeout", "command_timeout", "data_timeout", "block_timeout", "reply_timeout")
}


def people(count: int) -> list[str]:
    return [f"p{number}@example.org" for number in range(1, count + 1)]


def transport_to(server: SmtpServer, **options: Any) -> Any:
    short = {name: timedelta(seconds=5) for name in ("timeout", "greeting_timeout", "command_timeout")}
    address: dict[str, Any] = {"host": server.host, "port": server.port}
    return open_kind("transports.smtp", **(address | short | options))


def send(server: SmtpServer, addresses: Sequence[str], **options: Any) -> list[Outcome]:
    """Send one after the other."""
    session = transport_to(server, **options).open_session()
    outcomes = [outcome for address in addresses for outcome in session.deliver([message_to(address)])]
    session.close()
    return outcomes


def send_together(server: SmtpServer, addresses: Sequence[str], **options: Any) -> list[Outcome]:
    """Send as one batch, and hold the session and the server to what they say."""
    messages = [message_to(address) for address in addresses]
    session = transport_to(server, **options).open_session()
    outcomes = list(session.deliver(messages))
    session.close()
    assert [outcome.message for outcome in outcomes] == messages
    assert_true(server, outcomes)
    return outcomes


def send_all(server: SmtpServer, addresses: Sequence[str], **options: Any) -> list[Outcome]:
    """Send as a campaign does: as many as the session takes, and again who is unsent; return what became of each."""
    session = transport_to(server, **options).open_session()
    waiting, outcomes, rounds = list(addresses), [], 0
    while waiting:
        batch, waiting = waiting[: session.window], waiting[session.window :]
        for outcome in session.deliver([message_to(address) for address in batch]):
            if outcome.status is UNSENT:
                waiting.append(outcome.message.rcpt_to)
            else:
                outcomes.append(outcome)
        rounds += 1
        assert rounds < 10 * len(addresses), "there is no end"
    session.close()
    assert sorted(outcome.message.rcpt_to for outcome in outcomes) == sorted(addresses)
    assert_true(server, outcomes)
    return outcomes


def assert_true(server: SmtpServer, outcomes: Sequence[Outcome]) -> None:
    """Compare with the server's own record: sent means taken, taken means sent or in doubt, and nothing came twice."""
    taken = [message.rcpt_to[0] for message in server.messages]
    sent = {outcome.message.rcpt_to for outcome in outcomes if outcome.status is SENT}
    doubtful = {outcome.message.rcpt_to for outcome in outcomes if outcome.status is IN_DOUBT}
    assert len(taken) == len(set(taken))
    assert sent <= set(taken) <= sent | doubtful


def statuses(outcomes: Sequence[Outcome]) -> list[Status]:
    return [outcome.status for outcome in outcomes]


def failure_of(server: SmtpServer, **options: Any) -> TransportError:
    """The error of the check; sending must end in the same, and leave all unsent."""
    with pytest.raises(TransportError) as caught:
        transport_to(server, **options).check()
    (outcome,) = send(server, people(1), **options)
    assert outcome.status is UNSENT
    assert outcome.scope is caught.value.scope  # type: ignore[attr-defined] # NotOpened has it
    assert server.messages == []
    return caught.value
