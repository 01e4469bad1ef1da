"""Recorder: the one thread that writes the ledger; one durable commit serves all workers."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Message
from mailgrid.ledger.store import Intent, Store
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.event import Event

__all__ = ["Recorder"]

_log = logging.getLogger("mailgrid")

#: Outcomes ride with the next intents, or wait this long alone, in seconds.
_LINGER = 0.02
#: How many outcomes may wait before they are written alone.
_CROWD = 500


@dataclass(slots=True)
class _Batch:
    """What the next commit will hold, and how many commits there were."""

    intents: list[Intent] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


class Recorder:
    """Makes intents and results durable, in the order in which they come.

    Args:
        store: the campaign's ledger; from `start` to `close` only the recorder writes it.
        clock: the time.
        bucket: gives the throttle's state, which is kept with each commit.
        observe: is called with each event once it is durable; it must not take long.
    """

    def __init__(
        self, store: Store, clock: Clock, bucket: Callable[[], float], observe: Callable[[Event], None] | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._bucket = bucket
        self._observe = observe
        self._change = threading.Condition()
        self._next = _Batch()
        self._made = 0  # the number of the batch that is being filled
        self._done = 0  # the number of the last batch that is durable, plus one
        self._closing = False
        self.error: LedgerError | None = None
        self._thread = threading.Thread(target=self._run, name="recorder")

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def intend(self, batch: Sequence[tuple[Person, Message]]) -> None:
        """Return once it is durable that these messages are about to be written.

        Raises:
            LedgerError: it cannot be made durable; nothing of the batch may be written.
        """
        if not batch:
            return
        now = self._clock.now()
        intents = [
            Intent(
                key=person.recipient.key,
                address=person.recipient.address,
                message_id=message.message_id,
                attempt=person.attempts + 1,
                time=now,
            )
            for person, message in batch
        ]
        with self._change:
            self._next.intents.extend(intents)
            number = self._made
            self._change.notify_all()
            while self._done <= number and self.error is None:
                self._change.wait()
            if self._done <= number:
                raise LedgerError(str(self.error), hint=self.error.hint if self.error else "")

    def record(self, event: Event, intent: Intent | None = None) -> None:
        """Take what became of a message; it is durable 20 ms later at the latest.

        Args:
            event: whose, and what.
            intent: where there was none before: somebody failed before anything was to be written.
        """
        with self._change:
            if intent is not None:
                self._next.intents.append(intent)
            self._next.events.append(event)
            if len(self._next.events) in {1, _CROWD}:
                self._change.notify_all()

    def close(self) -> None:
        """Write what is left and end the thread.

        Raises:
            LedgerError: something could not be written.
        """
        with self._change:
            self._closing = True
            self._change.notify_all()
        self._thread.join()
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        while (batch := self._gathered()) is not None:
            error = self.error or self._write(batch)
            with self._change:
                self.error = error
                self._done += error is None
                self._change.notify_all()
            if error is None and self._observe is not None:
                self._tell(batch.events)

    def _tell(self, events: Sequence[Event]) -> None:
        assert self._observe is not None
        try:
            for event in events:
                self._observe(event)
        except Exception as error:
            _log.warning("whoever watches the run raised %s and is told no more", type(error).__name__)
            self._observe = None

    def _gathered(self) -> _Batch | None:
        """Wait until a commit is worth while; None when all is written."""
        with self._change:
            while not (self._next.intents or self._next.events or self._closing):
                self._change.wait()
            if not (self._next.intents or self._closing):
                self._change.wait_for(self._pressing, _LINGER)
            if not (self._next.intents or self._next.events):
                return None
            batch, self._next = self._next, _Batch()
            self._made += 1
            return batch

    def _pressing(self) -> bool:
        return bool(self._next.intents or self._closing or len(self._next.events) >= _CROWD)

    def _write(self, batch: _Batch) -> LedgerError | None:
        # Once it has failed nothing more is written, but the queue is still read: whoever waits must be woken.
        try:
            self._store.write(batch.intents, [event.result for event in batch.events], bucket=self._bucket())
        except LedgerError as error:
            return error
        except Exception as error:  # a thread that dies in silence would let every worker wait for ever
            return LedgerError(f"the ledger cannot be written: {error}", hint="run `apply` again once it can")
        return None
