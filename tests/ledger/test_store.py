from dataclasses import replace
from threading import Thread

import pytest

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Counts
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Attempt, Entry, Run, Store
from tests.ledger.examples import WELCOME, bring, intent, opened, result, state_of


def test_an_entry_holds_what_was_recorded(store: Store) -> None:
    store.write([intent("ann", time=100.0)], [])
    store.write([], [result("ann", State.DEFERRED, code=451, enhanced="4.7.1", reply="later", due=160.0, warning="w")])
    assert store.entry("ann") == Entry(
        key="ann",
        address="ann@example.org",
        state=State.DEFERRED,
        attempts=1,
        first_attempt=101.0,
        due=160.0,
        gave_up=False,
        code=451,
        enhanced="4.7.1",
        reply="later",
        message_id="<ann@mailgrid>",
        time=101.0,
        warning="w",
    )


def test_a_later_attempt_keeps_when_the_first_ended(store: Store) -> None:
    bring(store, "ann", State.DEFERRED)
    store.write([intent("ann", attempt=2, time=500.0)], [])
    store.write([], [result("ann", State.FAILED, gave_up=True, time=501.0)])
    entry = store.entry("ann")
    assert entry is not None
    assert (entry.attempts, entry.first_attempt, entry.due, entry.gave_up) == (2, 101.0, None, True)


def test_a_recipient_tried_afresh_counts_from_one_again(store: Store) -> None:
    bring(store, "ann", State.FAILED)
    store.write([intent("ann", attempt=1, time=900.0)], [])
    store.write([], [result("ann", time=901.0)])
    entry = store.entry("ann")
    assert entry is not None
    assert (entry.attempts, entry.first_attempt) == (1, 901.0)
    assert [attempt.state for attempt in store.attempts("ann")] == [State.FAILED, State.SENT]


@pytest.mark.parametrize("sent", [True, False])
def test_an_attempt_stays_as_it_ended_when_its_doubt_is_settled(store: Store, sent: bool) -> None:
    bring(store, "ann", State.IN_DOUBT)
    before = store.attempts("ann")
    store.resolve(["ann"], sent=sent, now=900.0)
    assert store.attempts("ann") == before
    assert [attempt.state for attempt in before] == [State.IN_DOUBT]


def test_an_attempt_stays_as_it_ended_when_another_program_has_sent_it(store: Store) -> None:
    bring(store, "ann", State.DEFERRED)
    before = store.attempts("ann")
    store.adopt([("ann", "ann@example.org")], "the old program", 900.0)
    assert store.attempts("ann") == before
    assert [attempt.state for attempt in before] == [State.DEFERRED]


def test_an_attempt_that_was_never_written_leaves_those_before_it(store: Store) -> None:
    bring(store, "ann", State.DEFERRED)
    before = store.attempts("ann")
    for _ in range(2):
        store.write([intent("ann", attempt=2, time=500.0)], [])
        assert store.attempts("ann") == before
        store.write([], [result("ann", State.PENDING)])
        assert store.attempts("ann") == before


def test_every_attempt_and_its_reply_is_kept(store: Store) -> None:
    run = store.begin_run("smtp localhost:25", 1, 99.0)
    store.write([intent("ann")], [])
    store.write([], [result("ann", State.DEFERRED, code=450, enhanced="4.2.0", reply="greylisted", due=110.0)])
    store.write([intent("ann", attempt=2, time=110.0)], [])
    store.write([], [result("ann", time=112.0, seconds=2.0, warning="copy refused")])
    assert store.attempts("ann") == [
        Attempt(1, State.DEFERRED, 450, "4.2.0", "greylisted", 100.0, 101.0, 0.5, "", run),
        Attempt(2, State.SENT, 250, "2.0.0", "queued as 4F8X", 110.0, 112.0, 2.0, "copy refused", run),
    ]


def test_an_unsent_message_leaves_no_trace_on_a_first_attempt(store: Store) -> None:
    store.write([intent("ann")], [])
    store.write([], [result("ann", State.PENDING)])
    assert store.entry("ann") is None
    assert store.attempts("ann") == []


@pytest.mark.parametrize("state", [State.DEFERRED, State.FAILED, State.IN_DOUBT, State.SUPPRESSED])
def test_an_unsent_message_leaves_everything_as_it_was_before_a_later_attempt(
    store: Store,
    state: State,
) -> None:
    store.write([intent("ann")], [])
    store.write([], [result("ann", state, due=130.0, gave_up=True)])
    before = store.entry("ann"), store.attempts("ann")
    store.write([intent("ann", attempt=1, time=700.0)], [])
    store.write([], [result("ann", State.PENDING, time=701.0)])
    assert (store.entry("ann"), store.attempts("ann")) == before


def test_suppressed_counts_no_attempt(store: Store) -> None:
    store.write([intent("ann")], [result("ann", State.SUPPRESSED, code=0, reply="")])
    entry = store.entry("ann")
    assert entry is not None
    assert (entry.state, entry.attempts, entry.first_attempt) == (State.SUPPRESSED, 0, None)
    assert store.attempts("ann") == []


def test_a_failure_before_the_wire_takes_one_commit(store: Store) -> None:
    store.write([intent("ann"), intent("bob")], [result("bob", State.FAILED, code=0, reply="`name` is empty")])
    assert (state_of(store, "ann"), state_of(store, "bob")) == (State.SENDING, State.FAILED)


def test_a_result_and_the_next_intent_of_the_same_key_take_one_commit(store: Store) -> None:
    store.write([intent("ann")], [])
    store.write([intent("ann", attempt=2), intent("bob")], [result("ann", State.DEFERRED)])
    assert (state_of(store, "ann"), state_of(store, "bob")) == (State.SENDING, State.SENDING)
    assert [attempt.attempt for attempt in store.attempts("ann")] == [1]


def test_a_whole_attempt_takes_one_commit_with_the_result_of_the_one_before(store: Store) -> None:
    store.write([intent("ann")], [])
    deferred, failed = result("ann", State.DEFERRED), result("ann", State.FAILED)
    store.write([intent("ann", attempt=2)], [deferred, failed])
    assert [(a.attempt, a.state) for a in store.attempts("ann")] == [(1, State.DEFERRED), (2, State.FAILED)]


def test_a_refused_write_changes_nothing_at_all(store: Store) -> None:
    bring(store, "ann", State.SENT)
    with pytest.raises(LedgerError, match="1 of 2 messages may not be sent now"):
        store.write([intent("bob"), intent("ann")], [], bucket=7.0)
    assert state_of(store, "bob") is State.PENDING
    assert store.bucket() == 0.0


def test_one_key_twice_in_one_window_is_refused(store: Store) -> None:
    with pytest.raises(LedgerError, match="1 of 2"):
        store.write([intent("ann"), intent("ann")], [])


def test_errors_hold_no_addresses(store: Store) -> None:
    with pytest.raises(LedgerError) as caught:
        store.write([], [result("ann@example.org")])
    assert "ann" not in str(caught.value) + caught.value.hint


def test_a_reply_that_is_no_utf8_is_recorded_all_the_same(store: Store) -> None:
    bring(store, "ann", State.SENDING)
    store.write([], [result("ann", reply=b"gru\xdf \xe2\x82\xac".decode("utf-8", "surrogateescape"))])
    entry = store.entry("ann")
    assert entry is not None
    assert entry.reply == "gru\\udcdf €"


def test_a_broken_key_is_an_error_and_no_traceback(store: Store) -> None:
    with pytest.raises(LedgerError, match="a value cannot be stored"):
        store.write([intent("\udcff")], [])
    assert sum(store.counts().values()) == 0


def test_a_crash_leaves_a_record_of_the_attempt(store: Store) -> None:
    bring(store, "ann", State.DEFERRED)
    store.write([intent("ann", attempt=2, time=300.0)], [])
    assert store.recover() == 1
    entry = store.entry("ann")
    assert entry is not None
    assert (entry.state, entry.attempts, entry.reply, entry.time) == (State.IN_DOUBT, 2, "", 300.0)
    assert [attempt.state for attempt in store.attempts("ann")] == [State.DEFERRED, State.IN_DOUBT]


def test_resolve_settles_all_or_none(store: Store) -> None:
    for key in ("ann", "bob"):
        bring(store, key, State.IN_DOUBT)
    with pytest.raises(LedgerError, match="1 of 2 keys are not in doubt"):
        store.resolve(["ann", "stranger"], sent=True, now=200.0)
    store.resolve(["ann"], sent=True, now=200.0)
    store.resolve(["bob"], sent=False, now=200.0)
    assert (state_of(store, "ann"), state_of(store, "bob")) == (State.SENT, State.PENDING)
    assert len(store.attempts("bob")) == 1


def test_runs_are_kept(store: Store) -> None:
    first = store.begin_run("smtp localhost:25", 3, 10.0)
    store.end_run(first, Counts(sent=2, failed=1, deferred=0, in_doubt=0), 1, 20.0)
    second = store.begin_run("smtp localhost:25", 1, 30.0)
    assert store.runs() == [
        Run(first, "smtp localhost:25", 3, 10.0, 20.0, Counts(sent=2, failed=1, deferred=0, in_doubt=0), 1),
        Run(second, "smtp localhost:25", 1, 30.0, None, None, None),
    ]


def test_the_bucket_outlives_the_process(ledgers: Ledgers, store: Store) -> None:
    store.set_bucket(1_700_000_000.25)
    store.write([intent("ann")], [], bucket=1_700_000_001.5)
    store.close()
    again = opened(ledgers)
    assert again.bucket() == 1_700_000_001.5
    again.close()


def test_the_id_stays_and_two_ledgers_never_share_one(ledgers: Ledgers, store: Store) -> None:
    store.close()
    again = opened(ledgers)
    assert again.id == store.id
    again.close()
    other = ledgers.store(replace(WELCOME, campaign="other"), rehearsal=False, write=True)
    assert other.id != store.id
    other.close()


def test_close_may_be_called_twice(store: Store) -> None:
    store.close()
    store.close()


def test_what_another_thread_records_uses_the_same_store(store: Store) -> None:
    thread = Thread(target=store.write, args=([intent("ann")], []))
    thread.start()
    thread.join()
    assert state_of(store, "ann") is State.SENDING
