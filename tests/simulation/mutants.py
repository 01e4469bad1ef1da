"""Mistakes that somebody might make in the pipeline. Each breaks a promise, so each must fail on some seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Message, Outcome, Status
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry, Intent, Result
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.failover import Failover
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.gather import Gather
from mailgrid.pipeline.lanes import Lanes
from mailgrid.pipeline.queues import Queues
from mailgrid.pipeline.quota import OwnQuota, Spent
from mailgrid.pipeline.record import Record
from mailgrid.pipeline.recorder import Recorder, intent_of
from mailgrid.pipeline.refusals import Refusals
from mailgrid.pipeline.retry import Retry
from mailgrid.pipeline.shared_quota import SharedQuota
from mailgrid.pipeline.throttles import Limit
from mailgrid.pipeline.worker import Worker

__all__ = ["MUTANTS", "sent_again_in_doubt"]

Pairs = Sequence[tuple[Person, Message]]

grant, standing, retry = Feed._grant, Gather._standing, Retry.__call__
take, own, recorded = SharedQuota._take, OwnQuota.grant, Record.__call__


def sent_before_the_reply(worker: Worker, batch: Pairs) -> None:
    for person, message in batch:
        worker._record(person, Outcome(message=message, status=Status.SENT))
    list(worker._session.deliver([message for _, message in batch]))


def intended_without_waiting(recorder: Recorder, batch: Pairs) -> None:
    now = recorder._clock.now()
    with recorder._lock:
        recorder._next.intents.extend(intent_of(person, now, message.message_id) for person, message in batch)
        recorder._work.notify()


def intended_too_late(worker: Worker) -> None:
    while people := worker._feed.take(worker._session.window, worker._way):
        try:
            for batch in worker._batches(people):
                worker._deliver(batch)
                worker._intend(batch)
        finally:
            worker._feed.settle(len(people))


def rest_forgotten(worker: Worker, batch: Pairs) -> None:
    answers = worker._session.deliver([message for _, message in batch])
    for (person, _), outcome in zip(batch, answers, strict=False):
        worker._record(person, outcome)


def retries_for_nothing(feed: Feed, window: int, now: float, limit: Limit) -> list[Person]:
    return feed._available(window, now) if feed._anybody_due(now) else grant(feed, window, now, limit)


def sent_again_in_doubt(gather: Gather, person: Person, entry: Entry | None) -> Person:
    if entry is not None and entry.state in {State.IN_DOUBT, State.SENDING}:
        return person
    return standing(gather, person, entry)


def crash_forgotten(store: SqliteStore) -> int:
    return store._connection.execute("DELETE FROM recipients WHERE state = 'sending'").rowcount


def one_attempt_too_many(rule: Retry, attempts: int, first: float, now: float, *more: Any) -> float | None:
    return retry(rule, max(1, attempts - 1), first, now, *more)


def backoff_ignored(_rule: Retry, _attempts: int, _first: float, now: float, _after: float | None = None) -> float:
    return now


def feed_told_first(record: Record, person: Person, outcome: Outcome, result: Result) -> None:
    record.feed.defer(person, result.time, person.attempts, person.first)
    record.recorder.record(Event(person, result, outcome))


def taken_without_an_end(_feed: Feed, _count: int = 1) -> None:
    """Nobody is ever settled."""


def refusals_kept(_refusals: Refusals) -> None:
    """Nobody who is held is ever released."""


def recorder_dies_in_silence(recorder: Recorder) -> None:
    while (batch := recorder._gathered()) is not None:
        if recorder._write(batch) is not None:
            return
        with recorder._lock:
            batch.is_over = True
            batch.settled.notify_all()
        recorder._tell(batch.events)


def batch_taken_too_late(recorder: Recorder, batch: Pairs) -> None:
    intended_without_waiting(recorder, batch)
    with recorder._lock:
        ours = recorder._next
        while not ours.is_over:
            ours.settled.wait()
        if ours.error is not None:
            raise LedgerError("the ledger cannot be written")


def results_dropped(recorder: Recorder, event: Event, intent: Intent | None = None) -> None:
    """Forget to lock: what two threads add at once is lost."""
    events = recorder._next.events
    recorder._clock.now()
    recorder._next.events = [*events, event]
    if intent is not None:
        recorder._next.intents.append(intent)
    with recorder._lock:
        recorder._work.notify()


def lane_forgotten(lanes: Lanes, wishes: Mapping[str, int]) -> dict[str, Any]:
    now = round(lanes._now() * 10**9)
    return {lane: lanes._pace(lane)(0, wish, now) for lane, wish in wishes.items()}


def never_back_in_the_lane(_queues: Queues, _now: float) -> None:
    """Whose waiting is over is forgotten."""


def quota_of_one_moment(quota: OwnQuota, wanted: int, cost: int, now: float) -> int:
    """Begin each piece of time with the whole quota."""
    if now >= quota._end:
        quota._spent._used.clear()
    return own(quota, wanted, cost, now)


def block_kept(quota: SharedQuota, wanted: int, cost: int) -> None:
    """Go on with what was taken when the piece of time is over, and take no more than that into account."""
    take(quota, wanted, cost)
    quota._held += cost


def doubt_taken_for_unsent(record: Record, person: Person, outcome: Outcome) -> None:
    doubtful = outcome.status is Status.IN_DOUBT
    recorded(record, person, replace(outcome, status=Status.UNSENT) if doubtful else outcome)


#: Whose, and what: the mistake.
MUTANTS: tuple[tuple[type, str, Callable[..., object]], ...] = (
    (Failover, "lets", lambda *_: True),
    (Failover, "replaces", lambda *_, **__: True),
    (Feed, "_grant", retries_for_nothing),
    (Feed, "settle", taken_without_an_end),
    (Gather, "_standing", sent_again_in_doubt),
    (Lanes, "_turns", lane_forgotten),
    (OwnQuota, "grant", quota_of_one_moment),
    (Queues, "rejoin", never_back_in_the_lane),
    (Record, "__call__", doubt_taken_for_unsent),
    (Record, "_unsent", feed_told_first),
    (Recorder, "_run", recorder_dies_in_silence),
    (Recorder, "intend", intended_without_waiting),
    (Recorder, "intend", batch_taken_too_late),
    (Recorder, "record", results_dropped),
    (Refusals, "release", refusals_kept),
    (Retry, "__call__", backoff_ignored),
    (Retry, "__call__", one_attempt_too_many),
    (SharedQuota, "_take", block_kept),
    (Spent, "forget", lambda spent, _now: spent._used.clear()),
    (SqliteStore, "bucket", lambda _store: 0.0),
    (SqliteStore, "recover", crash_forgotten),
    (SqliteStore, "tried_since", lambda *_: {}),
    (Worker, "_deliver", rest_forgotten),
    (Worker, "_deliver", sent_before_the_reply),
    (Worker, "run", intended_too_late),
)
