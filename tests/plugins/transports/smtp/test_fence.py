"""A session may lose the right to send between two messages of one batch."""

import pytest

from mailgrid.hookspecs import Fenced
from mailgrid.testing import SmtpServer, hang_up, message_to

from .sending import IN_DOUBT, SENT, UNSENT, WAYS, assert_true, people, statuses, transport_to

MEGABYTE = b"Subject: large\r\n\r\n" + b"x" * 70 * 9000 + b"\r\n"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("asked", range(8))
def test_what_may_not_be_sent_any_more_is_unsent_and_never_arrives(way: str, asked: int) -> None:
    """Whenever it is that the answer becomes no: also between the server's invitation and the content."""
    answers = iter([True] * asked)
    with SmtpServer(extensions=WAYS[way]) as server:
        session = transport_to(server).open_session()
        assert isinstance(session, Fenced)
        session.may_send = lambda: next(answers, False)
        outcomes = list(session.deliver([message_to(person, MEGABYTE) for person in people(4)]))
        assert_true(server, outcomes)
        sent = statuses(outcomes).count(SENT)
        assert statuses(outcomes) == [SENT] * sent + [UNSENT] * (4 - sent)
        assert sent <= max(0, asked - 1)
        session.may_send = lambda: True
        assert statuses(list(session.deliver([message_to("late@example.org")]))) == [SENT]
        session.close()


@pytest.mark.parametrize("way", WAYS)
def test_nobody_connects_again_who_may_not_send_any_more(way: str) -> None:
    allowed = [True]
    with SmtpServer(hang_up("end", after=1, taken=True), extensions=WAYS[way]) as server:
        session = transport_to(server).open_session()
        session.may_send = lambda: allowed[0]
        found = []
        for outcome in session.deliver([message_to(person, MEGABYTE) for person in people(5)]):
            found.append(outcome.status)
            allowed[0] = outcome.status is not SENT
        session.close()
        assert set(found[1:]) <= {UNSENT, IN_DOUBT}
        assert UNSENT in found
        assert server.connections == 1
