from dataclasses import replace

import pytest

from mailgrid.errors import LedgerError
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Store
from tests.ledger.examples import bring, intent, opened, result, state_of


def test_states_finds_thousands(store: Store) -> None:
    keys = [f"k{number}" for number in range(1201)]
    store.write([intent(key) for key in keys], [])
    found = store.states([*keys, "stranger"])
    assert set(found) == set(keys)
    assert {entry.state for entry in found.values()} == {State.SENDING}


def test_counts_names_every_state(store: Store) -> None:
    bring(store, "ann", State.SENT)
    bring(store, "bob", State.SENT)
    bring(store, "eve", State.IN_DOUBT)
    assert store.counts() == dict.fromkeys(State, 0) | {State.SENT: 2, State.IN_DOUBT: 1}


def test_entries_come_in_the_order_of_their_first_attempt(store: Store) -> None:
    for key in ("zoe", "ann", "mia"):
        bring(store, key, State.SENT)
    bring(store, "bob", State.FAILED)
    assert [entry.key for entry in store.entries()] == ["zoe", "ann", "mia", "bob"]
    assert [entry.key for entry in store.entries([State.FAILED])] == ["bob"]
    assert list(store.entries([])) == []


def test_find_takes_an_address_in_any_case_or_a_key(store: Store) -> None:
    bring(store, "ann", State.SENT)
    assert [entry.key for entry in store.find("ANN@Example.org")] == ["ann"]
    assert [entry.key for entry in store.find("ann")] == ["ann"]
    assert store.find("bob") == []


def test_editions_know_nothing_of_each_other(ledgers: Ledgers, store: Store) -> None:
    bring(store, "ann", State.SENT)
    store.begin_run("smtp", 1, 1.0)
    store.close()
    spring = opened(ledgers, edition="2026-w18")
    assert spring.entry("ann") is None
    assert spring.runs() == []
    bring(spring, "ann", State.FAILED)
    spring.close()
    first = opened(ledgers, write=False)
    assert state_of(first, "ann") is State.SENT
    first.close()


def test_a_reader_going_through_the_entries_does_not_hold_up_the_writer(ledgers: Ledgers, store: Store) -> None:
    store.write([intent(f"k{number}") for number in range(50)], [])
    reader = opened(ledgers, write=False)
    reading = reader.entries()
    next(reading)
    store.write([], [result(f"k{number}") for number in range(50)])
    assert {entry.state for entry in reading} == {State.SENDING}
    assert reader.counts()[State.SENT] == 50
    reader.close()


def test_a_ledger_that_is_not_there_reads_as_an_empty_one(ledgers: Ledgers) -> None:
    empty = opened(ledgers, write=False)
    assert empty.id == ""
    assert empty.states(["ann"]) == {}
    assert not [*empty.entries(), *empty.find("ann"), *empty.attempts("ann"), *empty.runs()]
    assert sum(empty.counts().values()) == 0
    assert empty.bucket() == 0.0
    assert not ledgers.exists
    with pytest.raises(LedgerError, match="read-only"):
        empty.write([intent("ann")], [])
    empty.close()


def test_a_reader_cannot_write(ledgers: Ledgers, store: Store) -> None:
    reader = opened(ledgers, write=False)
    with pytest.raises(LedgerError, match="read-only"):
        reader.write([intent("ann")], [])
    reader.close()


def test_intents_keep_the_address_as_it_goes_on_the_wire(store: Store) -> None:
    store.write([replace(intent("ann"), address="Ann@EXAMPLE.org")], [])
    assert [entry.address for entry in store.find("ann@example.ORG")] == ["Ann@EXAMPLE.org"]
