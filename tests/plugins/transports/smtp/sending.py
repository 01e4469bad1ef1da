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


def people(count: int) -> list[str]:
    return [f"p{number}@example.org" for number in range(1, count + 1)]


def transport_to(server: SmtpServer, **options: Any) -> Any:
    short = {name: timedelta(seconds=5) for name in ("timeout", "greeting_timeout", "command_timeout")}
    address: dict[str, Any] = {"host": server.host, "port": server.port}
    return open_kind("transports.smtp", **(address | short | options))


def send(server: SmtpServer, addresses: Sequence[str], **options: Any) -> list[Outcome]:
    session = transport_to(server, **options).open_session()
    outcomes = [outcome for address in addresses for outcome in session.deliver([message_to(address)])]
    session.close()
    return outcomes


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
