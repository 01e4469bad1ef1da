"""A transport that lies about a far side that fails is found out, and told by the trouble in which it does."""

import smtplib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import pytest

from mailgrid.hookspecs import Message, OneByOne, Outcome, Reply, Session, Status
from mailgrid.testing import SmtpServer, Trouble, check_transport, smtp_troubles

Judge = Callable[[Exception], Status]


class Plain:
    """A stranger's transport over smtplib; `judge` says what an error means."""

    title = "plain"

    def __init__(self, server: SmtpServer, judge: Judge) -> None:
        self._server = server
        self._judge = judge

    def check(self) -> None:
        pass

    def close(self) -> None:
        pass

    def open_session(self) -> Session:
        return OneByOne(self._send)

    def _send(self, message: Message) -> Reply | Outcome:
        try:
            client = smtplib.SMTP(self._server.host, self._server.port, timeout=5)
        except (OSError, smtplib.SMTPException):
            return Outcome(message=message, status=Status.UNSENT)
        try:
            client.sendmail(message.mail_from, [message.rcpt_to], message.content)
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(message=message, status=self._judge(error))
        finally:
            with suppress(OSError, smtplib.SMTPException):
                client.close()
        return Reply(code=250)


def careful(error: Exception) -> Status:
    """Only a reply tells that it was refused."""
    if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
        return Status.FAILED
    return Status.IN_DOUBT


def tried(judge: Judge) -> None:
    with SmtpServer() as server:
        troubles = smtp_troubles(lambda other: Plain(other, judge))
        check_transport(Plain(server, judge), lambda: [message.content for message in server.messages], troubles)


def test_one_that_leaves_in_doubt_what_it_does_not_know_passes() -> None:
    tried(careful)


@pytest.mark.parametrize(
    ("said", "lie"),
    [
        (Status.SENT, "`451 4.3.0 not now` at end: it says `sent`, and the message did not arrive"),
        (Status.FAILED, "a hang-up after it was taken: it says `failed`, and the message arrived"),
        (Status.UNSENT, "a hang-up after it was taken: it says `unsent`, and the message arrived"),
        (Status.DEFERRED, "a hang-up after it was taken: it says `deferred`, and the message arrived"),
    ],
)
def test_one_that_thinks_that_it_knows_is_told_where_it_lies(said: Status, lie: str) -> None:
    with pytest.raises(AssertionError) as caught:
        tried(lambda _error: said)
    assert lie in str(caught.value)


class Memory:
    """A far side in memory, of a stranger's own kind."""

    title = "memory"

    def __init__(self, copies: int) -> None:
        self.arrived: list[bytes] = []
        self._copies = copies

    def check(self) -> None:
        pass

    def close(self) -> None:
        pass

    def open_session(self) -> Session:
        return OneByOne(self._send)

    def _send(self, message: Message) -> Reply:
        self.arrived += [message.content] * self._copies
        return Reply(code=250)


def of_its_own(copies: int) -> Callable[[], AbstractContextManager[tuple[Memory, Callable[[], Iterable[bytes]]]]]:
    @contextmanager
    def begin() -> Iterator[tuple[Memory, Callable[[], Iterable[bytes]]]]:
        memory = Memory(copies)
        yield memory, lambda: memory.arrived

    return begin


@pytest.mark.parametrize(
    ("copies", "lie"), [(2, "one message arrived 2 times"), (0, "it says `sent`, and the message did not arrive")]
)
def test_a_trouble_of_ones_own(copies: int, lie: str) -> None:
    good = Memory(1)
    with pytest.raises(AssertionError, match=f"a bad day: {lie}"):
        check_transport(good, lambda: good.arrived, [Trouble("a bad day", of_its_own(copies))])
