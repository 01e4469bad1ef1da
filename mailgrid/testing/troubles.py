"""Troubles: a far side that fails in every way, and what is true about each message then."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from mailgrid.hookspecs import Message, Outcome, Status, Transport
from mailgrid.testing.faults import Fault, hang_up, refuse, silence
from mailgrid.testing.smtp_server import SmtpServer

__all__ = ["FarSide", "Trouble", "lies", "smtp_troubles"]

#: A transport to a far side, and what reads back the contents that have arrived there.
FarSide = tuple[Transport, Callable[[], Iterable[bytes]]]

_STEPS = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "content", "end", "RSET")
_ANSWERED = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "end", "RSET")
_REPLIES = ("421 4.3.2 closing", "451 4.3.0 not now", "550 5.7.1 never")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A way in which a far side fails: `name` is how it is told, `begin` opens a transport to such a one."""

    name: str
    begin: Callable[[], AbstractContextManager[FarSide]]


def smtp_troubles(
    open_transport: Callable[[SmtpServer], Transport],
    extensions: Sequence[str] = ("8BITMIME", "ENHANCEDSTATUSCODES"),
    *,
    silent: bool = False,
    lmtp: bool = False,
) -> Iterator[Trouble]:
    """Make the whole matrix for a transport that speaks SMTP: each step of the conversation, each failure at it.

    Args:
        open_transport: makes a transport that sends to that server.
        extensions: what the server offers; with PIPELINING and CHUNKING others are put to the test.
        silent: whether servers are among them that say no more; the transport needs short time limits then.
        lmtp: whether it speaks the local mail protocol (RFC 2033); what EHLO is there is LHLO.
    """
    faults = {
        **{f"`{reply}` at {at}": refuse(at, reply, times=1) for at in _ANSWERED for reply in _REPLIES},
        **{f"a hang-up at {at}": hang_up(at, times=1) for at in _STEPS},
        **{f"a hang-up at {at} of the second message": hang_up(at, after=1, times=1) for at in _STEPS[2:]},
        **{f"silence at {at}": silence(at, times=1) for at in (_ANSWERED if silent else ())},
        **({"silence after it was taken": silence("end", times=1, taken=True)} if silent else {}),
        "a hang-up after it was taken": hang_up("end", times=1, taken=True),
        "a hang-up after the second was taken": hang_up("end", after=1, times=1, taken=True),
    }
    for name, fault in faults.items():
        yield Trouble(name, _smtp(open_transport, fault, extensions, lmtp=lmtp))


def _smtp(
    open_transport: Callable[[SmtpServer], Transport], fault: Fault, extensions: Sequence[str], *, lmtp: bool
) -> Callable[[], AbstractContextManager[FarSide]]:
    @contextmanager
    def begin() -> Iterator[FarSide]:
        with SmtpServer(fault, extensions=extensions, lmtp=lmtp) as server:
            yield open_transport(server), lambda: [message.content for message in server.messages]

    return begin


def lies(trouble: Trouble, messages: Sequence[Message]) -> Iterator[str]:
    """Send messages to a far side that fails, and yield what a transport says of them and is not true.

    `in_doubt` is never a lie. `sent` is one where nothing arrived: somebody gets nothing. `deferred`, `failed` and
    `unsent` are where it did: it is sent again, or the ledger says that it was not.

    Args:
        trouble: how the far side fails.
        messages: each with another content.
    """
    with trouble.begin() as (transport, read_back):
        outcomes = list(_outcomes(transport, messages))
        transport.close()
        arrived = list(read_back())
    if len(outcomes) != len(messages):
        yield f"{trouble.name}: {len(messages)} messages and {len(outcomes)} outcomes"
    for outcome in outcomes:
        said, copies = outcome.status.value, arrived.count(outcome.message.content)
        if copies > 1:
            yield f"{trouble.name}: one message arrived {copies} times"
        elif (outcome.status is Status.SENT) != bool(copies) and outcome.status is not Status.IN_DOUBT:
            yield f"{trouble.name}: it says `{said}`, and the message {'arrived' if copies else 'did not arrive'}"


def _outcomes(transport: Transport, messages: Sequence[Message]) -> Iterator[Outcome]:
    session = transport.open_session()
    start = 0
    while start < len(messages):
        batch = messages[start : start + max(1, session.window)]
        yield from session.deliver(batch)
        start += len(batch)
    session.close()
