"""Leases: an attempt belongs to the one that it was begun under."""

import time
from collections.abc import Iterator
from contextlib import closing
from threading import Event, Thread

import pytest

from mailgrid.errors import LedgerError, Refused
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.leases import grant, live, revoke
from mailgrid.ledger.postgres.server import ask
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Store
from tests.ledger.examples import WELCOME, bring, intent, opened, result, state_of

LEDGER = "SELECT number FROM ledgers"


def lease_of(database: Database, chunk: int | None = 1) -> int:
    with database.server.transaction() as connection:
        (ledger,) = ask(connection, LEDGER).fetchone() or (0,)
        return grant(connection, ledger, "host a", chunk)


def take_away(database: Database, lease: int) -> int:
    with database.server.transaction() as connection:
        (ledger,) = ask(connection, LEDGER).fetchone() or (0,)
        return revoke(connection, ledger, [lease])


@pytest.fixture
def made(database: Database) -> Database:
    """A database with a ledger."""
    opened(database).close()
    return database


@pytest.fixture
def leased(made: Database) -> Iterator[tuple[Store, int]]:
    lease = lease_of(made)
    with closing(made.store(WELCOME, rehearsal=False, write=True, lease=lease)) as store:
        yield store, lease


def test_what_was_begun_under_a_lease_is_ended_under_it_alone(made: Database, leased: tuple[Store, int]) -> None:
    store, _ = leased
    store.write([intent("ann")], [])
    other = made.store(WELCOME, rehearsal=False, write=True, lease=lease_of(made, 2))
    for state in (State.SENT, State.FAILED, State.PENDING, State.SUPPRESSED):
        with pytest.raises(LedgerError, match="1 of 1 results are for messages that are not being sent"):
            other.write([], [result("ann", state)])
    with pytest.raises(LedgerError, match="1 of 1 messages may not be sent now"):
        other.write([intent("ann")], [])
    store.write([], [result("ann")])
    assert state_of(store, "ann") is State.SENT


def test_where_one_of_many_results_is_not_ours_none_of_them_is_written(
    made: Database, leased: tuple[Store, int]
) -> None:
    store, _ = leased
    other = made.store(WELCOME, rehearsal=False, write=True, lease=lease_of(made, 2))
    store.write([intent("ann"), intent("bob")], [])
    other.write([intent("eve")], [])
    with pytest.raises(LedgerError, match="1 of 3 results are for messages that are not being sent"):
        store.write([], [result("ann"), result("eve"), result("bob")])
    assert {state_of(store, key) for key in ("ann", "bob", "eve")} == {State.SENDING}
    assert not store.attempts("ann")


def test_who_wakes_up_without_a_lease_writes_nothing_any_more(made: Database, leased: tuple[Store, int]) -> None:
    store, lease = leased
    store.write([intent("ann"), intent("bob")], [])
    store.write([], [result("bob")])
    assert take_away(made, lease) == 1
    for intents, results in (([intent("eve")], []), ([], [result("ann")])):
        with pytest.raises(LedgerError, match="has given this run's recipients to somebody else"):
            store.write(intents, results)
    assert [state_of(store, key) for key in ("ann", "bob", "eve")] == [State.IN_DOUBT, State.SENT, State.PENDING]
    assert [attempt.state for attempt in store.attempts("ann")] == [State.IN_DOUBT]


def test_a_lease_is_taken_away_before_a_write_or_after_it_and_never_between(
    made: Database, leased: tuple[Store, int]
) -> None:
    store, lease = leased
    writing, written = Event(), Event()

    def write() -> None:
        with made.server.transaction() as connection:
            ask(connection, "SELECT FROM leases WHERE id = %s FOR KEY SHARE", (lease,))
            writing.set()
            time.sleep(0.2)  # the other side tries meanwhile
            ask(connection, "UPDATE recipients SET warning = 'late' WHERE key = 'ann'")
            written.set()

    store.write([intent("ann")], [])
    thread = Thread(target=write)
    thread.start()
    writing.wait()
    assert take_away(made, lease) == 1
    assert written.is_set()
    thread.join()
    assert state_of(store, "ann") is State.IN_DOUBT


def test_a_new_run_takes_the_leases_of_dead_ones_away_and_leaves_chunks_that_are_alive(
    made: Database, leased: tuple[Store, int]
) -> None:
    alive, _ = leased
    alive.write([intent("ann")], [])
    silent = lease_of(made, 2)
    with closing(made.store(WELCOME, rehearsal=False, write=True, lease=silent)) as frozen:
        frozen.write([intent("bob")], [])
    with closing(made.store(WELCOME, rehearsal=False, write=True, lease=lease_of(made, None))) as run:
        run.write([intent("eve")], [])
    with made.server.connection() as connection:
        ask(connection, "UPDATE leases SET beaten = now() - interval '1 minute' WHERE id = %s", (silent,))
        if ask(connection, "SELECT pg_postmaster_start_time() < now() - interval '11 seconds'").fetchone() == (False,):
            ask(connection, "UPDATE leases SET chunk = NULL WHERE id = %s", (silent,))  # the server is up for too short
    with made.lock("welcome", edition=""), closing(opened(made)) as store:
        bring(store, "mia", State.SENDING)
        assert store.recover() == 2
        assert [state_of(store, key) for key in ("ann", "bob", "eve", "mia")] == [
            State.SENDING,
            State.IN_DOUBT,
            State.IN_DOUBT,
            State.SENDING,
        ]
    alive.write([], [result("ann")])
    with closing(opened(made, write=False)) as store:
        assert [state_of(store, key) for key in ("ann", "mia")] == [State.SENT, State.IN_DOUBT]
        with made.server.connection() as connection:
            assert [lease.chunk for lease in live(connection, 1)] == [1]


def test_a_run_whose_session_broke_can_begin_nothing_once_another_one_has_the_lock(made: Database) -> None:
    first, second = made.lock("welcome", edition=""), made.lock("welcome", edition="")
    with first:
        old = opened(made)
        old.write([intent("ann")], [])
        with pytest.raises(Refused, match=r"holds the lock \(pid"), second:
            pass
        assert first._session is not None
        first._session.close()  # as when the network was away for a minute
        old.write([intent("bob")], [result("ann")])
        with made.lock("welcome", edition="") as third:
            assert third.since > first.since
            with closing(opened(made)) as new:
                assert new.recover() == 1
                with pytest.raises(LedgerError, match="somebody else"):
                    old.write([intent("eve")], [])
                assert [state_of(new, key) for key in ("ann", "bob", "eve")] == [
                    State.SENT,
                    State.IN_DOUBT,
                    State.PENDING,
                ]
