"""What a host sends through its lines while it has a chunk, and when it has it no more."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from mailgrid.cluster.guard import Guard
from mailgrid.cluster.lines import GuardedTransport, Lines
from mailgrid.hookspecs import Status
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.place import Place
from mailgrid.ledger.postgres.seats import PostgresSeats
from mailgrid.testing import SmtpServer, message_to
from tests.plugins.transports.smtp.sending import WAYS, people, transport_to
from tests.postgres import schema

CONTENT = b"Subject: large\r\n\r\n" + b"x" * 70 * 9000 + b"\r\n"


@pytest.mark.parametrize("way", WAYS)
def test_who_was_frozen_in_the_middle_of_a_window_sends_nothing_more_of_it(way: str) -> None:
    now = 0.0
    guard = Guard(lambda: now)
    with SmtpServer(extensions=WAYS[way]) as server, closing(Lines(transport_to(server))) as lines:
        session = GuardedTransport(lines, guard).open_session()
        found = []
        for outcome in session.deliver([message_to(person, CONTENT) for person in people(6)]):
            found.append(outcome.status)
            now += 60.0 if len(found) == 2 else 0.0
        session.close()
        assert found == [Status.SENT] * 2 + [Status.UNSENT] * 4
        assert len(server.messages) == 2


def test_who_has_lost_a_chunk_and_gets_it_again_sends_under_the_new_right_alone() -> None:
    old, new = Guard(lambda: 0.0), Guard(lambda: 0.0)
    with SmtpServer(extensions=WAYS["chunked"]) as server, closing(Lines(transport_to(server))) as lines:
        before = GuardedTransport(lines, old).open_session()
        assert [each.status for each in before.deliver([message_to("ann@mail.example")])] == [Status.SENT]
        old.lost = True
        after = GuardedTransport(lines, new).open_session()  # while the old one is still at work
        assert [each.status for each in before.deliver([message_to("bob@mail.example")])] == [Status.UNSENT]
        before.close()
        assert [each.status for each in after.deliver([message_to("eve@mail.example")])] == [Status.SENT]
        again = GuardedTransport(lines, new).open_session()  # with the line that the old one gave back
        assert [each.status for each in again.deliver([message_to("joe@mail.example")])] == [Status.SENT]
        assert server.connections == 2
        after.close()
        again.close()


class Slow(PostgresSeats):
    """Takes its time to find out whether a seat is free."""

    def _locked(self, name: tuple[str, str], number: int) -> bool:
        time.sleep(0.05)
        return super()._locked(name, number)


def test_two_chunks_that_are_sent_at_once_never_have_one_seat(tmp_path: Path) -> None:
    database = Database(Place.of(schema(), os.environ), tmp_path)
    with closing(database.server), closing(Slow(database.server, "relay", 2)) as seats, ThreadPoolExecutor(2) as pool:
        assert sorted(str(seat) for seat in pool.map(lambda _: seats.take(), range(3))) == ["0", "1", "None"]
