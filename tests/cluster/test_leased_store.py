import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mailgrid.cluster.guard import Guard
from mailgrid.cluster.leased_store import LeasedStore
from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.leases import grant, revoke
from mailgrid.ledger.postgres.place import Place
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity, Intent, Result
from tests.postgres import schema

WELCOME = Identity("welcome", "", "address", "")


def intent(key: str) -> Intent:
    return Intent(key, f"{key}@mail.example", f"<{key}@acme.example>", 1, 1.0)


def sent(key: str) -> Result:
    return Result(key, State.SENT, 250, "2.0.0", "Ok", 2.0, 0.1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(Place.of(schema(), os.environ), tmp_path)
    database.store(WELCOME, rehearsal=False, write=True).close()
    yield database
    database.server.close()


def lease(database: Database) -> int:
    with database.server.transaction() as connection:
        return grant(connection, database.number("welcome", rehearsal=False), "host", 1)


def take_away(database: Database, number: int) -> None:
    with database.server.transaction() as connection:
        revoke(connection, database.number("welcome", rehearsal=False), [number])


def leased(database: Database, number: int, guard: Guard | None = None) -> LeasedStore:
    guard = guard or Guard()
    return LeasedStore(
        database.server, WELCOME, rehearsal=False, lease=number, run=1, guard=guard, sleep=lambda _: None
    )


def test_what_is_begun_under_a_lease_is_in_doubt_when_it_is_taken_away(database: Database) -> None:
    number = lease(database)
    store = leased(database, number)
    store.write([intent("ann"), intent("bob")], [])
    store.write([], [sent("ann")])
    take_away(database, number)
    states = {key: entry.state for key, entry in store.states(["ann", "bob"]).items()}
    assert states == {"ann": State.SENT, "bob": State.IN_DOUBT}
    with pytest.raises(LedgerError, match="somebody else"):
        store.write([], [sent("bob")])
    with pytest.raises(LedgerError, match="somebody else"):
        store.write([intent("eve")], [])


class Flaky(LeasedStore):
    """Its server goes away once, before or after a commit, and nobody hears of what it did."""

    committed = True
    broken = 1

    def _written(self, intents: Sequence[Intent], results: Sequence[Result]) -> None:
        if self.broken:
            self.broken -= 1
            if self.committed:
                super()._written(intents, results)
            raise outage()
        super()._written(intents, results)


def outage() -> LedgerError:
    import psycopg

    error = LedgerError("the connection broke")
    error.__context__ = psycopg.OperationalError()
    return error


@pytest.mark.parametrize("committed", [True, False])
def test_a_commit_whose_answer_was_lost_happens_once(database: Database, committed: bool) -> None:
    number = lease(database)
    settings = {"rehearsal": False, "lease": number, "run": 1, "guard": Guard()}
    store = Flaky(database.server, WELCOME, sleep=lambda _: None, **settings)  # type: ignore[arg-type]
    store.committed = committed
    for intents, results in (
        ([intent("ann"), intent("bob")], []),
        ([intent("eve")], [sent("ann")]),
        ([], [sent("bob")]),
        ([intent("joe")], [sent("joe")]),
    ):
        store.broken = 1
        store.write(intents, results)
    states = {key: entry.state.value for key, entry in store.states(["ann", "bob", "eve", "joe"]).items()}
    assert states == {"ann": "sent", "bob": "sent", "eve": "sending", "joe": "sent"}
    assert [len(store.attempts(key)) for key in ("ann", "bob", "joe")] == [1, 1, 1]


def test_who_lost_the_lease_while_the_server_was_away_does_not_take_another_hosts_intents_for_its_own(
    database: Database,
) -> None:
    first = lease(database)
    settings = {"rehearsal": False, "lease": first, "run": 1, "guard": Guard()}
    store = Flaky(database.server, WELCOME, sleep=lambda _: None, **settings)  # type: ignore[arg-type]
    store.committed = False
    take_away(database, first)
    leased(database, lease(database)).write([intent("ann")], [])
    with pytest.raises(LedgerError, match="somebody else"):
        store.write([intent("ann")], [])


def test_a_guard_falls_when_nothing_is_heard_for_half_of_the_others_patience() -> None:
    now = 0.0
    guard = Guard(lambda: now)
    now = 4.9
    assert guard.holds
    now = 5.1
    assert [guard.holds] == [False]
    guard.confirm(5.0)
    assert [guard.holds] == [True]


def test_a_guard_falls_when_somebody_else_has_the_chunk() -> None:
    guard = Guard(lambda: 0.0)
    guard.lost = True
    assert not guard.holds
