import threading
from collections.abc import Sequence
from typing import Any

import pytest

from mailgrid.errors import LedgerError, MailgridError
from mailgrid.hookspecs import Message
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Intent, Result
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.progress import Progress
from mailgrid.pipeline.recorder import Recorder
from tests.patience import wait_for
from tests.pipeline.outcomes import event


class Store:
    """Keeps what each commit holds; a commit waits for its turn, and may fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.commits: list[tuple[list[str], list[str]]] = []
        self.buckets: list[float | None] = []
        self.error = error
        self.asked, self.turn = threading.Event(), threading.Event()
        self.turn.set()

    def write(self, intents: Sequence[Intent], results: Sequence[Result], bucket: float | None = None) -> None:
        self.asked.set()
        self.turn.wait(20)
        if self.error:
            raise self.error
        self.commits.append(([intent.key for intent in intents], [result.key for result in results]))
        self.buckets.append(bucket)


class Desk:
    def __init__(self, error: Exception | None = None, watch: object = None) -> None:
        self.store = Store(error)
        self.progress = Progress(100)
        self.halts: list[MailgridError] = []
        watchers = [watch] if watch else []
        parts: Any = (self.store, Clock(), lambda: 7.0, self.progress, self.halts.append, watchers)
        self.recorder = Recorder(*parts)
        self.recorder.start()


def pair(key: str) -> tuple[Person, Message]:
    one = event(State.SENT, key)
    assert one.outcome
    return one.person, one.outcome.message


def test_an_intent_is_durable_when_intend_returns() -> None:
    desk = Desk()
    desk.recorder.intend([pair("a"), pair("b")])
    assert desk.store.commits == [(["a", "b"], [])]
    assert desk.store.buckets == [7.0]
    desk.recorder.close()


def test_outcomes_ride_with_the_next_intents() -> None:
    desk = Desk()
    desk.recorder.intend([pair("a")])
    desk.recorder.record(event(State.SENT, "a"))
    desk.recorder.intend([pair("b")])
    assert desk.store.commits[1] == (["b"], ["a"])
    desk.recorder.close()


def test_an_outcome_alone_does_not_wait_for_long() -> None:
    desk = Desk()
    desk.recorder.intend([pair("a")])
    desk.recorder.record(event(State.SENT, "a"))
    wait_for(lambda: len(desk.store.commits) == 2)
    assert desk.store.commits[1] == ([], ["a"])
    desk.recorder.close()


def test_one_commit_serves_all_workers() -> None:
    desk = Desk()
    desk.store.turn.clear()
    workers = [threading.Thread(target=desk.recorder.intend, args=([pair(key)],)) for key in "abcdefgh"]
    workers[0].start()
    wait_for(desk.store.asked.is_set)
    for worker in workers[1:]:
        worker.start()
    wait_for(lambda: len(desk.recorder._next.intents) == 7)
    desk.store.turn.set()
    for worker in workers:
        worker.join(20)
    (first, _), (others, _) = desk.store.commits
    assert (first, sorted(others)) == (["a"], list("bcdefgh"))
    desk.recorder.close()


def test_closing_writes_what_is_left_in_the_order_in_which_it_came() -> None:
    desk = Desk()
    keys = [str(number) for number in range(1200)]
    for key in keys:
        desk.recorder.record(event(State.SENT, key))
    desk.recorder.close()
    assert [key for _, results in desk.store.commits for key in results] == keys
    assert desk.progress.counts["sent"] == 1200


def test_a_failure_before_anything_was_written_takes_one_commit() -> None:
    desk = Desk()
    desk.recorder.record(event(State.FAILED, "a", rendered=False), Intent("a", "a@x", "", 1, 1.0))
    desk.recorder.close()
    assert desk.store.commits == [(["a"], ["a"])]


@pytest.mark.parametrize("error", [LedgerError("disk is full", hint="make room"), ValueError("odd")])
def test_when_nothing_can_be_written_whoever_waits_is_woken_with_the_reason(error: Exception) -> None:
    desk = Desk(error)
    for _ in range(2):
        with pytest.raises(LedgerError) as caught:
            desk.recorder.intend([pair("a")])
    expected = str(error) if isinstance(error, LedgerError) else "the ledger cannot be written: ValueError"
    assert str(caught.value) == expected == str(desk.halts[0])
    desk.recorder.record(event(State.SENT, "b"))
    desk.recorder.close()
    assert desk.store.commits == []
    assert desk.progress.counts["sent"] == 0
    assert desk.progress.counts["in_doubt"] == 1


def test_an_outcome_that_cannot_be_written_ends_the_run_by_itself() -> None:
    desk = Desk(LedgerError("disk is full"))
    desk.recorder.record(event(State.SENT, "a"))
    wait_for(lambda: desk.halts)
    assert str(desk.halts[0]) == "disk is full"
    desk.recorder.close()


def test_watchers_see_only_what_is_durable() -> None:
    seen: list[tuple[str, int]] = []

    def watch(one: Event) -> None:
        seen.append((one.person.recipient.key, len(desk.store.commits)))

    desk = Desk(watch=watch)
    desk.recorder.record(event(State.SENT, "a"))
    desk.recorder.close()
    assert seen == [("a", 1)]
