"""The real ledger on a schedule: in memory, and what was committed outlives a kill. It watches over the retries."""

import math
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from mailgrid.errors import LedgerError
from mailgrid.ledger import plans, schema
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity, Intent, Result
from mailgrid.planning.plan import RetryRule
from tests.pipeline.shared_bucket import DomainBuckets, SharedBucket
from tests.simulation.schedule import Failed, Schedule

__all__ = ["TOO_FAST", "Disk", "Ledger"]

#: The enhanced code by which the far side says that it is the route that is too fast.
TOO_FAST = "4.7.1"

_IDENTITY = Identity("welcome", "", "address", "welcome.mailgrid")
_SLACK = 1e-6
_SOON = 1.0  # a life has read its ledger by then, in seconds


def _empty() -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        schema.create_tables(database)
        database.execute(plans.TABLE)
        return database.serialize()


_EMPTY = _empty()


@dataclass
class Waiting:
    """Somebody who was deferred: since when, until when, and how often they were tried."""

    first: float
    due: float
    attempts: int


@dataclass
class Disk:
    """What outlives a process: the database, and what the simulation knows beside it."""

    rule: RetryRule
    database: sqlite3.Connection = field(
        default_factory=lambda: sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    )
    waiting: dict[str, Waiting] = field(default_factory=dict)
    shared: SharedBucket = field(default_factory=SharedBucket)
    domains: DomainBuckets = field(default_factory=DomainBuckets)
    spent: dict[str, Mapping[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database.deserialize(_EMPTY)


class Ledger(SqliteStore):
    """The ledger of one life. `full_at` is the number of the commit from which on the disk is full; 0: never."""

    def __init__(self, disk: Disk, schedule: Schedule, full_at: int, slowness: float) -> None:
        self._path = Path("welcome.db")
        self._run = None
        self._connection = disk.database
        self._disk = disk
        self._schedule = schedule
        self._full_at = full_at
        self._slowness = slowness
        self._commits = 0
        self._born = schedule.now
        self._open(_IDENTITY, Path(), write=True)

    def recover(self) -> int:
        self._schedule.step()
        if self._disk.waiting:
            for entry in self.entries([State.SENDING]):
                self._disk.waiting.pop(entry.key, None)
        lost = super().recover()
        self._schedule.step()
        return lost

    def write(self, intents: Sequence[Intent], results: Sequence[Result], bucket: float | None = None) -> None:
        self._schedule.sleep(self._slowness * 0.01 * self._schedule.chance.random())
        self._commits += 1
        if self._full_at and self._commits >= self._full_at:
            raise LedgerError("the disk is full")
        super().write(intents, results, bucket)
        for result in results:
            self._ended(result)
        for intent in intents:
            self._begun(intent)
        self._schedule.step()

    def _ended(self, result: Result) -> None:
        """A refusal for now must leave a wait behind that the rule allows, as long as it may be."""
        if result.state is State.PENDING:
            return
        before = self._disk.waiting.pop(result.key, None)
        if result.state is not State.DEFERRED:
            return
        rule, attempts = self._disk.rule, 1 if before is None else before.attempts + 1
        first = result.time if before is None else before.first
        shortest = min(rule.longest, rule.backoff * 2 ** (attempts - 1)) * (1 - rule.jitter)
        due = result.due or 0.0
        if due < result.time + shortest - _SLACK:
            self._schedule.fail(Failed(f"{result.key} is tried again too early"))
        if result.enhanced != TOO_FAST:  # nobody is given up because the route is slow
            if due > first + rule.period + _SLACK:
                self._schedule.fail(Failed(f"{result.key} is tried again too late"))
            if attempts >= (rule.attempts or math.inf):
                self._schedule.fail(Failed(f"{result.key} is tried too often"))
        self._disk.waiting[result.key] = Waiting(first, due, attempts)

    def _begun(self, intent: Intent) -> None:
        waiting = self._disk.waiting.get(intent.key)
        if waiting is None:
            return
        if intent.time < waiting.due - _SLACK:
            self._schedule.fail(Failed(f"{intent.key} was tried again before it was due"))
        if intent.attempt == 1 and waiting.first + self._disk.rule.period < self._born + _SOON:
            del self._disk.waiting[intent.key]  # its time was over before this life: it is tried afresh
        elif intent.attempt != waiting.attempts + 1:
            self._schedule.fail(Failed(f"{intent.key}: attempt {intent.attempt} after {waiting.attempts}"))
