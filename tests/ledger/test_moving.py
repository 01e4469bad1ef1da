"""All ledgers of a project on their way from one place to another, and back."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailgrid.errors import LedgerError, Refused, UsageError
from mailgrid.hookspecs import Counts
from mailgrid.ledger import cargo
from mailgrid.ledger.cargo import LEDGER, PROJECT, Row, Table
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.moving import move
from mailgrid.ledger.opening import open_ledgers
from mailgrid.ledger.postgres.berth import PostgresBerth
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.leases import grant
from mailgrid.ledger.postgres.server import ask
from mailgrid.ledger.project import Bucket
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Store
from mailgrid.ledger.suppression import Suppressed
from tests.ledger.examples import WELCOME, bring, intent, opened, result, state_of
from tests.postgres import schema

SPRING = replace(WELCOME, edition="2026-w18", key_expression="id")
NEWS = replace(WELCOME, campaign="news")


def lived_in(ledgers: Ledgers) -> Ledgers:
    """Let a place hold something of everything that there is."""
    with closing(opened(ledgers)) as store:
        run = store.begin_run("smtp relay:25", 3, 99.0)
        for number, state in enumerate(State):
            bring(store, f"k{number}", state)
        store.write([replace(intent("zoë"), transport="smtp relay:25", variant="b")], [])
        store.write([], [result("zoë", State.DEFERRED, reply="später", due=150.0, warning="w")])
        store.write([replace(intent("zoë", attempt=2), transport="ses")], [result("zoë", State.FAILED, gave_up=True)])
        store.write([], [], bucket=1_777_777_777.25)
        store.end_run(run, Counts(sent=1, failed=1, deferred=1, in_doubt=1), 1, 130.5)
        store.begin_plan("7f3a", "ada", 90.0)
    for identity, rehearsal in ((SPRING, False), (NEWS, False), (WELCOME, True)):
        with closing(ledgers.store(identity, rehearsal=rehearsal, write=True)) as store:
            store.begin_run("ses", 1, 200.0)
            bring(store, "ann", State.SENT)
    with closing(ledgers.project()) as project:
        project.exchange("ses", lambda _: Bucket(5, 7))
        project.spend("ses", lambda _: {900: 3})
        project.exchange_domains(["a.example"], lambda _: {"a.example": 11}, rehearsal=True)
    with closing(ledgers.suppression(write=True)) as listed:
        listed.add([Suppressed("bob@x.org", "bounce", "550", 1.5, "log")])
        listed.forget("gone@x.org", 2.0)
    return ledgers


def told(store: Store) -> list[Any]:
    """Everything that a ledger says, but for the numbers of its runs, by which nobody knows it."""
    attempts = [[replace(each, run=None) for each in store.attempts(entry.key)] for entry in store.entries()]
    runs = [replace(run, id=0) for run in store.runs()]
    return [store.id, store.bucket(), list(store.entries()), attempts, runs, store.plan_use("7f3a"), store.counts()]


def everything(ledgers: Ledgers) -> list[Any]:
    found: list[Any] = []
    for campaign, rehearsal in ledgers.campaigns():
        for identity in ledgers.identities(campaign, rehearsal=rehearsal):
            with closing(ledgers.store(identity, rehearsal=rehearsal, write=False)) as store:
                found.append((identity, rehearsal, told(store)))
    with closing(ledgers.suppression(write=False)) as listed:
        found += [*listed.entries(), listed.find(["gone@x.org"]), listed.revision]
    domains: list[Any] = []

    def look(dues: Mapping[str, int]) -> Mapping[str, int]:
        domains.append(dict(dues))
        return {}

    with closing(ledgers.project()) as project:
        project.exchange_domains(["a.example"], look, rehearsal=True)
        return [*found, domains, project.used("ses")]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / ".mailgrid")


def test_there_and_back_it_says_the_same(tmp_path: Path, folder: Folder, database: Database) -> None:
    lived_in(folder)
    before = everything_settled(folder)
    there = move(folder, database)
    assert there.rows["recipients"] == 10
    assert everything(database) == before
    assert not folder.exists
    assert Path(there.kept) == tmp_path / ".mailgrid.moved-1"
    back = move(database, folder)
    assert back.rows == there.rows
    assert everything(folder) == before
    assert back.kept.startswith(f"{database.title}, schema test_")
    assert not open_ledgers(str(database.server.place.url) + f"&schema={database.server.place.schema}", tmp_path).exists


def everything_settled(ledgers: Ledgers) -> list[Any]:
    """As `everything`, when it is in doubt what a dead run was sending."""
    for campaign, rehearsal in ledgers.campaigns():
        for identity in ledgers.identities(campaign, rehearsal=rehearsal):
            with closing(ledgers.store(identity, rehearsal=rehearsal, write=True)) as store:
                store.recover()
    return everything(ledgers)


def test_what_has_arrived_is_written_to_as_before(folder: Folder, database: Database) -> None:
    move(lived_in(folder), database)
    with closing(opened(database)) as store:
        run = store.begin_run("ses", 1, 300.0)
        store.write([intent("new")], [result("new")])
        assert [attempt.run for attempt in store.attempts("new")] == [run]
        store.write([intent("k2", attempt=2)], []) if state_of(store, "k2") is State.FAILED else None
    move(database, folder)
    with closing(opened(folder)) as store:
        assert state_of(store, "new") is State.SENT
        store.write([intent("newer")], [result("newer")])


def test_a_reply_that_only_sqlite_can_hold_is_written_out(folder: Folder, database: Database) -> None:
    with closing(opened(folder)) as store:
        store.write([intent("ann")], [result("ann", reply="later\0")])
    move(folder, database)
    with closing(opened(database, write=False)) as store:
        assert [entry.reply for entry in store.entries()] == ["later\\x00"]


def test_two_projects_can_share_a_database(tmp_path: Path, folder: Folder, database: Database) -> None:
    move(lived_in(folder), database)
    other = Folder(tmp_path / "other")
    with pytest.raises(Refused, match=r"there are ledgers in .* already"):
        move(lived_in(other), database)
    elsewhere = open_ledgers(schema(), tmp_path)
    assert move(other, elsewhere).rows["recipients"] == 10


@pytest.mark.parametrize("rehearsal", [True, False])
def test_it_is_refused_while_a_run_is_under_way(folder: Folder, database: Database, rehearsal: bool) -> None:
    lived_in(folder)
    with folder.lock("welcome", rehearsal=rehearsal, edition=""), pytest.raises(Refused) as caught:
        move(folder, database)
    assert caught.value.code == "MG606"
    assert (folder.exists, database.campaigns()) == (True, [])


def test_it_is_refused_while_hosts_still_send(folder: Folder, database: Database) -> None:
    lived_in(database)
    with database.server.connection() as connection:
        grant(connection, 1, "host a", 1)
    with pytest.raises(Refused, match="hosts still send"):
        move(database, folder)
    assert not folder.exists
    with database.server.connection() as connection:
        ask(connection, "DELETE FROM leases")
    assert move(database, folder).rows["recipients"] == 10


def test_there_has_to_be_something(folder: Folder, database: Database) -> None:
    with pytest.raises(UsageError, match="there are no ledgers in"):
        move(folder, database)


def test_what_does_not_arrive_as_it_was_moves_nothing(
    folder: Folder, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in(folder)
    load: Callable[..., None] = PostgresBerth.load

    def lose_one(self: PostgresBerth, table: Table, rows: Iterable[Row], ledger: tuple[str, bool] | None) -> None:
        kept: Iterator[Row] = (row for row in rows if not (table.name == "attempts" and row[0] == 1))
        load(self, table, kept, ledger)

    monkeypatch.setattr(PostgresBerth, "load", lose_one)
    with pytest.raises(LedgerError, match="`attempts` did not arrive as it was, so nothing was moved"):
        move(folder, database)
    assert folder.exists
    assert database.campaigns() == []


def test_the_checksum_sees_a_single_letter() -> None:
    rows = [(1, "ann", None, 1.5), (2, "bob", True, 2.5)]
    assert cargo.summed(rows) == cargo.summed(reversed(rows))
    assert cargo.summed(rows) != cargo.summed([rows[0], (2, "boB", True, 2.5)])
    assert cargo.summed(rows) != cargo.summed([*rows, rows[0]])


def test_every_column_of_both_stores_is_moved(folder: Folder, database: Database) -> None:
    lived_in(folder)
    database.project().close()
    own = {
        "editions": {"ledger"},
        "recipients": {"lease"},
        "plans": {"ledger"},
        "domains": {"wanted"},  # nobody waits while ledgers are moved
        "revision": {"only_one", "id"},
    }
    for table in (*LEDGER, *PROJECT):
        file = folder.shared if table in PROJECT else folder.file("welcome", rehearsal=False)
        with closing(sqlite3.connect(file)) as connection:
            here = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table.name,))}
        there = {
            name
            for (name,) in database.server.rows(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", (table.name,)
            )
        }
        assert here - own.get(table.name, set()) == set(table.columns) - (own.get(table.name, set()) - here)
        assert there - own.get(table.name, set()) == set(table.columns)
